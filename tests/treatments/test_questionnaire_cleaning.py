from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.treatments.shipped import TODAY, asked
from treatments import questionnaire as questions
from treatments.questionnaire import BadAnswer, Problem
from treatments.questionnaire.dates import add_months, birthday, remembered

ITEMS = sorted(asked().by_key)


def clean(key, raw):
    return questions.clean(asked().by_key[key], raw, today=TODAY)


@pytest.mark.parametrize(
    ("key", "raw", "stored"),
    [
        ("keloid_history", "keloid", "keloid"),
        ("keloid_history", " keloid ", "keloid"),
        ("keloid_history", "unsure", "unsure"),
        ("melasma", "yes", "yes"),
        ("fitz_q1", "4", "4"),
        ("photosensitisers", ["thiazide", "doxycycline", "thiazide"], ["doxycycline", "thiazide"]),
        ("photosensitisers", ("doxycycline", "unsure"), ["doxycycline", "unsure"]),
        ("photosensitisers", ["none"], []),
        ("filler_last", "2026-06", "2026-06"),
        ("filler_last", "2026-11-22", "2026-11-22"),
        ("filler_last", "2026-11", "2026-11"),
        ("filler_last", "2026", "2026"),
        ("filler_last", "never", "never"),
        ("aha_bha_last_use", "current", "current"),
        ("event_date", "2026-11-22", "2026-11-22"),
        ("medicines", "  Metformin\r\nand\tiron ", "Metformin\nand iron"),
        ("medicines", "cafe\u0301 👩‍⚕️ 降血壓藥", "café 👩‍⚕️ 降血壓藥"),
    ],
)
def test_a_good_answer_is_stored_in_one_form(key, raw, stored):
    assert clean(key, raw) == stored


@pytest.mark.parametrize("key", ["keloid_history", "melasma", "photosensitisers", "filler_last", "medicines"])
@pytest.mark.parametrize("blank", [None, "", []])
def test_a_blank_is_stored_as_nothing(key, blank):
    assert clean(key, blank) is None


def test_spaces_alone_are_a_blank():
    assert clean("medicines", " \n\t ") is None


@pytest.mark.parametrize(
    ("key", "raw", "problem"),
    [
        ("keloid_history", "Keloid", Problem.UNKNOWN_OPTION),
        ("keloid_history", ["keloid"], Problem.WRONG_TYPE),
        ("keloid_history", True, Problem.WRONG_TYPE),
        ("keloid_history", {"value": "keloid"}, Problem.WRONG_TYPE),
        ("fitz_q1", 4, Problem.WRONG_TYPE),
        ("photosensitisers", "doxycycline", Problem.WRONG_TYPE),
        ("photosensitisers", ["doxycycline", 1], Problem.WRONG_TYPE),
        ("photosensitisers", ["moonlight"], Problem.UNKNOWN_OPTION),
        ("photosensitisers", ["none", "thiazide"], Problem.NONE_AND_OTHERS),
        ("filler_last", "2026-02-30", Problem.IMPOSSIBLE_DATE),
        ("filler_last", "yesterday", Problem.IMPOSSIBLE_DATE),
        ("filler_last", "0026-01-01", Problem.IMPOSSIBLE_DATE),
        ("filler_last", "٢٠٢٦-٠١-٠١", Problem.IMPOSSIBLE_DATE),
        ("filler_last", "current", Problem.IMPOSSIBLE_DATE),
        ("filler_last", "2026-11-23", Problem.IN_THE_FUTURE),
        ("filler_last", "2027", Problem.IN_THE_FUTURE),
        ("event_date", "2026-11-21", Problem.IN_THE_PAST),
        ("event_date", "2026-12", Problem.DAY_NEEDED),
        ("dob", "1992", Problem.DAY_NEEDED),
        ("since", "x" * 201, Problem.TOO_LONG),
        ("medicines", "x" * 1001, Problem.TOO_LONG),
        ("melasma", "y" * 1001, Problem.TOO_LONG),
        ("medicines", "iron\x00", Problem.BAD_CHARACTERS),
        ("medicines", "iron\x1b[31m", Problem.BAD_CHARACTERS),
        ("medicines", "iron\u202egnp", Problem.BAD_CHARACTERS),
        ("medicines", "iron\u2066", Problem.BAD_CHARACTERS),
        ("medicines", "iron\ud800", Problem.BAD_CHARACTERS),
        ("melasma", "y\nes", Problem.BAD_CHARACTERS),
    ],
)
def test_a_bad_answer_is_refused_by_name(key, raw, problem):
    with pytest.raises(BadAnswer) as refused:
        clean(key, raw)
    assert (refused.value.key, refused.value.problem) == (key, problem)


def test_a_refusal_never_repeats_the_answer():
    with pytest.raises(BadAnswer) as refused:
        clean("keloid_history", "a secret of hers")
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("12", 12),
        (12, 12),
        ("0", 0),
        ("", None),
        ("-1", Problem.NOT_A_NUMBER),
        ("1.5", Problem.NOT_A_NUMBER),
        ("²", Problem.NOT_A_NUMBER),
        ("99999999999999999999", Problem.OUT_OF_RANGE),
        (41, Problem.OUT_OF_RANGE),
        (True, Problem.WRONG_TYPE),
        (1.0, Problem.WRONG_TYPE),
    ],
)
def test_a_number_is_whole_and_in_range(raw, expected):
    cups = {
        "key": "cups",
        "section": "a",
        "page": "b",
        "type": "number",
        "label": {"en": "Cups of tea?"},
        "maximum": 40,
    }
    shelf = [{"key": "a", "title": {"en": "A"}, "pages": [{"key": "b", "title": {"en": "B"}}]}]
    words = {word: {"en": word} for word in ("yes", "no", "unsure", "never", "current", "none", "blank")}
    item = questions.load({"version": 1, "words": words, "sections": shelf, "items": [cups]}).by_key["cups"]
    try:
        got = questions.clean(item, raw, today=TODAY)
    except BadAnswer as refused:
        got = refused.problem
    assert got == expected


@given(
    st.sampled_from(ITEMS),
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.text()
        | st.sampled_from(["yes", "none", "2026", "never"]),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
        max_leaves=6,
    ),
)
def test_whatever_comes_in_is_cleaned_or_refused_and_cleaning_again_changes_nothing(key, raw):
    try:
        once = clean(key, raw)
    except BadAnswer:
        return
    assert clean(key, once) == (once or None if once != 0 else 0)


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("2026-6-1", "2026-06-01"),
        ("2026/06/01", "2026-06-01"),
        ("2026.6.1", "2026-06-01"),
        ("2026/6", "2026-06"),
        ("2026年", "2026"),
        ("2026年6月", "2026-06"),
        ("2026年6月1日", "2026-06-01"),
    ],
)
def test_a_date_may_be_written_year_first_in_the_usual_ways(written, stored):
    assert clean("filler_last", written) == stored


@pytest.mark.parametrize("text", ["2026-00-05", "2026--05", "01/06/2026", "6/2026", "26-6-1", "2026-6-1-1", "20260601"])
def test_a_date_in_another_order_is_refused_rather_than_guessed(text):
    with pytest.raises(BadAnswer, match="impossible_date"):
        clean("filler_last", text)


def test_a_month_of_nought_is_no_month():
    assert remembered("2026-00-05") is None


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2026-03-31", 6, "2026-09-30"),
        ("2025-11-30", 3, "2026-02-28"),
        ("2023-11-30", 3, "2024-02-29"),
        ("2026-05-15", 12, "2027-05-15"),
        ("2026-12-01", 1, "2027-01-01"),
    ],
)
def test_months_are_clipped_to_the_end_of_the_month(start, months, end):
    assert add_months(date.fromisoformat(start), months) == date.fromisoformat(end)


@pytest.mark.parametrize(
    ("born", "age", "day"),
    [("2012-02-29", 18, "2030-03-01"), ("2008-02-29", 16, "2024-02-29"), ("2008-11-22", 18, "2026-11-22")],
)
def test_a_birthday_on_29_february_is_kept_on_1_march_in_common_years(born, age, day):
    assert birthday(date.fromisoformat(born), age) == date.fromisoformat(day)
