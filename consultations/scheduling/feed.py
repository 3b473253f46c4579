"""A practitioner's calendar to subscribe to, after RFC 5545: published, with nobody invited and nothing asked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from icalendar import Calendar, Event, vCalAddress


class Standing(StrEnum):
    TENTATIVE = "TENTATIVE"
    CONFIRMED = "CONFIRMED"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True)
class Entry:
    """Time that is taken: when, where and under which reference, never for whom."""

    uid: str
    sequence: int
    starts: datetime
    ends: datetime
    standing: Standing
    summary: str
    location: str


def calendar_file(entries: Iterable[Entry], *, organizer_email: str, language: str, made_at: datetime) -> str:
    """Write the entries as text/calendar with CRLF line ends; instants are aware and written in UTC."""
    calendar = Calendar()
    calendar.add("prodid", "-//Complexion//Calendar//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for entry in entries:
        event = Event()
        event.add("uid", entry.uid)
        event.add("sequence", entry.sequence)
        event.add("dtstamp", made_at.astimezone(UTC))
        event.add("dtstart", entry.starts.astimezone(UTC))
        event.add("dtend", entry.ends.astimezone(UTC))
        event.add("summary", entry.summary, parameters={"LANGUAGE": language})
        if entry.location:
            event.add("location", entry.location)
        event.add("class", "PRIVATE")
        event.add("status", entry.standing.value)
        event.add("transp", "TRANSPARENT" if entry.standing is Standing.CANCELLED else "OPAQUE")
        event["organizer"] = vCalAddress(f"mailto:{organizer_email}")  # what is published has one
        calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written.decode()
