"""Texts are read again: stamped with a name and a day, and listed when they are due."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from clinic.accounts.roles import Role
from tests import factories
from tests.clinic import desk
from tests.pages import words
from treatments.models import Comparison, Concern, FrequentQuestion, TreatmentFacts
from treatments.models.stamp import due

pytestmark = pytest.mark.django_db

TODAY = date(2027, 3, 1)
STAMPED = pytest.mark.parametrize("model", [TreatmentFacts, Concern, Comparison, FrequentQuestion])


@pytest.fixture(autouse=True)
def _a_clinic_and_its_moment():
    factories.clinic()
    with time_machine.travel(desk.NOW, tick=False):
        yield


@pytest.fixture
def sam() -> Client:
    return desk.signed_in(factories.user("sam@clinic.test", Role.STAFF, name="Sam Yip"))


@pytest.mark.parametrize(
    ("reviewed", "planned", "is_due"),
    [
        (None, None, True),
        (TODAY, None, False),
        (TODAY - timedelta(days=364), None, False),
        (TODAY - timedelta(days=365), None, True),
        (TODAY, TODAY, True),
        (TODAY - timedelta(days=900), TODAY + timedelta(days=1), False),
        (None, TODAY + timedelta(days=1), False),
        (None, TODAY - timedelta(days=1), True),
    ],
)
def test_what_is_due(reviewed, planned, is_due):
    desk.concern(reviewed_on=reviewed, next_review_on=planned)
    assert Concern.objects.filter(due(TODAY)).exists() == is_due


@STAMPED
def test_staff_stamp_what_they_have_read(sam, model):
    row: Any = desk.ROWS[model]()
    assert list(sam.get(desk.the_list(model), {"review": "due"}).context["cl"].result_list) == [row]
    page = sam.post(desk.the_list(model), {"action": "stamp", "_selected_action": [str(row.pk)]}, follow=True)
    assert "1 text is stamped as reviewed." in words(page)
    row.refresh_from_db()
    assert (row.reviewed_on, row.reviewed_by.name, row.next_review_on) == (TODAY, "Sam Yip", date(2028, 2, 29))
    assert row.history.first().reviewed_by == row.reviewed_by
    for wish in ("due", "soon", "never"):
        assert not sam.get(desk.the_list(model), {"review": wish}).context["cl"].result_list


def test_a_day_typed_into_the_form_puts_the_typists_name_to_it(sam):
    pores = desk.concern()
    sent = desk.filled(sam.get(desk.the_page(pores)))
    assert "reviewed_by" not in sent
    sam.post(desk.the_page(pores), {**sent, "reviewed_on": "2027-02-28"})
    pores = Concern.objects.get()
    assert (pores.reviewed_on, str(pores.reviewed_by)) == (date(2027, 2, 28), "Sam Yip")
    sam.post(desk.the_page(pores), {**desk.filled(sam.get(desk.the_page(pores))), "reviewed_on": ""})
    assert Concern.objects.get().reviewed_by is None


def test_another_change_of_the_form_leaves_the_stamp_alone(sam):
    pores = desk.concern(reviewed_on=TODAY)
    sam.post(desk.the_page(pores), {**desk.filled(sam.get(desk.the_page(pores))), "name_en": "Holes"})
    assert Concern.objects.get().reviewed_by is None


def test_all_that_is_due_stands_in_one_list_the_longest_overdue_first(sam):
    desk.concern(name="Not due", reviewed_on=TODAY)
    desk.concern(name="A while", next_review_on=TODAY)
    FrequentQuestion.objects.create(question="Long overdue?", answer="Yes.", next_review_on=date(2026, 1, 1))
    never = desk.facts()
    page = sam.get(reverse("admin:due"))
    assert [str(row["row"]) for row in page.context["rows"]] == [str(never), "Long overdue?", "A while"]
    assert desk.the_page(never) in page.content.decode()


def test_the_front_page_counts_what_is_due_and_leads_to_it(sam):
    desk.concern()
    desk.facts()
    tile = next(tile for tile in sam.get("/admin/").context["tiles"] if tile.url == reverse("admin:due"))
    assert (tile.label, tile.count) == ("Texts due for review", 2)
    FrequentQuestion.objects.create(question="Is it?", answer="Yes.")
    assert "3" in words(sam.get("/admin/"))


def test_a_list_with_nothing_in_it_explains_itself(sam):
    assert "Nothing is due." in words(sam.get(reverse("admin:due")))


def test_who_reads_none_of_the_texts_finds_no_list():
    assert desk.at_work(Role.CLINICAL_LEAD).get(reverse("admin:due")).status_code == 404
    assert desk.at_work(Role.PRACTITIONER).get(reverse("admin:due")).status_code == 404


def test_the_list_asks_for_each_kind_once(sam, django_assert_num_queries: DjangoAssertNumQueries):
    desk.concern()
    sam.get(reverse("admin:due"))
    with django_assert_num_queries(10):
        sam.get(reverse("admin:due"))
    for _number in range(5):
        desk.concern(reviewed_by=factories.user(desk.an_address(), Role.STAFF))
    with django_assert_num_queries(10):
        sam.get(reverse("admin:due"))


# --- what visitors see of it ---


def test_visitors_read_who_has_reviewed_a_page_and_when_it_is_due(client):
    stamp = {"reviewed_on": date(2027, 2, 1), "reviewed_by": factories.user("wei@clinic.test", name="Dr Wei")}
    desk.ROWS[Comparison]()
    Comparison.objects.update(published_from=desk.NOW, next_review_on=date(2027, 5, 1), **stamp)
    treatment = desk.treatment(published_from=desk.NOW)
    TreatmentFacts.objects.update(**stamp)
    for row in (desk.concern(**stamp), treatment):
        page = words(client.get(row.get_absolute_url()))
        assert "Reviewed by Dr Wei on 1 February 2027, next review 1 February 2028." in page
    page = words(client.get(Comparison.objects.get().get_absolute_url()))
    assert "Reviewed by Dr Wei on 1 February 2027, next review 1 May 2027." in page
    assert "wei@clinic.test" not in page


def test_a_page_that_nobody_has_reviewed_says_nothing_of_it(client):
    assert "eviewed" not in words(client.get(desk.concern().get_absolute_url()))
    nameless = desk.concern(reviewed_on=TODAY, reviewed_by=factories.user("wei@clinic.test"))
    page = words(client.get(nameless.get_absolute_url()))
    assert "Reviewed on 1 March 2027, next review 29 February 2028." in page
    assert "wei@clinic.test" not in page
