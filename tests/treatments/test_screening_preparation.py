"""What a patient does before a visit: every step, its day, and that nothing unknown hides one."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from tests.treatments.shipped import TODAY, asked, clean_adult, rules, shipped
from treatments import screening
from treatments.codes import TreatmentCode
from treatments.screening import BadRules

VISIT = TODAY + timedelta(days=60)
# Each step of the list, written by hand from the clinical text: its days before the visit, a treatment that it is for
# and one that it is not for, and the answers that call for it.
CASES = {
    "PRE-KEEP": (None, "ipl", None, {}),
    "PRE-SUN": (28, "microneedling", None, {}),
    "PRE-SPF": (28, "peel_superficial", None, {}),
    "PRE-SORES": (28, "laser_afl", None, {"cold_sores": "past"}),
    "PRE-PRIME": (28, "peel_medium", "microneedling", {"fst_practitioner": "V"}),
    "PRE-FILLER-RF": (28, "rf_microneedling", "microneedling", {}),
    "PRE-FILLER": (14, "microneedling", "rf_microneedling", {}),
    "PRE-TOXIN": (14, "peel_deep", "ipl", {}),
    "PRE-TAN-LIGHT": (14, "laser_nafl", "microneedling", {}),
    "PRE-RET-DARK": (14, "peel_superficial", "ipl", {"retinoid_topical": "prescription", "fst_practitioner": "IV"}),
    "PRE-HAIR-DEEP": (14, "peel_deep", "peel_superficial", {}),
    "PRE-HAIR": (7, "ipl", None, {}),
    "PRE-TAN": (7, "peel_superficial", "ipl", {}),
    "PRE-RET": (7, "ipl", "microneedling", {"retinoid_topical": "prescription"}),
    "PRE-ACID": (3, "ipl", None, {"aha_bha_last_use": "current"}),
    "PRE-RETINOL": (3, "ipl", None, {"retinoid_topical": "otc_retinol"}),
    "PRE-RET-NEEDLE": (3, "microneedling", "ipl", {"retinoid_topical": "prescription"}),
    "PRE-TOXIN-MILD": (3, "ipl", "microneedling", {}),
    "PRE-TABLETS": (1, "laser_afl", None, {"cold_sores": "past"}),
    "PRE-ALCOHOL": (1, "ipl", None, {}),
    "PRE-FACE": (0, "ipl", None, {}),
    "PRE-LIST": (0, "ipl", None, {}),
    "PRE-CHANGE": (0, "ipl", None, {}),
}
# Without the ten answers the phototype is what the practitioner says, or unknown.
UNTYPED: dict[str, Any] = {"fst": None}
CONDITIONAL = {"cold_sores": "never", "retinoid_topical": "none", "aha_bha_last_use": "never", "fst_practitioner": "II"}


def steps(*treatments, visit=VISIT, today=TODAY, **answers):
    known = screening.facts(asked(), clean_adult(**UNTYPED, **answers), as_of=visit)
    return screening.preparation(rules(), known, treatments, visit, today)


def ids(*treatments, **answers):
    return {step.id for step in steps(*treatments, **answers)}


def test_every_step_has_a_case_and_every_case_a_step():
    assert list(CASES) == [each.id for each in rules().preparations]


@pytest.mark.parametrize("step", CASES)
def test_a_step_stands_on_its_day_for_the_treatments_of_its_case(step):
    days, treatment, other, answers = CASES[step]
    [found] = [each for each in steps(treatment, **answers) if each.id == step]
    assert found.from_day == (TODAY if days is None else VISIT - timedelta(days=days))
    if other:
        assert step not in ids(other, **answers)


@pytest.mark.parametrize("step", [step for step, case in CASES.items() if case[3]])
def test_a_step_that_hangs_on_answers_is_left_out_by_the_other_ones_and_by_no_blank(step):
    _days, treatment, _other, answers = CASES[step]
    assert step not in ids(treatment, **CONDITIONAL)
    for key in answers:
        assert step in ids(treatment, **{**answers, key: None})
        assert step in ids(treatment, **{**answers, key: "unsure"})


def test_a_day_that_has_passed_is_today():
    soon = steps("ipl", "peel_superficial", visit=TODAY + timedelta(days=5))
    assert {step.id: step.from_day for step in soon}["PRE-SUN"] == TODAY
    assert min(step.from_day for step in soon) == TODAY


def test_two_steps_of_the_same_words_are_one_from_the_earlier_day_on():
    found = ids("peel_superficial", retinoid_topical="prescription", fst_practitioner="IV")
    assert "PRE-RET-DARK" in found
    assert "PRE-RET" not in found
    assert {"PRE-FILLER-RF"} == {step for step in ids("rf_microneedling", "ipl") if step.startswith("PRE-FILLER")}


def test_nothing_is_prepared_for_no_treatment_nor_for_a_visit_that_is_over():
    assert steps() == []
    assert steps("ipl", visit=TODAY - timedelta(days=1)) == []


def test_a_patient_is_told_to_stop_nothing_prescribed_but_a_vitamin_a_cream_and_not_against_their_doctor():
    words = {each.id: each.words.in_language("en") for each in rules().preparations if each.id != "PRE-KEEP"}
    stops = {step: said for step, said in words.items() if "stop" in said.lower()}
    assert set(stops) == {"PRE-RET-DARK", "PRE-RET", "PRE-RET-NEEDLE", "PRE-ACID", "PRE-RETINOL"}
    prescribed = [said for said in stops.values() if "prescription" in said]
    assert len(prescribed) == 3
    assert all("vitamin A" in said and "unless your doctor told you otherwise" in said for said in prescribed)
    assert "Never stop" in rules().preparations[0].words.in_language("en")


ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "cold_sores": st.sampled_from(["never", "past", "active", "unsure", None]),
        "retinoid_topical": st.sampled_from(["none", "otc_retinol", "prescription", "unsure", None]),
        "aha_bha_last_use": st.sampled_from(["never", "current", "2026-11", "rubbish", None]),
        "fst_practitioner": st.sampled_from(["I", "III", "IV", "VI", None]),
    },
)
CODES = st.lists(st.sampled_from(sorted(TreatmentCode)), max_size=4, unique=True)


@given(ANSWERS, CODES, st.integers(0, 90))
@settings(max_examples=examples(100))
def test_steps_stand_in_the_order_of_their_days_between_today_and_the_visit(answers, codes, days):
    visit = TODAY + timedelta(days=days)
    found = [step.from_day for step in steps(*codes, visit=visit, **answers)]
    assert found == sorted(found)
    assert all(TODAY <= day <= visit for day in found)


@given(ANSWERS, CODES, st.sampled_from(sorted(CONDITIONAL)))
@settings(max_examples=examples(100))
def test_what_is_unknown_hides_no_step_and_puts_none_off(answers, codes, key):
    def said(**answered):
        facts = screening.facts(asked(), clean_adult(**UNTYPED, **answered), as_of=VISIT)
        return {
            step.words.in_language("en"): step.from_day
            for step in screening.preparation(rules(), facts, codes, VISIT, TODAY)
        }

    before, unknown = said(**answers), said(**{**answers, key: None})
    assert before.keys() <= unknown.keys()
    assert all(unknown[words] <= day for words, day in before.items())


@given(ANSWERS, CODES, CODES)
@settings(max_examples=examples(60))
def test_one_more_treatment_takes_no_step_away(answers, codes, more):
    words = {step.words.in_language("en") for step in steps(*codes, **answers)}
    assert words <= {step.words.in_language("en") for step in steps(*codes, *more, **answers)}


def test_a_condition_with_not_and_or_is_open_as_long_as_an_answer_is():
    data = shipped("rules_v1.json")
    never_either = {"not": {"or": [{"in": ["cold_sores", ["never"]]}, {"in": ["retinoid_topical", ["none"]]}]}}
    words = {"en": "Call.", "zh-hant": "請致電。"}
    data["preparations"] = [{"id": "P", "treatments": "ipl", "when": never_either, "words": words, "refs": ["R99"]}]
    asks = screening.load(data)

    def shown(**facts):
        return bool(screening.preparation(asks, facts, ["ipl"], VISIT, TODAY))

    assert shown()
    assert shown(cold_sores="past")
    assert not shown(cold_sores="never")
    assert not shown(retinoid_topical="none")


def changed(**changes):
    data = shipped("rules_v1.json")
    for key, value in changes.items():
        data["preparations"][0][key] = value
        if value is None:
            del data["preparations"][0][key]
    return data


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"when": {"in": ["moon_phase", ["full"]]}}, "nobody is asked for moon_phase"),
        ({"when": {"in": ["cold_sores", ["often"]]}}, "cold_sores cannot be often"),
        ({"when": {"requested": ["ALL", 2]}}, "a preparation cannot use Requested"),
        ({"when": {"known": "cold_sores"}}, "a preparation cannot use Known"),
        ({"refs": []}, "gives no source"),
        ({"refs": ["R999"]}, "unknown source R999"),
        ({"words": {"en": "Wait."}}, "speaks no zh-hant"),
        ({"words": {"en": "Then it is safe.", "zh-hant": "可以。"}}, "promises safety"),
    ],
)
def test_a_step_that_cannot_be_published_is_refused_by_name(change, problem):
    with pytest.raises(BadRules) as refused:
        screening.validate_rules(screening.load(changed(**change)), asked())
    assert f"PRE-KEEP: {problem}" in refused.value.problems


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"days_before": -1}, "PRE-KEEP: -1 is not a number of days"),
        ({"days_before": True}, "PRE-KEEP: True is not a number of days"),
        ({"days_before": "7"}, "PRE-KEEP: '7' is not a number of days"),
        ({"treatments": "LEECHES"}, "LEECHES"),
        ({"when": {"eval": "1"}}, "PRE-KEEP: when: unknown operator"),
        ({"words": None}, "PRE-KEEP: 'words'"),
        ({"colour": "red"}, "PRE-KEEP: unknown colour"),
        ({"id": "AGE-01"}, "given twice: AGE-01"),
    ],
)
def test_a_misshapen_step_is_refused_when_loaded(change, complaint):
    with pytest.raises(BadRules, match=complaint):
        screening.load(changed(**change))


def test_an_older_rule_set_without_steps_is_read_and_prepares_nothing():
    data = shipped("rules_v1.json")
    del data["preparations"]
    assert screening.preparation(screening.load(data), {}, ["ipl"], date(2027, 1, 1), TODAY) == []
