"""Choosing a time: the soonest with whom, only what suits, and what to do when nothing does."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import translation
from django.utils.formats import date_format

from clinic.premises.models import Closure, Location
from clinic.premises.templatetags.clinic import day as on_page
from consultations.models import Consultation
from practitioners.models import Practitioner, TimeOff, WorkingHours
from tests.cast import TUESDAY
from tests.factories import NOW, at
from tests.journeys.visitor import Visitor, sentences

pytestmark = pytest.mark.django_db


@pytest.fixture
def carol(visitor, cast) -> Visitor:
    """A visitor who has chosen what and dr_imani, and now chooses when."""
    return Visitor(visitor).come_to("when")


def shown(carol: Visitor, query: str = "") -> str:
    page: Any = carol.client.get(f"/book/when/{query}")
    return sentences(page)


def test_the_soonest_with_anyone_stands_beside_the_soonest_with_whom_they_chose(carol):
    page = carol.client.get("/book/when/?practitioner=dr-reyes")
    beside = page.context["side_by_side"]
    assert [each["name"] for each in beside] == ["Dr Reyes", ""]
    assert beside[1]["slot"].starts <= beside[0]["slot"].starts
    assert "Soonest with Dr Reyes" in sentences(page)
    assert "Soonest with anyone" in sentences(page)
    there = carol.client.get(f"/book/when/{beside[1]['url']}")
    assert there.context["filter"].chosen is None


def test_only_a_weekday_and_a_part_of_the_day_that_suit_are_shown(carol):
    page = carol.client.get("/book/when/?practitioner=anyone&weekday=2&part=afternoon")
    days = {day["date"]: day for day in page.context["days"]}
    assert {day.weekday() for day, told in days.items() if told["state"] == "open"} == {2}
    assert [name for name, _slots in page.context["parts"]] == ["Afternoon"]
    assert all(12 <= slot.starts.astimezone(page.context["clinic"].zone).hour < 18 for slot in _slots_of(page))


@pytest.mark.parametrize("everywhere", [True, False])
def test_a_day_on_which_the_clinic_is_closed_is_not_called_full(carol, everywhere):
    place = None if everywhere else Location.objects.get()
    Closure.objects.create(location=place, first_day=TUESDAY, last_day=TUESDAY, reason="Typhoon")
    days = {day["date"]: day["state"] for day in carol.client.get("/book/when/?practitioner=anyone").context["days"]}
    assert days[TUESDAY] == "closed"


def _slots_of(page):
    return [slot for _part, slots in page.context["parts"] for slot in slots]


def test_a_time_is_held_with_somebody_who_suits(carol):
    Practitioner.objects.filter(slug="dr-imani").update(languages=["fr"])
    Practitioner.objects.filter(slug="dr-reyes").update(languages=["en"])
    query = "?practitioner=anyone&language=fr"
    first = carol.client.get(f"/book/when/{query}").context["soonest"]
    carol.client.post(f"/book/when/{query}", {"starts": first.as_sent})
    assert Consultation.objects.get(status="held").practitioner.slug == "dr-imani"


def test_when_nothing_suits_the_page_says_what_to_do_next(carol):
    WorkingHours.objects.filter(weekday=6).delete()
    page = shown(carol, "?weekday=6&practitioner=dr-reyes")
    assert "Nothing is free that suits all of this." in page
    assert "Drop one of your wishes" in page
    assert "Show all times" in page


def test_a_full_day_cannot_be_reached_with_the_keyboard(carol):
    page = carol.client.get("/book/when/?practitioner=dr-reyes&weekday=2")
    assert any(day["state"] != "open" for day in page.context["days"])
    week = page.content.decode().split('class="week__days"')[1].split("</ol>")[0]
    for day in week.split("<li>")[1:]:
        assert ("<a " in day) == ("day--none" not in day)


def test_the_page_opens_on_the_first_free_day(carol):
    TimeOff.objects.create(
        practitioner=Practitioner.objects.get(slug="dr-imani"), starts=NOW, ends=at("23:00", TUESDAY)
    )
    page = carol.client.get("/book/when/?practitioner=dr-imani")
    assert page.context["day"] == page.context["soonest"].starts.date() == TUESDAY + timedelta(days=1)
    assert 'aria-current="date"' in page.content.decode()


@pytest.mark.parametrize(("prefix", "on"), [("", "Tuesday 4 May"), ("/zh-hant", "5月4日（星期二）")])
def test_every_day_stands_under_its_own_name_and_every_time_names_its_day(carol, prefix, on):
    """Users complained: calendars were off by one day, and lists of bare times told nobody which day they were of."""
    page = carol.client.get(f"{prefix}/book/when/?day={TUESDAY}")
    shown = page.content.decode()
    labels = re.findall(r'<label class="choice" for="(t[^"]+)">(.*?)</label>', shown, re.DOTALL)
    assert len(labels) == len(_slots_of(page)) > 0
    for _field, words in labels:
        assert on in words
    week = shown.split('class="week__days"')[1].split("</ol>")[0]
    told = [" ".join(re.sub("<[^>]+>", " ", day).split()) for day in week.split("<li>")[1:]]
    with translation.override("zh-hant" if prefix else "en"):
        for day, words in zip(page.context["days"], told, strict=True):
            assert words.startswith(f"{on_page(day['date'])} {date_format(day['date'], 'D j')} "), words
    assert on in week


@pytest.mark.parametrize("query", ["weekday=9", "part=night", "language=xx", "location=moon", "practitioner=nobody"])
def test_a_wish_that_there_is_not_counts_as_none(carol, query):
    assert carol.client.get(f"/book/when/?{query}").status_code == 200
    assert shown(carol, f"?{query}").count("Only times that suit me") == 1


def test_who_moves_a_visit_may_say_which_days_suit(as_alice, alices_visit):
    page = as_alice.get(f"/my/{alices_visit.reference}/move/?weekday=3")
    assert {day["date"].weekday() for day in page.context["days"] if day["state"] == "open"} == {3}
    assert [each["name"] for each in page.context["side_by_side"]] == [alices_visit.practitioner.name, ""]
    wednesday = at("10:00", TUESDAY + timedelta(days=2))
    as_alice.post(f"/my/{alices_visit.reference}/move/?weekday=3", {"starts": f"{wednesday:%Y-%m-%dT%H:%M}Z"})
    alices_visit.refresh_from_db()
    assert alices_visit.starts == wednesday
