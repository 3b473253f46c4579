"""A visit by phone needs a number: asked for wherever one is booked or waited for, and refused by the verbs without."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from clinic.audit.models import AuditEntry
from consultations import registering, reserving
from consultations.errors import NoNumber
from consultations.models import Consultation, Kind, Patient, Source, WaitlistEntry
from consultations.reserving import Told
from tests import factories
from tests.cast import signed_in
from tests.consultations.bookings import confirm, fresh, hold
from tests.consultations.test_desk_booking import CAROL, SENT, page_for
from tests.consultations.test_waiting_pages import WISHES
from tests.factories import NOW
from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.django_db
WANTED = "Enter the number on which the practitioner calls."


@pytest.fixture
def kind(cast) -> Kind:
    made = factories.kind("phone", room_kind=None)
    cast.dr_imani.practitioner.kinds.create(kind="phone", fee_minor=50000)
    return made


@pytest.fixture
def alice(cast) -> Any:
    """The patient, of whom nobody knows a number."""
    return known_as("", cast.alices_visit.patient)


def known_as(phone: str, patient: Any) -> Any:
    patient.phone = phone
    patient.save()
    return Patient.objects.get(pk=patient.pk)


def at_details(client: Client) -> Visitor:
    visitor = Visitor(client)
    visitor.what()
    visitor.who(kind="phone")
    visitor.when()
    return visitor


def numbers_noted() -> int:
    return AuditEntry.objects.filter(action="number_given").count()


def test_neither_a_patient_nor_the_desk_books_a_call_to_nobody(cast, kind, alice) -> None:
    held = hold("14:00", cast.dr_imani.practitioner, kind=kind)
    with pytest.raises(NoNumber):
        confirm(held, alice)
    with pytest.raises(NoNumber):
        reserving.book(
            actor=cast.sam, consultation=held, patient=alice, source=Source.PHONE, told=Told.BY_MAIL, now=NOW
        )
    assert fresh(held).status == "held"
    assert confirm(held, known_as("5550 7123", alice)).status == "confirmed"


def test_somebody_new_is_asked_for_a_number_only_for_a_call(cast, kind) -> None:
    visitor = at_details(Client())
    assert "Your practitioner calls you on it" in visitor.get("details/").text
    refused = visitor.details()
    assert (refused.status_code, WANTED in refused.text) == (422, True)
    assert visitor.details(phone="5550 7123").status_code == 302
    other = Visitor(email="dan@guests.test")
    other.what()
    other.who()
    other.when("15:00")
    assert other.details().status_code == 302


def test_a_whole_booking_of_a_call_ends_with_the_number_in_two_digits(cast, kind) -> None:
    visitor = at_details(Client())
    visitor.details(phone="+852 5550 7123")
    for step in ("code", "consent", "intake", "check"):
        assert visitor.take(step).status_code == 302, step
    page = visitor.get("booked/").text
    assert "which ends in 23" in page
    assert "5550 7123" not in page


def test_somebody_known_without_a_number_is_led_back_to_give_one(cast, kind, alice) -> None:
    visitor = at_details(signed_in(cast.alice))
    assert "No number known" in visitor.get("details/").text
    refused = visitor.post("details/", patient=alice.pk)
    assert (refused.status_code, WANTED in refused.text) == (422, True)
    assert visitor.post("details/", patient=alice.pk, phone="5550 7123")["Location"] == "/book/consent/"
    assert Patient.objects.get(pk=alice.pk).phone == "5550 7123"
    assert numbers_noted() == 1


def test_somebody_known_sees_two_digits_and_may_name_another_number(cast, kind) -> None:
    patient, visitor = cast.alices_visit.patient, at_details(signed_in(cast.alice))
    page = visitor.get("details/").text
    assert "We call the number that ends in 01." in page
    assert "5550 7001" not in page
    visitor.post("details/", patient=patient.pk)
    assert (Patient.objects.get(pk=patient.pk).phone, numbers_noted()) == ("+852 5550 7001", 0)
    visitor.post("details/", patient=patient.pk, phone="5550 7123")
    assert (Patient.objects.get(pk=patient.pk).phone, numbers_noted()) == ("5550 7123", 1)


def test_who_turns_to_a_call_after_the_details_is_led_back_to_them(cast, kind, monday) -> None:
    visitor = Visitor()
    for step in ("what", "who", "when", "details", "code", "consent"):
        visitor.take(step)
    monday.move_to(NOW + timedelta(minutes=1))
    visitor.who(kind="phone")
    assert visitor.when("15:00")["Location"] == "/book/details/"
    assert visitor.get("check/")["Location"] == "/book/details/"
    visitor.details(phone="5550 7123")
    visitor.code()
    assert visitor.get("consent/").status_code == 200
    assert Patient.objects.get(full_name="Carol Lim").phone == "5550 7123"


def test_a_partner_names_a_number_where_none_is_known_and_puts_none_over_the_patients(cast, kind) -> None:
    patient = cast.alices_visit.patient
    patient.access.update(may_read_health=False, relation="partner")
    registering.give_number(actor=cast.alice, patient=patient, phone="5550 9999", now=NOW)
    assert Patient.objects.get(pk=patient.pk).phone == "+852 5550 7001"
    registering.give_number(actor=cast.alice, patient=known_as("", patient), phone="5550 9999", now=NOW)
    assert Patient.objects.get(pk=patient.pk).phone == "5550 9999"


def test_the_desk_has_to_write_a_number_down(cast, kind, alice) -> None:
    sam = signed_in(cast.sam)
    sam.post("/reception/book/?kind=phone&practitioner=dr-imani", {"starts": SENT})
    held = Consultation.objects.get(status="held")
    refused = sam.post(page_for(held), {**CAROL, "phone": ""})
    assert (refused.status_code, WANTED in refused.text) == (422, True)
    assert "no phone number" in sam.get(f"{page_for(held)}?q=wong").text
    known = {"patient": alice.pk, "told": "mail"}
    refused = sam.post(page_for(held), known)
    assert (refused.status_code, str(NoNumber.sentence) in refused.text) == (409, True)
    assert sam.post(page_for(held), {**known, "number": "5550 7123"}).status_code == 302
    assert (fresh(held).status, Patient.objects.get(pk=alice.pk).phone) == ("confirmed", "5550 7123")
    assert numbers_noted() == 1


def test_who_waits_for_a_call_gives_a_number_too(cast, kind, alice) -> None:
    me = signed_in(cast.alice)
    me.post("/wait/", {**WISHES, "kind": "phone"})
    refused = me.post("/wait/details/", {"patient": alice.pk})
    assert (refused.status_code, WANTED in refused.text) == (422, True)
    assert me.post("/wait/details/", {"patient": alice.pk, "phone": "5550 7123"}).status_code == 302
    assert WaitlistEntry.objects.get().kind == kind
    assert Patient.objects.get(pk=alice.pk).phone == "5550 7123"
