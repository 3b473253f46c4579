"""The desk finds whoever calls by their number, which lies sealed."""

import pytest
from django.test import Client

from consultations import calling, registering
from consultations.models import Patient
from tests import factories
from tests.cast import Cast
from tests.factories import NOW

NUMBER = "+852 5550 7001"


@pytest.fixture
def alice(cast: Cast) -> Patient:
    patient = cast.alices_visit.patient
    assert patient is not None
    patient.phone = NUMBER
    patient.save(update_fields=["phone"])
    calling.catch_up()
    return patient


@pytest.mark.parametrize("term", ["+852 5550 7001", "55507001", "5550-7001", "  (852) 5550 7001 "])
def test_a_whole_number_finds_whoever_calls_however_it_is_written(as_sam: Client, alice: Patient, term):
    page = as_sam.get("/reception/", {"q": term}).text
    assert "Alice Wong" in page
    assert "Bob Chan" not in page
    assert list(registering.search(term.strip())) == [alice]


@pytest.mark.parametrize("term", ["7001", "5550", "5550 9999", "5550 700", "five", "+", "٥٥٥٠٧٠٠١"])
def test_a_piece_of_one_finds_nobody(as_sam: Client, alice: Patient, term):
    assert "Nobody found." in as_sam.get("/reception/", {"q": term}).text


def test_nothing_in_the_row_tells_the_number(alice: Patient):
    kept = Patient.objects.values_list("phone_digest", flat=True).get(pk=alice.pk)
    assert "7001" not in kept
    assert len(kept) == 73


def test_a_number_that_is_given_is_found_at_once(cast: Cast, sam):
    patient = factories.patient("Dora Ip", factories.user("dora@patients.test"))
    registering.give_number(actor=cast.sam, patient=patient, phone="+852 5550 9009", now=NOW)
    assert list(registering.search("55509009")) == [patient]


def test_under_another_key_the_worker_writes_them_anew(alice: Patient, settings):
    settings.SECRET_KEY = "another key of the house, long enough"
    assert list(registering.search("55507001")) == []
    assert calling.catch_up() == Patient.objects.count()
    assert calling.catch_up() == 0
    assert list(registering.search("55507001")) == [alice]


def test_those_without_a_number_are_not_found_together(cast: Cast):
    for patient in Patient.objects.all():
        patient.phone = patient.phone_digest = ""
        patient.save(update_fields=["phone", "phone_digest"])
    assert calling.catch_up() == Patient.objects.count()
    assert [list(registering.search(term)) for term in ("000000", "٥٥٥٠٧٠٠١", "------")] == [[], [], []]
