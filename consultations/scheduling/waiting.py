"""Whether a free time is what somebody waits for, and until when they may be asked about it: functions of values."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from clinic.localtime import local, opening_instant
from consultations.scheduling.suiting import part_of

# Who is asked has two hours in which people are awake to answer; less than half an hour would be no question.
TO_ANSWER, AT_LEAST = timedelta(hours=2), timedelta(minutes=30)
# Nobody loses an offer asleep: the night counts as no time at all.
WAKES, SLEEPS = time(8), time(21)
DAYS_AHEAD = 3


class Misfit(StrEnum):
    """Why a free time is not what somebody waits for; the first reason that holds is named."""

    WITH_ANOTHER = "with_another"
    ELSEWHERE = "elsewhere"
    ANOTHER_DAY = "another_day"
    ANOTHER_WEEKDAY = "another_weekday"
    ANOTHER_PART = "another_part"
    NOT_EARLIER = "not_earlier"
    TOO_SOON = "too_soon"


@dataclass(frozen=True, slots=True)
class Sought:
    """What somebody waits for; an empty set means that any will do."""

    practitioners: frozenset[int]
    locations: frozenset[int]
    first_day: date
    last_day: date
    weekdays: frozenset[int]
    parts: frozenset[str]
    notice: timedelta
    before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A free time as far as it matters to somebody who waits; `starts` is aware."""

    practitioner: int
    location: int
    starts: datetime


def misfit(sought: Sought, found: Found, *, now: datetime, zone: ZoneInfo) -> Misfit | None:
    """Say why this time is not what they wait for; None when it is."""
    wall = local(found.starts, zone)
    reasons = {
        Misfit.WITH_ANOTHER: _is_outside(found.practitioner, sought.practitioners),
        Misfit.ELSEWHERE: _is_outside(found.location, sought.locations),
        Misfit.ANOTHER_DAY: not sought.first_day <= wall.date() <= sought.last_day,
        Misfit.ANOTHER_WEEKDAY: _is_outside(wall.weekday(), sought.weekdays),
        Misfit.ANOTHER_PART: _is_outside(part_of(wall), sought.parts),
        Misfit.NOT_EARLIER: sought.before is not None and found.starts >= sought.before,
        Misfit.TOO_SOON: answer_by(now, found.starts - sought.notice, zone) is None,
    }
    return next((reason for reason, holds in reasons.items() if holds), None)


def answer_by(now: datetime, latest: datetime, zone: ZoneInfo) -> datetime | None:
    """The moment until which an offer made now stands: two waking hours, `latest` at most; None if too little is left.

    What falls into the night is put off to the morning.
    """
    left, awake, until = TO_ANSWER, timedelta(), None
    for begins, sleeps in _waking(now, zone):
        ends = min(sleeps, latest, begins + left)
        if ends > begins:
            awake, left, until = awake + (ends - begins), left - (ends - begins), ends
    return until if awake >= AT_LEAST else None


def _is_outside(value: int | str, wanted: frozenset[int] | frozenset[str]) -> bool:
    return bool(wanted) and value not in wanted


def _waking(now: datetime, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    """The hours from now on in which people are awake, day by day."""
    today = local(now, zone).date()
    for day in (today + timedelta(days=n) for n in range(DAYS_AHEAD)):
        yield max(now, opening_instant(day, WAKES, zone)), opening_instant(day, SLEEPS, zone)
