"""When can this kind of visit take place? One plan of two queries, whatever the number of practitioners and bookings.

The first query reads who works when, the second everything that stands in the way of some days; the pure engine in
`consultations.scheduling` does the rest. `is_offered` asks the very same question about a single start.
"""

import uuid
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from heapq import nsmallest
from itertools import islice
from math import ceil
from typing import Any
from zoneinfo import ZoneInfo

from clinic.localtime import day_bounds, local
from consultations import diary
from consultations.diary import Diary, Place
from consultations.models import Consultation, Kind
from consultations.scheduling import (
    ALWAYS,
    Need,
    Span,
    WeeklyHours,
    free_starts,
    openings,
    refused_by_absences,
    refused_by_bookings,
    refused_by_visits,
)
from consultations.scheduling.pool import Pool
from consultations.scheduling.suiting import ANY_TIME, Suits
from practitioners.models import Practitioner

# Who looks for the soonest time reads a week first, which usually has one, then four, then all that the kind allows.
WINDOWS = (7, 28)
# No day's first time is this near to another day's last: what lies within is of the same day.
NEAR = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class Slot:
    """A time that can be booked, with the room and device it would be given; `starts` and `ends` are aware, in UTC."""

    practitioner_id: int
    location_id: int
    room_id: int | None
    device_id: int | None
    starts: datetime
    ends: datetime

    @property
    def as_sent(self) -> str:
        """The start as a form sends it back: 2027-05-04T06:00Z."""
        return f"{self.starts:%Y-%m-%dT%H:%MZ}"


@dataclass(frozen=True, slots=True)
class Offer:
    """The free starts of some practitioners on some days; slots are made of them when somebody looks."""

    zone: ZoneInfo
    days: tuple[date, ...]
    need: Need
    starts: Mapping[Place, list[int]]
    rooms: Mapping[int, Pool]
    devices: Mapping[int, Pool]

    def slots(self) -> list[Slot]:
        """One slot for each free time, soonest first; of several practitioners the one who was named first."""
        return [self.slot(place, start) for start, place in sorted(self._places().items())]

    def nearest(self, moment: datetime, count: int) -> list[Slot]:
        """The slots that begin nearest to a moment, in the order of the clock; no other slot is made."""
        places, minute = self._places(), _minute(moment)
        chosen = nsmallest(count, places, key=lambda start: (abs(start - minute), start))
        return [self.slot(places[start], start) for start in sorted(chosen)]

    def _places(self) -> dict[int, Place]:
        places: dict[int, Place] = {}
        for place, starts in self.starts.items():
            for start in starts:
                places.setdefault(start, place)
        return places

    def of(self, practitioner_id: int) -> Iterator[Slot]:
        """The slots of one practitioner, soonest first, made one by one."""
        times = sorted(
            (start, place) for place, starts in self.starts.items() if place[0] == practitioner_id for start in starts
        )
        return (self.slot(place, start) for start, place in times)

    def by_day(self) -> dict[date, list[Slot]]:
        """The slots of every day asked for in the clinic's zone; a day without any is an empty list."""
        days: dict[date, list[Slot]] = {day: [] for day in self.days}
        for slot in self.slots():
            days[local(slot.starts, self.zone).date()].append(slot)
        return days

    def counts(self) -> dict[date, int]:
        """How many free times each day asked for has, without making slots of them."""
        times = sorted(set().union(*self.starts.values()))
        bounds = [bisect_left(times, _minute(day_bounds(day, self.zone)[0])) for day in self.days]
        return {day: end - first for day, first, end in zip(self.days, bounds, [*bounds[1:], len(times)], strict=True)}

    def first(self) -> Slot | None:
        """The soonest slot of all; of several practitioners the one who was named first."""
        places = [place for place, starts in self.starts.items() if starts]
        if not places:
            return None
        soonest = min(places, key=lambda place: self.starts[place][0])
        return self.slot(soonest, self.starts[soonest][0])

    def slot(self, place: Place, start: int) -> Slot:
        """The slot that one free start means."""
        practitioner_id, location_id = place
        rooms, devices = self.rooms.get(location_id), self.devices.get(location_id)
        return Slot(
            practitioner_id=practitioner_id,
            location_id=location_id,
            room_id=rooms.pick(start, practitioner_id) if rooms else None,
            device_id=devices.pick(start, practitioner_id) if devices else None,
            starts=_instant(start),
            ends=_instant(start + self.need.length),
        )


def everyone(*, kind: Kind, now: datetime) -> Any:
    """Those who may be asked about: they can be booked for the kind, in the clinic's order."""
    return Practitioner.objects.bookable(kind.code, _yesterday(now))


def free(
    *,
    kind: Kind,
    practitioners: Iterable[Practitioner],
    first_day: date,
    days: int,
    now: datetime,
    patient_id: uuid.UUID | None = None,
    ignoring: uuid.UUID | None = None,
    suits: Suits = ANY_TIME,
) -> Offer:
    """Find the free times on some days of the clinic's calendar, as if one consultation (`ignoring`) were not there.

    Only practitioners who may be booked for the kind are offered; with `patient_id`, only times when that patient is
    free as well. Always two queries, or one when nobody works.
    """
    search = _search(kind, practitioners, now, patient_id, ignoring, suits)
    return search.offer([first_day + timedelta(days=n) for n in range(days)])


def is_offered(
    *,
    kind: Kind,
    practitioner: Practitioner,
    starts: datetime,
    now: datetime,
    patient_id: uuid.UUID | None = None,
    ignoring: uuid.UUID | None = None,
) -> Slot | None:
    """Answer whether this very time may be booked: the slot that `free` would list, or nothing."""
    asked = around(
        kind=kind, practitioners=[practitioner], starts=starts, now=now, patient_id=patient_id, ignoring=ignoring
    )
    return next(iter(asked.slots()), None)


def around(
    *,
    kind: Kind,
    practitioners: Iterable[Practitioner],
    starts: datetime,
    now: datetime,
    patient_id: uuid.UUID | None = None,
    ignoring: uuid.UUID | None = None,
    suits: Suits = ANY_TIME,
) -> "Around":
    """Read the day of a time once: for whoever asks whether it is free and, if it is not, what is near it."""
    search = _search(kind, practitioners, now, patient_id, ignoring, suits)
    day = local(starts, search.zone).date()
    return Around(search, starts, day, search.read([day]))


def who_could(*, consultation: Consultation, practitioners: Iterable[Practitioner], now: datetime) -> list[Slot]:
    """List the slots at the time and place that a visit has, of those who could take it over: for staff.

    They need keep neither to the minimum notice nor to the times at which visits begin by the grid.
    """
    kind, minute = consultation.own_kind, _minute(consultation.starts)
    search = _search(
        kind, practitioners, now, ignoring=consultation.pk, suits=Suits(location_id=consultation.location_id)
    )
    need = replace(search.need, length=_minute(consultation.ends) - minute, step=1)
    whenever = replace(search, need=need, earliest=_minute(now) + 1)
    offer = whenever.offer([local(consultation.starts, search.zone).date()], within=(minute, minute + 1))
    return [offer.slot(place, start) for place, starts in offer.starts.items() for start in starts]


def soonest(
    *,
    kind: Kind,
    practitioners: Iterable[Practitioner],
    now: datetime,
    patient_id: uuid.UUID | None = None,
    ignoring: uuid.UUID | None = None,
    suits: Suits = ANY_TIME,
) -> Slot | None:
    """Find the first free time with any of these practitioners, as far ahead as the kind is offered."""
    search = _search(kind, practitioners, now, patient_id, ignoring, suits)
    return next((slot for days in search.windows() if (slot := search.offer(days).first())), None)


def next_free(
    *, kind: Kind, practitioners: Iterable[Practitioner], now: datetime, count: int = 3
) -> dict[int, list[Slot]]:
    """Find the next free times of each of these practitioners in one go, by practitioner id, for their cards."""
    search = _search(kind, practitioners, now)
    found: dict[int, list[Slot]] = {practitioner_id: [] for practitioner_id, _ in search.hours}
    for days in search.windows():
        lacking = {practitioner_id for practitioner_id, slots in found.items() if len(slots) < count}
        if not lacking:
            break
        offer = search.only(lacking).offer(days)
        for practitioner_id in lacking:
            found[practitioner_id] += islice(offer.of(practitioner_id), count - len(found[practitioner_id]))
    return found


@dataclass(frozen=True, slots=True)
class Around:
    """A time that somebody asked for, and the day around it as it was when it was read."""

    search: "_Search"
    starts: datetime
    day: date
    found: "Diary | None"

    def slots(self) -> list[Slot]:
        """The slots at this very time, one for each practitioner who has it, in the order they were named."""
        minute = _minute(self.starts)
        if _instant(minute) != self.starts:
            return []
        offer = self.search.lay([self.day], self.found, within=(minute, minute + 1))
        return [offer.slot(place, start) for place, starts in offer.starts.items() for start in starts]

    def nearest(self, count: int = 3) -> list[Slot]:
        """The free times nearest to it, in the order of the clock.

        The day mostly has enough; if not, the days around it are read, or else all.
        """
        search, day, starts = self.search, self.day, self.starts
        found = search.lay([day], self.found).nearest(starts, count)
        if len([slot for slot in found if abs(slot.starts - starts) < NEAR]) < count:
            found = search.offer([day + timedelta(days=n) for n in range(-3, 4)]).nearest(starts, count)
        if len(found) < count:
            found = search.offer(search.bookable_days()).nearest(starts, count)
        return found


# --- the plan --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Search:
    """Who works when, and whatever else an offer depends on but the days."""

    kind: Kind
    need: Need
    earliest: int
    now: datetime
    zone: ZoneInfo
    hours: Mapping[Place, list[WeeklyHours]]
    patient_id: uuid.UUID | None
    ignoring: uuid.UUID | None
    suits: Suits = ANY_TIME

    def only(self, practitioners: set[int]) -> "_Search":
        """The same search for some of the practitioners."""
        return replace(self, hours={place: hours for place, hours in self.hours.items() if place[0] in practitioners})

    def bookable_days(self) -> list[date]:
        """Today, and as many days after it as the kind may be booked ahead."""
        today = local(self.now, self.zone).date()
        return [today + timedelta(days=n) for n in range(self.kind.horizon_days + 1)]

    def windows(self) -> Iterator[list[date]]:
        """The bookable days in three helpings, the first of them small."""
        days = self.bookable_days()
        week, month = WINDOWS
        return filter(None, (days[:week], days[week:month], days[month:]))

    def offer(self, asked: Sequence[date], within: Span = ALWAYS) -> Offer:
        """What is free on these consecutive days, or in those minutes of them that are asked about."""
        return self.lay(asked, self.read(asked), within)

    def read(self, asked: Sequence[date]) -> Diary | None:
        """What stands in the way on these consecutive days; nothing is read if none can be booked."""
        days = self._bookable(asked)
        if not days or not self.hours or not self.kind.is_active:
            return None
        return diary.read(
            practitioners={practitioner for practitioner, _ in self.hours},
            locations={location for _, location in self.hours},
            kind=self.kind,
            days=days,
            zone=self.zone,
            now=self.now,
            patient_id=self.patient_id,
            ignoring=self.ignoring,
        )

    def lay(self, asked: Sequence[date], found: Diary | None, within: Span = ALWAYS) -> Offer:
        """What is free on these days beside what was found to stand in the way."""
        kind, need, days = self.kind, self.need, self._bookable(asked)
        if found is None:
            return Offer(self.zone, tuple(asked), need, {}, {}, {})
        window = max(within[0], self.earliest), within[1]
        locations = {location for _, location in self.hours}
        rooms = {place: Pool(need, found.rooms[place], found.in_room) for place in locations if kind.room_kind_id}
        devices = {place: Pool(need, found.devices[place], found.in_device) for place in locations if kind.device_kinds}
        lacking = {
            place: [start for pools in (rooms, devices) if place in pools for start in pools[place].refused()]
            for place in locations
        }
        starts = {}
        for (practitioner, location), hours in self.hours.items():
            refused = [
                *refused_by_bookings(need, found.visits[practitioner]),
                *refused_by_absences(need, found.time_off[practitioner]),
                *refused_by_visits(need, found.patient),
                *lacking[location],
            ]
            open_days = [day for day in days if not found.is_closed(location, day)]
            found_free = free_starts(openings(hours, open_days, self.zone), refused, need, window)
            starts[practitioner, location] = self._suiting(found_free)
        return Offer(self.zone, tuple(asked), need, starts, rooms, devices)

    def _bookable(self, asked: Sequence[date]) -> list[date]:
        bookable = self.bookable_days()
        return [day for day in asked if bookable[0] <= day <= bookable[-1]]

    def _suiting(self, starts: list[int]) -> list[int]:
        """Those that suit whoever asks; mostly all."""
        if self.suits.but is not None:
            had = _minute(self.suits.but)
            starts = [start for start in starts if start != had]
        if self.suits.any_hour:
            return starts
        return [start for start in starts if self.suits.fits(local(_instant(start), self.zone))]


def _search(
    kind: Kind,
    practitioners: Iterable[Practitioner],
    now: datetime,
    patient_id: uuid.UUID | None = None,
    ignoring: uuid.UUID | None = None,
    suits: Suits = ANY_TIME,
) -> _Search:
    """Read the hours of those who may be booked, in the order they were named, and the clinic's zone with them."""
    order = {practitioner.pk: position for position, practitioner in enumerate(practitioners)}
    zone, hours = diary.roster(
        practitioners=order,
        kind=kind.code,
        location_id=suits.location_id,
        today=_yesterday(now),
    )
    named = sorted(hours, key=lambda place: (order[place[0]], place[1]))
    return _Search(
        kind=kind,
        need=Need(kind.minutes, kind.minutes_before, kind.minutes_after, kind.step_minutes, kind.overrun_minutes),
        earliest=ceil((now + timedelta(hours=kind.notice_hours)).timestamp() / 60),
        now=now,
        zone=zone,
        hours={place: hours[place] for place in named},
        patient_id=patient_id,
        ignoring=ignoring,
        suits=suits,
    )


def _yesterday(now: datetime) -> date:
    """Today or yesterday in every zone: no hours are lost by it, since they end with the registration themselves."""
    return (now - timedelta(days=1)).date()


def _minute(instant: datetime) -> int:
    return int(instant.timestamp()) // 60


def _instant(minute: int) -> datetime:
    return datetime.fromtimestamp(minute * 60, UTC)
