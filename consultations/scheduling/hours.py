"""From a week of wall-clock hours to openings: spans of minutes since the epoch, in UTC."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, time
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from clinic.localtime import closing_instant, opening_instant
from consultations.scheduling.spans import Span, union


class WeeklyHours(NamedTuple):
    """One line of a roster: open every `weekday` (Monday is 0) from `opens` until `closes`, wall time.

    Closing at 00:00 means midnight at the end of the day. `valid_from` and `valid_until` are the first
    and the last day on which the line counts. Two lines of one day with a gap between them make a break.
    """

    weekday: int
    opens: time
    closes: time
    valid_from: date | None = None
    valid_until: date | None = None

    def counts_on(self, day: date) -> bool:
        """Tell whether this line is part of the roster of `day`."""
        return (
            self.weekday == day.weekday()
            and (self.valid_from is None or self.valid_from <= day)
            and (self.valid_until is None or day <= self.valid_until)
        )


def openings(hours: Iterable[WeeklyHours], days: Iterable[date], zone: ZoneInfo) -> list[Span]:
    """Return the openings of `days` (ascending) in epoch minutes: sorted, apart from each other, never empty.

    Lines that overlap or adjoin become one opening, but an opening ends with its day: so the times offered
    on a day are the same whichever other days are asked for.
    """
    by_weekday: dict[int, list[WeeklyHours]] = defaultdict(list)
    for line in hours:
        by_weekday[line.weekday].append(line)
    found: list[Span] = []
    for day in days:
        lines = [line for line in by_weekday[day.weekday()] if line.counts_on(day)]
        found += union(
            (_opening_minute(day, line.opens, zone), _closing_minute(day, line.closes, zone)) for line in lines
        )
    return found


# Rosters repeat a handful of wall times on the same days, so each is taken through the zone once, not once a line.
@lru_cache(maxsize=16384)
def _opening_minute(day: date, wall: time, zone: ZoneInfo) -> int:
    return int(opening_instant(day, wall, zone).timestamp()) // 60


@lru_cache(maxsize=16384)
def _closing_minute(day: date, wall: time, zone: ZoneInfo) -> int:
    return int(closing_instant(day, wall, zone).timestamp()) // 60
