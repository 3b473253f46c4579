"""Treatments side by side, as the clinic states them and as somebody wrote about them."""

from datetime import timedelta

import pytest
from django.urls import reverse

from tests import factories
from tests.factories import NOW
from tests.pages import words
from treatments.models import Comparison, Treatment
from treatments.templatetags.beside import asked_alike

COMPARE = reverse("treatments:compare")


@pytest.fixture(autouse=True)
def _opened(shelf, monday, db):
    factories.clinic()


def beside(*slugs):
    found = {each.slug: each for each in Treatment.objects.with_comparison()}
    return {row.label: row for row in asked_alike([found[slug] for slug in slugs], "HKD")}


def test_every_question_is_asked_of_each_in_the_order_chosen(client):
    chosen = ["microneedling-face", "ipl-face", "fractional-laser-1550"]
    page = client.get(COMPARE, {"treatment": chosen})
    assert [each.slug for each in page.context["treatments"]] == chosen
    text = words(page)
    for fact in ("HK$9,600 HK$8,000 HK$16,800", "I to IV I to III I to III", "3 sessions, 4 weeks apart"):
        assert fact in text, fact


def test_only_rows_whose_answers_differ_are_marked(client):
    rows = beside("microneedling-face", "microneedling-nose-cheeks")
    assert {label for label, row in rows.items() if row.differs} == {"A session", "Whole course", "First year"}
    page = client.get(COMPARE, {"treatment": ["microneedling-face", "microneedling-nose-cheeks"]}).content.decode()
    assert page.count('class="comparison__differs"') == 3


def test_skin_types_are_told_as_ranges_and_what_nobody_judged_is_asked_about():
    rows = beside("ipl-face", "microneedling-face")
    assert [answer for _name, answer in rows["Usual care on"].cells] == ["I to III", "I to IV"]
    facts = Treatment.objects.get(slug="ipl-face").facts
    facts.suitability.filter(phototype__in=["I", "III"]).delete()
    rows = beside("ipl-face", "microneedling-face")
    assert rows["Usual care on"].cells[0][1] == "II"
    assert rows["Ask first on"].cells[0][1].startswith("I, III")


def test_an_address_names_what_is_compared_and_can_be_shared(client):
    asked = {"treatment": ["carbon-laser", "glycolic-acid-peel"]}
    assert words(client.get(COMPARE, asked)) == words(client.get(COMPARE, asked))
    page = client.get(COMPARE, asked).content.decode()
    query = "treatment=carbon-laser&amp;treatment=glycolic-acid-peel"
    assert f'href="{reverse("booking:what")}?{query}"' in page
    assert f'href="{reverse("costs")}?{query}"' in page


@pytest.mark.parametrize(
    "chosen",
    [
        ["ipl-face"],
        ["ipl-face", "ipl-face"],
        ["ipl-face", "nothing-of-ours"],
        ["ipl-face", "carbon-laser", "glycolic-acid-peel", "salicylic-acid-peel", "microneedling-face"],
    ],
)
def test_fewer_than_two_or_more_than_four_are_asked_for_again(client, chosen):
    page = client.get(COMPARE, {"treatment": chosen})
    assert page.status_code == 422
    assert not page.context["treatments"]
    assert 'value="ipl-face"' in page.content.decode()


def test_a_withdrawn_treatment_is_not_compared(client):
    Treatment.objects.filter(slug="ipl-face").update(published_until=NOW - timedelta(minutes=1))
    assert client.get(COMPARE, {"treatment": ["ipl-face", "carbon-laser"]}).status_code == 422


@pytest.mark.parametrize("slug", ["microdermabrasion-or-microneedling", "laser-or-peel", "combining-treatments"])
def test_a_written_comparison_cites_its_sources_and_leads_to_what_is_offered(client, slug):
    page = words(client.get(reverse("treatments:comparison", args=[slug])))
    one = Comparison.objects.get(slug=slug)
    assert all(line.first in page and line.second in page for line in one.lines.all())
    assert all(f" {tag} " in page for tag in one.refs)
    assert "See them side by side, with prices" in page


def test_written_comparisons_are_whole_in_both_languages():
    for comparison in Comparison.objects.all():
        for part, fields in [(comparison, ("title", "intro", "first", "second", "conclusion"))] + [
            (line, ("point", "first", "second")) for line in comparison.lines.all()
        ]:
            assert all(getattr(part, f"{field}_{language}") for field in fields for language in ("en", "zh_hant"))


def test_the_side_by_side_link_of_a_written_comparison_works(client):
    page = client.get(reverse("treatments:comparison", args=["combining-treatments"]))
    assert client.get(f"{COMPARE}?{page.context['asked']}").status_code == 200


def test_a_comparison_that_is_not_published_is_not_there(client):
    Comparison.objects.update(published_from=None)
    assert client.get(reverse("treatments:comparison", args=["laser-or-peel"])).status_code == 404
    assert "Comparisons people ask for" not in words(client.get(COMPARE))


@pytest.mark.parametrize("number", [2, 4])
def test_a_comparison_costs_the_same_queries_however_many_stand_in_it(client, django_assert_num_queries, number):
    chosen = list(Treatment.objects.values_list("slug", flat=True)[:number])
    with django_assert_num_queries(6):
        client.get(COMPARE, {"treatment": chosen})


def test_the_list_offers_each_treatment_for_comparison(client):
    page = client.get(reverse("treatments:treatments")).content.decode()
    assert f'action="{COMPARE}"' in page
    assert page.count('name="treatment" value=') == Treatment.objects.count()
