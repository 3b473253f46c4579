"""Days as a calendar file, after RFC 5545: an all-day entry each, which takes no time from anyone."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar, Event


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
    calendar = Calendar()
    calendar.add("prodid", "-//Complexion//Consultation//EN")
    calendar.add("version", "2.0")
    for day, description in reminders.days:
        event = Event()
        event.add("uid", f"{day:%Y%m%d}-{reminders.uid}")
        event.add("dtstamp", reminders.made_at.astimezone(UTC))
        event.add("dtstart", day)
        event.add("dtend", day + timedelta(days=1))
        event.add("summary", reminders.summary, parameters={"LANGUAGE": reminders.language})
        event.add("description", description)
        event.add("class", "PRIVATE")
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written.decode()
