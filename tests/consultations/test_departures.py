"""Times that are not offered, given by staff with a reason; never two people in one place."""

from datetime import timedelta

import pytest

from clinic.audit.models import AuditEntry
from clinic.premises.models import Closure, Room
from consultations import departures
from consultations.departures import Rule
from consultations.errors import AlreadyThere, InThePast, NoReason, SlotTaken
from consultations.models import Consultation, Kind, Patient
from practitioners.models import Practitioner, TimeOff
from tests import factories
from tests.cast import TUESDAY
from tests.consultations.bookings import confirm, fresh, hold, mails
from tests.factories import NOW, at

WHY = "She flies home tonight."


@pytest.fixture
def imani(cast):
    return Practitioner.objects.get(slug="dr-imani")


@pytest.fixture
def first_visit(cast):
    return Kind.objects.get(code="first_visit")


def rules(who, wall, day=TUESDAY, kind=None, **about):
    kind = kind or Kind.objects.get(code="first_visit")
    return departures.judge(kind=kind, practitioner=who, starts=at(wall, day), now=NOW, **about).rules


def test_a_time_that_is_offered_departs_from_nothing(imani):
    assert rules(imani, "14:00") == ()


@pytest.mark.parametrize(
    ("wall", "day", "named"),
    [
        ("08:00", 1, (Rule.HOURS,)),
        ("17:45", 1, (Rule.HOURS,)),
        ("14:10", 1, (Rule.OFFER,)),
        ("10:00", 0, (Rule.NOTICE,)),
        ("14:00", 90, (Rule.HORIZON,)),
        ("20:00", 90, (Rule.HOURS, Rule.HORIZON)),
    ],
)
def test_each_rule_that_a_time_departs_from_is_named(imani, wall, day, named):
    assert rules(imani, wall, TUESDAY + timedelta(days=day - 1)) == named


def test_time_off_and_a_closed_house_are_named(imani):
    TimeOff.objects.create(practitioner=imani, starts=at("12:00", TUESDAY), ends=at("16:00", TUESDAY))
    Closure.objects.create(first_day=TUESDAY, last_day=TUESDAY, reason="Training")
    assert rules(imani, "14:00") == (Rule.AWAY, Rule.CLOSED)


def test_two_visits_in_one_place_are_refused_whatever_the_reason(imani, sam, first_visit):
    for wall in ("10:00", "10:15", "09:45"):
        with pytest.raises(SlotTaken):
            departures.hold(
                actor=sam, kind=first_visit, practitioner=imani, starts=at(wall, TUESDAY), reason=WHY, now=NOW
            )


def test_a_patient_is_not_put_in_two_places(imani, alices_visit):
    reyes = Practitioner.objects.get(slug="dr-reyes")
    with pytest.raises(AlreadyThere):
        rules(reyes, "10:15", patient_id=alices_visit.patient_id)


def test_no_room_is_given_twice(imani, sam, first_visit):
    Room.objects.exclude(consultations__practitioner__slug="dr-reyes").update(active=False)
    with pytest.raises(SlotTaken):
        rules(imani, "11:15")


def test_nothing_is_booked_into_the_past(imani):
    with pytest.raises(InThePast):
        rules(imani, "08:00", TUESDAY - timedelta(days=1))


@pytest.mark.parametrize("reason", ["", "short", "         x         "])
def test_a_departure_needs_its_reason(imani, sam, first_visit, reason):
    with pytest.raises(NoReason):
        departures.hold(
            actor=sam, kind=first_visit, practitioner=imani, starts=at("08:00", TUESDAY), reason=reason, now=NOW
        )
    assert not Consultation.objects.filter(status="held").exists()


def test_a_buffer_gives_way_to_a_visit_and_never_below_nothing(imani, sam):
    tight = factories.kind("follow_up", minutes=20, minutes_before=10, minutes_after=10, step_minutes=10)
    imani.kinds.create(kind="follow_up", fee_minor=50000)
    bob = Patient.objects.get(full_name="Bob Chan")
    neighbour = confirm(hold("15:00", imani, kind=tight), bob)
    assert rules(imani, "15:20", kind=tight) == (Rule.BUFFER,)
    held = departures.hold(actor=sam, kind=tight, practitioner=imani, starts=at("15:20", TUESDAY), reason=WHY, now=NOW)
    assert fresh(neighbour).blocked_until == held.blocked_from == at("15:20", TUESDAY)
    assert held.blocked_until == at("15:50", TUESDAY)
    with pytest.raises(SlotTaken):
        rules(imani, "15:30", kind=tight)


def test_a_move_is_told_to_the_patient_and_its_rules_are_audited_without_the_words(imani, sam, alices_visit):
    departures.move(
        actor=sam, consultation=alices_visit, practitioner=imani, starts=at("19:00", TUESDAY), reason=WHY, now=NOW
    )
    after = fresh(alices_visit)
    assert (after.starts, after.ics_sequence, after.owed_minor) == (at("19:00", TUESDAY), 1, 0)
    assert after.events.get(kind="moved").words == WHY
    entry = AuditEntry.objects.get(action="rule_departed_from")
    assert (entry.reason, entry.actor, entry.object_id) == ("outside_hours", sam, str(after.pk))
    assert WHY not in "".join(AuditEntry.objects.values_list("reason", flat=True))
    assert mails(after)[-1].subject == "Your consultation has a new time"
    assert WHY not in (mails(after)[-1].text or "")


def test_the_same_departure_pressed_twice_is_one_move(imani, sam, alices_visit):
    seen, seven = fresh(alices_visit), at("19:00", TUESDAY)
    for one in (alices_visit, alices_visit, seen):
        departures.move(actor=sam, consultation=one, practitioner=imani, starts=seven, reason=WHY, now=NOW)
    assert (fresh(alices_visit).starts, fresh(alices_visit).ics_sequence) == (seven, 1)


def test_a_time_held_by_a_departure_is_held_until_it_begins_at_most(imani, sam, first_visit):
    now = at("08:55", TUESDAY)
    held = departures.hold(
        actor=sam, kind=first_visit, practitioner=imani, starts=at("09:00", TUESDAY), reason=WHY, now=now
    )
    assert held.held_until == held.starts


# --- the page --------------------------------------------------------------------------------------------------------


def test_the_page_names_the_rules_before_the_press_and_asks_why(as_sam, alices_visit):
    address = f"/reception/{alices_visit.reference}/move/other-time/?practitioner=dr-imani&day={TUESDAY}&time=20:00"
    page = as_sam.get(address).text
    assert "It lies outside of the practitioner’s working hours." in page
    assert "Write nothing about anybody’s health here." in page
    assert as_sam.post(address, {"reason": ""}).status_code == 422
    assert fresh(alices_visit).starts == at("10:00", TUESDAY)
    assert as_sam.post(address, {"reason": WHY}).status_code == 302
    assert fresh(alices_visit).starts == at("20:00", TUESDAY)


def test_the_page_says_why_a_time_cannot_be_had(as_sam, alices_visit):
    page = as_sam.get(
        f"/reception/{alices_visit.reference}/move/other-time/?practitioner=dr-reyes&day={TUESDAY}&time=11:00"
    ).text
    assert "Another visit has this time, or the room or device that this one needs." in page
    assert "Move to this time all the same" not in page


def test_a_time_outside_of_the_hours_is_held_for_a_booking_by_phone(as_sam, imani):
    address = f"/reception/book/other-time/?kind=first_visit&practitioner=dr-imani&day={TUESDAY}&time=08:30"
    answer = as_sam.post(address, {"reason": WHY})
    held = Consultation.objects.get(status="held")
    assert answer.headers["Location"] == f"/reception/book/{held.reference}/"
    assert (held.starts, held.events.get().words) == (at("08:30", TUESDAY), WHY)
