"""What the clinic does not sell is explained as well, and folded away where it would be in the way."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils.translation import override

from clinic.premises.models import Clinic
from tests.pages import words
from tests.shelf import NOW
from treatments.models import Treatment, TreatmentFacts

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shelf")]

LIST = reverse("treatments:treatments")


@pytest.fixture(autouse=True)
def _a_day_after_opening():
    Clinic.objects.create(name="Lumen Skin Clinic", zone_name="Asia/Hong_Kong", currency="HKD", jurisdiction="HK")
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        yield


def test_a_treatment_that_is_not_offered_is_still_explained(client):
    page = client.get(reverse("treatments:facts", args=["peel_deep"]))
    facts = TreatmentFacts.objects.get(code="peel_deep")
    text = words(page)
    for part in (
        *("This clinic does not offer it.", "The days after", "How it works, and how deep", "Questions to ask"),
        *(facts.short, facts.depth_note, facts.pain_note, *(effect.text for effect in facts.side_effects.all())),
    ):
        assert part in text, part
    assert "Book a consultation" in text
    assert "What it costs in all" not in text
    with override("zh-hant"):
        assert TreatmentFacts.objects.get(code="peel_deep").short in words(client.get(facts.get_absolute_url()))


def test_the_list_and_the_guide_lead_to_what_is_not_offered(client):
    address = reverse("treatments:facts", args=["peel_medium"])
    for page in (LIST, f"{LIST}?category=peels", reverse("treatments:concern", args=["enlarged-pores"])):
        assert address not in client.get(page).text
    Treatment.objects.filter(facts="peel_medium").update(published_from=None)
    for page in (f"{LIST}?budget=9999", reverse("treatments:concern", args=["texture-and-fine-lines"])):
        assert address in client.get(page).text
    assert address not in client.get(LIST, {"category": "lasers", "budget": "9999"}).text
    assert client.get(address).status_code == 200


def test_once_it_is_offered_the_address_leads_to_the_offer(client):
    page = client.get(reverse("treatments:facts", args=["ipl"]))
    assert page["Location"] == reverse("treatments:treatment", args=["ipl-face"])
    assert client.get(reverse("treatments:facts", args=["peel_secret"])).status_code == 404


# --- combining ---


def test_what_holds_with_what_is_sold_stands_open_and_the_rest_is_folded(client):
    html = client.get(reverse("treatments:treatment", args=["rf-microneedling"])).text
    open_part, _summary, folded = html[html.index('id="combining"') :].partition(
        "With treatments that are not offered here"
    )
    folded = folded[: folded.index("</details>")]
    assert "A deep peel takes six months to heal through." in folded
    assert "deep peel" not in open_part.lower()
    assert "<dt>Medium peel, Non-ablative fractional laser, Ablative fractional laser, Microneedling</dt>" in open_part
    assert "The peel comes first" in open_part
    assert "The peel comes first" not in folded


def test_where_one_sentence_holds_for_all_that_is_sold_no_names_are_told(client):
    html = client.get(reverse("treatments:treatment", args=["fractional-co2-laser"])).text
    assert re.search(r"<dt>Every other treatment here</dt>\s*<dd>An ablative laser is done on its own", html)
