"""What differs between two versions."""

from copy import deepcopy
from typing import Any

from tests.treatments.shipped import shipped
from treatments.questionnaire.comparing import Kind, Line, compare


def rules() -> Any:
    return shipped("rules_v1.json")


def rule(data: Any, rule_id: str) -> Any:
    return next(each for each in data["rules"] if each["id"] == rule_id)


def test_a_version_does_not_differ_from_itself_nor_by_its_number():
    assert compare(rules(), {**rules(), "version": 2}) == []


def test_only_what_differs_is_told_field_by_field():
    after = rules()
    rule(after, "TAN-01").update(level="caution", when={"within": ["tan_last_exposure", {"days": 42}]})
    rule(after, "TAN-01")["sentence"]["en"] = "Wait."
    [entry] = compare(rules(), after)
    assert (entry.part, entry.key, entry.kind) == ("rules", "TAN-01", Kind.CHANGED)
    assert [line.field for line in entry.lines] == ["level", "when", "sentence.en"]
    assert entry.lines[0] == Line("level", "defer", "caution")


def test_entries_that_came_and_went_are_told():
    before, after = rules(), rules()
    after["rules"] = [each for each in after["rules"] if each["id"] != "SUN-01"]
    after["references"]["R999"] = {"citation": "New.", "status": "read"}
    assert [(entry.key, entry.kind) for entry in compare(before, after)] == [
        ("SUN-01", Kind.REMOVED),
        ("R999", Kind.ADDED),
    ]


def test_an_option_of_a_question_is_compared_by_its_value():
    before = shipped("questionnaire_v1.json")
    after = deepcopy(before)
    item = next(each for each in after["items"] if each["key"] == "anticoagulant")
    item["options"][0]["label"]["en"] = "None"
    item["options"].pop()
    [entry] = compare(before, after)
    assert [(line.field, line.after) for line in entry.lines] == [
        ("options.none.label.en", "None"),
        ("options.dual.value", None),
        ("options.dual.label.en", None),
        ("options.dual.label.zh-hant", None),
    ]


def test_another_order_of_questions_is_told_once():
    before = shipped("questionnaire_v1.json")
    after = {**before, "items": before["items"][::-1]}
    [entry] = compare(before, after)
    assert [line.field for line in entry.lines] == ["order"]
