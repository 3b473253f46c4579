"""Which overrides stand: those whose rule still fires, on the very facts on which they were made."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from consultations.models import Override
from treatments.codes import Level, TreatmentCode
from treatments.questionnaire.conditions import Fact, fields
from treatments.screening import RuleSet, Verdict

Facts = Mapping[str, Fact]


@dataclass(frozen=True, slots=True)
class Overridden:
    """The overrides that stand, by rule id, and those that did once and no longer do."""

    standing: Mapping[str, Override] = field(default_factory=dict)
    fallen: tuple[Override, ...] = ()

    @property
    def levels(self) -> dict[str, Level]:
        """The level that each of these rules has now."""
        return {rule_id: Level(override.level) for rule_id, override in self.standing.items()}


def sort_out(
    made: Iterable[Override],
    rules: RuleSet,
    verdicts: Mapping[TreatmentCode, Verdict],
    now: Facts,
    then: Callable[[Override], Facts],
) -> Overridden:
    """Hold each override against the facts as they are `now` and as they were `then`; the newest for a rule counts."""
    fired = {rule_id for verdict in verdicts.values() for rule_id in verdict.rule_ids}
    standing: dict[str, Override] = {}
    fallen: list[Override] = []
    for override in sorted(made, key=lambda each: each.made_at, reverse=True):
        rule = rules.by_id.get(override.rule_id)
        if rule is None or rule.id not in fired or not _same(fields(rule.when), now, then(override)):
            fallen.append(override)
        else:
            standing.setdefault(rule.id, override)
    return Overridden(standing, tuple(fallen))


def _same(keys: Iterable[str], now: Facts, then: Facts) -> bool:
    return all(now.get(key) == then.get(key) for key in keys)
