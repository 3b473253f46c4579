"""What is offered: the hours less everything that stands in the way."""

from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from clinic.premises.models import Closure, Location, Room
from consultations import availability
from consultations.models import BLOCKING, Consultation, Kind, Patient, Status
from consultations.scheduling.suiting import Suits
from practitioners.models import Practitioner, TimeOff
from tests import factories
from tests.consultations.scene import (
    MONDAY,
    NOW,
    TUESDAY,
    a_clinic,
    a_kind,
    a_location,
    a_patient,
    a_practitioner,
    a_visit,
    at,
    booked,
    walls,
    works,
)  # fmt: skip

pytestmark = pytest.mark.django_db
MORNING = ["09:00", "09:30", "10:00", "10:30", "11:00", "11:30"]


@pytest.fixture
def central() -> Location:
    a_clinic()
    return a_location("Central", rooms=1)


@pytest.fixture
def kind() -> Kind:
    return a_kind()


@pytest.fixture
def dr_imani(central: Location, kind: Kind) -> Practitioner:
    imani = a_practitioner("Dr Imani", kind)
    works(imani, central, "09:00", "12:00")
    return imani


@pytest.fixture
def dr_reyes(central: Location, kind: Kind) -> Practitioner:
    reyes = a_practitioner("Dr Reyes", kind)
    works(reyes, central, "09:00", "12:00")
    return reyes


def offered(kind, *practitioners, day=MONDAY, **asked):
    offer = availability.free(kind=kind, practitioners=practitioners, first_day=day, days=1, now=NOW, **asked)
    return walls(offer.slots())


def without(*times):
    return [wall for wall in MORNING if wall not in times]


def test_an_empty_morning_is_offered_whole_and_each_slot_says_where_and_until_when(kind, dr_imani, central) -> None:
    slots = availability.free(kind=kind, practitioners=[dr_imani], first_day=MONDAY, days=1, now=NOW).slots()
    assert walls(slots) == MORNING
    assert slots[0] == availability.Slot(
        practitioner_id=dr_imani.pk, location_id=central.pk, room_id=central.rooms.get().pk, device_id=None,
        starts=datetime(2027, 5, 3, 1, tzinfo=UTC), ends=datetime(2027, 5, 3, 1, 30, tzinfo=UTC),
    )  # fmt: skip


@pytest.mark.parametrize("status", Status)
def test_only_what_blocks_stands_in_the_way(kind, dr_imani, status) -> None:
    cancelled_by = "patient" if status == Status.CANCELLED else ""
    until = NOW + timedelta(minutes=15)
    a_visit(dr_imani, kind, at("10:00"), status=status, held_until=until, cancelled_by=cancelled_by)
    assert offered(kind, dr_imani) == (without("10:00") if status in BLOCKING else MORNING)


@pytest.mark.parametrize("status", [Status.HELD, Status.REQUESTED])
def test_a_hold_or_request_reads_as_free_from_the_moment_it_lapses(kind, dr_imani, status) -> None:
    held = a_visit(dr_imani, kind, at("10:00"), status=status, held_until=NOW)
    assert offered(kind, dr_imani) == MORNING
    Consultation.objects.filter(pk=held.pk).update(held_until=NOW + timedelta(seconds=1))
    assert offered(kind, dr_imani) == without("10:00")


def test_ones_own_hold_is_not_in_the_way(kind, dr_imani) -> None:
    mine = a_visit(dr_imani, kind, at("10:00"), status=Status.HELD, held_until=NOW + timedelta(minutes=15))
    assert offered(kind, dr_imani, ignoring=mine.pk) == MORNING


def test_neighbours_share_the_larger_buffer(dr_imani, central, kind) -> None:
    kind.minutes_before, kind.minutes_after, kind.step_minutes = 5, 10, 5
    a_visit(dr_imani, kind, at("10:00"), before=10, after=20)
    found = offered(kind, dr_imani)
    assert found[0] == "09:05", "the preparation lies inside the opening"
    assert found[-1] == "11:20", "and so does the cleaning up"
    assert "09:20" in found
    assert "09:25" not in found
    assert "10:45" not in found
    assert "10:50" in found


def test_visits_that_reach_in_from_the_day_before_and_the_day_after_are_seen(kind, dr_imani, central) -> None:
    works(dr_imani, central, "00:00", "02:00", [0])
    works(dr_imani, central, "22:00", "23:59", [0])
    a_visit(dr_imani, kind, at("23:30", MONDAY - timedelta(days=1)), minutes=60)
    a_visit(dr_imani, kind, at("00:30", TUESDAY), before=90)
    the_day_before = at("08:00", MONDAY - timedelta(days=1))
    offer = availability.free(kind=kind, practitioners=[dr_imani], first_day=MONDAY, days=1, now=the_day_before)
    assert walls(offer.slots()) == ["00:30", "01:00", "01:30", *MORNING, "22:00", "22:30"]


def test_time_off_leaves_no_room_even_for_a_buffer(kind, dr_imani) -> None:
    kind.minutes_after = 10
    TimeOff.objects.create(practitioner=dr_imani, starts=at("10:00"), ends=at("11:00") + timedelta(seconds=1))
    assert offered(kind, dr_imani) == ["09:00"]


@pytest.mark.parametrize("everywhere", [True, False])
def test_a_closed_day_offers_nothing(kind, dr_imani, central, everywhere) -> None:
    where = None if everywhere else central
    Closure.objects.create(location=where, first_day=MONDAY, last_day=MONDAY, reason="Typhoon")
    assert offered(kind, dr_imani) == []
    assert offered(kind, dr_imani, day=TUESDAY) == MORNING


def test_another_locations_closed_day_changes_nothing(kind, dr_imani) -> None:
    Closure.objects.create(location=a_location("Kowloon"), first_day=MONDAY, last_day=MONDAY, reason="Repairs")
    assert offered(kind, dr_imani) == MORNING


def test_someone_elses_visit_takes_the_room_but_not_the_practitioner(kind, dr_imani, dr_reyes, central) -> None:
    room = central.rooms.get()
    a_visit(dr_reyes, kind, at("10:00"), room=room, after=5)
    assert offered(kind, dr_imani) == without("10:00", "10:30")
    second = factories.room(central, "Room 2")
    assert offered(kind, dr_imani) == MORNING
    (slot,) = availability.around(kind=kind, practitioners=[dr_imani], starts=at("10:00"), now=NOW).slots()
    assert slot.room_id == second.pk
    second.active = False
    second.save()
    assert offered(kind, dr_imani) == without("10:00", "10:30")


def test_a_visit_that_needs_a_room_is_not_offered_where_there_is_none(kind, dr_imani) -> None:
    Room.objects.all().delete()
    assert offered(kind, dr_imani) == []


def test_a_visit_that_needs_no_room_takes_none(dr_imani) -> None:
    Room.objects.all().delete()
    video = a_kind(code="video", name="Video", room_kind=None)
    dr_imani.kinds.create(kind="video", fee_minor=60000)
    slot = availability.is_offered(kind=video, practitioner=dr_imani, starts=at("09:00"), now=NOW)
    assert slot is not None
    assert slot.room_id is None


def test_a_visit_at_one_location_keeps_the_practitioner_from_the_other(kind, dr_imani, central) -> None:
    kowloon = a_location("Kowloon")
    works(dr_imani, kowloon, "14:00", "16:00", [0])
    TimeOff.objects.create(practitioner=dr_imani, starts=at("09:00"), ends=at("11:00"))
    a_visit(dr_imani, kind, at("14:00"), room=central.rooms.get())
    assert offered(kind, dr_imani) == ["11:00", "11:30", "14:30", "15:00", "15:30"]
    assert offered(kind, dr_imani, suits=Suits(location_id=kowloon.pk)) == ["14:30", "15:00", "15:30"]


def test_a_patient_is_offered_no_time_of_another_visit_of_theirs(kind, dr_imani, dr_reyes) -> None:
    alice: Patient = a_patient()
    a_visit(dr_reyes, kind, at("10:00"), patient=alice, before=10, after=10)
    assert offered(kind, dr_imani, patient_id=alice.pk) == without("10:00")


def test_notice_and_horizon_bound_what_is_offered(kind, dr_imani) -> None:
    kind.notice_hours, kind.horizon_days = 3, 2
    assert offered(kind, dr_imani) == ["10:00", "10:30", "11:00", "11:30"]
    assert offered(kind, dr_imani, day=MONDAY + timedelta(days=2)) == MORNING, "the last day counts whole"
    assert offered(kind, dr_imani, day=MONDAY + timedelta(days=3)) == []
    assert offered(kind, dr_imani, day=MONDAY - timedelta(days=1)) == []


def test_a_kind_of_visit_that_was_withdrawn_is_not_offered(kind, dr_imani) -> None:
    kind.is_active = False
    assert offered(kind, dr_imani) == []


def test_nobody_is_offered_after_their_registration_ends(kind, dr_imani) -> None:
    Practitioner.objects.filter(pk=dr_imani.pk).update(registration_expires_on=MONDAY)
    assert offered(kind, dr_imani) == MORNING
    assert offered(kind, dr_imani, day=TUESDAY) == []


def test_hours_count_only_while_they_are_valid(kind, dr_imani, central) -> None:
    works(dr_imani, central, "14:00", "15:00", valid_from=TUESDAY, valid_until=TUESDAY)
    assert offered(kind, dr_imani) == MORNING
    assert offered(kind, dr_imani, day=TUESDAY) == [*MORNING, "14:00", "14:30"]


def test_what_is_listed_and_what_may_be_booked_are_the_same(kind, dr_imani, dr_reyes, central) -> None:
    a_visit(dr_imani, kind, at("10:10"), minutes=20, after=10)
    a_visit(dr_reyes, kind, at("11:00"), room=central.rooms.get())
    minutes = [at("08:00") + timedelta(minutes=5 * n) for n in range(60)]
    may_be_booked = [
        slot
        for starts in [*minutes, at("09:00") + timedelta(seconds=30)]
        if (slot := availability.is_offered(kind=kind, practitioner=dr_imani, starts=starts, now=NOW))
    ]
    listed = availability.free(kind=kind, practitioners=[dr_imani], first_day=MONDAY, days=1, now=NOW).slots()
    assert may_be_booked == listed
    assert walls(listed) == ["09:00", "09:30", "11:30"]


@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_offered_the_database_accepts(kind, dr_imani, dr_reyes, central, seed) -> None:
    """Fill the morning with visits of changing lengths in a random order: neither rule for people or rooms objects."""
    factories.room(central, "Room 2")
    chance = Random(seed)
    while True:
        kind.minutes, kind.minutes_before, kind.minutes_after = chance.choice([(30, 5, 10), (20, 10, 0), (45, 0, 15)])
        kind.step_minutes = 5
        who = chance.sample([dr_imani, dr_reyes], 2)
        slots = availability.free(kind=kind, practitioners=who, first_day=MONDAY, days=1, now=NOW).slots()
        if not slots:
            break
        booked(chance.choice(slots), kind)
    assert Consultation.objects.count() >= 4


def test_on_the_day_the_clocks_go_back_both_passes_are_offered() -> None:
    london = ZoneInfo("Europe/London")
    a_clinic(london)
    kind = a_kind(room_kind=None)
    owl = a_practitioner("Dr Owl", kind)
    works(owl, a_location("Soho"), "00:30", "02:30")
    sunday = datetime(2027, 10, 31, tzinfo=london).date()
    offer = availability.free(
        kind=kind, practitioners=[owl], first_day=sunday, days=1, now=datetime(2027, 10, 30, tzinfo=UTC)
    )
    assert walls(offer.slots(), london) == ["00:30", "01:00", "01:30", "01:00", "01:30", "02:00"]
    assert offer.counts() == {sunday: 6}
