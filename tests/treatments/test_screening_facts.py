from datetime import date

import pytest

from tests.treatments.shipped import TODAY, asked, clean_adult, verdicts
from treatments.screening import facts


def known(**answers):
    return facts(asked(), answers, as_of=TODAY)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-11-22", date(2026, 11, 22)),
        ("2026-06", date(2026, 6, 30)),
        ("2024-02", date(2024, 2, 29)),
        ("2025", date(2025, 12, 31)),
        ("2026-11", date(2026, 11, 22)),
        ("2026", date(2026, 11, 22)),
    ],
)
def test_a_half_remembered_date_means_its_latest_possible_day_up_to_today(text, day):
    assert known(filler_last=text)["filler_last"] == day


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-23",
        "2026-12",
        "2027",
        "2026-02-30",
        "2026-13",
        "2026-6-1",
        "20260601",
        "2026-W10",
        "26",
        "",
        "٢٠٢٦",
        "0001",
        " 2026",
    ],
)
def test_a_date_ahead_or_out_of_the_calendar_is_unknown(text):
    assert "filler_last" not in known(filler_last=text)


def test_never_is_known_and_still_in_use_means_today():
    assert known(filler_last="never", aha_bha_last_use="current") | {
        "filler_last": "never",
        "aha_bha_last_use": TODAY,
    } == known(filler_last="never", aha_bha_last_use="current")


@pytest.mark.parametrize(
    ("key", "word"),
    [("filler_last", "current"), ("retinoid_last_use", "never"), ("event_date", "never"), ("dob", "never")],
)
def test_a_word_that_a_date_question_does_not_offer_is_unknown(key, word):
    assert key not in known(**{key: word})


@pytest.mark.parametrize("answer", [None, "", "unsure", "Keloid", "other", 3, True, ["keloid"], {"value": "keloid"}])
def test_an_answer_that_is_not_among_the_options_is_unknown(answer):
    assert "keloid_history" not in known(keloid_history=answer)


def test_a_birth_date_must_be_a_full_day_in_the_past():
    assert known(dob="1992-04-15")["dob"] == date(1992, 4, 15)
    assert known(dob=date(1992, 4, 15))["dob"] == date(1992, 4, 15)
    assert not {"dob"} & {*known(dob="1992"), *known(dob="2026-11-23"), *known(dob="1892-01-01"), *known(dob=19920415)}


def test_an_event_may_lie_ahead():
    assert known(event_date="2027-01-01")["event_date"] == date(2027, 1, 1)


def test_none_of_these_is_an_answer_and_a_blank_is_not():
    assert known(photosensitisers=[])["photosensitisers"] == ()
    assert known(photosensitisers=["none"])["photosensitisers"] == ()
    assert known(photosensitisers=["none", "thiazide"])["photosensitisers"] == ("thiazide",)
    assert "photosensitisers" not in known(photosensitisers=None)


def test_a_choice_that_is_not_offered_counts_as_not_sure_beside_the_others():
    assert known(photosensitisers=["doxycycline", "moonlight", 7])["photosensitisers"] == ("doxycycline", "unsure")


@pytest.mark.parametrize(
    ("answers", "phototype"),
    [
        ({"fst_practitioner": "V", "fitz_answers": [1] * 10, "fst": "II"}, "V"),
        ({"fst_practitioner": None, "fitz_answers": [1] * 10, "fst": "V"}, "II"),
        ({"fitz_answers": [1] * 9 + [None], "fst": "V"}, "V"),
        ({"fst": "VI"}, "VI"),
        ({"fst_practitioner": "VII", "fst": "III"}, "III"),
        ({f"fitz_q{number}": "4" for number in range(1, 11)}, "VI"),
    ],
)
def test_the_practitioners_grading_comes_before_the_score_and_the_score_before_a_type_given_directly(
    answers, phototype
):
    assert known(**answers)["fst"] == phototype


def test_without_grading_score_or_type_the_phototype_is_unknown():
    assert "fst" not in known(fst="brown", fitz_answers=[0] * 9, fst_practitioner=None)


def test_a_background_says_nothing_about_the_phototype():
    """Nor about anything else: no verdict changes with it."""
    answers = clean_adult(fst=None)
    assert "fst" not in known(ethnic_background=["south_asian"])
    assert verdicts(answers | {"ethnic_background": ["black"]}) == verdicts(answers | {"ethnic_background": ["white"]})


def test_scores_come_before_a_band_given_directly():
    often = {f"sens_{number}": "2" for number in range(1, 6)}
    assert known(**often, skin_sensitivity="low")["skin_sensitivity"] == "high"
    assert known(skin_sensitivity="low")["skin_sensitivity"] == "low"
    assert "skin_sensitivity" not in known(skin_sensitivity="so-so")


def test_answers_that_no_question_asks_for_are_dropped():
    assert known(favourite_colour="blue", bdd_screen="negative") == {}
