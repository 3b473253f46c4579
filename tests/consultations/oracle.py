"""The slot engine again, minute by minute: slow, obvious and written from the rules rather than from the engine."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from consultations.scheduling import Busy, Need, Span, WeeklyHours

MIDNIGHT = time(0)


def minutes(first: int, end: int) -> set[int]:
    return set(range(first, end))


def touches_booking(start: int, need: Need, booking: Busy) -> bool:
    starts, ends, blocked_from, blocked_until = booking
    end, blocks_from, blocks_until = start + need.length, start - need.before, start + need.length + need.after
    return bool(
        minutes(start, blocks_until) & minutes(starts, blocked_until)
        or minutes(blocks_from, end) & minutes(blocked_from, ends)
    )


def touches_closure(start: int, need: Need, closure: Span) -> bool:
    return bool(minutes(start - need.before, start + need.length + need.after) & minutes(*closure))


def touches_visit(start: int, need: Need, visit: Span) -> bool:
    return bool(minutes(start, start + need.length) & minutes(*visit))


def fits(start: int, need: Need, opening: Span) -> bool:
    return minutes(start - need.before, start + need.length + need.after - need.overrun) <= minutes(*opening)


def free_starts(
    openings: Iterable[Span],
    bookings: Iterable[Busy],
    closures: Iterable[Span],
    visits: Iterable[Span],
    need: Need,
    window: Span,
) -> list[int]:
    return [
        start
        for opening in openings
        for start in range(opening[0] + need.before, opening[1], need.step)
        if window[0] <= start < window[1]
        and fits(start, need, opening)
        and not any(touches_booking(start, need, booking) for booking in bookings)
        and not any(touches_closure(start, need, closure) for closure in closures)
        and not any(touches_visit(start, need, visit) for visit in visits)
    ]


def openings(hours: Iterable[WeeklyHours], days: Iterable[date], zone: ZoneInfo) -> list[Span]:
    """From the first minute at which the wall shows the opening time or later, to the last that shows the closing time.

    A closing time that the wall never shows is midnight, or skipped: then until the day, or the time before, ends.
    """
    found: list[Span] = []
    for day in days:
        open_minutes: set[int] = set()
        clock = _clock_of(day, zone)
        for line in hours:
            if line.weekday != day.weekday():
                continue
            if line.valid_from is not None and day < line.valid_from:
                continue
            if line.valid_until is not None and day > line.valid_until:
                continue
            opens = [minute for minute, wall in clock if wall >= line.opens]
            shows_closing = [minute for minute, wall in clock if wall == line.closes != MIDNIGHT]
            still_open = [minute for minute, wall in clock if wall < line.closes or line.closes == MIDNIGHT]
            if opens and still_open:
                open_minutes |= minutes(opens[0], shows_closing[-1] if shows_closing else still_open[-1] + 1)
        found += _runs(open_minutes)
    return found


@cache
def _clock_of(day: date, zone: ZoneInfo) -> list[tuple[int, time]]:
    """Every minute of the day in the zone, in order, with what the wall shows then."""
    noon = int(datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp()) // 60
    walls = [(minute, _wall(minute, zone)) for minute in range(noon - 30 * 60, noon + 30 * 60)]
    return [(minute, wall.time()) for minute, wall in walls if wall.date() == day]


def _wall(minute: int, zone: ZoneInfo) -> datetime:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)).astimezone(zone)


def _runs(open_minutes: set[int]) -> list[Span]:
    runs: list[Span] = []
    for minute in sorted(open_minutes):
        if runs and runs[-1][1] == minute:
            runs[-1] = (runs[-1][0], minute + 1)
        else:
            runs.append((minute, minute + 1))
    return runs
