"""The calendar entry of a consultation, after RFC 5545: one UID for life, a rising SEQUENCE, REQUEST or CANCEL.

A visit by video says as well how it is joined, after RFC 7986. Most calendars do not read that property; they make a
link of what stands as the place, which is why whoever fills in an entry writes the address there and in the text too.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from icalendar import Alarm, vCalAddress, vText, vUri

from clinic import ical


class Method(StrEnum):
    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


@dataclass(frozen=True, slots=True)
class Entry:
    """What a calendar may know of a consultation: when, where and with whom it is, never what it is about."""

    uid: str
    sequence: int
    starts: datetime
    ends: datetime
    made_at: datetime
    summary: str
    description: str
    location: str
    organizer_name: str
    organizer_email: str
    attendee_name: str
    attendee_email: str
    reminder: str
    language: str
    joining_url: str = ""


def calendar_file(entry: Entry, method: Method) -> str:
    """Write the entry as text/calendar."""
    event = ical.event(
        entry.uid, entry.starts, entry.ends, summary=entry.summary, language=entry.language, made_at=entry.made_at
    )
    event.add("sequence", entry.sequence)
    event.add("description", ical.text(entry.description))
    event.add("location", ical.text(entry.location))
    if entry.joining_url:
        does: dict[str, Any] = {"VALUE": "URI", "FEATURE": ["AUDIO", "VIDEO"]}
        event.add("conference", vUri(entry.joining_url), parameters=does)
    event.add("status", "CANCELLED" if method is Method.CANCEL else "CONFIRMED")
    organizer = vCalAddress(f"mailto:{entry.organizer_email}")
    organizer.params["cn"] = ical.text(entry.organizer_name)
    event["organizer"] = organizer
    attendee = vCalAddress(f"mailto:{entry.attendee_email}")
    attendee.params["cn"] = ical.text(entry.attendee_name)
    attendee.params["partstat"] = vText("ACCEPTED")
    # Declining in a calendar does not cancel here, so no answer is asked for.
    attendee.params["rsvp"] = vText("FALSE")
    event.add("attendee", attendee, encode=False)
    if method is Method.REQUEST:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", ical.text(entry.reminder))
        alarm.add("trigger", timedelta(hours=-24))
        event.add_component(alarm)
    return ical.written([event], method=method)
