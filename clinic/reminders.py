"""Days as a calendar file, after RFC 5545: an all-day entry each, which takes no time from anyone."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from clinic import ical


@dataclass(frozen=True, slots=True)
class Reminders:
    """Days on which somebody is reminded of something: (day, description), under one summary."""

    uid: str
    days: tuple[tuple[date, str], ...]
    made_at: datetime
    summary: str
    language: str


def calendar_file(reminders: Reminders) -> str:
    """Write an all-day entry for each day; a day is the clinic's, whatever zone the calendar is in."""
    events, said = [], {"summary": reminders.summary, "language": reminders.language}
    for day, description in reminders.days:
        uid = f"{day:%Y%m%d}-{reminders.uid}"
        event = ical.event(uid, day, day + timedelta(days=1), **said, made_at=reminders.made_at)
        event.add("description", ical.text(description))
        event.add("transp", "TRANSPARENT")
        events.append(event)
    return ical.written(events)
