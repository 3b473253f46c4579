"""The two queries behind every free time: who works when, and what stands in the way on some days.

The database counts the minutes, so that no datetime is made for any of the rows; what they mean for a visit is for
`consultations.scheduling` to say.
"""

import json
import uuid
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from clinic.localtime import day_bounds
from clinic.premises.models import Clinic
from consultations.models import BLOCKING, Consultation, Kind, Status
from consultations.scheduling import Busy, Span, WeeklyHours

# A visit blocks a day at most, so of those that end after the window begins only a day's worth beyond its end can
# reach into it: the index by end is read from there to here, however long the history. Were a visit ever longer it
# could be missed here, and the rules of the database would still refuse what meets it.
LONGEST = timedelta(days=1)
EVERYWHERE = 0
NOBODY = uuid.UUID(int=0)
EPOCH = date(1970, 1, 1)
MINUTES_A_DAY = 24 * 60

SECONDS = {"sqlite": "unixepoch({})", "postgresql": "extract(epoch from {})::bigint"}
AMONG = {"sqlite": "in (select value from json_each(%({})s))", "postgresql": "= any(%({})s::bigint[])"}
ANY_OF = {"sqlite": "in ({})", "postgresql": "= any(array({}))"}  # an array keeps PostgreSQL on the index at any size
VISIT, TIME_OFF, CLOSURE, ROOM, DEVICE, PATIENT = range(6)


def _quoted(statuses: Iterable[Status]) -> str:
    return ", ".join(f"'{status.value}'" for status in statuses)


# What blocks is what `Consultation.objects.blocking` says; a test holds the two together.
IN_THE_WAY = f"""
        blocked_until > %(opens)s and blocked_until < %(beyond)s and blocked_from < %(closes)s
          and status in ({_quoted(BLOCKING)})
          and not (status in ({_quoted([Status.HELD, Status.REQUESTED])}) and held_until <= %(now)s)
          and id <> %(ignoring)s
"""

Place = tuple[int, int]
"""A practitioner at a location, by their ids: hours belong to both."""


@dataclass(frozen=True, slots=True)
class Diary:
    """What stands in the way, sorted by whom or what it keeps busy; fitting rooms and devices by their location.

    Of each room and device it says as how many kinds it serves.
    """

    visits: dict[int, list[Busy]] = field(default_factory=lambda: defaultdict(list))
    time_off: dict[int, list[Span]] = field(default_factory=lambda: defaultdict(list))
    patient: list[Span] = field(default_factory=list)
    in_room: dict[int, list[Busy]] = field(default_factory=lambda: defaultdict(list))
    in_device: dict[int, list[Busy]] = field(default_factory=lambda: defaultdict(list))
    rooms: dict[int, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    devices: dict[int, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    closed: dict[int, set[date]] = field(default_factory=lambda: defaultdict(set))

    def is_closed(self, location: int, day: date) -> bool:
        """Tell whether the location, or the whole clinic, is closed on the day."""
        return day in self.closed[location] or day in self.closed[EVERYWHERE]


def roster(
    *, practitioners: Collection[int], kind: str, location_id: int | None, today: date
) -> tuple[ZoneInfo, dict[Place, list[WeeklyHours]]]:
    """Read the clinic's zone, and the hours of those who may be booked for the kind, none beyond their registration."""
    values = {"practitioners": _many(practitioners), "location": location_id, "kind": kind, "today": today.isoformat()}
    zone: ZoneInfo | None = None
    hours: dict[Place, list[WeeklyHours]] = defaultdict(list)
    for who, where, zone_name, registered_until, weekday, opens, closes, first, last in _rows(
        _roster_statement, values
    ):
        # Extra hours are a line of one day, and say no weekday.
        weekly = WeeklyHours(first.weekday() if weekday is None else weekday, opens, closes, first, last)
        if registered_until:
            weekly = weekly._replace(valid_until=min(weekly.valid_until or registered_until, registered_until))
        hours[who, where].append(weekly)
        zone = ZoneInfo(zone_name) if zone_name else None
    return zone or Clinic().zone, hours


def read(
    *,
    practitioners: Collection[int],
    locations: Collection[int],
    kind: Kind,
    days: Sequence[date],
    zone: ZoneInfo,
    now: datetime,
    patient_id: uuid.UUID | None,
    ignoring: uuid.UUID | None,
) -> Diary:
    """Read the diaries of these practitioners, of the fitting rooms and devices, and of the patient.

    The days are consecutive. A room fits that serves as what the kind of visit needs, a device that
    serves as all of it. Holds and requests that have lapsed are not in the way, nor is what is to be ignored.
    """
    opens, closes = day_bounds(days[0], zone)[0], day_bounds(days[-1], zone)[1]
    instant = connection.ops.adapt_datetimefield_value
    key = Consultation._meta.pk.get_db_prep_value
    rows = _rows(
        _patients_statement if patient_id else _diary_statement,
        {
            "practitioners": _many(practitioners),
            "locations": _many(locations),
            "room_kind": kind.room_kind_id,
            "device_kinds": _many(kind.device_kinds),
            "how_many_kinds": len(kind.device_kinds),
            "patient": key(patient_id, connection) if patient_id else None,
            "ignoring": key(ignoring or NOBODY, connection),
            "opens": instant(opens),
            "closes": instant(closes),
            "beyond": instant(closes + LONGEST),
            "now": instant(now),
            "first_day": days[0].isoformat(),
            "last_day": days[-1].isoformat(),
        },
    )
    return _sorted(rows)


# --- the two queries, written out: Django takes twenty times as long to write them as the database to answer ---------


@cache
def _roster_statement(vendor: str) -> str:
    """Who works when. Who may be booked is what `Practitioner.objects.bookable` says; a test holds the two together."""
    bookable = f"""
        join practitioners_practitioner who on who.id = hours.practitioner_id
        join practitioners_practitionerkind held on held.practitioner_id = who.id and held.kind = %(kind)s
        where hours.practitioner_id {AMONG[vendor].format("practitioners")}
          and location_id = coalesce(%(location)s, location_id)
          and is_active and accepts_bookings
          and (registration_expires_on is null or registration_expires_on >= %(today)s)
    """
    who = """
        hours.practitioner_id, location_id, (select zone_name from premises_clinic), registration_expires_on
    """
    return f"""
        select {who}, weekday, opens, closes, valid_from, valid_until
        from practitioners_workinghours hours {bookable}
      union all
        select {who}, null, opens, closes, day, day
        from practitioners_extrahours hours {bookable} and day >= %(today)s
    """  # noqa: S608  put together from constants; values are parameters


@cache
def _diary_statement(vendor: str) -> str:
    """What stands in the way: rows that say what they are about, whose they are, which room and device, and minutes."""
    among = AMONG[vendor].format
    minute, minute_up = _minutes(vendor)
    rooms, devices = _fitting(vendor)
    any_of = ANY_OF[vendor].format
    return f"""
        select {VISIT}, practitioner_id, room_id, device_id, {_busy(vendor)} from consultations_consultation
        where (practitioner_id {among("practitioners")}
               or room_id {any_of(f"select room.id {rooms}")} or device_id {any_of(f"select device.id {devices}")})
          and {IN_THE_WAY}
      union all
        select {TIME_OFF}, practitioner_id, 0, 0, {minute("starts")}, {minute_up("ends")}, 0, 0
        from practitioners_timeoff
        where practitioner_id {among("practitioners")} and starts < %(closes)s and ends > %(opens)s
      union all
        select {CLOSURE}, coalesce(location_id, {EVERYWHERE}), 0, 0, {minute("first_day")}, {minute("last_day")}, 0, 0
        from premises_closure
        where (location_id is null or location_id {among("locations")})
          and first_day <= %(last_day)s and last_day >= %(first_day)s
      union all
        select {ROOM}, location_id, room.id, 0,
               (select count(*) from premises_room_kinds every where every.room_id = room.id), 0, 0, 0 {rooms}
      union all
        select {DEVICE}, location_id, 0, device.id,
               (select count(*) from premises_device_kinds every where every.device_id = device.id), 0, 0, 0 {devices}
    """  # noqa: S608  put together from constants; values are parameters


def _fitting(vendor: str) -> tuple[str, str]:
    """The rooms in use that serve as the kind asked for, and the devices; none where no kind is."""
    among = AMONG[vendor].format
    rooms = f"""
        from premises_room room
        join premises_room_kinds serves on serves.room_id = room.id and serves.roomkind_id = %(room_kind)s
        where room.active and room.location_id {among("locations")}
    """
    devices = f"""
        from premises_device device
        where device.active and device.location_id {among("locations")} and %(how_many_kinds)s > 0
          and (select count(*) from premises_device_kinds serves
               where serves.device_id = device.id and serves.devicekind_id {among("device_kinds")}) = %(how_many_kinds)s
    """  # noqa: S608  as above
    return rooms, devices


@cache
def _patients_statement(vendor: str) -> str:
    """The patient's own visits, for those who ask about a patient."""
    return f"""
        {_diary_statement(vendor)}
      union all
        select {PATIENT}, 0, 0, 0, {_busy(vendor)} from consultations_consultation
        where patient_id = %(patient)s and {IN_THE_WAY}
    """  # noqa: S608  as above


def _minutes(vendor: str) -> tuple[Callable[[str], str], Callable[[str], str]]:
    """How to write the minute in which something begins, and the one before which it has ended."""
    return f"({SECONDS[vendor]}) / 60".format, f"({SECONDS[vendor]} + 59) / 60".format


def _busy(vendor: str) -> str:
    minute, minute_up = _minutes(vendor)
    return f"{minute('starts')}, {minute_up('ends')}, {minute('blocked_from')}, {minute_up('blocked_until')}"


def _rows(statement: Callable[[str], str], values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement(connection.vendor), values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _many(ids: Collection[int]) -> Any:
    return json.dumps([*ids]) if connection.vendor == "sqlite" else [*ids]


def _sorted(rows: Iterable[tuple[Any, ...]]) -> Diary:
    diary = Diary()
    for what, owner, room, device, first, end, blocked_from, blocked_until in rows:
        if what == VISIT:
            busy = (first, end, blocked_from, blocked_until)
            diary.visits[owner].append(busy)
            if room is not None:
                diary.in_room[room].append(busy)
            if device is not None:
                diary.in_device[device].append(busy)
        elif what == TIME_OFF:
            diary.time_off[owner].append((first, end))
        elif what == CLOSURE:
            days = range(first // MINUTES_A_DAY, end // MINUTES_A_DAY + 1)
            diary.closed[owner].update(EPOCH + timedelta(days=day) for day in days)
        elif what == PATIENT:
            diary.patient.append((first, end))
        elif what == ROOM:
            diary.rooms[owner][room] = first
        else:
            diary.devices[owner][device] = first
    return diary
