"""How long an answer may be relied on: a week for what changes quickly, ninety days for everything else."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.treatments.shipped import asked
from treatments import questionnaire as questions

TODAY = date(2026, 11, 27)
DAYS = st.integers(min_value=0, max_value=400)


def stale(days: int, **answers: str) -> set[str]:
    told = dict.fromkeys(answers, TODAY - timedelta(days=days))
    return {item.key for item in questions.stale(asked(), answers, told, TODAY)}


@pytest.mark.parametrize(
    ("key", "days", "is_old"),
    [
        ("pregnant", 6, False),
        ("pregnant", 7, True),
        ("open_wound", 7, True),
        ("melasma", 7, False),
        ("melasma", 89, False),
        ("melasma", 90, True),
    ],
)
def test_what_changes_quickly_is_old_after_a_week_and_the_rest_after_ninety_days(key, days, is_old):
    assert (key in stale(days, **{key: "no"})) is is_old


def test_an_answer_whose_day_is_unknown_is_old():
    assert [item.key for item in questions.stale(asked(), {"melasma": "no"}, {}, TODAY)] == ["melasma"]


def test_a_blank_is_not_old_but_open_and_a_hidden_answer_is_neither():
    assert stale(400, melasma="", isotretinoin_status="never", isotretinoin_last_dose="2026-06") == {
        "isotretinoin_status"
    }


@given(days=DAYS, later=DAYS)
def test_what_is_old_stays_old_and_what_lasts_is_never_old(days, later):
    answers = {"pregnant": "no", "melasma": "no", "cold_sores": "never", "sens_1": "1"}
    told = dict.fromkeys(answers, TODAY - timedelta(days=days))
    old = {item.key for item in questions.stale(asked(), answers, told, TODAY)}
    older = {item.key for item in questions.stale(asked(), answers, told, TODAY + timedelta(days=later))}
    assert old <= older
    assert old.isdisjoint(questions.lasting(asked(), answers, told, TODAY))
    assert old | set(questions.lasting(asked(), answers, told, TODAY)) == set(answers)
