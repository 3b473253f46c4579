"""The catalogue as staff edit it."""

from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from clinic.accounts.roles import Role
from tests import factories
from tests.clinic import desk
from treatments import loading
from treatments.models import (
    Concern,
    FrequentQuestion,
    Questionnaire,
    Reference,
    Treatment,
    TreatmentCategory,
    TreatmentFacts,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def sam() -> Client:
    factories.clinic()
    return desk.at_work(Role.STAFF)


def test_staff_add_a_treatment_in_both_languages(sam: Client) -> None:
    words = {
        "facts": desk.facts().code, "category": "microdermabrasion", "name_en": "Polish", "name_zh_hant": "磨皮",
        "slug": "polish", "summary_en": "A polish.", "duration_minutes": "30", "price_kind": "from",
        "price_minor": "1800.50", "position": "1",
    }  # fmt: skip
    assert sam.post(desk.the_new(Treatment), words).status_code == 302
    polish = Treatment.objects.get(slug="polish")
    assert polish.price_minor == 180050
    with override("zh-hant"):
        assert polish.name == "磨皮"


def test_english_words_are_needed_and_chinese_ones_are_not(sam: Client) -> None:
    page = sam.post(desk.the_new(Treatment), {"name_zh_hant": "磨皮"})
    errors = page.context["adminform"].form.errors
    assert "name_en" in errors
    assert "name_zh_hant" not in errors


def test_a_price_is_stated_or_follows_the_examination(sam: Client) -> None:
    polish = desk.treatment()
    sent = {**desk.filled(sam.get(desk.the_page(polish))), "price_minor": ""}
    answer = sam.post(desk.the_page(polish), sent)
    assert "Enter a price, or choose “Priced after the examination”." in answer.content.decode()
    assert sam.post(desk.the_page(polish), {**sent, "price_kind": "after_examination"}).status_code == 302


@time_machine.travel(desk.NOW, tick=False)
def test_staff_show_and_withdraw_treatments_from_the_list() -> None:
    sam = desk.at_work(Role.STAFF)
    polish = desk.treatment()
    assert not Treatment.objects.published(desk.NOW).exists()
    sam.post(desk.the_list(Treatment), {"action": "publish", "_selected_action": [str(polish.pk)]})
    assert list(Treatment.objects.published(desk.NOW)) == [polish]
    assert list(sam.get(desk.the_list(Treatment), {"shown": "now"}).context["cl"].result_list) == [polish]
    sam.post(desk.the_list(Treatment), {"action": "withdraw", "_selected_action": [str(polish.pk)]})
    assert not Treatment.objects.published(desk.NOW).exists()
    assert list(sam.get(desk.the_list(Treatment), {"shown": "no"}).context["cl"].result_list) == [polish]
    assert polish.history.count() == 3


def test_the_whole_guide_to_a_concern_is_saved_in_one_form(sam: Client) -> None:
    loading.load_catalogue(now=desk.NOW)
    pores = Concern.objects.get(slug="enlarged-pores")
    sent = desk.filled(sam.get(desk.the_page(pores)))
    assert len(sent) > 200
    assert sam.post(desk.the_page(pores), sent).status_code == 302
    assert pores.history.latest().history_change_reason is None


def test_sources_are_typed_as_tags_and_each_is_known(sam: Client) -> None:
    Reference.objects.create(tag="S1", citation="A trial.", status="read")
    question = FrequentQuestion.objects.create(question="Is it?", answer="Yes.", refs=[])
    words = {"question_en": "Is it?", "answer_en": "Yes.", "position": "0"}
    answer = sam.post(desk.the_page(question), {**words, "refs": "S1, S99"})
    assert "No reference has the tag S99." in answer.content.decode()
    assert sam.post(desk.the_page(question), {**words, "refs": " S1,"}).status_code == 302
    question.refresh_from_db()
    assert question.refs == ["S1"]
    assert 'value="S1"' in sam.get(desk.the_page(question)).content.decode()


def test_a_tag_that_texts_name_stays_as_it_is(sam: Client) -> None:
    source = Reference.objects.create(tag="S1", citation="A trial.", status="read")
    sam.post(desk.the_page(source), {"tag": "S2", "citation": "A better trial.", "status": "read"})
    assert list(Reference.objects.values_list("tag", "citation")) == [("S1", "A better trial.")]


@pytest.mark.parametrize("model", [TreatmentFacts, TreatmentCategory])
def test_codes_and_categories_are_closed_sets(sam: Client, model: Any) -> None:
    row = desk.ROWS[model]()
    assert sam.get(desk.the_new(model)).status_code == 404
    delete = reverse(f"admin:treatments_{model._meta.model_name}_delete", args=[row.pk])
    assert sam.post(delete, {"post": "yes"}).status_code == 404
    assert model.objects.count() == 1


def test_cautious_downtime_is_the_longer_in_words(sam: Client) -> None:
    polish = desk.facts()
    sent = {**desk.filled(sam.get(desk.the_page(polish))), "downtime_typical_days": "9"}
    answer = sam.post(desk.the_page(polish), sent)
    assert "The cautious downtime cannot be shorter than the typical one." in answer.content.decode()


def test_the_questionnaire_is_read_and_never_changed_there() -> None:
    factories.in_force()
    version = Questionnaire.objects.get()
    lead = desk.at_work(Role.CLINICAL_LEAD)
    page = lead.get(f"/zh-hant{desk.the_page(version)}")
    assert "你的皮膚" in page.content.decode()
    assert lead.post(desk.the_page(version), {"version": "2"}).status_code == 404
    assert Questionnaire.objects.get().version == 1


def test_the_form_says_which_language_a_field_is_in(sam: Client) -> None:
    page = sam.get(desk.the_new(Concern)).content.decode()
    assert 'lang="zh-Hant"' in page
    assert 'lang="en"' in page
