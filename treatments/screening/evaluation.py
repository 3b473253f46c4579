"""Which rules fire on which treatment, and what follows: a level, a date, or a wait without one.

The order of levels, the counting of windows and the reading of unknown answers are those of the clinical definition of
the screening. A verdict speaks about a procedure, never about booking a consultation, and `clear` says only that no
rule fired.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Final, Self

from treatments.codes import Level, TreatmentCode
from treatments.questionnaire.conditions import Fact, Situation
from treatments.screening.rules import Rule, RuleSet

DEFAULT_POLICY: Final[Mapping[str, str]] = MappingProxyType({})


class UnknownPolicy(ValueError):
    """A policy switch, or a value of one, that the rule set does not have."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that fired on one treatment; a defer ends on `earliest_date`, or is `open_ended`."""

    rule_id: str
    level: Level
    earliest_date: date | None = None
    open_ended: bool = False

    def as_json(self) -> dict[str, Any]:
        """The finding as plain JSON values; its words stay in the rule set and are looked up by rule id."""
        return {"rule_id": self.rule_id, **_plain(self)}

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Self:
        """The finding that `as_json` wrote."""
        return cls(raw["rule_id"], **_typed(raw))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules say of one treatment; the date and the open end speak only when the level is defer."""

    level: Level
    findings: tuple[Finding, ...] = ()
    earliest_date: date | None = None
    open_ended: bool = False

    @property
    def rule_ids(self) -> frozenset[str]:
        """Every rule that fired, whatever its level."""
        return frozenset(finding.rule_id for finding in self.findings)

    @property
    def provisional(self) -> bool:
        """Whether an unknown answer could still change a level that is already worse than ask."""
        return self.level.severity > Level.ASK.severity and any(each.level is Level.ASK for each in self.findings)

    def as_json(self) -> dict[str, Any]:
        """The verdict as plain JSON values, for a screening kept with the versions it was made from."""
        return {**_plain(self), "findings": [finding.as_json() for finding in self.findings]}

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Self:
        """The verdict that `as_json` wrote."""
        return cls(findings=tuple(Finding.from_json(each) for each in raw["findings"]), **_typed(raw))


def evaluate(
    rules: RuleSet,
    facts: Mapping[str, Fact],
    treatments: Iterable[str],
    as_of: date,
    policy: Mapping[str, str] = DEFAULT_POLICY,
) -> dict[TreatmentCode, Verdict]:
    """A verdict for each of the treatments, asked about together, on the day `as_of`.

    `policy` sets switches such as {"iso_policy": "traditional_6m"}; UnknownPolicy when the rule set has no such switch
    or value, ValueError when a treatment is not a code.
    """
    requested = tuple(dict.fromkeys(TreatmentCode(code) for code in treatments))
    return _verdicts(rules, dict.fromkeys(requested, frozenset(requested)), facts, as_of, policy)


def evaluate_all(
    rules: RuleSet,
    facts: Mapping[str, Fact],
    wanted: Iterable[str],
    as_of: date,
    policy: Mapping[str, str] = DEFAULT_POLICY,
) -> dict[TreatmentCode, Verdict]:
    """A verdict for every treatment there is: the wanted ones asked about together, the others one by one.

    What `evaluate` says of the wanted ones and of each of the others, in one go.
    """
    requested = tuple(dict.fromkeys(TreatmentCode(code) for code in wanted))
    alone = {code: frozenset({code}) for code in TreatmentCode if code not in requested}
    return _verdicts(rules, {**dict.fromkeys(requested, frozenset(requested)), **alone}, facts, as_of, policy)


def urgent(rules: RuleSet, facts: Mapping[str, Fact], as_of: date) -> list[Rule]:
    """The rules whose advice does not wait for a visit and that fire on these facts, whatever the treatment."""
    return [rule for rule in rules.rules if rule.urgent and rule.when.judge(Situation(facts, as_of)).holds]


def worst(levels: Iterable[Level]) -> Level:
    """The gravest of the levels; clear when there are none."""
    return max(levels, key=lambda level: level.severity, default=Level.CLEAR)


def _switches(rules: RuleSet, policy: Mapping[str, str]) -> Mapping[str, str]:
    for name, value in policy.items():
        if name not in rules.policies or value not in rules.policies[name].values:
            raise UnknownPolicy(f"{name}={value}")
    return {name: choice.default for name, choice in rules.policies.items()} | dict(policy)


def _verdicts(
    rules: RuleSet,
    asked: Mapping[TreatmentCode, frozenset[TreatmentCode]],
    facts: Mapping[str, Fact],
    as_of: date,
    policy: Mapping[str, str],
) -> dict[TreatmentCode, Verdict]:
    """The verdict on each treatment, as asked about with others; most rules are judged once for all of them."""
    switches = _switches(rules, policy)
    everywhere = Situation(facts, as_of, policy=switches)
    found = [_finding(rule, everywhere) if rule.one_for_all else None for rule in rules.rules]
    verdicts = {}
    for code, together in asked.items():
        here = Situation(facts, as_of, together, rules.downtime_days[code], switches)
        judged = (
            finding if rule.one_for_all else _finding(rule, here)
            for rule, finding in zip(rules.rules, found, strict=True)
            if code in rule.treatments
        )
        verdicts[code] = verdict_of(each for each in judged if each is not None)
    return verdicts


def verdict_of(fired: Iterable[Finding]) -> Verdict:
    """What these findings add up to for one treatment."""
    findings = sorted(fired, key=lambda each: (-each.level.severity, each.rule_id))
    level = worst(finding.level for finding in findings)
    if level is not Level.DEFER:
        return Verdict(level, tuple(findings))
    dates = [finding.earliest_date for finding in findings if finding.earliest_date is not None]
    return Verdict(level, tuple(findings), max(dates, default=None), any(finding.open_ended for finding in findings))


def _finding(rule: Rule, situation: Situation) -> Finding | None:
    judgement = rule.when.judge(situation)
    if not judgement.holds:
        return None
    if rule.level is not Level.DEFER:
        return Finding(rule.id, rule.level)
    return Finding(rule.id, rule.level, judgement.until, open_ended=judgement.until is None)


def _plain(waits: Finding | Verdict) -> dict[str, Any]:
    earliest = waits.earliest_date.isoformat() if waits.earliest_date else None
    return {"level": str(waits.level), "earliest_date": earliest, "open_ended": waits.open_ended}


def _typed(raw: Mapping[str, Any]) -> dict[str, Any]:
    earliest = date.fromisoformat(raw["earliest_date"]) if raw["earliest_date"] else None
    return {"level": Level(raw["level"]), "earliest_date": earliest, "open_ended": raw["open_ended"]}
