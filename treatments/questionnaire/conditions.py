"""The closed grammar in which a rule says when it fires and a question says when it shows.

A condition is a JSON tree with one operator a node:

    {"in": ["fst", ["IV", "V"]]}               the answer, or one of several answers, is among these
    {"known": "dob"}                           the answer is there and can be used
    {"within": ["filler_last", {"days": 14}]}  less than 14 days (or {"months": 6}) have passed since that date
    {"age": {"from": 16, "below": 18}}         age on the day asked about, from the date of birth `dob`
    {"requested": ["RESURF", 2]}               at least two of the treatments asked about are in the group
    {"event_in_downtime": "event_date"}        the event is ahead and closer than the treatment's visible downtime
    {"policy": ["iso_policy", ["consensus2017"]]}
    {"and": [...]}  {"or": [...]}  {"not": {...}}

Nothing else is understood and nothing is ever executed. An unknown answer makes every operator but `not` false.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from treatments.codes import TreatmentCode, UnknownGroup, resolve
from treatments.questionnaire.dates import add_months, birthday

Fact = str | int | date | Sequence[str] | None

BORN: Final = "dob"


@dataclass(frozen=True, slots=True)
class Situation:
    """What a condition may look at: facts by key, the day asked about, and the treatments asked about together."""

    facts: Mapping[str, Fact]
    as_of: date
    requested: frozenset[TreatmentCode] = frozenset()
    downtime_days: int = 0
    policy: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def day(self, key: str) -> date | None:
        """The fact as a day; None when it is unknown, or a word such as "never"."""
        fact = self.facts.get(key)
        return fact if isinstance(fact, date) else None


class Judgement(NamedTuple):
    """Whether a condition holds, and the first day on which time alone ends it; None when time alone never does."""

    holds: bool
    until: date | None = None


NO: Final = Judgement(holds=False)


class BadCondition(ValueError):
    """A tree that the grammar does not know; the message names the place and the fault."""


@dataclass(frozen=True, slots=True)
class In:
    field: str
    values: frozenset[str]

    def judge(self, situation: Situation) -> Judgement:
        fact = situation.facts.get(self.field)
        given = (fact,) if isinstance(fact, str) else fact if isinstance(fact, list | tuple) else ()
        return Judgement(not self.values.isdisjoint(given))


@dataclass(frozen=True, slots=True)
class Known:
    field: str

    def judge(self, situation: Situation) -> Judgement:
        return Judgement(situation.facts.get(self.field) is not None)


@dataclass(frozen=True, slots=True)
class Within:
    field: str
    days: int = 0
    months: int = 0

    def judge(self, situation: Situation) -> Judgement:
        day = situation.day(self.field)
        if day is None:
            return NO
        closes = add_months(day, self.months) + timedelta(days=self.days)
        return Judgement(True, closes) if situation.as_of < closes else NO


@dataclass(frozen=True, slots=True)
class Age:
    at_least: int | None
    below: int | None

    def judge(self, situation: Situation) -> Judgement:
        born = situation.day(BORN)
        if born is None or (self.at_least is not None and situation.as_of < birthday(born, self.at_least)):
            return NO
        if self.below is None:
            return Judgement(holds=True)
        until = birthday(born, self.below)
        return Judgement(True, until) if situation.as_of < until else NO


@dataclass(frozen=True, slots=True)
class Requested:
    codes: frozenset[TreatmentCode]
    at_least: int

    def judge(self, situation: Situation) -> Judgement:
        return Judgement(len(self.codes & situation.requested) >= self.at_least)


@dataclass(frozen=True, slots=True)
class EventInDowntime:
    field: str

    def judge(self, situation: Situation) -> Judgement:
        event = situation.day(self.field)
        return Judgement(event is not None and 0 <= (event - situation.as_of).days < situation.downtime_days)


@dataclass(frozen=True, slots=True)
class Policy:
    name: str
    values: frozenset[str]

    def judge(self, situation: Situation) -> Judgement:
        return Judgement(situation.policy.get(self.name) in self.values)


@dataclass(frozen=True, slots=True)
class And:
    parts: tuple["Condition", ...]

    def judge(self, situation: Situation) -> Judgement:
        """Holds while every part does; the first part to end ends the whole."""
        judged = [part.judge(situation) for part in self.parts]
        if not all(each.holds for each in judged):
            return NO
        return Judgement(True, min((each.until for each in judged if each.until is not None), default=None))


@dataclass(frozen=True, slots=True)
class Or:
    parts: tuple["Condition", ...]

    def judge(self, situation: Situation) -> Judgement:
        """Holds while any part does; one part that time never ends makes the whole endless."""
        ends = [each.until for each in (part.judge(situation) for part in self.parts) if each.holds]
        if not ends:
            return NO
        dated = [end for end in ends if end is not None]
        return Judgement(True, max(dated) if len(dated) == len(ends) else None)


@dataclass(frozen=True, slots=True)
class Not:
    part: "Condition"

    def judge(self, situation: Situation) -> Judgement:
        return Judgement(not self.part.judge(situation).holds)


Condition = In | Known | Within | Age | Requested | EventInDowntime | Policy | And | Or | Not


def walk(condition: Condition) -> Iterator[Condition]:
    """The condition and every condition inside it."""
    yield condition
    match condition:
        case And(parts) | Or(parts):
            for part in parts:
                yield from walk(part)
        case Not(part):
            yield from walk(part)


def fields(condition: Condition) -> frozenset[str]:
    """The keys of the facts that the condition reads."""
    return frozenset(
        BORN if isinstance(node, Age) else node.field
        for node in walk(condition)
        if isinstance(node, In | Known | Within | Age | EventInDowntime)
    )


def parse(tree: Any, where: str = "condition") -> Condition:
    """The condition that a JSON tree spells; BadCondition when it is outside the grammar."""
    if not isinstance(tree, dict) or len(tree) != 1:
        raise BadCondition(f"{where}: needs exactly one operator")
    [(operator, operand)] = tree.items()
    if operator not in _PARSERS:
        raise BadCondition(f"{where}: unknown operator {operator!r}")
    return _PARSERS[operator](operand, f"{where}.{operator}")


def _parse_parts(operand: Any, where: str) -> tuple[Condition, ...]:
    if not isinstance(operand, list) or not operand:
        raise BadCondition(f"{where}: needs a list of conditions")
    return tuple(parse(part, f"{where}[{number}]") for number, part in enumerate(operand))


def _parse_pair(operand: Any, where: str) -> tuple[str, Any]:
    if not isinstance(operand, list) or len(operand) != 2:
        raise BadCondition(f"{where}: needs a list of two")
    return _parse_key(operand[0], where), operand[1]


def _parse_key(operand: Any, where: str) -> str:
    if not isinstance(operand, str) or not operand:
        raise BadCondition(f"{where}: needs a name")
    return operand


def _parse_choice(operand: Any, where: str) -> tuple[str, frozenset[str]]:
    key, values = _parse_pair(operand, where)
    if not isinstance(values, list) or not values:
        raise BadCondition(f"{where}: needs a list of values")
    return key, frozenset(_parse_key(value, where) for value in values)


def _parse_number(operand: Any, where: str) -> int:
    if not isinstance(operand, int) or isinstance(operand, bool) or not 0 < operand <= 1000:
        raise BadCondition(f"{where}: needs a whole number from 1 to 1000")
    return operand


def _parse_within(operand: Any, where: str) -> Within:
    key, window = _parse_pair(operand, where)
    if not isinstance(window, dict) or len(window) != 1 or not set(window) <= {"days", "months"}:
        raise BadCondition(f"{where}: needs a number of days or of months")
    return Within(key, **{unit: _parse_number(count, where) for unit, count in window.items()})


def _parse_age(operand: Any, where: str) -> Age:
    if not isinstance(operand, dict) or not operand or not set(operand) <= {"from", "below"}:
        raise BadCondition(f"{where}: needs an age to start from, one to stay below, or both")
    ages = {word: _parse_number(age, where) for word, age in operand.items()}
    return Age(ages.get("from"), ages.get("below"))


def _parse_requested(operand: Any, where: str) -> Requested:
    expression, count = _parse_pair(operand, where)
    try:
        return Requested(resolve(expression), _parse_number(count, where))
    except UnknownGroup:
        raise BadCondition(f"{where}: unknown treatments {expression!r}") from None


_PARSERS: Final[Mapping[str, Callable[[Any, str], Condition]]] = {
    "and": lambda operand, where: And(_parse_parts(operand, where)),
    "or": lambda operand, where: Or(_parse_parts(operand, where)),
    "not": lambda operand, where: Not(parse(operand, where)),
    "in": lambda operand, where: In(*_parse_choice(operand, where)),
    "known": lambda operand, where: Known(_parse_key(operand, where)),
    "within": _parse_within,
    "age": _parse_age,
    "requested": _parse_requested,
    "event_in_downtime": lambda operand, where: EventInDowntime(_parse_key(operand, where)),
    "policy": lambda operand, where: Policy(*_parse_choice(operand, where)),
}
