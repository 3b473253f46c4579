"""On the day: who did not come and came after all, who is late, and a fee that is waived."""

from datetime import timedelta

import pytest

from clinic.audit.models import AuditEntry
from clinic.crypto import digest
from clinic.premises.models import Clinic
from consultations import booking, fees, lateness, visits
from consultations.errors import MovedOn, NoReason, SlotTaken, StillInGrace, TooLate
from consultations.models import Cancelled, Consultation, ManageLink
from practitioners.models import Practitioner
from tests import factories
from tests.cast import TUESDAY, signed_in
from tests.consultations.bookings import cancel, fresh
from tests.factories import NOW, at

TEN = at("10:00", TUESDAY)
MINUTE = timedelta(minutes=1)
WHY = "She waited in the wrong room."


@pytest.fixture
def absent(alices_visit, sam):
    return visits.no_show(actor=sam, consultation=alices_visit, now=TEN + 15 * MINUTE)


# --- a no-show is said by a person, after a while, and can be taken back ---------------------------------------------


def test_nobody_is_a_no_show_before_the_grace_of_the_clinic_is_over(alices_visit, sam):
    with pytest.raises(StillInGrace):
        visits.no_show(actor=sam, consultation=alices_visit, now=TEN + 14 * MINUTE)
    Clinic.objects.update(no_show_minutes=5)
    assert visits.no_show(actor=sam, consultation=alices_visit, now=TEN + 5 * MINUTE).status == "no_show"


def test_a_visit_that_was_cancelled_is_never_a_no_show(alices_visit, sam):
    cancel(alices_visit, by=Cancelled.BY_CLINIC)
    with pytest.raises(MovedOn):
        visits.no_show(actor=sam, consultation=alices_visit, now=TEN + 30 * MINUTE)


def test_a_no_show_that_was_none_is_taken_back_while_the_day_lasts(absent, sam):
    visits.came(actor=sam, consultation=absent, now=TEN + 40 * MINUTE)
    assert fresh(absent).status == "confirmed"
    assert absent.events.get(kind="came").actor == sam
    assert visits.arrive(actor=sam, consultation=absent, now=TEN + 41 * MINUTE).status == "arrived"


def test_on_a_later_day_it_is_taken_back_with_a_reason_only(absent, sam):
    with pytest.raises(NoReason):
        visits.came(actor=sam, consultation=absent, now=TEN + timedelta(days=1))
    visits.came(actor=sam, consultation=absent, reason=WHY, now=TEN + timedelta(days=1))
    assert absent.events.get(kind="came").words == WHY
    assert not AuditEntry.objects.filter(reason__contains=WHY).exists()


def test_an_arrival_of_somebody_else_is_taken_back_until_the_visit_begins(alices_visit, sam, dr_imani):
    visits.arrive(actor=sam, consultation=alices_visit, now=TEN)
    visits.not_here(actor=sam, consultation=alices_visit, now=TEN + MINUTE)
    assert fresh(alices_visit).status == "confirmed"
    assert alices_visit.events.get(kind="not_here").actor == sam
    assert visits.no_show(actor=sam, consultation=alices_visit, now=TEN + 20 * MINUTE).status == "no_show"
    visits.came(actor=sam, consultation=alices_visit, now=TEN + 21 * MINUTE)
    visits.arrive(actor=sam, consultation=alices_visit, now=TEN + 22 * MINUTE)
    with pytest.raises(NoReason):
        visits.not_here(actor=sam, consultation=alices_visit, now=TEN + timedelta(days=1))
    visits.start(actor=dr_imani, consultation=alices_visit, now=TEN + 23 * MINUTE)
    with pytest.raises(MovedOn):
        visits.not_here(actor=sam, consultation=alices_visit, now=TEN + 24 * MINUTE)


def test_a_time_that_somebody_else_has_by_now_is_not_given_twice(absent, sam):
    factories.kind("follow_up", step_minutes=10, notice_hours=0)
    absent.practitioner.kinds.create(kind="follow_up", fee_minor=0)
    later = TEN + 16 * MINUTE
    bob = factories.patient("Dan Ho", factories.user("dan@patients.test"))
    kind = absent.kind.__class__.objects.get(code="follow_up")
    factories.consultation(bob, absent.practitioner, TEN + 20 * MINUTE, at_kind=kind, now=later)
    with pytest.raises(SlotTaken):
        visits.came(actor=sam, consultation=absent, now=later)


def test_the_patient_sees_their_own_record(absent, as_alice):
    assert "No-show" in as_alice.get("/my/").text


def test_the_desk_reads_from_when_on_it_may_say_so_and_takes_it_back(sam, alices_visit, monday):
    monday.move_to(TEN + 5 * MINUTE)
    address = f"/reception/{alices_visit.reference}/"
    page = signed_in(sam).get(address).text
    assert "From 10:15 on" in page
    assert "Did not come" not in page
    monday.move_to(TEN + 15 * MINUTE)
    as_sam = signed_in(sam)
    as_sam.post(f"{address}change/", {"change": "no_show"})
    assert "Take the no-show back" in as_sam.get(address).text
    as_sam.post(f"{address}change/", {"change": "came"})
    assert fresh(alices_visit).status == "confirmed"


def test_the_desk_takes_an_arrival_back(sam, alices_visit, monday):
    address = f"/reception/{alices_visit.reference}/"
    monday.move_to(TEN)
    as_sam = signed_in(sam)
    as_sam.post(f"{address}change/", {"change": "arrived"})
    assert "Take the arrival back" in as_sam.get(address).text
    as_sam.post(f"{address}change/", {"change": "not_here"})
    assert fresh(alices_visit).status == "confirmed"
    assert "Arrival taken back" in as_sam.get(address).text


def test_an_arrival_is_noted_in_the_list_of_the_day(sam, alices_visit, monday):
    monday.move_to(TEN - 5 * MINUTE)
    as_sam = signed_in(sam)
    assert f'formaction="/reception/{alices_visit.reference}/change/"' in as_sam.get("/reception/").text
    answer = as_sam.post(f"/reception/{alices_visit.reference}/change/", {"change": "arrived", "back": "day"})
    assert answer.headers["Location"] == f"/reception/?day={TUESDAY}"
    assert fresh(alices_visit).status == "arrived"


# --- late ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def link(alices_visit):
    ManageLink.objects.create(consultation=alices_visit, token_hash=digest("alices-link"), created_at=NOW)
    return "/visit/alices-link/"


def test_a_practitioner_who_is_late_is_told_to_the_desk_and_to_the_patients_of_the_day(
    sam, dr_imani, visitor, alices_visit, link, monday
):
    monday.move_to(TEN - 60 * MINUTE)
    signed_in(sam).post("/reception/late/", {"practitioner": "dr-imani", "minutes": "20"})
    assert "about 20 min late" in signed_in(sam).get("/reception/").text
    assert "about 20 minutes later than planned" in visitor.get(link).text
    assert "about 20 minutes late" in signed_in(dr_imani).get("/desk/").text
    assert fresh(alices_visit).starts == TEN
    signed_in(dr_imani).post("/desk/late/", {"minutes": "0"})
    assert "later than planned" not in visitor.get(link).text


def test_being_late_ends_with_the_day(sam, alices_visit):
    imani = Practitioner.objects.get(slug="dr-imani")
    lateness.say(actor=sam, practitioner=imani, minutes=20, now=TEN - timedelta(days=1))
    assert lateness.behind(alices_visit, TEN) == 0


def test_a_patient_says_that_they_will_be_late_and_nothing_is_promised(visitor, sam, alices_visit, link, monday):
    assert "Tell the desk that I will be late" not in visitor.get(link).text, "not the day before"
    monday.move_to(TEN - 20 * MINUTE)
    assert "Tell the desk that I will be late" in visitor.get(link).text
    visitor.post(f"{link}late/", {"minutes": "10"})
    assert fresh(alices_visit).late_minutes == 10
    assert "10 min late" in signed_in(sam).get("/reception/").text
    assert visitor.get(f"{link}late/").status_code == 405


def test_nobody_is_late_for_another_day(alices_visit):
    with pytest.raises(TooLate):
        lateness.patient_says(actor=None, consultation=alices_visit, minutes=10, now=NOW)


# --- a fee -----------------------------------------------------------------------------------------------------------


def test_a_late_fee_is_waived_with_a_reason_that_stays(as_sam, sam, alices_visit):
    cancel(alices_visit, now=TEN - 60 * MINUTE)
    assert fresh(alices_visit).owed_minor == 30000
    address = f"/reception/{alices_visit.reference}/change/"
    assert as_sam.post(address, {"change": "waive", "reason": "no"}).status_code == 409
    as_sam.post(address, {"change": "waive", "reason": WHY})
    after = fresh(alices_visit)
    assert (after.owed_minor, after.events.get(kind="fee_waived").words) == (0, WHY)
    entry = AuditEntry.objects.get(action="fee_waived")
    assert (entry.actor, entry.reason) == (sam, "")


def test_there_is_nothing_to_waive_where_nothing_is_owed(sam, alices_visit):
    with pytest.raises(MovedOn):
        fees.waive(actor=sam, consultation=alices_visit, reason=WHY, now=NOW)


def test_a_fee_that_is_waived_meanwhile_is_not_written_back_by_whoever_cancels_or_moves(sam, alices_visit):
    Consultation.objects.filter(pk=alices_visit.pk).update(owed_minor=30000)
    cancels, moves = fresh(alices_visit), fresh(alices_visit)
    fees.waive(actor=sam, consultation=fresh(alices_visit), reason=WHY, now=NOW)
    by = {"actor": sam, "by": Cancelled.BY_PATIENT, "now": NOW}
    with pytest.raises(MovedOn):
        booking.cancel(consultation=cancels, **by)
    with pytest.raises(MovedOn):
        booking.move(consultation=moves, practitioner=moves.practitioner, starts=at("15:00", TUESDAY), **by)
    after = fresh(alices_visit)
    assert (after.owed_minor, after.status) == (0, "confirmed")
