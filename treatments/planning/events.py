"""By when to begin so that an event finds the skin as usual. Pure dates of the clinic's calendar.

A session's downtime ends on the day so many days after it; on that day one looks as usual, and so it may be the event.
"""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Recovery:
    """Days until most people look as usual, and the days to plan for; with the sessions of a course, days apart."""

    typical: int
    cautious: int
    sessions: int
    spacing: int

    def __post_init__(self) -> None:
        if not (0 <= self.typical <= self.cautious and self.sessions >= 1 and self.spacing >= 0):
            raise ValueError(f"no recovery: {self}")


@dataclass(frozen=True, slots=True)
class LastDays:
    """The last sensible day for a single session and for the first of a course; the typical ones leave no spare day."""

    session: date
    session_typical: date
    course: date
    course_typical: date


def last_days(event: date, recovery: Recovery) -> LastDays:
    """The last days on which to begin so that the downtime, cautious or typical, is over on the day of the event."""
    series = timedelta(days=(recovery.sessions - 1) * recovery.spacing)
    session, typical = (event - timedelta(days=days) for days in (recovery.cautious, recovery.typical))
    return LastDays(session, typical, session - series, typical - series)


def is_in_time(day: date, event: date, recovery: Recovery) -> bool:
    """Whether a single session on this day is over by the event, by the cautious figure."""
    return day <= last_days(event, recovery).session
