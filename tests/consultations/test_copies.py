"""Those who work here hear of a new, moved or cancelled visit once, in their own language, and never whose it is."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from clinic.outbox.models import OutboundMessage
from clinic.premises.models import Clinic
from consultations import booking, copies
from consultations.models import BookingMode, Cancelled, Kind
from practitioners.models import Practitioner
from tests.cast import TUESDAY, Cast
from tests.consultations.bookings import cancel, confirm, hold, move
from tests.consultations.test_messages import ABOUT_HEALTH
from tests.factories import NOW

MINUTE = timedelta(minutes=1)
DESK = "desk@clinic.test"


@pytest.fixture(autouse=True)
def told_so_far(cast: Cast) -> None:
    """The two visits of the cast are known to everybody."""
    copies.write(now=NOW)
    OutboundMessage.objects.all().delete()


def told(now: Any = NOW) -> list[tuple[str, str]]:
    """To whom a copy is written now, and what it says has happened."""
    copies.write(now=now)
    new = OutboundMessage.objects.filter(occasion="copy").order_by("to", "subject")
    found = [(mail.to, mail.subject.partition(" (")[0]) for mail in new]
    OutboundMessage.objects.all().delete()
    return found


def test_a_practitioner_hears_of_each_change_once(cast, alices_visit) -> None:
    assert told() == []
    move(alices_visit, "14:00", now=NOW + MINUTE)
    assert told(NOW + MINUTE) == [("imani@clinic.test", "A visit has moved")]
    assert told(NOW + MINUTE) == []
    cancel(alices_visit, now=NOW + 2 * MINUTE)
    assert told(NOW + 2 * MINUTE) == [("imani@clinic.test", "A visit is cancelled")]
    booking.undo_cancel(actor=None, consultation=alices_visit, now=NOW + 3 * MINUTE)
    assert told(NOW + 3 * MINUTE) == [("imani@clinic.test", "A new visit")]


def test_a_visit_that_is_handed_on_is_told_to_both(cast, alices_visit) -> None:
    reyes = Practitioner.objects.get(slug="dr-reyes")
    move(alices_visit, "15:00", to=reyes, by=Cancelled.BY_CLINIC, now=NOW + MINUTE)
    assert told(NOW + MINUTE) == [
        ("imani@clinic.test", "A visit is no longer yours"),
        ("reyes@clinic.test", "A new visit"),
    ]


def test_who_books_and_cancels_in_a_moment_is_not_told_of(cast) -> None:
    booked = confirm(hold("14:00", cast.alices_visit.practitioner), cast.alices_visit.patient)
    cancel(booked)
    assert told() == []


def test_the_desk_hears_of_nothing_until_an_address_is_set(cast) -> None:
    Clinic.objects.update(copies_to=DESK, copies_for_practitioners=False)
    Kind.objects.update(mode=BookingMode.REQUEST)
    asked = confirm(hold("14:00", cast.alices_visit.practitioner), cast.alices_visit.patient)
    assert told() == [(DESK, "A request to answer")]
    booking.accept(actor=cast.sam, consultation=asked, now=NOW + MINUTE)
    assert told(NOW + MINUTE) == [(DESK, "A new visit")]
    declined = confirm(hold("15:00", cast.alices_visit.practitioner), cast.alices_visit.patient)
    assert told() == [(DESK, "A request to answer")]
    cancel(declined, by=Cancelled.BY_CLINIC, now=NOW + MINUTE)
    assert told(NOW + MINUTE) == [(DESK, "A request is over")], "one event, one message: never cancelled as well"


def test_a_clinic_that_wants_no_copies_gets_none(alices_visit) -> None:
    Clinic.objects.update(copies_for_practitioners=False)
    cancel(alices_visit)
    assert told() == []


def test_a_copy_names_nobody_and_nothing_about_health_and_leads_to_the_desk(cast, alices_visit) -> None:
    move(alices_visit, "14:00", now=NOW + MINUTE)
    copies.write(now=NOW + MINUTE)
    mail: Any = OutboundMessage.objects.get(occasion="copy")
    for words in (mail.text, mail.html):
        assert "Tuesday 4 May, 10:00" in words
        assert "Tuesday 4 May, 14:00" in words
        assert str(alices_visit.room) in words
        assert alices_visit.reference in words
        assert "Alice" not in words
        assert not ABOUT_HEALTH.search(words)
        assert f"http://127.0.0.1:8000/desk/{alices_visit.reference}/" in words
    imani = Client()
    imani.force_login(cast.dr_imani)
    assert imani.get(f"/desk/{alices_visit.reference}/").status_code == 200


def test_each_gets_their_own_language_whatever_the_patients_is(cast) -> None:
    cast.dr_imani.language = "zh-hant"
    cast.dr_imani.save()
    confirm(hold("14:00", cast.alices_visit.practitioner), cast.alices_visit.patient)
    confirm(hold("15:00", cast.bobs_visit.practitioner), cast.bobs_visit.patient, language="zh-hant")
    copies.write(now=NOW)
    spoken = {mail.to: mail.language for mail in OutboundMessage.objects.filter(occasion="copy")}
    assert spoken == {"imani@clinic.test": "zh-hant", "reyes@clinic.test": "en"}
    to_imani: Any = OutboundMessage.objects.get(occasion="copy", to="imani@clinic.test")
    assert "/zh-hant/desk/" in to_imani.text


def test_what_is_over_is_no_news(alices_visit, cast) -> None:
    cancel(alices_visit, by=Cancelled.BY_CLINIC)
    assert told(alices_visit.starts) == []
    assert alices_visit.starts.date() == TUESDAY
