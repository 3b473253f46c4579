"""What was booked and has lost its hours, room, device or practitioner: found, shown first, and arranged."""

from datetime import date, time, timedelta
from typing import Any

import pytest

from clinic.audit.models import AuditEntry
from clinic.outbox.models import OutboundMessage
from clinic.premises.models import Clinic, Closure, Room
from consultations import access, booking, changing, outside, reassigning
from consultations.errors import MovedOn, NotTakenOver
from consultations.models import BookingMode, Cancelled, Consultation, Kind, Status
from consultations.outside import Lack
from consultations.scheduling.policy import Change
from practitioners import absences
from practitioners.models import Absence, ExtraHours, Practitioner, TimeOff
from tests import factories
from tests.cast import TUESDAY
from tests.factories import NOW, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(cast) -> Any:
    return cast.alices_visit


@pytest.fixture
def imani(cast) -> Practitioner:
    who: Practitioner = Practitioner.objects.get(slug="dr-imani")
    return who


@pytest.fixture
def reyes(cast) -> Practitioner:
    who: Practitioner = Practitioner.objects.get(slug="dr-reyes")
    return who


def pending(visit: Consultation) -> Any:
    """The one mail about the visit that is still on its way."""
    return OutboundMessage.objects.get(about=f"consultation:{visit.pk}", state="pending")


def lacking() -> dict[str, list[Lack]]:
    return {each.visit.patient.full_name: each.lacks for each in outside.found(now=NOW) if each.visit.patient}


# --- found -----------------------------------------------------------------------------------------------------------


def test_a_visit_within_hours_lacks_nothing(cast) -> None:
    assert outside.found(now=NOW) == []


def test_each_thing_that_is_taken_away_is_named(visit, imani) -> None:
    imani.hours.filter(weekday=1).update(opens=time(10, 10))
    assert lacking() == {"Alice Wong": [Lack.HOURS]}
    imani.hours.filter(weekday=1).update(opens=time(10), closes=time(10, 30))
    assert lacking() == {}, "the visit itself fits, and nobody waits in its clean-up"
    away = TimeOff.objects.create(practitioner=imani, starts=at("10:29", TUESDAY), ends=at("12:00", TUESDAY))
    assert lacking() == {"Alice Wong": [Lack.AWAY]}
    TimeOff.objects.filter(pk=away.pk).update(starts=visit.ends)
    assert lacking() == {}
    room = visit.room
    assert room is not None
    Room.objects.filter(pk=room.pk).update(active=False)
    assert lacking() == {"Alice Wong": [Lack.ROOM]}
    Room.objects.update(active=True)
    visit.device = factories.device(visit.location)
    visit.save()
    visit.device.active = False
    visit.device.save()
    assert lacking() == {"Alice Wong": [Lack.DEVICE]}


@pytest.mark.parametrize(
    "changes", [{"accepts_bookings": False}, {"is_active": False}, {"registration_expires_on": date(2027, 5, 3)}]
)
def test_whoever_takes_no_visits_any_more_leaves_theirs_in_the_list(imani, changes) -> None:
    Practitioner.objects.filter(pk=imani.pk).update(**changes)
    assert lacking() == {"Alice Wong": [Lack.PRACTITIONER]}


def test_a_closed_day_is_of_its_house_or_of_all(visit) -> None:
    Closure.objects.create(
        first_day=TUESDAY, last_day=TUESDAY, reason="Fire drill", location=factories.location("Kowloon")
    )
    assert lacking() == {}
    Closure.objects.create(first_day=TUESDAY, last_day=TUESDAY, reason="Holiday")
    assert lacking() == {"Alice Wong": [Lack.CLOSED], "Bob Chan": [Lack.CLOSED]}


def test_extra_hours_carry_a_visit_as_weekly_ones_do(visit, imani) -> None:
    imani.hours.filter(weekday=1).delete()
    assert lacking() == {"Alice Wong": [Lack.HOURS]}
    ExtraHours.objects.create(practitioner=imani, location=visit.location, day=TUESDAY, opens=time(9), closes=time(11))
    assert lacking() == {}


def test_what_is_over_cancelled_or_only_held_is_nobodys_worry(visit, imani) -> None:
    factories.held(imani, at("15:00", TUESDAY))
    imani.hours.all().delete()
    assert lacking() == {"Alice Wong": [Lack.HOURS]}
    assert outside.found(now=visit.starts) == []
    booking.cancel(actor=None, consultation=visit, by=Cancelled.BY_CLINIC, now=NOW)
    assert lacking() == {}


def test_the_list_asks_as_many_questions_for_many_visits_as_for_one(cast, imani, django_assert_num_queries) -> None:
    Practitioner.objects.update(accepts_bookings=False)
    with django_assert_num_queries(6):
        assert len(outside.found(now=NOW)) == 2
    with django_assert_num_queries(6):
        assert len(outside.found(now=NOW, practitioner=imani)) == 1


# --- shown first -----------------------------------------------------------------------------------------------------


def test_nothing_is_taken_away_before_somebody_has_read_from_whom(imani) -> None:
    def act() -> None:
        imani.hours.all().delete()

    with pytest.raises(outside.TakesAway) as taken:
        outside.knowingly(act=act, seen="", now=NOW)
    assert [each.visit.practitioner for each in taken.value.found] == [imani]
    assert imani.hours.exists()
    with pytest.raises(outside.TakesAway):
        outside.knowingly(act=act, seen="another list", now=NOW)
    outside.knowingly(act=act, seen=taken.value.fingerprint, now=NOW)
    assert not imani.hours.exists()


def test_what_was_outside_before_is_not_asked_about_again(imani, reyes) -> None:
    imani.hours.all().delete()
    outside.knowingly(act=lambda: reyes.hours.filter(weekday=6).delete(), seen="", now=NOW)


# --- somebody else ---------------------------------------------------------------------------------------------------


def test_a_visit_given_to_somebody_else_is_theirs_at_once_free_to_change_and_told(cast, visit, imani, reyes) -> None:
    visit.intake.reviewed_at = NOW
    visit.intake.reviewed_by = imani
    visit.intake.save()
    assert [who.slug for who in reassigning.candidates(visit, NOW)] == ["dr-reyes"]
    reassigning.reassign(actor=cast.sam, consultation=visit, practitioner=reyes, now=NOW)
    visit.refresh_from_db()
    assert (visit.practitioner, visit.starts, visit.ics_sequence) == (reyes, at("10:00", TUESDAY), 1)
    assert visit not in access.treated_by(cast.dr_imani, NOW), "who had it reads nothing of it any more"
    assert visit in access.treated_by(cast.dr_reyes, NOW)
    visit.intake.refresh_from_db()
    assert visit.intake.reviewed_at is None, "the stamp was of somebody else"
    mail = pending(visit)
    assert mail.subject == "A change to your consultation"
    for body in (mail.text, mail.html):
        assert "Dr Reyes sees you instead of Dr Imani." in body
        assert "until it begins, both are free" in body
    assert "SEQUENCE:1" in mail.calendar
    assert f"UID:{visit.pk}@complexion" in mail.calendar
    assert AuditEntry.objects.filter(action="consultation_reassigned", object_id=str(visit.pk)).count() == 1
    reassigning.reassign(actor=cast.sam, consultation=visit, practitioner=reyes, now=NOW)
    assert visit.events.filter(kind="reassigned").count() == 1


def test_the_patient_cancels_free_of_charge_until_it_begins_and_a_move_of_their_own_ends_that(
    cast, visit, reyes
) -> None:
    late = visit.starts - timedelta(minutes=5)
    assert changing.terms_now(Change.CANCEL, visit, Clinic.objects.get(), late).owed_minor == 30000
    reassigning.reassign(actor=cast.sam, consultation=visit, practitioner=reyes, now=NOW)
    terms = changing.terms_now(Change.CANCEL, visit, Clinic.objects.get(), late)
    assert (terms.owed_minor, terms.free_until) == (0, visit.starts)
    booking.move(
        actor=cast.alice, consultation=visit, practitioner=reyes, starts=at("16:00", TUESDAY),
        by=Cancelled.BY_PATIENT, now=NOW,
    )  # fmt: skip
    assert visit.moved_by_clinic_at is None


def test_a_move_by_the_clinic_to_another_practitioner_names_them_and_is_free_to_change(cast, visit, reyes) -> None:
    booking.move(
        actor=cast.sam, consultation=visit, practitioner=reyes, starts=at("16:00", TUESDAY),
        by=Cancelled.BY_CLINIC, now=NOW,
    )  # fmt: skip
    assert visit.moved_by_clinic_at == NOW
    mail = pending(visit)
    assert "Dr Reyes sees you instead of Dr Imani." in mail.text
    assert "until 24 hours" not in mail.text


def test_a_request_that_was_handed_on_is_not_accepted_in_the_name_of_who_had_it(cast, imani, reyes) -> None:
    asked = factories.kind("follow_up", mode=BookingMode.REQUEST)
    for who in (imani, reyes):
        who.kinds.create(kind=asked.code, fee_minor=0)
    carol = factories.patient("Carol Lee", factories.user("carol@patients.test"))
    request = factories.consultation(carol, imani, at("15:00", TUESDAY), at_kind=asked)
    seen = Consultation.objects.get(pk=request.pk)
    reassigning.reassign(actor=cast.sam, consultation=request, practitioner=reyes, now=NOW)
    with pytest.raises(MovedOn):
        booking.accept(actor=cast.sam, consultation=seen, now=NOW)
    booking.accept(actor=cast.sam, consultation=request, now=NOW)
    assert "Dr Reyes" in pending(request).text


def test_who_is_not_free_does_not_get_it(cast, visit, reyes) -> None:
    TimeOff.objects.create(practitioner=reyes, starts=visit.starts, ends=visit.ends)
    assert reassigning.candidates(visit, NOW) == []
    with pytest.raises(NotTakenOver):
        reassigning.reassign(actor=cast.sam, consultation=visit, practitioner=reyes, now=NOW)
    assert Consultation.objects.get(pk=visit.pk).practitioner.slug == "dr-imani"


def test_neither_notice_nor_the_grid_of_beginnings_keeps_anybody_from_helping_out(cast, visit, reyes) -> None:
    Kind.objects.update(notice_hours=48, step_minutes=30)
    reyes.hours.filter(weekday=1).update(opens=time(9, 50))
    assert [who.slug for who in reassigning.candidates(visit, NOW)] == ["dr-reyes"]
    assert reassigning.candidates(visit, visit.starts) == [], "it has begun"


def test_all_that_can_be_are_reassigned_and_the_rest_is_cancelled_for_one_reason(cast, visit, imani, reyes) -> None:
    second = factories.consultation(
        factories.patient("Carol Lee", factories.user("carol@patients.test")), imani, at("11:00", TUESDAY)
    )
    absences.away(
        actor=cast.sam, practitioner=imani, first_day=TUESDAY, last_day=TUESDAY, absence=Absence.OTHER, now=NOW
    )
    visits = [each.visit for each in outside.found(now=NOW, practitioner=imani)]
    left = reassigning.reassign_all(actor=cast.sam, visits=visits, now=NOW)
    assert left == [second], "Dr Reyes sees Bob at eleven"
    assert reassigning.cancel_all(actor=cast.sam, visits=left, reason="Dr Imani is away", now=NOW) == []
    second.refresh_from_db()
    assert (second.status, second.cancelled_by, second.owed_minor) == (Status.CANCELLED, Cancelled.BY_CLINIC, 0)
    entry = AuditEntry.objects.get(action="consultation_cancelled", object_id=str(second.pk))
    assert (entry.reason, second.events.get(kind="cancelled").words) == ("", "Dr Imani is away")
    assert outside.found(now=NOW) == []


# --- away, and gone --------------------------------------------------------------------------------------------------


def test_who_is_away_has_whole_days_off_and_who_leaves_works_until_their_last_day(cast, imani) -> None:
    made = absences.away(
        actor=cast.sam, practitioner=imani, first_day=TUESDAY, last_day=TUESDAY, absence=Absence.OTHER, now=NOW
    )
    assert (made.starts, made.ends) == (at("00:00", TUESDAY), at("00:00", TUESDAY + timedelta(days=1)))
    imani.hours.filter(weekday=0).update(valid_until=date(2027, 5, 3))
    imani.hours.filter(weekday=2).update(valid_from=date(2027, 6, 1))
    central = imani.hours.all()[0].location
    ExtraHours.objects.create(
        practitioner=imani, location=central, day=date(2027, 5, 9), opens=time(9), closes=time(10)
    )
    absences.leave(actor=cast.sam, practitioner=imani, last_day=TUESDAY, now=NOW)
    assert set(imani.hours.values_list("weekday", "valid_until")) == {
        (0, date(2027, 5, 3)), (1, TUESDAY), (3, TUESDAY), (4, TUESDAY), (5, TUESDAY), (6, TUESDAY),
    }  # fmt: skip
    assert not imani.extra_hours.exists()
    assert set(AuditEntry.objects.filter(object_id=str(imani.pk)).values_list("action", flat=True)) == {
        "practitioner_away", "practitioner_leaves",
    }  # fmt: skip
