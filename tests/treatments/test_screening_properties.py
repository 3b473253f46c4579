"""What must hold for any answers: hypothesis makes up patients."""

import copy
import random
from datetime import timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.examples import examples
from tests.treatments.rule_cases import rule_cases
from tests.treatments.shipped import TODAY, asked, clean_adult, rules, shipped, verdicts
from treatments import screening
from treatments.codes import Level, TreatmentCode
from treatments.questionnaire import ItemType
from treatments.questionnaire.conditions import Situation, fields

NOT_ANSWERS = (None, "unsure", "rubbish")
# The cases with one blank: each field that a rule needs to know, and each date that another answer makes needed.
BLANKS = [case for case in rule_cases() if case.level == "ask" and list(case.answers.values()).count(None) == 1]
# Where the clean adult is not asked: the answer that does no harm; of a date, one long ago.
HARMLESS = {"bdd_weight_only": "yes", "bdd_impact": "no", "bdd_hours": "lt1"}
LONG_AGO = "2001"
# Facts that stand for several answers: a rule that reads the fact reads the answers.
BEHIND = {
    **dict.fromkeys(("bdd_preoccupied", *HARMLESS), "bdd_screen"), "fst": "fst", "skin_sensitivity": "skin_sensitivity"
}  # fmt: skip


def _answer(key: str) -> st.SearchStrategy:
    item = asked().by_key.get(key)
    if item is None:
        return st.sampled_from(["I", "II", "III", "IV", "V", "VI", "low", "moderate", "high", *NOT_ANSWERS])
    if item.type is ItemType.DATE:
        ago = st.integers(-3, 400).map(lambda days: (TODAY - timedelta(days=days)).isoformat())
        return st.one_of(ago, ago.map(lambda day: day[:7]), st.sampled_from([*sorted(item.values), *NOT_ANSWERS]))
    if item.type is ItemType.MULTI:
        return st.lists(st.sampled_from(sorted(item.values)), max_size=4, unique=True)
    return st.sampled_from([*sorted(item.values), *NOT_ANSWERS])


KEYS = sorted(set(clean_adult()) - {"fitz_answers", "dob"})
PATIENTS = st.lists(st.sampled_from(KEYS), max_size=10, unique=True).flatmap(
    lambda keys: st.fixed_dictionaries({key: _answer(key) for key in keys})
)


@given(PATIENTS, st.randoms(use_true_random=False))
@settings(max_examples=examples(60))
def test_the_order_of_rules_answers_and_treatments_changes_nothing(differently, chance: random.Random):
    answers = clean_adult(**differently)
    data = shipped("rules_v1.json")
    chance.shuffle(data["rules"])
    codes = list(TreatmentCode)
    chance.shuffle(codes)
    keys = list(answers)
    chance.shuffle(keys)

    known = screening.facts(asked(), {key: answers[key] for key in keys}, as_of=TODAY)
    assert screening.evaluate(screening.load(data), known, codes, TODAY) == verdicts(answers)


@given(PATIENTS, st.sampled_from(BLANKS))
@settings(max_examples=examples(200))
def test_an_unknown_answer_asks_is_never_milder_than_no_and_hides_no_other_finding(differently, case):
    [key] = [key for key, answer in case.answers.items() if answer is None]
    baseline = clean_adult()[key]
    harmless_answer = HARMLESS.get(key, LONG_AGO) if baseline is None else baseline
    assume(key not in ("pregnant", "breastfeeding") or differently.get("sex_at_birth") != "male")
    answers = clean_adult(**differently) | {other: answer for other, answer in case.answers.items() if other != key}
    if key == "fst":
        answers |= {"fst_practitioner": None}
    before, harmless, unknown = (
        verdicts(answers), verdicts(answers | {key: harmless_answer}), verdicts(answers | {key: None})
    )  # fmt: skip

    for code in case.treatments:
        level = unknown[TreatmentCode(code)].level
        assert level.severity >= Level.ASK.severity
        assert level.severity >= harmless[TreatmentCode(code)].level.severity
    for code, verdict in before.items():
        others = {each for each in verdict.rule_ids if not {key, BEHIND.get(key)} & fields(rules().by_id[each].when)}
        assert others <= unknown[code].rule_ids


@given(PATIENTS)
@settings(max_examples=examples(100))
def test_an_earliest_date_lies_ahead_and_on_it_only_what_has_no_date_still_defers(differently):
    known = screening.facts(asked(), clean_adult(**differently), as_of=TODAY)
    for code, verdict in screening.evaluate(rules(), known, TreatmentCode, TODAY).items():
        if verdict.earliest_date is None:
            continue
        assert verdict.earliest_date > TODAY
        then = screening.evaluate(rules(), known, [code], verdict.earliest_date)[code]
        assert then.earliest_date is None
        assert (then.level is Level.DEFER) == then.open_ended == verdict.open_ended
        eve = screening.evaluate(rules(), known, [code], verdict.earliest_date - timedelta(days=1))[code]
        assert eve.earliest_date == verdict.earliest_date


@given(PATIENTS, st.sets(st.sampled_from(TreatmentCode), max_size=4))
@settings(max_examples=examples(60))
def test_all_treatments_in_one_go_are_judged_as_rule_by_rule_and_one_by_one(differently, wanted):
    known = screening.facts(asked(), clean_adult(**differently), as_of=TODAY)
    switches = {name: choice.default for name, choice in rules().policies.items()}
    in_one_go = screening.evaluate_all(rules(), known, wanted, TODAY)
    assert set(in_one_go) == set(TreatmentCode)
    for code, verdict in in_one_go.items():
        together = frozenset(wanted if code in wanted else {code})
        here = Situation(known, TODAY, together, rules().downtime_days[code], switches)
        assert verdict.rule_ids == {
            rule.id for rule in rules().rules if code in rule.treatments and rule.when.judge(here).holds
        }
        assert verdict == screening.evaluate(rules(), known, together, TODAY)[code]


@given(PATIENTS, st.integers(1, 200))
@settings(max_examples=examples(60))
def test_a_longer_window_never_gives_an_earlier_date(differently, more):
    def lengthen(tree):
        if isinstance(tree, list):
            return [lengthen(each) for each in tree]
        if isinstance(tree, dict):
            return {key: value + more if key in ("days", "months") else lengthen(value) for key, value in tree.items()}
        return tree

    longer = copy.deepcopy(shipped("rules_v1.json"))
    for rule in longer["rules"]:
        rule["when"] = lengthen(rule["when"])
    known = screening.facts(asked(), clean_adult(**differently), as_of=TODAY)
    later = screening.evaluate(screening.load(longer), known, TreatmentCode, TODAY)
    for code, verdict in screening.evaluate(rules(), known, TreatmentCode, TODAY).items():
        after = later[code].earliest_date
        if verdict.earliest_date and after:
            assert after >= verdict.earliest_date
        assert later[code].level.severity >= verdict.level.severity


@given(st.dictionaries(st.sampled_from([*KEYS, "dob", "fitz_answers", "no_such_question"]), st.one_of(
    st.none(), st.text(max_size=9), st.integers(), st.booleans(), st.floats(), st.lists(st.text(max_size=5)),
    st.dictionaries(st.text(max_size=3), st.text(max_size=3), max_size=2),
)))  # fmt: skip
@settings(max_examples=examples(100))
def test_no_answer_whatever_breaks_the_screening(answers):
    assert set(verdicts(answers)) == set(TreatmentCode)
