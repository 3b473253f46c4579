"""The questionnaire that ships: whole, in both languages, short enough a page, and fit for the rules."""

import re
from collections import Counter

import pytest

from tests.treatments.shipped import asked, clean_adult, rules, shipped
from treatments import questionnaire as questions
from treatments.codes import TreatmentCode
from treatments.questionnaire import AskedIn, ItemType
from treatments.questionnaire.conditions import fields
from treatments.questionnaire.scoring import OILINESS_ITEMS, PHOTOTYPE_PARTS, SENSITIVITY_ITEMS
from treatments.questionnaire.words import LANGUAGES
from treatments.screening.facts import DERIVED

PAGED = [item for item in asked().items if item.asked_in is AskedIn.PAGES]


def every_words():
    yield from asked().words.values()
    for section in asked().sections:
        yield section.title
        for page in section.pages:
            yield from filter(None, (page.title, page.intro))
    for item in asked().items:
        yield from filter(None, (item.label, item.help, item.why))
        for option in item.options:
            yield from filter(None, (option.label, option.help))


def test_everything_is_said_in_both_languages():
    assert [words for words in every_words() if not all(map(words.texts.get, LANGUAGES))] == []


def test_no_question_promises_or_sells():
    forbidden = re.compile(r"\b(un)?saf(e|er|ety)\b|\bbest\b(?! state| look)|guarantee|安全|保證", re.IGNORECASE)
    texts = [text for words in every_words() for text in words.texts.values()]
    assert [text for text in texts if forbidden.search(text) and "look your best" not in text] == []


def test_a_page_asks_at_most_eight_questions_even_with_every_branch_open():
    assert max(Counter((item.section, item.page) for item in PAGED).values()) <= 8


def test_what_confirms_a_booking_is_at_most_35_questions():
    core = [item for item in PAGED if item.core]
    assert 25 <= len(core) <= 35
    assert {f"fitz_q{number}" for number in range(1, 11)} <= {item.key for item in core}
    assert {
        "pregnant",
        "isotretinoin_status",
        "isotretinoin_last_dose",
        "keloid_history",
        "cold_sores",
        "active_skin_infection",
        "open_wound",
        "active_dermatitis",
        "active_acne",
        "photosensitisers",
    } <= {item.key for item in core}


def test_a_page_is_either_all_core_or_not_core_at_all():
    core = {(item.section, item.page) for item in PAGED if item.core}
    later = {(item.section, item.page) for item in PAGED if not item.core}
    assert core & later == set()


def test_the_concern_is_needed_and_asked_before_the_intake():
    concern = asked().by_key["concerns"]
    assert (concern.core, concern.asked_in) == (True, AskedIn.WHAT)


def test_the_treatments_of_interest_are_the_eleven_codes():
    assert asked().by_key["treatments_interest"].values == set(TreatmentCode)


def test_name_and_birth_and_contact_are_asked_in_the_details():
    details = {item.key for item in asked().items if item.asked_in is AskedIn.DETAILS}
    assert details == {"dob", "sex_at_birth", "contact", "language", "guardian_present"}


def test_every_fact_of_the_baseline_comes_from_a_question_or_is_derived():
    assert set(clean_adult()) - set(asked().by_key) - set(DERIVED) == {"fitz_answers"}


def test_the_clean_adult_gives_answers_that_the_questions_take():
    given = {key: value for key, value in clean_adult().items() if key in asked().by_key and value is not None}
    assert {key: value for key, value in given.items() if not takes(asked().by_key[key], value)} == {}


def takes(item, value):
    from_list = set(value) <= item.values if isinstance(value, list) else value in item.values
    return from_list or item.type is ItemType.DATE


def test_every_answer_that_a_rule_reads_can_be_told_unknown():
    """Else a patient who does not know would have to guess, or could not go on."""
    read = {key for rule in rules().rules for key in fields(rule.when)}
    on_pages = [item for item in PAGED if item.key in read and item.type is not ItemType.MULTI]
    assert [item.key for item in on_pages if questions.UNSURE not in item.values and not item.optional] == []


@pytest.mark.parametrize(
    ("score", "keys", "highest"),
    [
        ("phototype", [key for part in PHOTOTYPE_PARTS.values() for key in part], {4}),
        ("sensitivity", SENSITIVITY_ITEMS, {2}),
        ("oiliness", OILINESS_ITEMS, {2, 3}),
    ],
)
def test_scored_questions_offer_their_points_as_options(score, keys, highest):
    scored = [item for item in asked().items if item.score == score]
    assert [item.key for item in scored] == list(keys)
    points = [sorted(int(value) for value in item.known_values) for item in scored]
    assert all(each == list(range(len(each))) for each in points)
    assert {each[-1] for each in points} == highest


def test_every_question_on_the_pages_says_why_it_is_asked():
    assert [item.key for item in PAGED if item.why is None] == []


def test_answers_that_go_stale_are_marked_to_be_asked_anew():
    stale = {item.key for item in PAGED if item.perishable}
    recent = {item.key for item in PAGED if item.section == "recent"} - {"previous_reactions"}
    assert recent | {"pregnant", "cold_sores", "medicines", "open_wound", "tanned_now", "tan_last_exposure"} <= stale


def test_what_only_the_practitioner_may_see_is_marked():
    hidden = {item.key for item in asked().items if item.sensitive}
    assert hidden == {
        "pregnant",
        "breastfeeding",
        "immunosuppression",
        "bdd_preoccupied",
        "bdd_weight_only",
        "bdd_impact",
        "bdd_hours",
    }


def test_the_file_reads_back_as_it_was_written():
    assert asked().version == shipped("questionnaire_v1.json")["version"] == 1


def test_the_questions_to_pick_stand_just_before_the_ones_to_write_and_ask_nothing_of_the_rules():
    picked = asked().by_key["questions_picked"]
    assert [item.key for item in asked().items if item.page == "plans"][-2:] == ["questions_picked", "questions"]
    assert len(picked.options) == 12
    assert all(set(option.label.texts) == {"en", "zh-hant"} for option in picked.options)
    assert picked.optional
    assert not picked.core
