"""A practitioner's calendar to subscribe to, after RFC 5545: published, with nobody invited and nothing asked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from icalendar import vCalAddress

from clinic import ical


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
    """Write the entries as text/calendar."""
    events = []
    for entry in entries:
        event = ical.event(
            entry.uid, entry.starts, entry.ends, summary=entry.summary, language=language, made_at=made_at
        )
        event.add("sequence", entry.sequence)
        if entry.location:
            event.add("location", ical.text(entry.location))
        event.add("status", entry.standing.value)
        event.add("transp", "TRANSPARENT" if entry.standing is Standing.CANCELLED else "OPAQUE")
        event["organizer"] = vCalAddress(f"mailto:{organizer_email}")  # what is published has one
        events.append(event)
    return ical.written(events, made_by="Calendar", method="PUBLISH")
