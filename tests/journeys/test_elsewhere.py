"""Whoever has a visit at the chosen time already hears so as soon as it is known who they are, not at the end."""

import pytest

from consultations.models import Consultation
from tests.cast import TUESDAY, signed_in
from tests.factories import at
from tests.journeys.visitor import Visitor, sentences

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice_at_ten(cast) -> Visitor:
    """Alice, who sees dr_imani on Tuesday at ten, and has chosen the same hour with dr_reyes."""
    alice = Visitor(signed_in(cast.alice), name="Alice Wong", email="alice@patients.test")
    alice.what()
    alice.who(practitioner="dr-reyes")
    assert alice.when("10:00").status_code == 302
    return alice


def test_it_is_said_at_the_step_that_names_the_patient(cast, alice_at_ten) -> None:
    answer = alice_at_ten.client.post("/book/details/", {"patient": str(cast.alices_visit.patient_id)}, follow=True)
    assert answer.redirect_chain == [(f"/book/when/?day={TUESDAY}", 302)]
    assert "You already have a consultation at this time" in sentences(answer)
    assert alice_at_ten.draft.concern.slug == "enlarged-pores"


def test_from_then_on_their_own_times_are_neither_shown_nor_held(cast, alice_at_ten) -> None:
    alice_at_ten.post("details/", patient=str(cast.alices_visit.patient_id))
    page = alice_at_ten.get(f"when/?day={TUESDAY}")
    shown = [slot.starts for _part, slots in page.context["parts"] for slot in slots]
    assert at("10:00", TUESDAY) not in shown
    assert at("11:30", TUESDAY) in shown
    assert alice_at_ten.when("10:00").status_code == 409
    assert alice_at_ten.when("11:30")["Location"] == "/book/check/"


def test_a_guest_hears_it_with_the_code(cast) -> None:
    guest = Visitor(name="Alice Wong", email="alice@patients.test")
    guest.what()
    guest.who(practitioner="dr-reyes")
    guest.when("10:00")
    guest.details(date_of_birth="1987-11-23")
    assert guest.code()["Location"] == f"/book/when/?day={TUESDAY}"


def test_somebody_else_of_the_family_may_come_at_the_same_time(cast, alice_at_ten) -> None:
    amy = {"full_name": "Amy Wong", "relation": "partner", "date_of_birth": "1989-01-05", "sex_at_birth": "female"}
    answer = alice_at_ten.client.post("/book/details/?new", amy)
    assert answer["Location"] == "/book/consent/"
    assert Consultation.objects.filter(status="held").count() == 1
