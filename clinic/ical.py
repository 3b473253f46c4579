"""What our calendar files say alike, after RFC 5545: who wrote them, and of each entry what, when and how private."""

from collections.abc import Iterable
from datetime import UTC, date, datetime

from icalendar import Calendar, Event, vText


def event(uid: str, starts: date, ends: date, *, summary: str, language: str, made_at: datetime) -> Event:
    """Begin an entry in [starts, ends); a day is a whole one, and instants are aware and written in UTC."""
    begun = Event()
    begun.add("uid", uid)
    begun.add("dtstamp", _utc(made_at))
    begun.add("dtstart", _utc(starts))
    begun.add("dtend", _utc(ends))
    begun.add("summary", text(summary), parameters={"LANGUAGE": language})
    begun.add("class", "PRIVATE")
    return begun


def written(events: Iterable[Event], *, made_by: str = "Consultation", method: str = "") -> str:
    """Write the entries as text/calendar with CRLF line ends."""
    calendar = Calendar()
    calendar.add("prodid", f"-//Complexion//{made_by}//EN")
    calendar.add("version", "2.0")
    if method:
        calendar.add("method", method)
    for each in events:
        calendar.add_component(each)
    content: bytes = calendar.to_ical()
    return content.decode()


def text(words: str) -> vText:
    r"""No backslash: a parameter has no escapes, and of `\N` in a text calendars (and our writer) make a line's end."""
    return vText(words.replace("\\", ""))


def _utc(moment: date) -> date:
    return moment.astimezone(UTC) if isinstance(moment, datetime) else moment
