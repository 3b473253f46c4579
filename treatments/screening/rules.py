"""A rule set from its JSON: what each rule fires on, how grave it is, and the words it says to whom."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from treatments.codes import Level, TreatmentCode, resolve
from treatments.questionnaire.conditions import Condition, EventInDowntime, Requested, parse, walk
from treatments.questionnaire.words import Words, read_words

_RULE_KEYS: Final = frozenset({
    "id", "kind", "level", "treatments", "when", "until", "heading", "reason", "sentence", "grade", "refs",
    "disagreement", "note", "urgent", "audience",
})  # fmt: skip
_PREPARATION_KEYS: Final = frozenset({"id", "treatments", "days_before", "when", "words", "refs"})


LONGEST_PREPARATION: Final = 365


class RuleKind(StrEnum):
    """A rule fires on what is known; an ask fires on what is not."""

    RULE = "rule"
    ASK = "ask"


class Grade(StrEnum):
    """How strong the evidence is: trials, cohorts, guideline or opinion, custom, policy or law."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    P = "P"


class Audience(StrEnum):
    """Who may read a finding's words."""

    EVERYONE = "everyone"
    PRACTITIONER = "practitioner"


class UntilKind(StrEnum):
    """How a wait ends: on a date, when something has settled, or either of the two."""

    DATED = "dated"
    OPEN_ENDED = "open_ended"
    EITHER = "dated_or_open_ended"


@dataclass(frozen=True, slots=True)
class Until:
    """When a wait ends, in words that complete "not before"."""

    kind: UntilKind
    text: Words


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; `group` is its treatments as written. `reason` speaks to practitioners, `sentence` to patients."""

    id: str
    kind: RuleKind
    level: Level
    group: str
    treatments: frozenset[TreatmentCode]
    when: Condition
    until: Until | None
    heading: Words
    reason: Words
    sentence: Words
    grade: Grade | None
    refs: tuple[str, ...]
    note: Words | None
    disagreement: str
    urgent: bool
    audience: Audience
    one_for_all: bool = field(init=False)  # whether it judges alike whichever treatments are asked about

    def __post_init__(self) -> None:
        alike = not any(isinstance(node, Requested | EventInDowntime) for node in walk(self.when))
        object.__setattr__(self, "one_for_all", alike)


@dataclass(frozen=True, slots=True)
class Preparation:
    """What a patient does or leaves `days_before` a visit about these treatments; None holds from the day it is read.

    Without a condition it is for everybody.
    """

    id: str
    treatments: frozenset[TreatmentCode]
    days_before: int | None
    when: Condition | None
    words: Words
    refs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """A switch of the clinic's policy: the values it can take and the one taken when nobody chose."""

    default: str
    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class Reference:
    """A source, and how much of it has been read."""

    citation: str
    status: str


@dataclass(frozen=True, slots=True)
class RuleSet:
    """One version of the rules with the tables they lean on."""

    version: int
    rules: tuple[Rule, ...]
    by_id: Mapping[str, Rule]
    downtime_days: Mapping[TreatmentCode, int]
    policies: Mapping[str, Choice]
    references: Mapping[str, Reference]
    disagreements: Mapping[str, Words]
    preparations: tuple[Preparation, ...]


class BadRules(ValueError):
    """A rule set that cannot be used; `problems` names every fault found."""

    def __init__(self, *problems: str) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def load(data: Any) -> RuleSet:
    """The rule set that the JSON describes; BadRules when it is misshapen or outside the grammar."""
    try:
        rules = tuple(_rule(raw) for raw in data["rules"])
        found = RuleSet(
            version=int(data["version"]),
            rules=rules,
            by_id=MappingProxyType({rule.id: rule for rule in rules}),
            downtime_days=MappingProxyType({TreatmentCode(code): int(n) for code, n in data["downtime_days"].items()}),
            policies=MappingProxyType({name: _choice(raw) for name, raw in data["policies"].items()}),
            references=MappingProxyType({tag: Reference(**raw) for tag, raw in data["references"].items()}),
            disagreements=MappingProxyType({tag: read_words(raw) for tag, raw in data["disagreements"].items()}),
            preparations=tuple(_preparation(raw) for raw in data.get("preparations", ())),
        )
    except BadRules:
        raise
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise BadRules(f"incomplete or misshapen: {error!r}") from error
    ids = Counter([*(rule.id for rule in rules), *(each.id for each in found.preparations)])
    if repeated := [given for given, count in ids.items() if count > 1]:
        raise BadRules(f"given twice: {', '.join(repeated)}")
    if forgotten := set(TreatmentCode) - set(found.downtime_days):
        raise BadRules(f"no downtime for {', '.join(sorted(forgotten))}")
    return found


def _rule(raw: Mapping[str, Any]) -> Rule:
    rule_id = raw["id"]
    if strangers := set(raw) - _RULE_KEYS:
        raise BadRules(f"{rule_id}: unknown {', '.join(sorted(strangers))}")
    try:
        return Rule(
            id=rule_id,
            kind=RuleKind(raw["kind"]),
            level=Level(raw["level"]),
            group=raw["treatments"],
            treatments=resolve(raw["treatments"]),
            when=parse(raw["when"], "when"),
            until=_until(raw.get("until")),
            heading=read_words(raw["heading"]),
            reason=read_words(raw["reason"]),
            sentence=read_words(raw["sentence"]),
            grade=Grade(raw["grade"]) if "grade" in raw else None,
            refs=tuple(raw.get("refs", ())),
            note=read_words(raw["note"]) if "note" in raw else None,
            disagreement=str(raw.get("disagreement", "")),
            urgent=raw.get("urgent", False) is True,
            audience=Audience(raw.get("audience", "everyone")),
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise BadRules(f"{rule_id}: {error}") from error


def _preparation(raw: Mapping[str, Any]) -> Preparation:
    given = raw["id"]
    if strangers := set(raw) - _PREPARATION_KEYS:
        raise BadRules(f"{given}: unknown {', '.join(sorted(strangers))}")
    try:
        return Preparation(
            id=given,
            treatments=resolve(raw["treatments"]),
            days_before=_days(raw["days_before"]) if "days_before" in raw else None,
            when=parse(raw["when"], "when") if "when" in raw else None,
            words=read_words(raw["words"]),
            refs=tuple(raw["refs"]),
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise BadRules(f"{given}: {error}") from error


def _days(raw: Any) -> int:
    if not isinstance(raw, int) or isinstance(raw, bool) or not 0 <= raw <= LONGEST_PREPARATION:
        raise BadRules(f"{raw!r} is not a number of days before a visit")
    return raw


def _until(raw: Mapping[str, Any] | None) -> Until | None:
    return None if raw is None else Until(UntilKind(raw["kind"]), read_words(raw["text"]))


def _choice(raw: Mapping[str, Any]) -> Choice:
    choice = Choice(raw["default"], frozenset(raw["values"]))
    if choice.default not in choice.values:
        raise BadRules(f"{choice.default!r} is not one of the policy's values")
    return choice
