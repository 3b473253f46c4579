import itertools

import pytest

from treatments.questionnaire import bdd_screen, score_oiliness, score_phototype, score_sensitivity


def fitz(*points):
    return {f"fitz_q{number}": str(point) for number, point in enumerate(points, start=1)}


def filled(total):
    """Ten answers that add up to the total."""
    return fitz(*(max(0, min(4, total - 4 * index)) for index in range(10)))


@pytest.mark.parametrize(
    ("total", "band"),
    [
        (0, "I"),
        (6, "I"),
        (7, "II"),
        (13, "II"),
        (14, "III"),
        (20, "III"),
        (21, "IV"),
        (27, "IV"),
        (28, "V"),
        (34, "V"),
        (35, "VI"),
        (40, "VI"),
    ],
)
def test_the_bands_of_the_phototype_begin_and_end_where_the_form_says(total, band):
    scored = score_phototype(filled(total))
    assert scored is not None
    assert (scored.total, scored.band) == (total, band)


def test_the_three_parts_of_the_phototype_are_kept_apart():
    scored = score_phototype(fitz(3, 4, 3, 4, 2, 3, 2, 3, 2, 1))
    assert scored is not None
    assert (scored.total, dict(scored.sections), scored.band) == (27, {"inherited": 14, "sun": 10, "tanning": 3}, "IV")


def test_a_list_of_ten_numbers_scores_like_ten_answers():
    assert score_phototype({"fitz_answers": [3, 4, 3, 4, 2, 3, 2, 3, 2, 1]}) == score_phototype(
        fitz(3, 4, 3, 4, 2, 3, 2, 3, 2, 1)
    )


@pytest.mark.parametrize("bad", [None, "", "unsure", "5", "-1", 5, "x", True])
def test_one_blank_or_foreign_answer_leaves_the_phototype_unknown(bad):
    assert score_phototype(filled(20) | {"fitz_q7": bad}) is None
    assert score_phototype({"fitz_answers": [2] * 9 + [bad]}) is None


def test_fewer_than_ten_answers_are_no_phototype():
    assert score_phototype({}) is None
    assert score_phototype({"fitz_answers": [2] * 9}) is None


@pytest.mark.parametrize(
    ("points", "total", "band"),
    [
        ("00000", 0, "low"),
        ("11000", 2, "low"),
        ("21000", 3, "moderate"),
        ("22100", 5, "moderate"),
        ("22200", 6, "high"),
        ("22222", 10, "high"),
    ],
)
def test_sensitivity_adds_five_answers(points, total, band):
    scored = score_sensitivity({f"sens_{number}": point for number, point in enumerate(points, start=1)})
    assert scored is not None
    assert (scored.total, scored.band) == (total, band)


def test_sensitivity_with_a_blank_is_unknown():
    assert score_sensitivity({"sens_1": "2", "sens_2": "2", "sens_3": "2", "sens_4": "2", "sens_5": "unsure"}) is None


@pytest.mark.parametrize(
    ("t_zone", "cheeks", "tight", "kind"),
    [
        ("2", "2", "0", "oily"),
        ("3", "2", "2", "oily"),
        ("2", "1", "0", "combination"),
        ("3", "0", "2", "combination"),
        ("1", "1", "2", "dry"),
        ("0", "0", "2", "dry"),
        ("1", "1", "1", "normal"),
        ("0", "2", "2", "normal"),
        ("0", "3", "0", "normal"),
    ],
)
def test_oiliness_follows_from_forehead_cheeks_and_tightness(t_zone, cheeks, tight, kind):
    assert score_oiliness({"oil_1": t_zone, "oil_2": cheeks, "oil_3": tight}) == kind


@pytest.mark.parametrize("blank", ["oil_1", "oil_2", "oil_3"])
def test_oiliness_with_a_blank_is_unknown(blank):
    assert score_oiliness({"oil_1": "2", "oil_2": "2", "oil_3": "1"} | {blank: None}) is None


def test_blackheads_do_not_make_skin_oily():
    assert score_oiliness({"oil_1": "1", "oil_2": "1", "oil_3": "0", "oil_4": "3"}) == "normal"


def screen(preoccupied, weight_only, impact, hours):
    return bdd_screen(
        {"bdd_preoccupied": preoccupied, "bdd_weight_only": weight_only, "bdd_impact": impact, "bdd_hours": hours}
    )


def test_the_screen_is_positive_only_for_worry_with_impact_for_an_hour_or_more_not_about_weight():
    positive = {
        answers
        for answers in itertools.product(("yes", "no"), ("yes", "no"), ("yes", "no"), ("lt1", "1to3", "gt3"))
        if screen(*answers) == "positive"
    }
    assert positive == {("yes", "no", "yes", "1to3"), ("yes", "no", "yes", "gt3")}


@pytest.mark.parametrize("answers", [(["no"], "yes", "1to3"), ("no", {"yes": 1}, "1to3"), ("no", "yes", ["gt3"])])
def test_an_answer_of_a_wrong_type_leaves_the_screen_unknown(answers):
    assert screen("yes", *answers) is None


def test_without_preoccupation_the_other_questions_are_not_needed():
    assert screen("no", None, None, None) == "negative"


@pytest.mark.parametrize(
    "answers",
    [
        (None, "no", "no", "lt1"),
        ("unsure", "no", "no", "lt1"),
        ("yes", None, "yes", "gt3"),
        ("yes", "no", "unsure", "gt3"),
        ("yes", "no", "yes", None),
        ("yes", "no", "yes", "all day"),
    ],
)
def test_a_screen_with_a_needed_answer_missing_is_unknown(answers):
    assert screen(*answers) is None
