"""One page of questions as a form: what it accepts, how it refuses, and what opens without a script."""

import re
from datetime import date
from functools import cache
from html import unescape
from typing import Any

import pytest
from crispy_forms.utils import render_crispy_form
from django.http import QueryDict

from consultations.forms.intake import ON_A_DATE, IntakeForm
from tests.factories import clean_answers, shipped
from treatments import questionnaire as questions
from treatments.questionnaire import ItemType, Page, Questionnaire

TODAY = date(2027, 5, 3)
KNOWN: dict[str, Any] = {"concerns": ["enlarged_pores"], "sex_at_birth": "female"}
CUPS = {"key": "cups", "section": "goals", "page": "plans", "type": "number", "minimum": 0, "maximum": 20,
        "label": {"en": "Cups a day", "zh-hant": "每日幾杯"}}  # fmt: skip
# One question of every type, on the page that asks it.
ASKED = {
    ItemType.YN: "melasma",
    ItemType.ONE: "keloid_history",
    ItemType.MULTI: "photosensitisers",
    ItemType.DATE: "event_date",
    ItemType.NUMBER: "cups",
    ItemType.TEXT: "questions",
}


@cache
def asked() -> Questionnaire:
    """The questions that ship, and one that wants a number: none of those does."""
    data = shipped("questionnaire_v1.json")
    return questions.load({**data, "items": [*data["items"], CUPS]})


def page_of(key: str, answers: dict[str, Any] | None = None) -> Page:
    item = asked().by_key[key]
    every = questions.pages(asked(), KNOWN | (answers or {}))
    return next(page for page in every if (page.section.key, page.head.key) == (item.section, item.page))


def form(key: str, post: str | None = None, language: str = "en", **stored: Any) -> IntakeForm:
    """The form of the page that asks this question; what is posted is written as a browser sends it."""
    return IntakeForm(
        None if post is None else QueryDict(post),
        questionnaire=asked(),
        page=page_of(key, stored),
        stored={**KNOWN, **stored},
        language=language,
        today=TODAY,
    )


def said(bound: IntakeForm, name: str) -> list[str]:
    assert not bound.is_valid()
    return [str(sentence) for sentence in bound.errors[name]]


def shown(some: IntakeForm) -> str:
    return unescape(render_crispy_form(some))


def core(key: str, **differently: str) -> str:
    """Everything the page of a core question asks for, answered, but for what is given."""
    post = QueryDict(mutable=True)
    answers = clean_answers()
    for item in page_of(key).items:
        answer = answers.get(item.key)
        word = answer in item.values or item.type is not ItemType.DATE
        post.setlist(item.key, answer or ["none"] if isinstance(answer, list) else [str(answer) if word else ON_A_DATE])
        if not word:
            post[f"{item.key}_date"] = str(answer)
    for name, value in differently.items():
        post[name] = value
    return post.urlencode()


# --- every type ------------------------------------------------------------------------------------------------------


def test_the_questionnaire_asks_every_type_that_the_form_is_tried_with() -> None:
    assert {asked().by_key[key].type for key in ASKED.values()} == set(ItemType)


@pytest.mark.parametrize(
    ("key", "posted", "answer"),
    [
        ("melasma", "melasma=unsure", "unsure"),
        ("keloid_history", "keloid_history=hypertrophic", "hypertrophic"),
        ("photosensitisers", "photosensitisers=thiazide&photosensitisers=doxycycline", ["doxycycline", "thiazide"]),
        ("photosensitisers", "photosensitisers=none", []),
        ("event_date", "event_date=2027-06-19", "2027-06-19"),
        ("cups", "cups=3", 3),
        ("questions", "questions=+Will+it+hurt%3F%0D%0AHow+long%3F+", "Will it hurt?\nHow long?"),
        ("questions", "questions=", None),
    ],
)
def test_an_answer_of_each_type_is_cleaned_for_keeping(key: str, posted: str, answer: object) -> None:
    bound = form(key, posted)
    bound.is_valid()
    assert key not in bound.errors
    assert bound.answers[key] == answer


@pytest.mark.parametrize("key", [page.items[0].key for page in questions.pages(asked(), KNOWN)])
def test_no_page_has_more_than_eight_questions_at_a_time(key: str) -> None:
    assert len(page_of(key).items) <= 8


@pytest.mark.parametrize("language", ["en", "zh-hant"])
@pytest.mark.parametrize("key", [page.items[0].key for page in questions.pages(asked(), KNOWN)])
def test_every_group_of_answers_is_one_fieldset_whose_legend_asks(key: str, language: str) -> None:
    page = shown(form(key, language=language))
    groups = [name for name, field in form(key).fields.items() if hasattr(field, "choices")]
    assert page.count("<fieldset") == page.count("</fieldset>") == page.count("<legend") == len(groups)
    for item in page_of(key).items:
        assert item.label.in_language(language) in page


def test_a_choice_says_its_medical_name_beneath_the_plain_one() -> None:
    page = shown(form("keloid_history", language="zh-hant"))
    assert re.search(r"凸起，並長到傷口範圍以外\s*<span class=\"choice__hint\">蟹足腫</span>", page)


def test_answers_given_before_are_filled_in() -> None:
    page = shown(form("melasma", melasma="unsure", pih_tendency="yes"))
    assert page.count(" checked") == 2


def test_none_of_these_is_filled_in_as_it_was_answered_and_not_as_a_blank() -> None:
    assert form("photosensitisers", photosensitisers=[])["photosensitisers"].initial == ["none"]
    assert form("photosensitisers")["photosensitisers"].initial is None


# --- branches --------------------------------------------------------------------------------------------------------


def test_a_question_that_hangs_on_another_stands_inside_it_and_opens_without_a_script() -> None:
    page = shown(form("isotretinoin_status"))
    scope = page.index('class="reveal-scope"')
    opener = re.search(r'name="isotretinoin_status" value="past"[^>]* data-reveals>', page)
    assert opener
    inner = page.index('name="isotretinoin_last_dose"')
    assert scope < opener.start() < page.index('class="reveal"') < inner


def test_the_answer_to_a_question_that_is_hidden_is_not_asked_for_and_not_taken() -> None:
    bound = form("isotretinoin_status", core("isotretinoin_status", isotretinoin_last_dose="unsure"))
    assert bound.is_valid()
    assert bound.answers["isotretinoin_status"] == "never"
    assert "isotretinoin_last_dose" not in bound.answers


def test_nonsense_in_a_question_that_is_hidden_stops_nobody() -> None:
    posted = core("isotretinoin_status", isotretinoin_last_dose=ON_A_DATE, isotretinoin_last_dose_date="soon")
    assert form("isotretinoin_status", posted).is_valid()


def test_a_question_that_shows_is_asked_for_on_the_same_page() -> None:
    bound = form("isotretinoin_status", core("isotretinoin_status", isotretinoin_status="past"))
    assert said(bound, "isotretinoin_last_dose") == ["Choose an answer. If you do not know, “Not sure” is one."]


def test_a_date_beside_a_word_that_was_chosen_instead_is_not_taken() -> None:
    posted = core("tan_last_exposure", tan_last_exposure="never", tan_last_exposure_date="2027-02-31")
    bound = form("tan_last_exposure", posted)
    assert bound.is_valid()
    assert bound.answers["tan_last_exposure"] == "never"


def test_several_answers_open_what_hangs_on_any_of_them() -> None:
    bound = form("retinoid_topical", "retinoid_topical=prescription&retinoid_last_use=current")
    assert bound.is_valid()
    assert bound.answers["retinoid_last_use"] == "current"


# --- refusals --------------------------------------------------------------------------------------------------------


def test_a_blank_core_question_is_asked_for_and_not_sure_is_an_answer() -> None:
    assert said(form("melasma", ""), "melasma") == ["Choose an answer. If you do not know, “Not sure” is one."]
    assert form("melasma", core("melasma", melasma="unsure")).is_valid()


@pytest.mark.parametrize("page", [page for page in questions.pages(asked(), KNOWN) if page.core])
def test_not_sure_is_enough_for_every_core_page(page: Page) -> None:
    assert form(page.items[0].key, "&".join(f"{item.key}=unsure" for item in page.items)).is_valid()


@pytest.mark.parametrize("page", [page for page in questions.pages(asked(), KNOWN) if not page.core])
def test_a_page_that_can_wait_may_be_left_blank(page: Page) -> None:
    bound = form(page.items[0].key, "")
    assert bound.is_valid()
    assert {item.key: None for item in page.items} == bound.answers


def test_an_option_that_was_not_offered_is_refused_in_our_words_for_every_kind_of_choice() -> None:
    ours = ["Choose one of the answers shown."]
    assert said(form("keloid_history", "keloid_history=<script>"), "keloid_history") == ours
    assert said(form("photosensitisers", "photosensitisers=magic"), "photosensitisers") == ours


def test_none_of_these_together_with_others_is_refused() -> None:
    bound = form("photosensitisers", "photosensitisers=none&photosensitisers=thiazide")
    assert said(bound, "photosensitisers") == ["Choose either “None of these” or the others, not both."]


@pytest.mark.parametrize(
    ("written", "kept"),
    [("2027-04-03", "2027-04-03"), ("2027/4/3", "2027-04-03"), ("2026.6", "2026-06"), ("2019", "2019")],
)
def test_a_half_remembered_date_is_an_answer(written: str, kept: str) -> None:
    posted = core("tan_last_exposure", tan_last_exposure=ON_A_DATE, tan_last_exposure_date=written)
    bound = form("tan_last_exposure", posted)
    assert bound.is_valid(), bound.errors
    assert bound.answers["tan_last_exposure"] == kept


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("", "Enter the date, or choose one of the other answers."),
        ("2027-02-31", "Enter a date as year, month, day"),
        ("last summer", "Enter a date as year, month, day"),
        ("0000-01-01", "Enter a date as year, month, day"),
        ("2027-05-04", "This date lies in the future."),
        ("9" * 4000, "This is longer than we can keep."),
    ],
)
def test_a_date_that_cannot_be_is_refused_where_it_was_written(written: str, sentence: str) -> None:
    posted = core("tan_last_exposure", tan_last_exposure=ON_A_DATE, tan_last_exposure_date=written)
    sentences = said(form("tan_last_exposure", posted), "tan_last_exposure_date")
    assert [each.startswith(sentence) for each in sentences] == [True], sentences


def test_a_day_to_come_must_be_whole_and_to_come() -> None:
    assert said(form("event_date", "event_date=2027-06"), "event_date")[0].startswith("Enter the whole date")
    assert said(form("event_date", "event_date=2027-05-02"), "event_date")[0].startswith("This day has passed")


def test_a_number_is_a_whole_one_within_its_range() -> None:
    assert said(form("cups", "cups=three"), "cups") == ["Enter a whole number."]
    assert said(form("cups", "cups=21"), "cups") == ["Please check this number."]


@pytest.mark.parametrize("sign", ["%00", "%07", "%E2%80%AE", "%E2%81%A6", "%E2%80%A8"])
def test_characters_that_nobody_sees_are_refused(sign: str) -> None:
    bound = form("questions", f"questions=Will+it{sign}+hurt%3F")
    assert said(bound, "questions") == ["Please remove the invisible characters from this text."]


def test_a_text_as_long_as_the_page_allows_is_kept_however_the_browser_ends_its_lines() -> None:
    limit = asked().by_key["questions"].max_length
    as_typed = ("line\n" * limit)[: limit - 1] + "!"
    as_sent = QueryDict(mutable=True)
    as_sent["questions"] = as_typed.replace("\n", "\r\n")
    bound = form("questions", as_sent.urlencode())
    assert bound.is_valid(), bound.errors
    assert bound.answers["questions"] == as_typed


def test_a_text_that_is_too_long_is_refused_and_still_there_to_shorten() -> None:
    bound = form("questions", "questions=" + "x" * 1001)
    assert said(bound, "questions") == ["This is longer than we can keep. Please shorten it."]
    assert "x" * 1001 in shown(bound)


def test_what_is_wrong_stands_at_the_answer_and_in_the_summary_and_what_was_typed_stays() -> None:
    posted = core("tan_last_exposure", tan_last_exposure=ON_A_DATE, tan_last_exposure_date="31 February")
    bound = form("tan_last_exposure", posted)
    page = shown(bound)
    assert 'href="#id_tan_last_exposure_date"' in page
    assert page.count("Enter a date as year, month, day") == 2
    assert 'value="31 February"' in page
    assert page.count(" checked") == len(page_of("tan_last_exposure").items)


def test_the_other_answers_of_a_refused_page_can_be_kept() -> None:
    bound = form("melasma", core("melasma", melasma="perhaps"))
    assert not bound.is_valid()
    assert bound.answers["pih_tendency"] == "no"
    assert "melasma" not in bound.answers
