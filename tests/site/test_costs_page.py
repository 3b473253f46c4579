"""The cost planner as a visitor uses it."""

import pytest
from django.urls import reverse

from practitioners.models import KindCode, Practitioner
from tests import factories
from tests.pages import words
from treatments.models import Treatment

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shelf", "monday")]


def costs(client, **asked):
    return words(client.get(reverse("costs"), asked))


def who_offers(slug, fee_minor):
    someone = factories.practitioner(f"Dr {Practitioner.objects.count()}")
    someone.kinds.all().delete()
    someone.kinds.create(kind=KindCode.FIRST_VISIT, fee_minor=fee_minor)
    someone.offerings.create(treatment=Treatment.objects.get(slug=slug))


def test_a_treatment_over_one_and_three_years_with_its_first_visit(client):
    factories.clinic()
    who_offers("microneedling-face", 40_000)
    page = costs(client, treatment="microneedling-face")
    assert "3 sessions, 4 weeks apart HK$7,200 1 session a year HK$400 HK$10,000 HK$14,800" in page
    assert "comes on top" in page
    assert "IPL" not in page.partition("How this is counted")[0].partition("Course, upkeep and total")[2]


def test_a_fee_that_is_taken_off_is_counted_once(client):
    factories.clinic(credits_first_visit=True)
    who_offers("microneedling-face", 40_000)
    who_offers("microneedling-face", 60_000)
    page = costs(client, treatment="microneedling-face")
    assert "HK$400 to HK$600 HK$9,600 HK$14,400" in page
    assert "taken off the first treatment" in page


def test_a_budget_hides_nothing_but_says_what_is_beyond_it(client):
    factories.clinic()
    page = costs(client, budget="6000")
    within, beyond = page.index("Within your budget"), page.index("More than your budget")
    assert within < page.index("HK$5,600") < beyond < page.index("HK$9,600")
    assert "Priced after the examination" in page[beyond:]


def test_a_budget_for_three_years_is_held_against_three_years(client):
    factories.clinic()
    assert "More than your budget" not in costs(client, budget="6000", treatment="diamond-microdermabrasion")
    assert "More than your budget" in costs(client, budget="6000", treatment="diamond-microdermabrasion", years="3")


@pytest.mark.parametrize("asked", [{"budget": "much"}, {"budget": "-1"}, {"budget": "1e9"}, {"treatment": "x"}])
def test_what_makes_no_sense_is_said_at_the_field(client, asked):
    factories.clinic()
    assert client.get(reverse("costs"), asked).status_code == 422


def test_the_planner_costs_the_same_queries_whatever_is_offered(client, django_assert_num_queries):
    factories.clinic()
    with django_assert_num_queries(2):
        client.get(reverse("costs"), {"budget": "6000"})
    for _ in range(4):
        who_offers("ipl-face", 40_000)
    with django_assert_num_queries(2):
        client.get(reverse("costs"), {"budget": "6000"})
