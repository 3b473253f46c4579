"""A second reader of calendar files, which forgives nothing: RFC 5545, for invitations RFC 5546, and of RFC 7986 how
a conference is joined; line by line.

It shares no code with the library that writes them.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime

NAME = r"[A-Z0-9-]+"
# A quoted parameter holds no quote; one without quotes holds none of these signs either; neither holds a control.
WORD = r'(?:"[^"\x00-\x1f\x7f]*"|[^";:,\x00-\x1f\x7f]*)'
PARAMETER = f"{NAME}={WORD}(?:,{WORD})*"
LINE = re.compile(rf"({NAME})((?:;{PARAMETER})*):(.*)", re.DOTALL)
INSTANT = re.compile(r"\d{8}T\d{6}Z")
ONCE = {
    "VCALENDAR": {"PRODID", "VERSION", "METHOD", "CALSCALE"},
    "VEVENT": {
        "UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION", "LOCATION", "CLASS", "STATUS", "SEQUENCE",
        "ORGANIZER", "TRANSP", "CONFERENCE",
    },
    "VALARM": {"ACTION", "TRIGGER", "DESCRIPTION"},
}  # fmt: skip
NEEDED = {
    "VCALENDAR": {"PRODID", "VERSION"},
    "VEVENT": {"UID", "DTSTAMP", "DTSTART", "SEQUENCE", "ORGANIZER", "ATTENDEE"},
    "VALARM": {"ACTION", "TRIGGER", "DESCRIPTION"},
}
MAY_REPEAT = {"ATTENDEE"}
TEXTS = {"SUMMARY", "DESCRIPTION", "LOCATION"}
# RFC 3986: what an address is made of; anything else in it is percent-encoded.
URI = re.compile(r"[a-z][a-z0-9+.-]*:(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+")
FEATURES = {"AUDIO", "CHAT", "FEED", "MODERATOR", "PHONE", "SCREEN", "VIDEO"}


@dataclass
class Part:
    """A component: its properties in order, and what lies in it."""

    name: str
    lines: list[tuple[str, str, str]] = field(default_factory=list)
    parts: list["Part"] = field(default_factory=list)

    def __getitem__(self, name: str) -> str:
        (value,) = [value for each, _parameters, value in self.lines if each == name]
        return value

    def parameters(self, name: str) -> str:
        (found,) = [parameters for each, parameters, _value in self.lines if each == name]
        return found

    def instant(self, name: str) -> datetime:
        """A moment in UTC, which needs no zone block beside it."""
        assert INSTANT.fullmatch(self[name]), self[name]
        assert "TZID" not in self.parameters(name)
        return datetime.strptime(self[name], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def read(text: str) -> Part:
    """The one calendar of a file, after every line was found to be as the standard wants it."""
    wire = text.encode()
    assert wire.endswith(b"\r\n")
    lines = wire[:-2].split(b"\r\n")
    for raw in lines:
        assert len(raw) <= 75, raw
        assert b"\n" not in raw
        assert b"\r" not in raw
        raw.decode()  # no character is cut in two by a fold
    stack, whole = [Part("")], b"\r\n".join(lines).replace(b"\r\n ", b"").decode()
    for line in whole.split("\r\n"):
        found = LINE.fullmatch(line)
        assert found, line
        name, parameters, value = found.groups()
        if name == "BEGIN":
            stack.append(Part(value))
        elif name == "END":
            part = stack.pop()
            assert part.name == value
            check(part)
            stack[-1].parts.append(part)
        else:
            stack[-1].lines.append((name, parameters, value))
    assert len(stack) == 1
    (calendar,) = stack[0].parts
    assert calendar.name == "VCALENDAR"
    return calendar


def check(part: Part) -> None:
    """Each property as often as it may be, and each text escaped."""
    names = Counter(name for name, _parameters, _value in part.lines)
    assert set(names) >= NEEDED[part.name], part.name
    assert set(names) <= ONCE[part.name] | MAY_REPEAT, names
    assert all(names[name] == 1 for name in names.keys() - MAY_REPEAT), names
    for name, _parameters, value in part.lines:
        if name in TEXTS:
            assert re.fullmatch(r"(?:[^\\;,\x00-\x08\x0a-\x1f\x7f]|\\[\\;,nN])*", value), value
    if "CONFERENCE" in names:
        check_conference(part)


def check_conference(part: Part) -> None:
    """An address that is marked as one, and what one does there."""
    parameters = dict(pair.split("=", 1) for pair in part.parameters("CONFERENCE").split(";")[1:])
    assert parameters["VALUE"] == "URI"
    assert set(parameters.get("FEATURE", "").split(",")) <= FEATURES
    assert URI.fullmatch(part["CONFERENCE"]), part["CONFERENCE"]


def invitation(text: str) -> Part:
    """The one entry of a file that invites or takes back, as a calendar program reads it."""
    calendar = read(text)
    assert (calendar["VERSION"], calendar["METHOD"]) in {("2.0", "REQUEST"), ("2.0", "CANCEL")}
    (event,) = calendar.parts
    assert event.name == "VEVENT"
    assert event["ORGANIZER"].startswith("mailto:")
    assert event["ATTENDEE"].startswith("mailto:")
    assert "RSVP=FALSE" in event.parameters("ATTENDEE")
    assert event.instant("DTSTAMP") <= event.instant("DTEND")
    assert event.instant("DTSTART") < event.instant("DTEND")
    assert event["CLASS"] == "PRIVATE"
    if calendar["METHOD"] == "CANCEL":
        assert (event["STATUS"], event.parts) == ("CANCELLED", [])
    else:
        assert event["STATUS"] == "CONFIRMED"
        assert [part.name for part in event.parts] == ["VALARM"]
    return event
