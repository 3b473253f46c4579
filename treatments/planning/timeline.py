"""Where the sessions of a plan stand on a line of time, in percent of its width. Pure geometry."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from treatments.planning.courses import Course

_LABELS = 4  # dates that fit beside one another on a phone
_LAST_LABEL = 85  # percent; what begins later would be cut off at the edge


@dataclass(frozen=True, slots=True)
class Mark:
    """A session: where it stands, how far its cautious downtime reaches, and which part of the plan it belongs to."""

    x: float
    width: float
    part: int


@dataclass(frozen=True, slots=True)
class Month:
    """Where a month begins; named only where there is room."""

    x: float
    day: date
    is_named: bool


@dataclass(frozen=True, slots=True)
class Timeline:
    marks: tuple[Mark, ...]
    months: tuple[Month, ...]


def timeline(course: Course) -> Timeline:
    """The plan from its first session to the end of its last cautious downtime."""
    first = min(sitting.day for sitting in course.sittings)
    length = max(1, (course.settled_on - first).days)

    def percent(days: int) -> float:
        return round(100 * days / length, 2)

    marks = [
        Mark(percent((each.day - first).days), percent(each.part.cautious), course.parts.index(each.part))
        for each in course.sittings
    ]
    begins = _month_starts(first, course.settled_on)
    step = -(-len(begins) // _LABELS) or 1
    months = [
        Month(x := percent((day - first).days), day, number % step == 0 and x <= _LAST_LABEL)
        for number, day in enumerate(begins)
    ]
    return Timeline(tuple(marks), tuple(months))


def _month_starts(first: date, last: date) -> Sequence[date]:
    day, found = _next_month(first), []
    while day < last:
        found.append(day)
        day = _next_month(day)
    return found


def _next_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)
