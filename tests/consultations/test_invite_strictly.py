"""Two readers that share no code agree on every calendar file; the entry is one for life, and no move loses it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from clinic.outbox.models import OutboundMessage
from consultations import booking
from consultations.models import Cancelled, Consultation
from consultations.scheduling.invite import Method, calendar_file
from tests.consultations import rfc5545
from tests.consultations.bookings import cancel, confirm, hold, mails, move
from tests.consultations.test_invite import PLAIN
from tests.consultations.test_messages import ABOUT_HEALTH, LINK
from tests.factories import NOW

MINUTE = timedelta(minutes=1)


def both(text: str) -> rfc5545.Part:
    """The entry by the strict reader, which the library's own must read alike."""
    strict = rfc5545.invitation(text)
    other: Any
    (other,) = Calendar.from_ical(text).walk("VEVENT")
    assert (str(other["UID"]), int(other["SEQUENCE"])) == (strict["UID"], int(strict["SEQUENCE"]))
    assert (other.decoded("DTSTART"), other.decoded("DTEND")) == (strict.instant("DTSTART"), strict.instant("DTEND"))
    return strict


@pytest.fixture(params=["en", "zh-hant"])
def visit(request: pytest.FixtureRequest, cast) -> Consultation:
    return confirm(hold("14:00", cast.bobs_visit.practitioner), cast.bobs_visit.patient, language=request.param)


def life(visit: Consultation) -> Iterator[OutboundMessage]:
    """Booked, moved twice, cancelled, taken back, and called off by the clinic: the mail of each."""
    yield mails(visit)[-1]
    move(visit, "15:00", now=NOW + MINUTE)
    yield mails(visit)[-1]
    move(visit, "16:00", now=NOW + 2 * MINUTE)
    yield mails(visit)[-1]
    cancel(visit, now=NOW + 3 * MINUTE)
    yield mails(visit)[-1]
    booking.undo_cancel(actor=None, consultation=visit, now=NOW + 4 * MINUTE)
    yield mails(visit)[-1]
    cancel(visit, by=Cancelled.BY_CLINIC, now=NOW + 5 * MINUTE)
    yield mails(visit)[-1]


def test_every_change_updates_the_same_entry_and_none_is_doubled_or_lost(visit) -> None:
    told = [(mail, both(mail.calendar or "")) for mail in life(visit)]
    assert {entry["UID"] for _mail, entry in told} == {f"{visit.pk}@complexion"}
    assert [int(entry["SEQUENCE"]) for _mail, entry in told] == [0, 1, 2, 3, 4, 5]
    assert [mail.calendar_method for mail, _entry in told] == [
        "REQUEST", "REQUEST", "REQUEST", "CANCEL", "REQUEST", "CANCEL",
    ]  # fmt: skip
    stamps = [entry.instant("DTSTAMP") for _mail, entry in told]
    assert stamps == sorted(stamps)
    assert {entry["ATTENDEE"] for _mail, entry in told} == {"mailto:bob@patients.test"}


def test_the_downloaded_file_is_as_strict_as_the_mailed_one(visit) -> None:
    link = LINK.findall(mails(visit)[0].text or "")[0]
    assert int(both(Client().get(f"{link}calendar.ics").text)["SEQUENCE"]) == 0
    cancel(visit)
    assert both(Client().get(f"{link}calendar.ics").text)["STATUS"] == "CANCELLED"


def test_an_entry_is_private_and_says_nothing_about_health(visit) -> None:
    for mail in life(visit):
        assert both(mail.calendar or "")["CLASS"] == "PRIVATE"
        assert not ABOUT_HEALTH.search((mail.calendar or "").replace("\r\n ", ""))


words = st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn"]), min_size=1, max_size=90).filter(str.strip)


@given(name=words, place=words, summary=words, method=st.sampled_from(Method))
def test_no_name_or_place_breaks_a_line_or_the_grammar(name, place, summary, method) -> None:
    entry = replace(PLAIN, attendee_name=name, organizer_name=place, location=place, summary=summary)
    rfc5545.invitation(calendar_file(entry, method))


@pytest.mark.parametrize(
    ("wrong", "instead"),
    [
        ("\r\n", "\n"),
        ("SEQUENCE:0\r\n", ""),
        ("SEQUENCE:0\r\n", "SEQUENCE:0\r\nSEQUENCE:1\r\n"),
        ("Z\r\n", "\r\n"),
        ("CLASS:PRIVATE", "CLASS:PUBLIC"),
        ("SUMMARY", "SUMMARY;X"),
        ("\\, ", ", "),
    ],
)
def test_the_reader_does_refuse_what_is_wrong(wrong, instead) -> None:
    good = calendar_file(PLAIN, Method.REQUEST)
    rfc5545.invitation(good)
    assert wrong in good
    with pytest.raises(AssertionError):
        rfc5545.invitation(good.replace(wrong, instead))
