"""The hours of one practitioner drawn over the days to come: weekly and extra hours, time off, closed days."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from clinic.localtime import closing_instant, local, opening_instant
from clinic.premises.models import Clinic, Closure, Location
from practitioners.models import Practitioner, TimeOff, WorkingHours

DAYS = 14
COLUMN, HOUR = 40, 10
FIRST_HOUR, LAST_HOUR = 7, 22
HEIGHT = HOUR * (LAST_HOUR - FIRST_HOUR)


@dataclass(frozen=True)
class Stretch:
    """Hours of one day at one place, as they are written and as they are drawn."""

    opens: time
    closes: time
    location: Location
    is_extra: bool
    y: int
    height: int


@dataclass(frozen=True)
class DrawnDay:
    """One day: its stretches in order, and what stands in their way; `x` is where its column begins.

    `struck` are the parts that are crossed out in the drawing: from where, and how far.
    """

    day: date
    stretches: list[Stretch]
    off: list[TimeOff]
    closures: list[Closure]
    struck: list[tuple[int, int]]
    x: int


def days_ahead(practitioner: Practitioner, *, now: datetime) -> list[DrawnDay]:
    """The next two weeks, beginning today."""
    clinic = Clinic.objects.the()
    today = clinic.today(now)
    days = [today + timedelta(days=n) for n in range(DAYS)]
    weekly = list(practitioner.hours.select_related("location"))
    extra = list(practitioner.extra_hours.coming(today))
    off = list(practitioner.time_off.filter(ends__gt=now))
    closures = list(Closure.objects.coming(today))
    drawn = []
    for number, day in enumerate(days):
        lines = [_stretch(line, line.location, is_extra=False) for line in weekly if line.counts_on(day)]
        lines += [_stretch(each.as_weekly, each.location, is_extra=True) for each in extra if each.day == day]
        begins, ends = opening_instant(day, time(0), clinic.zone), closing_instant(day, time(0), clinic.zone)
        away, closed = [each for each in off if each.meets(begins, ends)], _of_day(closures, day)
        drawn.append(
            DrawnDay(
                day,
                sorted(lines, key=lambda stretch: stretch.opens),
                away,
                closed,
                [(0, HEIGHT)] if closed else [_crossed_out(each, begins, ends, clinic.zone) for each in away],
                number * COLUMN,
            )
        )
    return drawn


def _of_day(closures: Iterable[Closure], day: date) -> list[Closure]:
    return [each for each in closures if each.first_day <= day <= each.last_day]


def _stretch(line: WorkingHours, location: Location, *, is_extra: bool) -> Stretch:
    first, last = (_drawn(moment) for moment in (line.opens, line.closes))
    return Stretch(line.opens, line.closes, location, is_extra, first, max(last - first, 2))


def _crossed_out(absence: TimeOff, begins: datetime, ends: datetime, zone: ZoneInfo) -> tuple[int, int]:
    """The part of a day that somebody has off."""
    first = _drawn(local(absence.starts, zone).time()) if absence.starts > begins else 0
    last = _drawn(local(absence.ends, zone).time()) if absence.ends < ends else HEIGHT
    return first, max(last - first, 2)


def _drawn(moment: time) -> int:
    """How far down the drawing, a moment of the day lies."""
    hour = min(max(moment.hour + moment.minute / 60, FIRST_HOUR), LAST_HOUR)
    return round(HOUR * (hour - FIRST_HOUR))
