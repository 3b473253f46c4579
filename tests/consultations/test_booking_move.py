"""Moving gives the same consultation another time: same reference, same calendar entry, same answers."""

from datetime import timedelta

import pytest

from consultations import booking, intake
from consultations.errors import MovedOn, SlotTaken, TooLate
from consultations.models import BookingMode, Cancelled, Consultation, Kind, Status
from practitioners.models import Practitioner
from tests import factories
from tests.cast import TUESDAY, Cast
from tests.consultations.bookings import audited, cancel, confirm, fresh, happened, hold, mails, move
from tests.factories import NOW, at

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def visit(cast: Cast) -> Consultation:
    """Alice's, with dr_imani on Tuesday at ten, booked on Monday at nine."""
    return cast.alices_visit


@pytest.fixture
def reyes(cast: Cast) -> Practitioner:
    return cast.dr_reyes.practitioner


def test_what_was_seen_as_a_hold_is_neither_moved_nor_cancelled_after_its_patient_has_booked_it(visit) -> None:
    assert visit.patient is not None
    held = hold("14:00", visit.practitioner)
    seen, seen_as_well = fresh(held), fresh(held)
    confirm(held, visit.patient)
    with pytest.raises(MovedOn):
        move(seen, "15:00", by=Cancelled.BY_CLINIC)
    with pytest.raises(MovedOn):
        cancel(seen_as_well, by=Cancelled.BY_CLINIC)


def test_a_move_frees_the_old_time_and_takes_the_new_one(visit) -> None:
    reference = visit.reference
    moved = move(visit, "14:00")
    assert (fresh(visit).starts, fresh(visit).ends) == (at("14:00", TUESDAY), at("14:30", TUESDAY))
    assert (moved.reference, moved.ics_sequence) == (reference, 1)
    assert hold("10:00", visit.practitioner).status == Status.HELD
    with pytest.raises(SlotTaken):
        hold("14:00", visit.practitioner)
    assert happened(visit) == ["confirmed", "held", "moved"]
    assert audited(visit) == ["consultation_booked", "consultation_held", "consultation_moved"]
    event = visit.events.get(kind="moved")
    assert (event.starts_before, event.starts_after) == (at("10:00", TUESDAY), at("14:00", TUESDAY))


def test_a_move_by_half_its_length_is_not_in_its_own_way(visit) -> None:
    Kind.objects.update(minutes=60)
    assert move(visit, "10:30").starts == at("10:30", TUESDAY)


def test_the_same_move_again_changes_nothing(visit) -> None:
    seen_before = fresh(visit)
    move(visit, "14:00")
    for again in (visit, fresh(visit), seen_before):
        assert move(again, "14:00").starts == at("14:00", TUESDAY)
    assert fresh(visit).ics_sequence == 1
    assert [mail.subject for mail in mails(visit)] == ["Your consultation has a new time"]


def test_of_two_different_moves_at_once_the_second_sees_what_happened(visit) -> None:
    seen_before = fresh(visit)
    move(visit, "14:00")
    with pytest.raises(MovedOn):
        move(seen_before, "15:00")
    assert fresh(visit).starts == at("14:00", TUESDAY)
    assert seen_before.starts == at("14:00", TUESDAY)


def test_a_taken_time_refuses_and_the_visit_stays_where_it_is(visit, reyes) -> None:
    with pytest.raises(SlotTaken):
        move(visit, "11:00", to=reyes)  # bob is there
    assert (fresh(visit).starts, fresh(visit).practitioner) == (at("10:00", TUESDAY), visit.practitioner)
    assert [mail.subject for mail in mails(visit)] == ["Your consultation is booked"]


def test_a_patient_is_not_moved_onto_their_own_other_visit(visit, reyes) -> None:
    confirm(hold("14:00", reyes), visit.patient)
    with pytest.raises(SlotTaken):
        move(visit, "14:00")


def test_the_desk_may_move_a_visit_to_somebody_else(visit, reyes, cast) -> None:
    move(visit, "14:00", to=reyes, by=Cancelled.BY_CLINIC, actor=cast.sam)
    assert fresh(visit).practitioner == reyes
    assert visit.events.get(kind="moved").actor == cast.sam


def test_a_moved_visit_is_screened_for_its_new_day_and_wants_another_look(visit) -> None:
    practitioner = visit.practitioner
    shown = intake.newest(visit).screening
    intake.stamp(actor=practitioner.user, practitioner=practitioner, consultation=visit, screening=shown.pk, now=NOW)
    move(visit, "10:00", TUESDAY + timedelta(days=7))
    screenings = visit.intake.revisions.get().screenings
    assert sorted(screenings.values_list("as_of", flat=True)) == [TUESDAY, TUESDAY + timedelta(days=7)]
    visit.intake.refresh_from_db()
    assert visit.intake.reviewed_at is None


# --- terms -----------------------------------------------------------------------------------------------------------


def test_a_late_move_by_the_patient_is_owed_and_one_by_the_clinic_never(visit) -> None:
    late = at("10:00", TUESDAY) - 2 * HOUR
    assert move(visit, "15:00", now=late).owed_minor == 30000
    assert move(visit, "16:00", TUESDAY + timedelta(days=7), now=late).owed_minor == 30000
    assert move(visit, "14:00", now=late, by=Cancelled.BY_CLINIC).owed_minor == 30000
    assert fresh(visit).owed_minor == 30000


def test_a_time_that_the_clinic_chose_is_moved_on_for_free_and_the_next_one_is_not(visit) -> None:
    late = at("10:00", TUESDAY) - 2 * HOUR
    assert move(visit, "14:00", now=late, by=Cancelled.BY_CLINIC).owed_minor == 0
    assert move(visit, "15:00", now=late).owed_minor == 0
    assert move(visit, "16:00", now=late).owed_minor == 30000


def test_a_visit_that_has_begun_is_not_moved_by_its_patient(visit) -> None:
    with pytest.raises(TooLate):
        move(visit, "14:00", now=at("10:00", TUESDAY))


def test_only_a_confirmed_visit_moves(visit, cast) -> None:
    Kind.objects.update(mode=BookingMode.REQUEST)
    asked = confirm(hold("14:00", visit.practitioner), cast.bobs_visit.patient)
    cancel(visit)
    for one in (asked, visit):
        with pytest.raises(MovedOn):
            move(one, "16:00")


def test_three_moves_are_three_mails_and_only_the_last_is_still_to_go(visit) -> None:
    for minutes, wall in enumerate(("14:00", "15:00", "16:00"), start=1):
        move(visit, wall, now=NOW + minutes * MINUTE)
    assert fresh(visit).ics_sequence == 3
    assert [mail.key for mail in mails(visit)] == [f"moved:{visit.pk}:3"]
    assert len(mails(visit, "withdrawn")) == 3


def test_another_room_is_found_when_the_old_one_is_taken_at_the_new_time(visit, reyes) -> None:
    room = visit.room
    taken = [hold("14:00", reyes, holder="b")]
    move(visit, "14:00")
    assert {fresh(visit).room, *(one.room for one in taken)} == {*room.location.rooms.all()}
    extra = factories.practitioner("Dr Osei", Kind.objects.get())
    factories.hours(extra, room.location)
    with pytest.raises(SlotTaken):
        booking.move(
            actor=None, consultation=hold("15:00", extra), practitioner=extra, starts=at("14:00", TUESDAY),
            by=Cancelled.BY_CLINIC, now=NOW,
        )  # fmt: skip
