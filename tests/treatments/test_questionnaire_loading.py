import json
import re

import pytest

from tests.treatments.shipped import TODAY, shipped
from treatments import questionnaire as questions
from treatments.questionnaire import BadQuestionnaire
from treatments.questionnaire.conditions import (
    BadCondition,
    Judgement,
    Situation,
    fields,
    parse,
)


def with_item(**changes):
    data = shipped("questionnaire_v1.json")
    item = {"key": "tea", "section": "about", "page": "about_you", "type": "yn", "label": {"en": "Tea?"}} | changes
    data["items"].append({key: value for key, value in item.items() if value is not None})
    return data


def test_a_question_may_be_added():
    assert questions.load(with_item()).by_key["tea"].values == {"yes", "no"}


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"type": "essay"}, "'essay' is not a ItemType"),
        ({"label": {"zh-hant": "茶？"}}, "tea.label: needs words in English"),
        ({"label": {"en": "Tea?", "fr": "Thé ?"}}, "unknown language: fr"),
        ({"label": {"en": 5}}, "words must be text"),
        ({"label": None}, "label"),
        ({"key": "melasma"}, "item given twice: melasma"),
        ({"page": "nowhere"}, "no page about/nowhere"),
        ({"section": "skin", "page": None}, "no page skin/"),
        ({"section": "health", "page": "skin_today"}, "9 questions"),
        ({"colour": "green"}, "tea: unknown colour"),
        ({"type": "one"}, "offers nothing to choose"),
        ({"type": "date", "words": ["sometimes"]}, "sometimes"),
        ({"type": "one", "options": [{"value": "a", "label": {"en": "A"}}] * 2}, "option given twice: a"),
        ({"show_when": {"in": ["coffee", ["yes"]]}}, "not asked before it: coffee"),
        ({"show_when": {"in": ["tea", ["yes"]]}}, "not asked before it: tea"),
        ({"show_when": {"in": ["melasma", ["perhaps"]]}}, "melasma has no option perhaps"),
        ({"show_when": {"within": ["filler_last", {"days": 3}]}}, "a branch cannot use Within"),
        ({"show_when": {"age": {"below": 18}}}, "a branch cannot use Age"),
        ({"show_when": {"eval": "1"}}, "tea.show_when: unknown operator 'eval'"),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused_by_name(changes, complaint):
    with pytest.raises(BadQuestionnaire, match=complaint):
        questions.load(with_item(**changes))


@pytest.mark.parametrize(
    "data", [None, [], {}, {"words": {}}, {"words": None, "sections": [], "items": [], "version": 1}, "questions"]
)
def test_what_is_no_questionnaire_is_refused_in_words(data):
    with pytest.raises(BadQuestionnaire):
        questions.load(data)


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
