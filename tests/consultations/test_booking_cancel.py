"""Cancelling frees the time at once; for a quarter of an hour the patient may think again."""

from datetime import timedelta

import pytest

from clinic.premises.models import Clinic
from consultations import booking, fees
from consultations.errors import AlreadyThere, MovedOn, SlotTaken, TooLate
from consultations.models import BookingMode, Cancelled, Consultation, Kind, Status
from practitioners.models import Practitioner
from tests.cast import TUESDAY, Cast
from tests.consultations.bookings import audited, cancel, confirm, fresh, happened, hold, mails, move
from tests.factories import NOW, at

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
TEN = at("10:00", TUESDAY)


@pytest.fixture
def visit(cast: Cast) -> Consultation:
    """Alice's, with dr_imani on Tuesday at ten, booked on Monday at nine."""
    return cast.alices_visit


@pytest.fixture
def imani(visit: Consultation) -> Practitioner:
    return visit.practitioner


def undo(one: Consultation, now=NOW) -> Consultation:
    return booking.undo_cancel(actor=None, consultation=one, now=now)


def test_a_cancelled_time_is_free_at_once(visit, imani) -> None:
    cancel(visit)
    assert (fresh(visit).status, fresh(visit).cancelled_by) == (Status.CANCELLED, "patient")
    assert hold("10:00", imani).status == Status.HELD
    assert happened(visit) == ["cancelled", "confirmed", "held"]
    assert audited(visit) == ["consultation_booked", "consultation_cancelled", "consultation_held"]


def test_the_same_cancellation_again_changes_nothing(visit) -> None:
    seen_before = fresh(visit)
    cancel(visit)
    for again in (visit, fresh(visit), seen_before):
        assert cancel(again).status == Status.CANCELLED
    assert fresh(visit).ics_sequence == 1
    assert [mail.subject for mail in mails(visit)] == ["Your consultation is cancelled"]


def test_who_cancels_a_time_that_was_moved_meanwhile_looks_again_first(visit) -> None:
    seen_before = fresh(visit)
    move(visit, "14:00", by=Cancelled.BY_CLINIC)
    with pytest.raises(MovedOn):
        cancel(seen_before)
    assert fresh(visit).status == Status.CONFIRMED
    assert seen_before.starts == at("14:00", TUESDAY)
    assert cancel(seen_before).ics_sequence == 2


def test_a_confirmation_that_has_not_gone_out_is_taken_back(visit) -> None:
    cancel(visit)
    assert [mail.subject for mail in mails(visit, "withdrawn")] == ["Your consultation is booked"]


# --- what it costs ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "by", "late", "owed"),
    [
        (24 * HOUR, Cancelled.BY_PATIENT, False, 0),
        (24 * HOUR - MINUTE, Cancelled.BY_PATIENT, True, 30000),
        (MINUTE, Cancelled.BY_PATIENT, True, 30000),
        (MINUTE, Cancelled.BY_CLINIC, False, 0),
    ],
)
def test_a_late_cancellation_by_the_patient_is_owed_and_one_by_the_clinic_never(visit, before, by, late, owed) -> None:
    cancelled = cancel(visit, by=by, now=TEN - before)
    assert (cancelled.cancelled_late, cancelled.owed_minor) == (late, owed)


def test_within_the_grace_after_booking_a_cancellation_is_free(imani, cast) -> None:
    booked_late = TEN - 2 * HOUR
    mine = confirm(hold("14:00", imani, now=booked_late), cast.bobs_visit.patient, now=booked_late)
    assert cancel(mine, now=booked_late + 3 * MINUTE).owed_minor == 0


def test_a_visit_that_has_begun_is_not_cancelled_by_its_patient(visit) -> None:
    with pytest.raises(TooLate):
        cancel(visit, now=TEN)
    assert cancel(visit, by=Cancelled.BY_CLINIC, now=TEN).status == Status.CANCELLED


# --- thinking again --------------------------------------------------------------------------------------------------


def test_a_cancellation_can_be_undone_for_a_quarter_of_an_hour(visit) -> None:
    cancel(visit)
    assert undo(visit, NOW + 15 * MINUTE - timedelta(seconds=1)).status == Status.CONFIRMED
    assert (fresh(visit).cancelled_by, fresh(visit).ics_sequence) == ("", 2)
    assert happened(visit) == ["cancelled", "confirmed", "held", "restored"]
    cancel(visit)
    with pytest.raises(TooLate):
        undo(visit, NOW + 15 * MINUTE)


def test_after_an_undo_only_the_restored_visit_is_told_of(visit) -> None:
    cancel(visit)
    undo(visit)
    assert [mail.key for mail in mails(visit)] == [f"booked:{visit.pk}:2"]


def test_the_same_undo_again_changes_nothing(visit) -> None:
    cancel(visit)
    seen_before = fresh(visit)
    undo(visit)
    for again in (visit, seen_before):
        assert undo(again).status == Status.CONFIRMED
    assert happened(visit).count("restored") == 1


def test_nothing_is_undone_when_the_time_is_gone(visit, imani) -> None:
    cancel(visit)
    hold("10:00", imani)
    with pytest.raises(SlotTaken):
        undo(visit)
    assert (fresh(visit).status, visit.status) == (Status.CANCELLED, Status.CANCELLED)


def test_nothing_is_undone_when_the_patient_is_elsewhere_by_now(visit, cast) -> None:
    cancel(visit)
    confirm(hold("10:00", cast.dr_reyes.practitioner), visit.patient)
    with pytest.raises(AlreadyThere):
        undo(visit)


def test_a_lapsed_hold_does_not_stand_in_the_way_of_an_undo(visit, imani, settings) -> None:
    settings.HOLD_MINUTES = 5
    cancel(visit)
    lapsed = hold("10:00", imani)
    assert undo(visit, NOW + 6 * MINUTE).status == Status.CONFIRMED
    assert fresh(lapsed).status == Status.EXPIRED


def test_what_the_clinic_cancels_the_patient_cannot_undo(visit) -> None:
    cancel(visit, by=Cancelled.BY_CLINIC)
    with pytest.raises(TooLate):
        undo(visit)


def test_an_undo_after_the_visit_should_have_begun_is_too_late(visit) -> None:
    cancel(visit, now=TEN - MINUTE)
    with pytest.raises(TooLate):
        undo(visit, TEN)


def test_an_undone_late_cancellation_is_not_owed_but_a_late_move_before_it_is(visit) -> None:
    cancel(visit, now=TEN - 2 * HOUR)
    assert undo(visit, TEN - 2 * HOUR).owed_minor == 0
    move(visit, "14:00", TUESDAY + timedelta(days=7), now=TEN - 2 * HOUR)
    cancel(visit, now=TEN - 2 * HOUR)
    assert undo(visit, TEN - 2 * HOUR).owed_minor == 30000


def test_what_was_owed_before_a_late_cancellation_is_owed_after_its_undo(visit) -> None:
    late = TEN - 2 * HOUR
    move(visit, "14:00", now=late)
    Clinic.objects.update(late_fee_minor=50000)
    assert cancel(visit, now=late).owed_minor == 50000
    assert undo(fresh(visit), late).owed_minor == 30000


def test_what_the_clinic_has_waived_is_not_owed_again_after_an_undo(visit, cast) -> None:
    late = TEN - 2 * HOUR
    move(visit, "14:00", now=late)
    cancel(visit, now=late)
    fees.waive(actor=cast.sam, consultation=visit, reason="They were told the wrong time.", now=late)
    assert undo(fresh(visit), late).owed_minor == 0


def test_a_withdrawn_request_that_is_undone_still_waits_for_the_clinic(imani, cast) -> None:
    Kind.objects.update(mode=BookingMode.REQUEST)
    asked = confirm(hold("14:00", imani), cast.bobs_visit.patient)
    cancel(asked)
    assert undo(asked).status == Status.REQUESTED
    assert fresh(asked).held_until == at("14:00", TUESDAY)
    assert [mail.subject for mail in mails(asked)] == ["We have your request"]


def test_a_request_is_withdrawn_for_nothing_until_the_visit_would_begin(imani, cast, as_bob) -> None:
    Kind.objects.update(mode=BookingMode.REQUEST)
    Clinic.objects.update(free_cancel_hours=72, online_change_hours=48, grace_minutes=0, late_fee_minor=30000)
    asked = confirm(hold("14:00", imani), cast.bobs_visit.patient)
    page = as_bob.get(f"/my/{asked.reference}/").content.decode()
    assert "Withdrawing the request costs nothing." in page
    page = as_bob.get(f"/my/{asked.reference}/cancel/").content.decode()
    assert "Withdraw the request?" in page
    assert "HK$" not in page.split("Withdraw the request?")[1].split("Reference")[1]
    page = as_bob.post(f"/my/{asked.reference}/cancel/", follow=True).content.decode()
    assert "Your request is withdrawn." in page
    assert (fresh(asked).owed_minor, fresh(asked).cancelled_late) == (0, False)
