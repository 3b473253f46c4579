import copy

import pytest

from tests.treatments.shipped import asked, rules, shipped
from treatments import questionnaire as questions
from treatments import screening
from treatments.screening import BadRules


def changed(rule_id="TAN-01", **changes):
    """The rules that ship with one rule changed; a change to None takes the entry out."""
    data = shipped("rules_v1.json")
    [rule] = [each for each in data["rules"] if each["id"] == rule_id]
    for key, value in changes.items():
        rule[key] = value
        if value is None:
            del rule[key]
    return data


def problems(data):
    with pytest.raises(BadRules) as refused:
        screening.validate_rules(screening.load(data), asked())
    return refused.value.problems


ALSO = {"within": ["tan_last_exposure", {"days": 3}]}
LATER = {"kind": "open_ended", "text": {"en": "later"}}


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"when": {"in": ["moon_phase", ["full"]]}, "until": LATER}, "nobody is asked for moon_phase"),
        ({"when": {"within": ["keloid_history", {"days": 3}]}}, "keloid_history is not a date in the past"),
        ({"when": {"within": ["event_date", {"days": 3}]}}, "event_date is not a date in the past"),
        ({"when": {"and": [ALSO, {"in": ["fst", ["VII"]]}]}}, "fst cannot be VII"),
        ({"when": {"and": [ALSO, {"in": ["cold_sores", ["unsure"]]}]}}, "cold_sores cannot be unsure"),
        ({"when": {"and": [ALSO, {"event_in_downtime": "filler_last"}]}}, "filler_last is not a date ahead"),
        ({"when": {"and": [ALSO, {"policy": ["iso_policy", ["lax"]]}]}}, "no policy iso_policy = lax"),
        ({"when": {"in": ["tanned_now", ["yes"]]}}, "ends dated, but its condition does not"),
        ({"until": LATER}, "ends open_ended, but its condition does not"),
        ({"until": None}, "says when a wait ends exactly when it defers"),
        ({"level": "ask"}, "asks exactly when its level is ask"),
        ({"grade": None}, "gives no grade or no source"),
        ({"refs": []}, "gives no grade or no source"),
        ({"refs": ["R99", "R999"]}, "unknown source R999"),
        ({"disagreement": 13}, "unknown disagreement 13"),
        ({"sentence": {"en": "Wait."}}, "speaks no zh-hant"),
        ({"sentence": {"en": "Then it is Safe.", "zh-hant": "可以。"}}, "promises safety"),
        ({"sentence": {"en": "This is unsafe.", "zh-hant": "不可以。"}}, "promises safety"),
        ({"sentence": {"en": "Guaranteed.", "zh-hant": "保證。"}}, "promises safety"),
    ],
)  # fmt: skip
def test_a_rule_that_cannot_be_published_is_refused_by_name(change, problem):
    assert f"TAN-01: {problem}" in problems(changed(**change))


def test_every_fault_is_told_at_once():
    data = changed(refs=["R0"], sentence={"en": "Safe."})
    assert len(problems(data)) == 3


def test_an_age_needs_a_question_for_the_date_of_birth():
    data = shipped("questionnaire_v1.json")
    [born] = [item for item in data["items"] if item["key"] == "dob"]
    born["date"] = "past"
    with pytest.raises(BadRules, match="AGE-01: dob is not a full date"):
        screening.validate_rules(rules(), questions.load(data))


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"when": {"eval": "1 + 1"}}, "TAN-01: when: unknown operator 'eval'"),
        ({"level": "dreadful"}, "TAN-01: 'dreadful'"),
        ({"level": None}, "TAN-01: 'level'"),
        ({"treatments": "LIGHT + LEECHES"}, "LEECHES"),
        ({"treatments": None}, "TAN-01: 'treatments'"),
        ({"heading": {"zh-hant": "日曬"}}, "TAN-01: needs words in English"),
        ({"colour": "red"}, "TAN-01: unknown colour"),
        ({"until": {"kind": "someday", "text": {"en": "later"}}}, "someday"),
    ],
)
def test_a_misshapen_rule_is_refused_when_loaded(change, complaint):
    with pytest.raises(BadRules, match=complaint):
        screening.load(changed(**change))


def test_a_rule_given_twice_is_refused():
    data = shipped("rules_v1.json")
    data["rules"].append(copy.deepcopy(data["rules"][0]))
    with pytest.raises(BadRules, match="given twice: AGE-01"):
        screening.load(data)


def test_a_rule_set_must_know_the_downtime_of_every_treatment():
    data = shipped("rules_v1.json")
    del data["downtime_days"]["ipl"]
    with pytest.raises(BadRules, match="no downtime for ipl"):
        screening.load(data)


def test_a_policy_must_start_from_one_of_its_values():
    data = shipped("rules_v1.json")
    data["policies"]["iso_policy"]["default"] = "none"
    with pytest.raises(BadRules, match="not one of the policy's values"):
        screening.load(data)


@pytest.mark.parametrize("data", [None, [], {}, {"rules": None}, {"rules": [], "version": 1}, "rules"])
def test_what_is_no_rule_set_is_refused_in_words(data):
    with pytest.raises(BadRules):
        screening.load(data)


def test_no_patient_reads_a_promise_of_safety_in_either_language():
    sentences = [text for rule in rules().rules for text in rule.sentence.texts.values()]
    assert [text for text in sentences if "safe" in text.lower() or "安全" in text] == []


def test_every_wait_says_in_both_languages_how_it_ends():
    waits = [rule.until for rule in rules().rules if rule.until]
    assert [wait for wait in waits if set(wait.text.texts) != {"en", "zh-hant"}] == []
