"""The days on which clocks change in 2027, in three zones, and an ordinary day in a zone where they never do.

Each day comes with what its clock does, so that a test of anything that works time out can walk all of them.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

LONDON, NEW_YORK, LORD_HOWE, HONG_KONG = map(
    ZoneInfo, ("Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Hong_Kong")
)


@dataclass(frozen=True)
class ClockChange:
    """A day of a zone: how long it is, and a wall time that it skips or shows twice."""

    zone: ZoneInfo
    day: date
    hours: float
    skipped: str = ""
    repeated: str = ""

    def at(self, wall: str, days: int = 0) -> datetime:
        """A wall time of the day, or of one so many days later, as an instant; of a repeated one the first pass."""
        on = self.day + timedelta(days=days)
        return datetime.combine(on, time.fromisoformat(wall), self.zone).astimezone(UTC)

    @property
    def passes(self) -> tuple[datetime, datetime]:
        """Both instants of the wall time that the day shows twice."""
        wall = datetime.combine(self.day, time.fromisoformat(self.repeated), self.zone)
        return wall.astimezone(UTC), wall.replace(fold=1).astimezone(UTC)

    def __str__(self) -> str:
        return f"{self.zone.key} {self.day}"


SPRING = [
    ClockChange(LONDON, date(2027, 3, 28), 23, skipped="01:30"),
    ClockChange(NEW_YORK, date(2027, 3, 14), 23, skipped="02:30"),
    ClockChange(LORD_HOWE, date(2027, 10, 3), 23.5, skipped="02:15"),
]
AUTUMN = [
    ClockChange(LONDON, date(2027, 10, 31), 25, repeated="01:30"),
    ClockChange(NEW_YORK, date(2027, 11, 7), 25, repeated="01:30"),
    ClockChange(LORD_HOWE, date(2027, 4, 4), 24.5, repeated="01:30"),
]
EVERY_DAY = [*SPRING, *AUTUMN, ClockChange(HONG_KONG, date(2027, 3, 28), 24)]

in_spring = pytest.mark.parametrize("change", SPRING, ids=str)
in_autumn = pytest.mark.parametrize("change", AUTUMN, ids=str)
on_every_day = pytest.mark.parametrize("change", EVERY_DAY, ids=str)
