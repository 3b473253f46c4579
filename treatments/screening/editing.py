"""What may be edited in a rule: its level, its windows and its words. Conditions are written in the data, not here."""

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from treatments.codes import Level
from treatments.questionnaire.conditions import Age, And, Condition, Or, Within, parse, walk
from treatments.screening.rules import RuleKind, UntilKind

# A rule may take these levels; a question without an answer always asks, and `clear` is the absence of a rule.
LEVELS: Final = (Level.CONTRAINDICATED, Level.DEFER, Level.CAUTION, Level.INFO)
UNITS: Final = ("days", "months")
WORDS: Final = ("heading", "reason", "sentence", "note")


class Window(NamedTuple):
    """How long a date is looked back on: the field, and a number of days or of months."""

    field: str
    unit: str
    length: int


@dataclass(frozen=True, slots=True)
class Edit:
    """A rule's new level, its windows in the order in which the condition names them, and its words by language.

    `ending` says when a wait ends, and is kept only while the rule defers.
    """

    level: Level
    windows: Sequence[tuple[str, int]]
    words: Mapping[str, Mapping[str, str]]
    ending: Mapping[str, str]


def windows(rule: Mapping[str, Any]) -> list[Window]:
    """The windows of a rule as the JSON has it, in the order of its condition."""
    return [
        Window(operand[0], unit, length) for operand in _within(rule["when"]) for unit, length in operand[1].items()
    ]


def edited(rule: Mapping[str, Any], edit: Edit) -> dict[str, Any]:
    """The rule's JSON after the edit; a text left empty is no text."""
    made = deepcopy(dict(rule))
    if made["kind"] == RuleKind.RULE:
        made["level"] = str(edit.level)
    for operand, (unit, length) in zip(list(_within(made["when"])), edit.windows, strict=True):
        operand[1] = {unit: length}
    for name in WORDS:
        _put(made, name, _filled(edit.words.get(name, {})))
    kind = made.pop("until", {}).get("kind") or _ending(parse(made["when"]))
    if made["level"] == Level.DEFER:
        made["until"] = {"kind": str(kind), "text": _filled(edit.ending)}
    return made


def _within(tree: Any) -> Iterator[list[Any]]:
    """The operands of every `within`, in the order in which they are written."""
    if isinstance(tree, list):
        for part in tree:
            yield from _within(part)
    elif isinstance(tree, dict):
        for operator, operand in tree.items():
            if operator == "within":
                yield operand
            elif operator in ("and", "or", "not"):
                yield from _within(operand)


def _put(rule: dict[str, Any], name: str, words: dict[str, str]) -> None:
    if words:
        rule[name] = words
    else:
        rule.pop(name, None)


def _filled(words: Mapping[str, str]) -> dict[str, str]:
    return {language: text for language, text in words.items() if text}


def _ending(condition: Condition) -> UntilKind:
    """How a wait for this condition to end would end, where no rule said so before."""
    if not any(isinstance(node, Within | Age) for node in walk(condition)):
        return UntilKind.OPEN_ENDED
    return UntilKind.DATED if _ends_by_itself(condition) else UntilKind.EITHER


def _ends_by_itself(condition: Condition) -> bool:
    match condition:
        case And(parts):
            return any(_ends_by_itself(part) for part in parts)
        case Or(parts):
            return all(_ends_by_itself(part) for part in parts)
        case Within():
            return True
        case Age(_, below):
            return below is not None
        case _:
            return False
