"""Drafts and dates: what visitors see when, and what staff look at before anybody else does."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from clinic.accounts.roles import Role
from tests import factories
from tests.clinic import desk
from tests.pages import words
from treatments.models import Comparison, Concern, FrequentQuestion, Treatment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _a_clinic_and_its_moment():
    factories.clinic()
    with time_machine.travel(desk.NOW, tick=False):
        yield


def draft(model):
    row = desk.ROWS[model]()
    model.objects.filter(pk=row.pk).update(published_from=None)
    return model.objects.get(pk=row.pk)


def preview_of(row):
    return reverse(f"admin:treatments_{row._meta.model_name}_preview", args=[row.pk])


PAGES = pytest.mark.parametrize("model", [Treatment, Concern, Comparison], ids=lambda model: model.__name__)


@PAGES
def test_staff_look_at_a_draft_as_it_will_look_and_nobody_else_does(model):
    row, sam, visitor = draft(model), desk.at_work(Role.STAFF), Client()
    preview = sam.get(preview_of(row))
    assert "This is a draft: only people who work in the admin see it." in words(preview)
    assert visitor.get(row.get_absolute_url()).status_code == 404
    assert visitor.get(preview_of(row)).status_code == 302
    assert desk.at_work(Role.PRACTITIONER).get(preview_of(row)).status_code == 404
    model.objects.filter(pk=row.pk).update(published_from=desk.NOW)
    assert body(preview) == body(visitor.get(row.get_absolute_url()))


def body(page):
    """The page below the line that says what it is, without the links that name the page's own address."""
    main = re.search(r"<main.*</main>", page.content.decode(), re.DOTALL)
    assert main
    return re.sub(
        r'<div class="banner banner--warning" role="note">.*?</div>', "", main.group(), flags=re.DOTALL
    ).split()


@PAGES
def test_a_preview_is_kept_by_nobody(model):
    row, sam = draft(model), desk.at_work(Role.STAFF)
    assert sam.get(preview_of(row)).headers["Cache-Control"] == "no-store, private"
    assert sam.get(f"/zh-hant{preview_of(row)}").status_code == 200
    assert Client().get(row.get_absolute_url()).status_code == 404


def test_a_preview_says_what_visitors_see_now():
    sam, pores = desk.at_work(Role.STAFF), desk.concern(published_from=desk.NOW)
    assert "Visitors see this page now." in words(sam.get(preview_of(pores)))
    Concern.objects.update(published_from=desk.NOW + timedelta(days=3))
    assert "Visitors see this page from 4 March 2027, 17:00" in words(sam.get(preview_of(pores)))


def test_the_form_leads_to_the_preview_and_to_the_page_only_once_it_is_shown():
    sam, pores = desk.at_work(Role.STAFF), draft(Concern)
    page = sam.get(desk.the_page(pores)).content.decode()
    assert preview_of(pores) in page
    assert pores.get_absolute_url() not in page.replace(preview_of(pores), "")
    Concern.objects.update(published_from=desk.NOW)
    assert f'href="{pores.get_absolute_url()}"' in sam.get(desk.the_page(pores)).content.decode()


@pytest.mark.parametrize("model", [Concern, Comparison, FrequentQuestion], ids=lambda model: model.__name__)
def test_staff_show_and_withdraw_from_the_list(model):
    sam, row = desk.at_work(Role.STAFF), draft(model)
    sam.post(desk.the_list(model), {"action": "publish", "_selected_action": [str(row.pk)]})
    assert list(model.objects.published(desk.NOW)) == [row]
    assert list(sam.get(desk.the_list(model), {"shown": "now"}).context["cl"].result_list) == [row]
    sam.post(desk.the_list(model), {"action": "withdraw", "_selected_action": [str(row.pk)]})
    assert not model.objects.published(desk.NOW).exists()


def test_a_question_is_answered_on_the_page_within_its_dates_only():
    pores = desk.concern(published_from=desk.NOW)
    question = FrequentQuestion.objects.create(concern=pores, question="Do pores close?", answer="No.")
    general = FrequentQuestion.objects.create(question="Does it hurt?", answer="A little.")
    page = words(Client().get(pores.get_absolute_url()))
    assert "Do pores close?" not in page
    assert "Does it hurt?" not in page
    FrequentQuestion.objects.filter(pk__in=[question.pk, general.pk]).update(published_from=desk.NOW)
    later = desk.NOW + timedelta(minutes=2)
    with time_machine.travel(later, tick=False):
        page = words(desk.at_work(Role.STAFF).get(pores.get_absolute_url()))
    assert "Do pores close?" in page
    assert "Does it hurt?" in page


@pytest.mark.parametrize("where", ["concern", "category", "anywhere"])
def test_a_draft_of_an_answer_is_looked_at_on_a_page_that_will_give_it(where):
    sam, pores = desk.at_work(Role.STAFF), desk.concern(published_from=desk.NOW)
    desk.treatment(published_from=desk.NOW)
    places: dict[str, dict[str, Any]] = {
        "concern": {"concern": pores},
        "category": {"category": "microdermabrasion"},
        "anywhere": {},
    }
    question = FrequentQuestion.objects.create(question="Do pores close?", answer="No.", **places[where])
    page = words(sam.get(preview_of(question)))
    assert "Do pores close?" in page
    assert "This is a draft" in page
    assert "Do pores close?" not in words(sam.get(pores.get_absolute_url()))


def test_a_draft_of_an_answer_that_no_page_gives_yet_has_no_preview():
    question = FrequentQuestion.objects.create(question="Is it?", answer="Yes.")
    sam = desk.at_work(Role.STAFF)
    assert sam.get(preview_of(question)).status_code == 404
    assert sam.get(desk.the_page(question)).status_code == 200


def test_a_guide_that_is_over_is_gone_from_the_page_of_a_treatment():
    pores, polish = desk.concern(published_from=desk.NOW), desk.treatment(published_from=desk.NOW)
    pores.options.create(facts=polish.facts, text="It may help.")
    sam = desk.at_work(Role.STAFF)
    assert "Pores" in words(sam.get(polish.get_absolute_url()))
    Concern.objects.update(published_from=desk.NOW - timedelta(days=9), published_until=desk.NOW)
    assert pores.get_absolute_url() not in sam.get(polish.get_absolute_url()).content.decode()


def test_an_end_before_the_beginning_is_refused_in_words():
    sam, pores = desk.at_work(Role.STAFF), desk.concern(published_from=desk.NOW)
    sent = desk.filled(sam.get(desk.the_page(pores)))
    answer = sam.post(desk.the_page(pores), {**sent, "published_until_0": "2020-01-01", "published_until_1": "09:00"})
    assert "The end of publication comes before its beginning." in answer.content.decode()


LIVE, DRAFT = "Visitors read this now. What you save shows to them", "What you save stays a draft until it is published"


@PAGES
def test_the_form_says_beside_its_buttons_whether_visitors_read_what_is_saved(model):
    row, sam = draft(model), desk.at_work(Role.STAFF)
    page = words(sam.get(desk.the_page(row)))
    assert (LIVE in page, DRAFT in page) == (False, True)
    model.objects.filter(pk=row.pk).update(published_from=desk.NOW)
    page = words(sam.get(desk.the_page(row)))
    assert (LIVE in page, DRAFT in page) == (True, False)
    assert LIVE not in words(sam.get(desk.the_new(model)))


def test_facts_have_no_draft_and_say_so():
    assert LIVE in words(desk.at_work(Role.STAFF).get(desk.the_page(desk.facts())))
