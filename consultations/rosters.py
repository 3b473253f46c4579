"""Who works when, who is away and what is closed, for whoever shows, judges or counts it: a question each.

What may be booked is asked of availability.py, whose two questions are written out for their speed.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

from clinic.premises.models import Closure
from consultations.scheduling import Span, WeeklyHours, union
from practitioners.models import ExtraHours, TimeOff, WorkingHours

EVERYWHERE = None
LINE = ("weekday", "opens", "closes", "valid_from", "valid_until")
Rosters = dict[tuple[int, int], list[WeeklyHours]]


def hours(first: date, last: date, **whose: Any) -> Rosters:
    """The weekly lines, and the extra hours of these days as lines of a day each, by practitioner and location.

    `whose` says of which rows: practitioner, practitioner__in, location ... as both kinds of hours call it.
    """
    found: Rosters = defaultdict(list)
    for practitioner, location, *line in WorkingHours.objects.filter(**whose).values_list(
        "practitioner", "location", *LINE
    ):
        found[practitioner, location].append(WeeklyHours(*line))
    for extra in ExtraHours.objects.filter(day__gte=first, day__lte=last, **whose):
        weekly = extra.as_weekly
        found[extra.practitioner_id, extra.location_id].append(WeeklyHours(*(getattr(weekly, name) for name in LINE)))
    return found


def away(opens: datetime, closes: datetime, practitioners: Collection[int] | None = None) -> dict[int, list[Span]]:
    """When practitioners have time off between two moments: spans of minutes since the epoch, sorted and apart."""
    found: dict[int, list[Span]] = defaultdict(list)
    off = TimeOff.objects.meeting(opens, closes)
    off = off if practitioners is None else off.filter(practitioner__in=practitioners)
    for practitioner, starts, ends in off.values_list("practitioner", "starts", "ends"):
        found[practitioner].append((minute(max(starts, opens)), -(-int(min(ends, closes).timestamp()) // 60)))
    return defaultdict(list, {practitioner: union(spans) for practitioner, spans in found.items()})


def closed(first: date, last: date) -> dict[int | None, set[date]]:
    """Which of these days each location is closed; under EVERYWHERE those on which all of them are."""
    found: dict[int | None, set[date]] = defaultdict(set)
    shut = Closure.objects.filter(first_day__lte=last, last_day__gte=first)
    for location, first_day, last_day in shut.values_list("location", "first_day", "last_day"):
        begins, ends = max(first_day, first), min(last_day, last)
        found[location] |= {begins + timedelta(days=n) for n in range((ends - begins).days + 1)}
    return found


def minute(instant: datetime) -> int:
    """The minute since the epoch in which the instant lies."""
    return int(instant.timestamp()) // 60
