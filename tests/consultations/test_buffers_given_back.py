"""Who gave up clean-up or preparation for a visit that departed from the rules has it again when that visit is gone."""

from datetime import timedelta

import pytest

from consultations import availability, booking, departures, reserving, visits
from consultations.models import Cancelled, Consultation, Kind, Patient, Source
from consultations.reserving import Told
from practitioners.models import Practitioner
from tests import factories
from tests.consultations.bookings import cancel, confirm, fresh, hold, move
from tests.factories import NOW

WHY = "She flies home tonight."
TEN, MINUTE = timedelta(minutes=10), timedelta(minutes=1)


@pytest.fixture
def imani(cast):
    return Practitioner.objects.get(slug="dr-imani")


@pytest.fixture
def tight(imani):
    """A kind of visit of twenty minutes with ten on either side."""
    imani.kinds.create(kind="follow_up", fee_minor=50000)
    return factories.kind("follow_up", minutes=20, minutes_before=10, minutes_after=10, step_minutes=10)


@pytest.fixture
def neighbour(tight, imani):
    """Bob's, from three to twenty past."""
    return confirm(hold("15:00", imani, kind=tight), Patient.objects.get(full_name="Bob Chan"))


@pytest.fixture
def squeezed(tight, imani, neighbour, sam):
    """Alice's, for which Bob's clean-up and her own preparation gave way."""
    held = departures.hold(actor=sam, kind=tight, practitioner=imani, starts=neighbour.ends, reason=WHY, now=NOW)
    alice = Patient.objects.get(full_name="Alice Wong")
    return reserving.book(actor=sam, consultation=held, patient=alice, source=Source.PHONE, told=Told.BY_MAIL, now=NOW)


def buffers(one: Consultation) -> tuple[timedelta, timedelta]:
    visit = fresh(one)
    return visit.starts - visit.blocked_from, visit.blocked_until - visit.ends


def test_as_long_as_the_visit_stands_nobody_has_more(neighbour, squeezed):
    assert departures.sweep(now=NOW) == 0
    assert (buffers(neighbour), buffers(squeezed)) == ((TEN, 0 * TEN), (0 * TEN, TEN))


def test_when_the_clinic_cancels_it_the_clean_up_is_back_at_once(neighbour, squeezed):
    cancel(squeezed, by=Cancelled.BY_CLINIC)
    assert departures.sweep(now=NOW) == 1
    assert buffers(neighbour) == (TEN, TEN)
    assert departures.sweep(now=NOW) == 0


def test_when_it_moves_away_both_have_theirs(neighbour, squeezed):
    move(squeezed, "16:30", by=Cancelled.BY_CLINIC)
    departures.sweep(now=NOW)
    assert (buffers(neighbour), buffers(squeezed)) == ((TEN, TEN), (TEN, TEN))


def test_when_the_neighbour_goes_the_visit_itself_has_its_preparation(neighbour, squeezed):
    cancel(neighbour, by=Cancelled.BY_CLINIC)
    assert departures.sweep(now=NOW) == 1
    assert buffers(squeezed) == (TEN, TEN)


def test_when_a_hold_for_it_runs_out_the_clean_up_is_back(neighbour, tight, imani, sam):
    departures.hold(actor=sam, kind=tight, practitioner=imani, starts=neighbour.ends, reason=WHY, now=NOW)
    assert departures.sweep(now=NOW) == 0
    assert departures.sweep(now=NOW + 15 * MINUTE) == 1
    assert buffers(neighbour) == (TEN, TEN)


def test_whoever_may_still_think_again_finds_their_place_as_it_was(neighbour, squeezed):
    cancel(squeezed)
    assert departures.sweep(now=NOW + 14 * MINUTE) == 0
    booking.undo_cancel(actor=None, consultation=squeezed, now=NOW + 14 * MINUTE)
    cancel(squeezed, now=NOW + 14 * MINUTE)
    assert departures.sweep(now=NOW + 30 * MINUTE) == 1
    assert buffers(neighbour) == (TEN, TEN)


def test_as_much_comes_back_as_there_is_room(neighbour, squeezed, tight, imani, sam):
    cancel(squeezed, by=Cancelled.BY_CLINIC)
    starts = neighbour.ends + 4 * MINUTE
    departures.hold(actor=sam, kind=tight, practitioner=imani, starts=starts, reason=WHY, now=NOW)
    assert departures.sweep(now=NOW) == 1
    assert buffers(neighbour) == (TEN, 4 * MINUTE)


def test_no_patient_is_offered_the_time_in_which_the_room_is_cleaned(neighbour, squeezed, imani):
    Kind.objects.filter(code="first_visit").update(step_minutes=10, minutes_before=0)
    first, after = Kind.objects.get(code="first_visit"), neighbour.ends
    cancel(squeezed, by=Cancelled.BY_CLINIC)
    departures.sweep(now=NOW)
    assert availability.is_offered(kind=first, practitioner=imani, starts=after, now=NOW) is None
    assert availability.is_offered(kind=first, practitioner=imani, starts=after + TEN, now=NOW) is not None


def test_what_has_begun_stays_as_it_is(neighbour, squeezed, sam):
    cancel(squeezed, by=Cancelled.BY_CLINIC)
    visits.arrive(actor=sam, consultation=neighbour, now=neighbour.starts)
    assert departures.sweep(now=neighbour.starts) == 0
    assert buffers(neighbour) == (TEN, 0 * TEN)
