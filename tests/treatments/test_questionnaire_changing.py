"""What changed since somebody answered last: came, went or became different, in words and in the order asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.treatments.shipped import asked
from treatments.questionnaire import changes

BEFORE = {"isotretinoin_status": "never", "pore_areas": ["nose", "cheeks"], "questions": "Does it hurt?"}
KEYS = ("melasma", "cold_sores", "pore_areas", "event_date", "since")


def lines(before, after, language="en"):
    return [(change.item.key, change.before, change.now) for change in changes(asked(), before, after, language)]


def test_an_answer_that_came_went_or_changed_has_a_line_each_in_the_order_asked():
    after = {"isotretinoin_status": "current", "pore_areas": ["nose", "cheeks"], "event_date": "2027-02-14"}
    assert lines(BEFORE, after) == [
        ("isotretinoin_status", "Never", "I take them now"),
        ("event_date", "Not answered", "14 February 2027"),
        ("questions", "Does it hurt?", "Not answered"),
    ]


def test_what_stayed_has_no_line_in_whatever_order_it_was_chosen():
    assert lines(BEFORE, {**BEFORE, "pore_areas": ["cheeks", "nose"]}) == []


@pytest.mark.parametrize("blank", [None, ""])
def test_one_blank_is_like_another_but_none_of_these_is_an_answer(blank):
    assert lines({}, {"photosensitisers": blank}) == []
    assert lines({"photosensitisers": blank}, {"photosensitisers": []}) == [
        ("photosensitisers", "Not answered", "None"),
    ]


def test_not_sure_is_not_the_same_as_a_blank():
    assert lines({}, {"melasma": "unsure"}) == [("melasma", "Not answered", "Not sure")]


def test_an_option_that_is_no_longer_offered_stands_as_stored_and_a_question_no_longer_asked_has_no_line():
    assert lines({"cold_sores": "often", "shoe_size": "44"}, {"cold_sores": "past"})[0][:2] == ("cold_sores", "often")
    assert len(lines({"cold_sores": "often", "shoe_size": "44"}, {"cold_sores": "past"})) == 1


def test_what_another_step_hands_over_is_no_change_of_the_answers():
    assert lines({}, {"dob": "1990-01-01", "treatments_interest": ["ipl"], "fst_practitioner": "IV"}) == []


def test_the_lines_speak_the_readers_language():
    [change] = changes(asked(), {}, {"melasma": "yes"}, "zh-hant")
    assert (change.before, change.now) == ("未回答", "是")


@given(*[st.dictionaries(st.sampled_from(KEYS), st.sampled_from(["yes", "no", "unsure", ""])) for _ in range(2)])
def test_both_directions_tell_of_the_same_questions(before, after):
    there, back = lines(before, after), lines(after, before)
    assert [(key, now, then) for key, then, now in there] == back
    assert lines(after, after) == []
