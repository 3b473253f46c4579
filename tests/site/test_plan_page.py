"""The combination planner as a visitor uses it."""

from datetime import date

import pytest
from django.urls import reverse

from tests import factories
from tests.pages import words
from treatments.models import Combination, Treatment

PLAN = reverse("plan")
PEEL, LASER = "glycolic-acid-peel", "fractional-laser-1550"


@pytest.fixture(autouse=True)
def _opened(shelf, monday, db):
    factories.clinic()


def plan(client, *slugs, **asked):
    return client.get(PLAN, {"treatment": slugs, **asked})


def test_a_plan_has_an_order_dates_gaps_days_and_a_cost(client):
    page = words(plan(client, LASER, PEEL, start="2027-06-01"))
    for fact in (
        "Session 1: Tuesday 1 June (1 June 2027)",  # the peel, though the laser was named first
        "Session 4: Tuesday 13 July (13 July 2027)",
        "Session 1: Tuesday 27 July (27 July 2027)",  # two weeks after the last peel
        "Session 3: Tuesday 21 September (21 September 2027)",
        "Glycolic acid peel, then Fractional laser 1550 nm",
        "The peel comes first",
        "28 typically; plan for 49",  # 4 x 4 + 3 x 4, and 4 x 7 + 3 x 7
        "Looks as usual from Tuesday 28 September (28 September 2027)",
        "All courses together HK$17,400",  # 4 x 1,200 + 3 x 4,200
        "Only as a practitioner’s own protocol",
    ):
        assert fact in page, fact


def test_without_a_day_the_plan_begins_in_two_weeks(client):
    assert plan(client, PEEL, LASER).context["course"].sittings[0].day == date(2027, 5, 17)


def test_the_consultation_is_about_the_plan_in_its_order(client):
    page = plan(client, LASER, PEEL).content.decode()
    assert f'href="{reverse("booking:what")}?treatment={PEEL}&amp;treatment={LASER}"' in page


def test_an_event_says_by_when_to_begin(client):
    page = words(plan(client, PEEL, LASER, event="2027-12-24"))
    assert "In time, if the first session is on Friday 27 August (27 August 2027) or before." in page
    assert "Not in time." in words(plan(client, PEEL, LASER, event="2027-07-01"))


def test_the_same_kind_twice_is_explained(client):
    page = words(plan(client, "microneedling-face", "microneedling-nose-cheeks"))
    assert "are the same kind of treatment. Choose one of them." in page


def test_what_does_not_go_together_is_explained_with_its_source(client):
    Treatment.objects.filter(slug=LASER).update(facts="peel_deep", category="peels")
    page = words(plan(client, "microneedling-face", LASER))
    assert "it is planned by its surgeon and not here" in page
    assert " R57 " in page


def test_a_pair_nobody_speaks_of_is_asked_about(client):
    Combination.objects.all().delete()
    assert "Not known means ask" in words(plan(client, PEEL, LASER))


def test_a_course_priced_after_the_examination_has_no_sum(client):
    assert "All courses together Priced after the examination" in words(plan(client, "tca-medium-peel", PEEL))


@pytest.mark.parametrize(
    ("slugs", "asked"),
    [
        ([PEEL], {}),
        ([PEEL, PEEL], {}),
        ([PEEL, "nothing"], {}),
        ([PEEL, LASER, "ipl-face", "carbon-laser"], {}),
        ([PEEL, LASER], {"start": "soon"}),
        ([PEEL, LASER], {"start": "2027-05-02"}),
        ([PEEL, LASER], {"event": "9999-12-31"}),
    ],
)
def test_what_makes_no_sense_is_said_at_the_field(client, slugs, asked):
    page = plan(client, *slugs, **asked)
    assert page.status_code == 422
    assert "course" not in page.context


def test_a_plan_costs_the_same_queries_for_two_and_for_three(client, django_assert_num_queries):
    for slugs in ([PEEL, LASER], [PEEL, LASER, "ipl-face"]):
        with django_assert_num_queries(4):
            plan(client, *slugs)
