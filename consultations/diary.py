"""What stands in the way of a visit: bookings, time off, closed days and the rooms there are, read in one query.

The database counts the minutes, so that no datetime is made for any of the rows; what they mean for a visit is for
`consultations.scheduling` to say.
"""

import json
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from clinic.localtime import day_bounds
from consultations.models import BLOCKING, Consultation, Status
from consultations.scheduling import Busy, Span

# A visit blocks a day at most, so of those that end after the window begins only a day's worth beyond its end can
# reach into it: the index by end is read from there to here, however long the history. Were a visit ever longer it
# could be missed here, and the rules of the database would still refuse what meets it.
LONGEST = timedelta(days=1)
EVERYWHERE = 0
NOBODY = uuid.UUID(int=0)
EPOCH = date(1970, 1, 1)
MINUTES_A_DAY = 24 * 60

VISIT, TIME_OFF, CLOSURE, ROOM, PATIENT = range(5)


@dataclass(frozen=True, slots=True)
class Diary:
    """What stands in the way, sorted by whom or what it keeps busy."""

    visits: dict[int, list[Busy]] = field(default_factory=lambda: defaultdict(list))
    time_off: dict[int, list[Span]] = field(default_factory=lambda: defaultdict(list))
    patient: list[Span] = field(default_factory=list)
    in_room: dict[int, list[Busy]] = field(default_factory=lambda: defaultdict(list))
    rooms: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    closed: dict[int, set[date]] = field(default_factory=lambda: defaultdict(set))

    def is_closed(self, location: int, day: date) -> bool:
        """Tell whether the location, or the whole clinic, is closed on the day."""
        return day in self.closed[location] or day in self.closed[EVERYWHERE]


def read(
    *, practitioners: Collection[int], locations: Collection[int], rooms_at: Collection[int], days: Sequence[date],
    zone: ZoneInfo, now: datetime, patient_id: uuid.UUID | None, ignoring: uuid.UUID | None,
) -> Diary:  # fmt: skip
    """Read the diaries of these practitioners, of the rooms at `rooms_at` and of the patient, for consecutive days.

    Holds and requests that have lapsed are not in the way, nor is the consultation to be ignored.
    """
    opens, closes = day_bounds(days[0], zone)[0], day_bounds(days[-1], zone)[1]
    key = Consultation._meta.pk
    instant = connection.ops.adapt_datetimefield_value
    many = json.dumps if connection.vendor == "sqlite" else list
    with connection.cursor() as cursor:
        cursor.execute(
            _statement(connection.vendor),
            {
                "practitioners": many([*practitioners]),
                "locations": many([*locations]),
                "rooms_at": many([*rooms_at]),
                "patient": key.get_db_prep_value(patient_id or NOBODY, connection),
                "ignoring": key.get_db_prep_value(ignoring or NOBODY, connection),
                "opens": instant(opens),
                "closes": instant(closes),
                "beyond": instant(closes + LONGEST),
                "now": instant(now),
                "first_day": days[0].isoformat(),
                "last_day": days[-1].isoformat(),
            },
        )
        return _sorted(cursor.fetchall())


@cache
def _statement(vendor: str) -> str:
    """The query in the database's own words: Django takes ten times as long to write it as the database to answer.

    Its rows say what they are about, whose they are, which room, and up to four minutes since the epoch. What blocks
    is what `Consultation.objects.blocking` says; a test holds the two together.
    """
    seconds, among = {
        "sqlite": ("unixepoch({})", "in (select value from json_each(%({})s))"),
        "postgresql": ("extract(epoch from {})::bigint", "= any(%({})s)"),
    }[vendor]
    minute = f"({seconds}) / 60".format
    minute_up = f"({seconds} + 59) / 60".format  # what ends within a minute keeps that minute
    busy = f"{minute('starts')}, {minute_up('ends')}, {minute('blocked_from')}, {minute_up('blocked_until')}"
    in_the_way = f"""
        blocked_until > %(opens)s and blocked_until < %(beyond)s and blocked_from < %(closes)s
        and status in ({_quoted(BLOCKING)})
        and not (status in ({_quoted([Status.HELD, Status.REQUESTED])}) and held_until <= %(now)s)
        and consultations_consultation.id <> %(ignoring)s
    """
    return f"""
        select {VISIT}, practitioner_id, room_id, {busy}
        from consultations_consultation
        where practitioner_id {among.format("practitioners")} and {in_the_way}
      union all
        select {VISIT}, practitioner_id, room_id, {busy}
        from consultations_consultation
        where room_id in (select id from premises_room where location_id {among.format("rooms_at")})
          and not practitioner_id {among.format("practitioners")} and {in_the_way}
      union all
        select {PATIENT}, 0, 0, {busy}
        from consultations_consultation
        where patient_id = %(patient)s and {in_the_way}
      union all
        select {TIME_OFF}, practitioner_id, 0, {minute("starts")}, {minute_up("ends")}, 0, 0
        from practitioners_timeoff
        where practitioner_id {among.format("practitioners")} and starts < %(closes)s and ends > %(opens)s
      union all
        select {CLOSURE}, coalesce(location_id, {EVERYWHERE}), 0, {minute("first_day")}, {minute("last_day")}, 0, 0
        from premises_closure
        where (location_id is null or location_id {among.format("locations")})
          and first_day <= %(last_day)s and last_day >= %(first_day)s
      union all
        select {ROOM}, location_id, id, 0, 0, 0, 0
        from premises_room
        where location_id {among.format("rooms_at")} and active
    """  # noqa: S608  put together from constants; values are parameters


def _quoted(statuses: Iterable[Status]) -> str:
    return ", ".join(f"'{status.value}'" for status in statuses)


def _sorted(rows: Iterable[tuple[Any, ...]]) -> Diary:
    diary = Diary()
    for what, owner, room, first, end, blocked_from, blocked_until in rows:
        if what == VISIT:
            busy = (first, end, blocked_from, blocked_until)
            diary.visits[owner].append(busy)
            if room is not None:
                diary.in_room[room].append(busy)
        elif what == TIME_OFF:
            diary.time_off[owner].append((first, end))
        elif what == CLOSURE:
            days = range(first // MINUTES_A_DAY, end // MINUTES_A_DAY + 1)
            diary.closed[owner].update(EPOCH + timedelta(days=day) for day in days)
        elif what == ROOM:
            diary.rooms[owner].append(room)
        else:
            diary.patient.append((first, end))
    return diary
