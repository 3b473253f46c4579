import pytest

from tests.treatments.shipped import asked, clean_adult
from treatments import questionnaire as questions


def shown(**answers):
    return {item.key for item in questions.shown(asked(), answers)}


@pytest.mark.parametrize(
    ("child", "opening", "closing"),
    [
        ("isotretinoin_last_dose", {"isotretinoin_status": "past"}, {"isotretinoin_status": "current"}),
        ("vitiligo_last_change", {"vitiligo": "yes"}, {"vitiligo": "unsure"}),
        ("cancer_treatment_end", {"cancer_treatment": "past"}, {"cancer_treatment": "current"}),
        ("retinoid_last_use", {"retinoid_topical": "otc_retinol"}, {"retinoid_topical": "none"}),
        ("last_peel_date", {"last_peel_depth": "unsure"}, {"last_peel_depth": "none"}),
        ("last_laser_date", {"last_laser_type": "ipl"}, {"last_laser_type": None}),
        ("bdd_impact", {"bdd_preoccupied": "yes"}, {"bdd_preoccupied": "no"}),
        ("pore_self_grade", {"concerns": ["redness", "enlarged_pores"]}, {"concerns": ["redness"]}),
        ("same_day_combo", {"treatments_interest": ["ipl", "microneedling"]}, {"treatments_interest": ["ipl"]}),
        ("pregnant", {"sex_at_birth": None}, {"sex_at_birth": "male"}),
        ("breastfeeding", {"sex_at_birth": "intersex"}, {"sex_at_birth": "male"}),
        ("allergy_peel_agent_detail", {"allergy_peel_agent": "yes"}, {"allergy_peel_agent": "no"}),
    ],
)
def test_a_branch_opens_and_closes(child, opening, closing):
    assert child in shown(**opening)
    assert child not in shown(**closing)


def test_the_answer_to_a_hidden_question_is_dropped():
    answers = {"isotretinoin_status": "never", "isotretinoin_last_dose": "2026-06", "melasma": "no"}
    assert questions.visible(asked(), answers) == {"isotretinoin_status": "never", "melasma": "no"}


def test_an_answer_that_nobody_asked_for_is_dropped():
    assert questions.visible(asked(), {"is_staff": "yes"}) == {}


def test_a_dropped_answer_cannot_open_another_branch():
    data = _two_branches()
    tree = questions.load(data)
    hidden_but_sent = {"a": "no", "b": "yes", "c": "yes"}
    assert questions.visible(tree, hidden_but_sent) == {"a": "no"}


def _two_branches():
    words = {word: {"en": word} for word in ("yes", "no", "unsure", "never", "current", "none", "blank")}
    common = {"section": "s", "page": "p", "type": "yn"}
    return {
        "version": 1,
        "words": words,
        "sections": [{"key": "s", "title": {"en": "S"}, "pages": [{"key": "p", "title": {"en": "P"}}]}],
        "items": [
            {"key": "a", "label": {"en": "A?"}, **common},
            {"key": "b", "label": {"en": "B?"}, "show_when": {"in": ["a", ["yes"]]}, **common},
            {"key": "c", "label": {"en": "C?"}, "show_when": {"in": ["b", ["yes"]]}, **common},
        ],
    }


def test_pages_keep_the_order_of_the_sections_and_leave_out_the_empty():
    found = questions.pages(asked(), {})
    assert [page.head.key for page in found[:4]] == ["inherited", "sun", "tanning", "medicine_and_scars"]
    assert all(page.items for page in found)
    assert {item.asked_in for page in found for item in page.items} == {questions.AskedIn.PAGES}


def test_the_pages_that_confirm_a_booking_come_first():
    cores = [page.core for page in questions.pages(asked(), {})]
    assert cores == sorted(cores, reverse=True)
    assert any(cores)


def test_each_question_that_shows_is_on_exactly_one_page():
    found = [item.key for page in questions.pages(asked(), {"vitiligo": "yes"}) for item in page.items]
    assert sorted(found) == sorted(shown(vitiligo="yes"))
    assert len(found) == len(set(found))


def test_core_questions_are_missing_until_answered_if_only_by_not_sure():
    everything = {item.key: "unsure" for item in asked().items}
    assert questions.missing(asked(), everything) == ()
    missed = {item.key for item in questions.missing(asked(), everything | {"cold_sores": None, "skincare": None})}
    assert missed == {"cold_sores"}


def test_a_core_branch_is_missing_only_once_it_is_open():
    everything = {item.key: "unsure" for item in asked().items} | {"isotretinoin_last_dose": ""}
    assert questions.missing(asked(), everything) == ()
    now_open = everything | {"isotretinoin_status": "past"}
    assert [item.key for item in questions.missing(asked(), now_open)] == ["isotretinoin_last_dose"]


def test_an_intake_is_incomplete_until_every_question_but_the_optional_has_an_answer():
    everything = {item.key: "unsure" for item in asked().items if not item.optional}
    assert questions.incomplete(asked(), everything) == ()
    assert [item.key for item in questions.incomplete(asked(), everything | {"rosacea": None})] == ["rosacea"]


def test_not_sure_beside_a_known_answer_leaves_the_question_unanswered():
    answers = clean_adult(photosensitisers=["doxycycline", "unsure"])
    assert "photosensitisers" in {item.key for item in questions.unanswered(asked(), answers)}


def test_none_of_these_is_an_answer_and_not_sure_is_one_that_tells_nothing():
    answers = clean_adult(photosensitisers=[], rosacea="unsure", skincare=None)
    assert "photosensitisers" not in {item.key for item in questions.unanswered(asked(), answers)}
    assert "rosacea" in {item.key for item in questions.unanswered(asked(), answers)}
    assert "rosacea" not in {item.key for item in questions.incomplete(asked(), answers)}
    assert "skincare" not in {item.key for item in questions.unanswered(asked(), answers)}


def test_several_answers_that_are_only_not_sure_tell_nothing():
    assert "photosensitisers" in {item.key for item in questions.unanswered(asked(), {"photosensitisers": ["unsure"]})}
