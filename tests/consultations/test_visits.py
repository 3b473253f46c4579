"""The day of the visit: arrived, begun, completed or not come, each once and in its order."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from consultations import visits
from consultations.errors import MovedOn, TooEarly
from consultations.models import Cancelled, Consultation, Kind, Performed, Status, VisitInvitation
from practitioners.models import Invitation, Moment
from tests import factories
from tests.cast import TUESDAY, Cast
from tests.consultations.bookings import audited, cancel, fresh, happened, hold, move
from tests.factories import at
from treatments.models import Treatment

TEN = at("10:00", TUESDAY)
MINUTE = timedelta(minutes=1)
EARLY = visits.Early("She leaves for a year tonight.")


@pytest.fixture
def visit(cast: Cast) -> Consultation:
    """Alice's, with dr_imani on Tuesday at ten."""
    return cast.alices_visit


def test_a_visit_goes_from_arrival_to_completion(visit, sam, dr_imani) -> None:
    visits.arrive(actor=sam, consultation=visit, now=TEN - 5 * MINUTE)
    visits.start(actor=dr_imani, consultation=visit, now=TEN)
    visits.complete(actor=dr_imani, consultation=visit, now=TEN + 25 * MINUTE)
    assert (fresh(visit).status, fresh(visit).status_at) == (Status.COMPLETED, TEN + 25 * MINUTE)
    assert happened(visit) == ["arrived", "completed", "confirmed", "held", "started"]
    assert [one for one in audited(visit) if "book" not in one and "held" not in one] == [
        "consultation_arrived",
        "consultation_completed",
        "consultation_started",
    ]
    assert visit.events.get(kind="arrived").actor == sam


@pytest.mark.parametrize("step", [visits.arrive, visits.complete, visits.no_show])
def test_what_was_seen_of_another_time_says_nothing_of_the_time_the_visit_has_now(visit, sam, step) -> None:
    seen = fresh(visit)
    move(visit, "14:00")
    with pytest.raises(MovedOn):
        step(actor=sam, consultation=seen, now=TEN + 15 * MINUTE)
    assert (fresh(visit).status, happened(visit)) == (Status.CONFIRMED, ["confirmed", "held", "moved"])


def test_steps_may_be_left_out_but_none_is_taken_twice_or_backwards(visit, sam, dr_imani) -> None:
    stale = fresh(visit)
    visits.complete(actor=dr_imani, consultation=visit, now=TEN)
    for step in (visits.complete, visits.start, visits.arrive, visits.no_show):
        for seen in (visit, stale):
            with pytest.raises(MovedOn):
                step(actor=sam, consultation=seen, now=TEN + 15 * MINUTE)
    assert happened(visit).count("completed") == 1


@pytest.mark.parametrize("step", [visits.complete, visits.no_show])
def test_nothing_is_concluded_about_a_visit_before_it_should_have_begun(visit, dr_imani, step) -> None:
    with pytest.raises(TooEarly):
        step(actor=dr_imani, consultation=visit, now=TEN - MINUTE)
    assert fresh(visit).status == Status.CONFIRMED


def test_who_has_arrived_is_no_no_show(visit, sam, dr_imani) -> None:
    visits.arrive(actor=sam, consultation=visit, now=TEN)
    with pytest.raises(MovedOn):
        visits.no_show(actor=dr_imani, consultation=visit, now=TEN + 30 * MINUTE)


def test_a_no_show_is_noted_without_an_invitation_to_review(visit, sam) -> None:
    visits.no_show(actor=sam, consultation=visit, now=TEN + 15 * MINUTE)
    assert fresh(visit).status == Status.NO_SHOW
    assert not Invitation.objects.exists()


def test_a_cancelled_visit_does_not_take_place(visit, sam) -> None:
    cancel(visit, by=Cancelled.BY_CLINIC)
    for step in (visits.arrive, visits.start, visits.complete, visits.no_show):
        with pytest.raises(MovedOn):
            step(actor=sam, consultation=visit, now=TEN + 15 * MINUTE)
    assert not Invitation.objects.exists()


def test_a_visit_that_ended_early_leaves_the_rest_of_its_time_to_others(visit, dr_imani) -> None:
    Kind.objects.update(minutes=60, notice_hours=0, step_minutes=15)
    long_one = move(visit, "14:00", by=Cancelled.BY_CLINIC)
    visits.complete(actor=dr_imani, consultation=long_one, now=at("14:20", TUESDAY))
    assert hold("14:30", visit.practitioner, now=at("14:20", TUESDAY)).status == Status.HELD


# --- the invitation to review ----------------------------------------------------------------------------------------


def test_completing_mints_one_invitation_to_be_sent_three_days_later(visit, dr_imani) -> None:
    visits.complete(actor=dr_imani, consultation=visit, now=TEN)
    minted = VisitInvitation.objects.get(consultation=visit).invitation
    assert (minted.practitioner, minted.visited_month) == (visit.practitioner, date(2027, 5, 1))
    assert (minted.due_at, minted.sent_at) == (visit.ends + timedelta(days=3), None)
    assert fresh(visit).invitation == VisitInvitation.objects.get()


def test_the_month_of_a_visit_is_the_clinics(visit, dr_imani) -> None:
    last_of_may = visit.practitioner.hours.filter(weekday=1)
    last_of_may.update(opens="07:00")
    move(visit, "07:00", date(2027, 6, 1), by=Cancelled.BY_CLINIC)  # still the last of May in UTC
    visits.complete(actor=dr_imani, consultation=visit, now=visit.starts)
    assert Invitation.objects.get().visited_month == date(2027, 6, 1)


def test_a_visit_invites_once_whatever_is_written_by_hand(visit, dr_imani) -> None:
    visits.complete(actor=dr_imani, consultation=visit, now=TEN)
    another, _secret = factories.invitation(visit.practitioner)
    with pytest.raises(IntegrityError), transaction.atomic():
        VisitInvitation.objects.create(consultation=visit, moment=Moment.CONSULTATION, invitation=another)


def test_a_completion_that_fails_leaves_nothing_behind(visit, dr_imani) -> None:
    peel = visits.Done(Treatment.objects.all()[0])
    with pytest.raises(IntegrityError):  # the same treatment twice
        visits.complete(actor=dr_imani, consultation=visit, done=[peel, peel], early=EARLY, now=TEN)
    assert fresh(visit).status == Status.CONFIRMED
    assert not Invitation.objects.exists()
    assert not Performed.objects.exists()


def test_a_hold_is_not_a_visit(visit, sam) -> None:
    held = hold("14:00", visit.practitioner)
    with pytest.raises(MovedOn):
        visits.arrive(actor=sam, consultation=held, now=TEN)
