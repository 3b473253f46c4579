"""The grammar that rules and branches share: what it refuses, and how long a condition holds."""

import json
import re
from datetime import date

import pytest

from tests.treatments.shipped import TODAY
from treatments.questionnaire.conditions import BadCondition, Judgement, Situation, fields, parse

OUTSIDE = """
    null  []  {}  "age < 18"  {"in": ["fst", ["I"]], "known": "fst"}  {"xor": []}  {"and": []}
    {"and": {"known": "fst"}}  {"or": [null]}  {"not": []}  {"in": ["fst"]}  {"in": ["fst", []]}  {"in": ["fst", "I"]}
    {"in": ["fst", [1]]}  {"in": ["", ["I"]]}  {"known": 3}  {"within": ["filler_last", 14]}
    {"within": ["filler_last", {"weeks": 2}]}  {"within": ["filler_last", {"days": 0}]}
    {"within": ["filler_last", {"days": true}]}  {"within": ["filler_last", {"days": 14, "months": 1}]}
     {"within": ["filler_last", {"days": 1e9}]}
    {"age": {}}  {"age": {"above": 3}}  {"age": 18}  {"requested": ["LEECHES", 1]}  {"requested": ["ALL", 0]}
    {"requested": [3, 1]}  {"policy": "lax"}  {"event_in_downtime": []}
"""


@pytest.mark.parametrize("tree", [json.loads(each) for each in re.split(r"\s{2,}", OUTSIDE.strip())], ids=json.dumps)
def test_a_tree_outside_the_grammar_is_refused(tree):
    with pytest.raises(BadCondition):
        parse(tree)


def test_a_refusal_names_the_place():
    with pytest.raises(BadCondition, match=r"when\.and\[1\]\.not\.within: needs a number of days or of months"):
        parse({"and": [{"known": "fst"}, {"not": {"within": ["filler_last", {}]}}]}, "when")


def test_the_facts_that_a_condition_reads_are_known():
    tree = {
        "or": [
            {"age": {"below": 18}},
            {"not": {"in": ["fst", ["I"]]}},
            {"and": [{"within": ["filler_last", {"days": 3}]}, {"requested": ["ALL", 2]}]},
        ]
    }
    assert fields(parse(tree)) == {"dob", "fst", "filler_last"}


@pytest.mark.parametrize(
    ("tree", "holds"),
    [
        ({"known": "x"}, False),
        ({"not": {"known": "x"}}, True),
        ({"in": ["x", ["a"]]}, False),
        ({"within": ["x", {"days": 9}]}, False),
        ({"age": {"from": 18}}, False),
        ({"event_in_downtime": "x"}, False),
        ({"policy": ["x", ["a"]]}, False),
    ],
)
def test_of_what_is_unknown_only_not_is_true(tree, holds):
    assert parse(tree).judge(Situation({}, TODAY)) == Judgement(holds)


FILLER = {"within": ["filler", {"days": 14}]}  # on 2026-11-20, so over on 2026-12-04
PEEL = {"within": ["peel", {"days": 3}]}  # on 2026-11-21, so over on 2026-11-24
RASH = {"in": ["rash", ["yes"]]}  # until it settles
YOUNG = {"age": {"below": 18}}  # 18 on 2027-03-01
SITUATION = Situation(
    {"filler": date(2026, 11, 20), "peel": date(2026, 11, 21), "rash": "yes", "dob": date(2009, 3, 1)}, TODAY
)


@pytest.mark.parametrize(
    ("tree", "until"),
    [
        (FILLER, "2026-12-04"),
        (RASH, None),
        ({"and": [FILLER, PEEL]}, "2026-11-24"),
        ({"and": [FILLER, RASH]}, "2026-12-04"),
        ({"and": [YOUNG, FILLER]}, "2026-12-04"),
        ({"and": [RASH, RASH]}, None),
        ({"or": [FILLER, PEEL]}, "2026-12-04"),
        ({"or": [FILLER, RASH]}, None),
        ({"or": [FILLER, {"not": RASH}]}, "2026-12-04"),
        ({"or": [{"and": [FILLER, PEEL]}, YOUNG]}, "2027-03-01"),
        ({"not": {"not": FILLER}}, None),
    ],
)
def test_a_condition_ends_with_the_first_of_all_its_parts_or_the_last_of_any(tree, until):
    day = date.fromisoformat(until) if until else None
    assert parse(tree).judge(SITUATION) == Judgement(True, day)


@pytest.mark.parametrize("tree", [{"and": [FILLER, {"not": PEEL}]}, {"or": [{"not": PEEL}, {"not": RASH}]}])
def test_a_condition_that_does_not_hold_has_no_end(tree):
    assert parse(tree).judge(SITUATION) == Judgement(holds=False)


def test_an_age_without_a_ceiling_does_not_end():
    assert parse({"age": {"from": 17}}).judge(SITUATION) == Judgement(holds=True)
