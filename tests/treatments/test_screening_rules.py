import re

import pytest

from tests.treatments.rule_cases import RuleCase, rule_cases
from tests.treatments.shipped import asked, clean_adult, rules, shipped, verdicts
from treatments import screening
from treatments.questionnaire.conditions import fields
from treatments.questionnaire.words import LANGUAGES

CASES = rule_cases()
FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
EACH_RULE = pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule_id)


def test_every_rule_has_a_case_and_every_case_a_rule():
    firing = [case for case in CASES if case.treatments]
    assert list(dict.fromkeys(case.rule_id for case in firing)) == [rule.id for rule in rules().rules]


def test_there_are_125_rules_and_55_that_ask():
    """The 124 of the clinical table, and the one that replaces ISO-03 where the clinic keeps the traditional wait."""
    kinds = [rule.kind for rule in rules().rules]
    assert kinds.count(screening.RuleKind.RULE) == 125
    assert kinds.count(screening.RuleKind.ASK) == 55


@EACH_RULE
def test_a_rule_fires_on_the_treatments_of_its_case_and_on_no_other(case: RuleCase):
    found = verdicts(clean_adult(**case.answers), *case.asked, policy=case.policy)
    assert {code for code, verdict in found.items() if case.rule_id in verdict.rule_ids} == case.treatments


@EACH_RULE
def test_a_rule_says_the_level_and_the_wait_of_its_case(case: RuleCase):
    found = verdicts(clean_adult(**case.answers), *case.asked, policy=case.policy)
    said = {
        (finding.level, finding.earliest_date, finding.open_ended)
        for verdict in found.values()
        for finding in verdict.findings
        if finding.rule_id == case.rule_id
    }
    assert said == ({(case.level, case.until, case.open_ended)} if case.treatments else set())


@pytest.mark.parametrize("case", [case for case in CASES if case.until], ids=lambda case: case.rule_id)
def test_a_dated_rule_no_longer_fires_on_the_day_it_names(case: RuleCase):
    assert case.until is not None
    found = verdicts(clean_adult(**case.answers), as_of=case.until, policy=case.policy)
    assert [code for code, verdict in found.items() if case.rule_id in verdict.rule_ids] == []


def test_no_rule_fires_on_the_clean_adult():
    assert {verdict.level for verdict in verdicts(clean_adult()).values()} == {"clear"}


def test_the_rules_that_ship_read_only_what_the_questionnaire_that_ships_asks():
    screening.validate_rules(rules(), asked())


def test_every_disagreement_among_experts_is_shown_at_some_rule():
    data = shipped("rules_v1.json")
    shown = {rule.disagreement for rule in rules().rules} - {""}
    assert shown == set(data["disagreements"]) == {str(number) for number in range(1, 13)}


def every_words():
    """Each text of the rules that ship, by the place where it stands."""
    for rule in rules().rules:
        until = rule.until.text if rule.until else None
        said = {"heading": rule.heading, "reason": rule.reason, "sentence": rule.sentence, "note": rule.note}
        yield from ((f"{rule.id} {name}", words) for name, words in {**said, "until": until}.items() if words)
    yield from ((f"disagreement {tag}", words) for tag, words in rules().disagreements.items())


def test_the_rules_speak_both_languages():
    """Else a brief read in Chinese explains itself in English."""
    assert [place for place, words in every_words() if not all(map(words.texts.get, LANGUAGES))] == []


def test_the_rules_name_the_same_figures_in_both_languages():
    """A window, a dose or a share that is mistyped in one language is another rule."""
    figures = {
        place: [sorted(FIGURE.findall(text.replace("CO2", ""))) for text in words.texts.values()]
        for place, words in every_words()
    }
    assert {place: each for place, each in figures.items() if each[0] != each[-1]} == {}


def test_the_rules_call_nothing_safe_in_chinese():
    assert [place for place, words in every_words() if "安全" in words.in_language("zh-hant")] == []


def test_the_body_image_screen_speaks_to_the_practitioner_only():
    reserved = {rule.id for rule in rules().rules if rule.audience is screening.Audience.PRACTITIONER}
    assert reserved == {"BDD-01", "ASK-bdd"}


def test_only_a_changing_spot_is_urgent():
    assert [rule.id for rule in rules().rules if rule.urgent] == ["CAN-01"]


def test_the_sources_of_the_rules_are_those_of_the_catalogue():
    """A rule set keeps its sources with it, since an old screening is read with the words it was made from."""
    shelf = {each.pop("tag"): each for each in shipped("catalogue/references.json")}
    cited = shipped("rules_v1.json")["references"]
    assert cited == {tag: shelf[tag] for tag in cited}
    assert set(cited) == {tag for rule in rules().rules for tag in rule.refs}


def test_whatever_a_rule_reads_is_asked_for_when_unknown_but_for_plans_and_habits():
    by_kind = {kind: [rule for rule in rules().rules if rule.kind is kind] for kind in screening.RuleKind}
    read = {key for rule in by_kind[screening.RuleKind.RULE] for key in fields(rule.when)}
    asked_for = {key for rule in by_kind[screening.RuleKind.ASK] for key in fields(rule.when)}
    assert read - asked_for == {
        "goal_expectation", "event_date", "sun_after_planned", "sunscreen_daily", "same_day_combo",
    }  # fmt: skip
