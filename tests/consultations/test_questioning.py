"""The way through the questions: what must be answered first, what comes next, what is still open."""

from datetime import date

import pytest

from consultations import questioning
from consultations.questioning import slug_of
from tests import factories
from tests.factories import clean_answers

pytestmark = pytest.mark.django_db


def asked(answers=None, *, concern="enlarged-pores", sex="female"):
    factories.in_force()
    return questioning.of_draft(
        answers=clean_answers() if answers is None else answers,
        earlier=None,
        concern=concern,
        treatments=["microneedling"],
        born=date(1990, 1, 1),
        sex_at_birth=sex,
    )


def slugs(pages):
    return [slug_of(page) for page in pages]


def test_what_must_be_answered_comes_before_what_can_wait():
    assert slugs(asked({}).pages)[:7] == [
        "skin-inherited",
        "skin-sun",
        "skin-tanning",
        "health-medicine-and-scars",
        "health-skin-today",
        "health-medicines",
        "goals-concern",
    ]
    assert len(asked({}).core_pages) == 6


def test_a_page_leads_to_the_next_and_the_last_to_none():
    every = asked()
    assert slug_of(every.after(every.pages[0])) == slug_of(every.pages[1])
    assert every.after(every.pages[-1]) is None


def test_a_page_is_found_by_its_address_and_an_unknown_one_is_none():
    assert asked().page("skin-sun").head.key == "sun"
    assert asked().page("no-such-page") is None


def test_the_first_missing_page_is_the_first_with_a_blank_core_question():
    assert slug_of(asked({}).first_missing()) == "skin-inherited"
    assert slug_of(asked(clean_answers(sunburn_now=None)).first_missing()) == "health-skin-today"
    assert asked(clean_answers(sunburn_now="unsure")).first_missing() is None


def test_what_is_open_leaves_out_what_is_optional():
    some = asked(clean_answers(goal_expectation=None, since=None))
    before = asked(clean_answers(since=None))
    assert some.open_count == before.open_count + 1
    assert slug_of(some.first_open()) == "goals-concern"


def test_questions_about_a_pregnancy_are_not_put_to_a_man():
    def terms(some):
        return [row["term"] for group in some.groups("en") for row in group["rows"]]

    assert [term for term in terms(asked()) if "pregnant" in term]
    assert not [term for term in terms(asked(sex="male")) if "pregnant" in term]


def test_questions_about_pores_are_put_to_those_who_come_for_their_pores():
    assert asked().page("goals-concern").items[0].key == "pore_areas"
    assert "pore_areas" not in [item.key for item in asked(concern="dark-marks").page("goals-concern").items]


@pytest.mark.parametrize(("language", "words"), [("en", "Not sure"), ("zh-hant", "不確定")])
def test_answers_are_read_back_in_words_and_a_blank_says_so(language, words):
    some = asked(clean_answers(melasma="unsure", pih_tendency=None))
    rows = {row["term"]: row["value"] for group in some.groups(language) for row in group["rows"]}
    label = {item.key: item.label.in_language(language) for item in some.questionnaire.items}
    assert rows[label["melasma"]] == words
    assert rows[label["pih_tendency"]] == ""
