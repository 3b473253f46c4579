"""The calendar entry, as a strict parser reads it: one entry for life, replaced and withdrawn by its sequence."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from icalendar import Calendar

from consultations import booking
from consultations.models import Consultation
from consultations.scheduling.invite import Entry, Method, calendar_file
from tests.cast import TUESDAY, Cast
from tests.consultations.bookings import cancel, mails, move
from tests.factories import NOW, at

MINUTE = timedelta(minutes=1)
PLAIN = Entry(
    uid="6b1f@complexion",
    sequence=0,
    starts=at("10:00", TUESDAY),
    ends=at("10:30", TUESDAY),
    made_at=NOW,
    summary="Consultation, Lumen Skin Clinic",
    description="Reference: ABCD-EFGH\nWith: Dr Imani",
    location="Lumen Skin Clinic, 1 Example Road",
    organizer_name="Lumen Skin Clinic",
    organizer_email="clinic@lumen.test",
    attendee_name="Alice Wong",
    attendee_email="alice@patients.test",
    reminder="Consultation tomorrow",
    language="en",
)


def read(text: str) -> tuple[Calendar, Any]:
    """Parse a file that has one entry, and let nothing be forgiven."""
    calendar = Calendar.from_ical(text)
    assert calendar.errors == []
    (event,) = calendar.walk("VEVENT")
    assert event.errors == []
    assert isinstance(calendar, Calendar)
    return calendar, event


def test_an_entry_says_when_where_and_with_whom() -> None:
    calendar, event = read(calendar_file(PLAIN, Method.REQUEST))
    assert (calendar["version"], calendar["method"]) == ("2.0", "REQUEST")
    assert (event["uid"], event["sequence"], event["status"]) == ("6b1f@complexion", 0, "CONFIRMED")
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (PLAIN.starts, PLAIN.ends)
    assert b"DTSTART:20270504T020000Z" in event.to_ical()
    assert event.decoded("dtstamp") == NOW
    assert (event["summary"], event["location"]) == (PLAIN.summary, PLAIN.location)
    assert event["description"] == PLAIN.description
    assert event["class"] == "PRIVATE"


def test_nobody_is_asked_for_an_answer() -> None:
    _calendar, event = read(calendar_file(PLAIN, Method.REQUEST))
    assert event["attendee"] == "mailto:alice@patients.test"
    assert event["attendee"].params["RSVP"] == "FALSE"
    assert event["attendee"].params["PARTSTAT"] == "ACCEPTED"
    assert event["organizer"] == "mailto:clinic@lumen.test"


def test_a_reminder_comes_the_day_before_and_none_for_what_is_cancelled() -> None:
    _calendar, event = read(calendar_file(PLAIN, Method.REQUEST))
    (alarm,) = event.walk("VALARM")
    assert alarm.decoded("trigger") == timedelta(days=-1)
    _calendar, event = read(calendar_file(PLAIN, Method.CANCEL))
    assert event.walk("VALARM") == []
    assert event["status"] == "CANCELLED"


def test_lines_are_as_long_as_the_format_allows_and_end_as_it_wants() -> None:
    long = replace(PLAIN, location="流光皮膚診所，" * 20)
    text = calendar_file(long, Method.REQUEST)
    lines = text.encode().split(b"\r\n")
    assert lines[-1] == b""
    assert max(map(len, lines)) <= 75
    assert b"\n" not in b"".join(lines)
    assert read(text)[1]["location"] == long.location


words = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=90).filter(str.strip)


@example(name="Lee", place="Road\\New wing", description="Ask at C:\\news")
@given(name=words, place=words, description=st.lists(words, max_size=4).map("\n".join))
def test_whatever_people_and_places_are_called_the_entry_stays_one(name, place, description) -> None:
    entry = replace(PLAIN, attendee_name=name, location=place, description=description)
    calendar, event = read(calendar_file(entry, Method.REQUEST))
    written = event["location"], event["description"], event["attendee"].params["CN"]
    assert written == tuple(text.replace("\\", "") for text in (place, description, name))
    assert event["attendee"] == "mailto:alice@patients.test"
    assert event["attendee"].params["RSVP"] == "FALSE"
    assert len(calendar.subcomponents) == 1


# --- over the life of a consultation ---------------------------------------------------------------------------------


@pytest.fixture
def visit(cast: Cast) -> Consultation:
    return cast.alices_visit


def told(visit: Consultation) -> tuple[str, str, int, str]:
    mail = mails(visit)[-1]
    assert mail.calendar is not None
    calendar, event = read(mail.calendar)
    assert calendar["method"] == mail.calendar_method
    return str(event["uid"]), str(calendar["method"]), int(event["sequence"]), f"{event.decoded('dtstart'):%H:%M}"


def test_one_entry_is_booked_moved_cancelled_and_restored(visit) -> None:
    uid = f"{visit.pk}@complexion"
    assert told(visit) == (uid, "REQUEST", 0, "02:00")
    move(visit, "14:00", now=NOW + MINUTE)
    assert told(visit) == (uid, "REQUEST", 1, "06:00")
    move(visit, "15:00", now=NOW + 2 * MINUTE)
    assert told(visit) == (uid, "REQUEST", 2, "07:00")
    cancel(visit, now=NOW + 3 * MINUTE)
    assert told(visit) == (uid, "CANCEL", 3, "07:00")
    booking.undo_cancel(actor=None, consultation=visit, now=NOW + 4 * MINUTE)
    assert told(visit) == (uid, "REQUEST", 4, "07:00")
