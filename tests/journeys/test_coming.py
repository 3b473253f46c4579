"""The mail that asks whether somebody is coming leads to a page; only its button says so, and silence costs nothing."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from clinic.audit.models import AuditEntry
from clinic.outbox.models import OutboundMessage
from consultations import lateness, reminding
from consultations.models import Consultation, ConsultationEvent, Kind, Status, What
from tests.cast import Cast, signed_in
from tests.consultations.bookings import cancel, confirm, fresh, happened, hold, move
from tests.factories import LONG_AGO, NOW
from tests.journeys.visitor import sentences

HOUR = timedelta(hours=1)
DAY = NOW.date() + timedelta(days=6)


@pytest.fixture
def visit(cast: Cast, monday: time_machine.Traveller) -> Consultation:
    """Alice's, about which she was asked two days before."""
    reminding.lay_schedule(Kind.objects.get(), now=LONG_AGO)
    alice = cast.alices_visit.patient
    assert alice is not None
    booked = confirm(hold("10:00", cast.alices_visit.practitioner, day=DAY), alice)
    monday.move_to(booked.starts - 47 * HOUR)
    reminding.remind(now=booked.starts - 47 * HOUR)
    return booked


@pytest.fixture
def link(visit: Consultation) -> str:
    mail = OutboundMessage.objects.get(occasion=What.COMING)
    found = re.search(r"http://127\.0\.0\.1:8000(/visit/\S+/)", mail.text or "")
    assert found
    return found[1]


def test_a_mail_scanner_that_opens_the_link_confirms_nothing(visitor, visit, link) -> None:
    assert "I am coming" in sentences(visitor.get(link))
    assert visitor.get(f"{link}coming/").status_code == 405
    assert fresh(visit).coming_at is None
    assert Client(enforce_csrf_checks=True).post(f"{link}coming/").status_code == 403


def test_one_press_says_it_and_a_second_is_harmless(visitor, visit, link) -> None:
    for _ in range(2):
        answer = visitor.post(f"{link}coming/", follow=True)
        page = sentences(answer)
        assert "We are expecting you" in page
        assert "I am coming" not in page
    assert fresh(visit).coming_at == visit.starts - 47 * HOUR
    assert happened(visit).count("coming") == 1
    assert AuditEntry.objects.filter(action="consultation_coming", object_id=str(visit.pk)).count() == 1


def test_the_desk_sees_who_has_said_so_and_when(visitor, sam, visit, link) -> None:
    as_sam = signed_in(sam)
    day = f"/reception/?day={DAY:%Y-%m-%d}"
    assert "confirmed by the patient" not in as_sam.get(day).text
    visitor.post(f"{link}coming/")
    assert "confirmed by the patient" in as_sam.get(day).text
    assert "Confirmed by the patient" in as_sam.get(f"/reception/{visit.reference}/").text


def test_who_was_not_asked_finds_no_button(visitor, cast: Cast) -> None:
    mail = OutboundMessage.objects.get(reference=cast.bobs_visit.reference)
    found = re.search(r"http://127\.0\.0\.1:8000(/visit/\S+/)", mail.text or "")
    assert found
    assert "I am coming" not in sentences(visitor.get(found[1]))


def test_saying_nothing_changes_nothing(visit, monday) -> None:
    monday.move_to(visit.starts - HOUR)
    reminding.remind(now=visit.starts - HOUR)
    assert (fresh(visit).status, fresh(visit).owed_minor) == (Status.CONFIRMED, 0)


def test_an_old_page_does_not_confirm_what_was_cancelled(visitor, visit, link) -> None:
    cancel(visit, now=visit.starts - 46 * HOUR)
    assert visitor.post(f"{link}coming/").status_code == 409
    assert not ConsultationEvent.objects.filter(kind="coming").exists()


def test_a_moved_visit_is_not_confirmed_until_its_patient_says_so_again(visitor, visit, link) -> None:
    visitor.post(f"{link}coming/")
    move(fresh(visit), "11:00", DAY, now=visit.starts - 46 * HOUR)
    assert fresh(visit).coming_at is None
    assert "I am coming" not in sentences(visitor.get(link)), "nobody has been asked about the new time"


def test_who_is_signed_in_says_it_there_and_reads_that_the_clinic_is_late(alice, visit, link, sam, monday) -> None:
    monday.move_to(visit.starts - HOUR)
    address, as_alice = f"/my/{visit.reference}/", signed_in(alice)
    lateness.say(actor=sam, practitioner=visit.practitioner, minutes=20, now=visit.starts - HOUR)
    page = as_alice.get(address).text
    assert "The clinic is running about 20 minutes later than planned today." in page
    assert "Tell the desk that I will be late" in page
    assert "the desk has been told" in as_alice.post(f"{address}late/", {"minutes": "10"}, follow=True).text
    assert fresh(visit).late_minutes == 10
    assert "We are expecting you" in as_alice.post(f"{address}coming/", follow=True).text
    assert visit.events.get(kind="coming").actor == alice
    assert "I am coming" not in as_alice.get(address).text


def test_another_patient_cannot_say_it_for_them(bob, visit, link) -> None:
    for page in ("late", "coming"):
        assert signed_in(bob).post(f"/my/{visit.reference}/{page}/", {"minutes": "10"}).status_code == 404
    assert fresh(visit).coming_at is None
