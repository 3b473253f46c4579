"""Whatever rooms, devices, hours and absences there are: each start that is offered can be booked for real, and none
that is not offered can."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import time, timedelta
from itertools import combinations
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from clinic.premises.models import Closure, DeviceKind, Location, RoomKind
from consultations import availability, booking
from consultations.errors import SlotTaken
from consultations.models import Kind
from practitioners.models import ExtraHours, Practitioner, TimeOff, WorkingHours
from tests import factories
from tests.consultations.scene import TUESDAY, a_clinic, a_kind, a_practitioner, at
from tests.overlaps import overlapping
from treatments.models import Treatment

NOW = at("07:00")
DAYS = [TUESDAY, TUESDAY + timedelta(days=1)]
QUARTERS = [time(hour, minute) for hour in range(9, 14) for minute in (0, 30)]
EVERY_START = [at(f"{quarter:%H:%M}", day) for day in DAYS for quarter in QUARTERS]

# What stands first is drawn most: houses that are open, long days, rooms in use.
days, sides, active = st.sampled_from(DAYS), st.integers(0, 1), st.sampled_from([True, False])
spans = st.sampled_from(sorted(combinations(QUARTERS, 2), key=lambda span: (span[0].hour - span[1].hour, span[0])))


worlds = st.fixed_dictionaries(
    {
        "rooms": st.lists(st.tuples(sides, st.sets(sides, min_size=1), active), min_size=1, max_size=3),
        "devices": st.lists(st.tuples(sides, st.sets(sides, min_size=1), active), min_size=1, max_size=3),
        "weekly": st.lists(st.tuples(sides, sides, days, spans), min_size=3, max_size=6),
        "extra": st.lists(st.tuples(sides, sides, days, spans), max_size=3),
        "off": st.lists(st.tuples(sides, days, spans), max_size=2),
        "closed": st.lists(st.tuples(st.none() | sides, days), max_size=1),
        "taken": st.lists(st.tuples(sides, st.sampled_from(EVERY_START)), max_size=2),
        "needs": st.tuples(st.none() | sides, st.sets(sides)),
        "minutes": st.sampled_from([(30, 0, 0, 0), (45, 10, 15, 5), (20, 0, 10, 10)]),
    }
)

# Always among them: both houses open on both days, a room and a device in each, and one time taken.
LONG = (QUARTERS[0], QUARTERS[-1])
OPEN: dict[str, Any] = {
    "rooms": [(0, {0, 1}, True), (1, {0, 1}, True)],
    "devices": [(0, {0, 1}, True), (1, {0, 1}, True)],
    "weekly": [(who, who, day, LONG) for who in (0, 1) for day in DAYS],
    "extra": [],
    "off": [],
    "closed": [],
    "taken": [(0, EVERY_START[2])],
    "needs": (0, {0}),
    "minutes": (45, 10, 15, 5),
}


class World:
    """Two houses, two practitioners, two kinds of rooms and of devices; the rest is drawn."""

    def __init__(self, drawn: dict[str, Any]) -> None:
        self.places: list[Location] = list(Location.objects.order_by("pk"))
        self.people: list[Practitioner] = list(Practitioner.objects.order_by("pk"))
        rooms, devices = (
            list(RoomKind.objects.order_by("name_en")[:2]),
            list(DeviceKind.objects.order_by("name_en")[:2]),
        )
        for make, kinds, found in ((factories.room, rooms, "rooms"), (factories.device, devices, "devices")):
            for number, (place, serves, active) in enumerate(drawn[found]):
                made: Any = make(self.places[place], f"Number {number}")
                made.kinds.set([kinds[each] for each in serves])
                made.active = active
                made.save()
        for who, place, day, (opens, closes) in drawn["weekly"]:
            WorkingHours.objects.create(**self.works(who, place, opens, closes), weekday=day.weekday())
        for who, place, day, (opens, closes) in drawn["extra"]:
            ExtraHours.objects.create(**self.works(who, place, opens, closes), day=day)
        for who, day, (first, end) in drawn["off"]:
            span = {"starts": at(f"{first:%H:%M}", day), "ends": at(f"{end:%H:%M}", day)}
            TimeOff.objects.create(practitioner=self.people[who], **span)
        for place, day in drawn["closed"]:
            where = None if place is None else self.places[place]
            Closure.objects.create(first_day=day, last_day=day, reason="Closed", location=where)
        room, wanted = drawn["needs"]
        self.kind = Kind.objects.get(code="treatment_visit")
        self.kind.room_kind = None if room is None else rooms[room]
        self.kind.minutes, self.kind.minutes_before, self.kind.minutes_after, self.kind.overrun_minutes = drawn[
            "minutes"
        ]
        self.kind.save()
        needed = [each for number, each in enumerate(Treatment.objects.order_by("pk")) if number in wanted]
        self.visit = self.kind.carrying_out(needed)
        self.take(drawn["taken"])

    def works(self, who: int, place: int, opens: time, closes: time) -> dict[str, Any]:
        return {"practitioner": self.people[who], "location": self.places[place], "opens": opens, "closes": closes}

    def take(self, taken: list[tuple[int, Any]]) -> None:
        """Book some of what is offered, so that rooms and devices are in use."""
        for who, starts in taken:
            slot = availability.is_offered(kind=self.visit, practitioner=self.people[who], starts=starts, now=NOW)
            if slot is not None:
                booking.hold(
                    actor=None, kind=self.visit, practitioners=[self.people[who]], starts=starts, draft=None, now=NOW
                )

    def offered(self, who: Practitioner) -> set[Any]:
        found = availability.free(kind=self.visit, practitioners=[who], first_day=TUESDAY, days=2, now=NOW)
        return {slot.starts for slot in found.slots()}


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def book(world: World, who: Practitioner, starts: Any) -> bool:
    """Whether the verb lets somebody have this time."""
    with undone():
        try:
            held = booking.hold(actor=None, kind=world.visit, practitioners=[who], starts=starts, draft=None, now=NOW)
        except SlotTaken:
            return False
        assert overlapping() == []
        assert held.room is None or (held.room.active and world.visit.room_kind in held.room.kinds.all())
        needed = world.visit.device_kinds
        assert not needed or (held.device is not None and held.device.active)
        assert held.device is None or needed <= set(held.device.kinds.values_list("pk", flat=True))
        return True


@pytest.mark.django_db
def test_each_offered_start_can_be_booked_and_each_other_is_refused() -> None:
    a_clinic()
    visit = a_kind(code="treatment_visit", name="Treatment", step_minutes=30, notice_hours=0)
    for name in ("Central", "Kowloon"):
        factories.location(name)
    for name in ("A", "B"):
        factories.room_kind(name)
        factories.treatment("ipl", "laser_light", slug=name.lower(), device_kind=factories.device_kind(name))
    for name in ("Dr Imani", "Dr Reyes"):
        a_practitioner(name, visit)

    tried: Counter[bool] = Counter()

    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    @example(OPEN)
    @given(worlds)
    def whatever_there_is(drawn: dict[str, Any]) -> None:
        with undone():
            world = World(drawn)
            for who in world.people:
                offered = world.offered(who)
                for starts in EVERY_START:
                    tried[starts in offered] += 1
                    assert book(world, who, starts) == (starts in offered), (who, starts)

    whatever_there_is()
    assert min(tried[True], tried[False]) > 20, tried
