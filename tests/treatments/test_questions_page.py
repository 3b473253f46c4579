"""Every question that people ask, on one page, by what it is about."""

import json
import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils.translation import override

from clinic.premises.models import Clinic
from tests.pages import words
from tests.shelf import NOW
from treatments.models import Concern, FrequentQuestion, Reference

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shelf")]

QUESTIONS = reverse("treatments:questions")


@pytest.fixture(autouse=True)
def _a_day_after_opening():
    Clinic.objects.create(name="Lumen Skin Clinic", zone_name="Asia/Hong_Kong", currency="HKD", jurisdiction="HK")
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        yield


@pytest.mark.parametrize("language", ["en", "zh-hant"])
def test_every_published_question_is_answered_with_its_evidence(client, language):
    with override(language):
        page = client.get(reverse("treatments:questions"))
        text = words(page)
        for question in FrequentQuestion.objects.all():
            assert question.question in text
            assert question.get_evidence_grade_display() in text
    assert FrequentQuestion.objects.count() >= 30


def test_the_themes_are_the_guides_everything_and_the_four_kinds_of_treatment(client):
    labels = [str(theme["label"]) for theme in client.get(QUESTIONS).context["themes"]]
    assert (labels[0], labels[-4:]) == (
        "Enlarged pores", ["Peels", "Lasers and light", "Microneedling", "Microdermabrasion"],
    )  # fmt: skip
    assert "Whatever brings you here" in labels


def test_each_source_that_an_answer_names_stands_at_the_end(client):
    html = client.get(QUESTIONS).text
    named = set(re.findall(r'href="#(R\d+|GK)"', html))
    assert named == set(re.findall(r'id="(R\d+|GK)"', html))
    assert "R68" in named
    assert Reference.objects.get(tag="R68").citation in words(client.get(QUESTIONS))


def test_a_guide_names_the_sources_of_the_general_questions_too(client):
    html = client.get(reverse("treatments:concern", args=["uneven-tone"])).text
    assert 'href="#R68"' in html
    assert 'id="R68"' in html


def test_machines_read_the_same_questions(client):
    said = json.loads(re.findall(r'ld\+json">(.*?)</script>', client.get(QUESTIONS).text)[0])
    assert said["@type"] == "FAQPage"
    assert len(said["mainEntity"]) == FrequentQuestion.objects.count()


def test_drafts_and_questions_of_a_guide_in_draft_are_not_there(client):
    FrequentQuestion.objects.filter(question__startswith="Does it hurt").update(published_from=None)
    Concern.objects.filter(slug="enlarged-pores").update(published_from=None)
    text = words(client.get(QUESTIONS))
    assert "Does it hurt" not in text
    assert "Can enlarged pores be reduced for good?" not in text
    assert "Is a home roller the same?" in text


def test_without_a_question_the_page_says_what_to_do(client):
    FrequentQuestion.objects.all().delete()
    assert "No question is answered yet" in words(client.get(QUESTIONS))


@pytest.mark.parametrize("page", ["home", "search", "about"])
def test_other_pages_lead_there(client, page):
    assert f'href="{QUESTIONS}"' in client.get(reverse(page)).text
