"""What stands in the way of a visit: bookings, time off, closed days and the rooms there are, read in one query.

The database counts the minutes, so that no datetime is made for any of the rows; what they mean for a visit is for
`consultations.scheduling` to say.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import BigIntegerField, Func, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from clinic.localtime import day_bounds
from clinic.premises.models import Closure, Room
from consultations.models import Consultation
from consultations.scheduling import Busy, Span
from practitioners.models import TimeOff

# A visit blocks a day at most, so of those that end after the window begins only a day's worth beyond its end can
# reach into it: the index by end is read from there to here, however long the history. Were a visit ever longer it
# could be missed here, and the rules of the database would still refuse what meets it.
LONGEST = timedelta(days=1)
EVERYWHERE = 0
EPOCH = date(1970, 1, 1)
MINUTES_A_DAY = 24 * 60

VISIT, TIME_OFF, CLOSURE, ROOM, PATIENT = range(5)
NOTHING = Value(0)


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
    *, practitioners: set[int], locations: set[int], rooms_at: set[int], days: Sequence[date], zone: ZoneInfo,
    now: datetime, patient_id: uuid.UUID | None, ignoring: uuid.UUID | None,
) -> Diary:  # fmt: skip
    """Read the diaries of these practitioners, of the rooms at `rooms_at` and of the patient, for consecutive days.

    Holds and requests that have lapsed are not in the way, nor is the consultation to be ignored.
    """
    opens, closes = day_bounds(days[0], zone)[0], day_bounds(days[-1], zone)[1]
    visits = Consultation.objects.blocking(now).filter(
        blocked_until__gt=opens, blocked_until__lt=closes + LONGEST, blocked_from__lt=closes
    )
    if ignoring is not None:
        visits = visits.exclude(pk=ignoring)
    theirs = Q(practitioner__in=practitioners)
    absences = TimeOff.objects.meeting(opens, closes).filter(theirs)
    # A plain queryset: the manager of a translated model mixes up the order of the columns, which a union needs.
    closures: QuerySet[Any] = QuerySet(Closure).filter(
        Q(location=None) | Q(location__in=locations), first_day__lte=days[-1], last_day__gte=days[0]
    )
    parts = [
        _rows(VISIT, visits.filter(theirs), "practitioner_id", "room_id", *_BUSY),
        _rows(TIME_OFF, absences, "practitioner_id", NOTHING, Minute("starts"), MinuteUp("ends")),
        _rows(CLOSURE, closures, Coalesce("location_id", EVERYWHERE), NOTHING, Minute("first_day"), Minute("last_day")),
    ]
    if rooms_at:
        others = visits.filter(room__location__in=rooms_at).exclude(theirs)
        parts.append(_rows(VISIT, others, "practitioner_id", "room_id", *_BUSY))
        parts.append(_rows(ROOM, Room.objects.filter(location__in=rooms_at, active=True), "location_id", "pk"))
    if patient_id is not None:
        parts.append(_rows(PATIENT, visits.filter(patient=patient_id), NOTHING, NOTHING, *_BUSY))
    return _sorted(parts[0].union(*parts[1:], all=True))


class Minute(Func):
    """An instant, or the midnight that begins a date, in whole minutes since the epoch."""

    output_field = BigIntegerField()
    spare_seconds = 0

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = f"((unixepoch(%(expressions)s) + {self.spare_seconds}) / 60)"
        return self.as_sql(compiler, connection, template=template, **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = f"((extract(epoch from %(expressions)s)::bigint + {self.spare_seconds}) / 60)"
        return self.as_sql(compiler, connection, template=template, **context)


class MinuteUp(Minute):
    """The same, rounded up: the end of something that ends within a minute keeps that minute."""

    spare_seconds = 59


_BUSY = (Minute("starts"), MinuteUp("ends"), Minute("blocked_from"), MinuteUp("blocked_until"))


def _rows(what: int, query: QuerySet[Any], *columns: Any) -> QuerySet[Any]:
    """What a row is about, whose it is, which room, and four minutes: the parts of a union have the same columns."""
    return query.order_by().values_list(Value(what), *columns, *[NOTHING] * (6 - len(columns)))


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
