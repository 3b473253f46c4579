"""Short written cases with the verdicts a clinician expects, held against what the rules say."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from treatments.questionnaire.items import Questionnaire
from treatments.screening.evaluation import Verdict, evaluate
from treatments.screening.facts import facts
from treatments.screening.rules import RuleSet


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One point on which a verdict differs from what the case expects."""

    vignette: str
    treatment: str
    point: str
    expected: Any
    actual: Any

    def __str__(self) -> str:
        return f"{self.vignette} {self.treatment} {self.point}: expected {self.expected}, got {self.actual}"


class BadVignette(ValueError):
    """A case that cannot be run; the message names it and the fault."""


def mismatches(
    vignette: Any,
    baselines: Mapping[str, Mapping[str, Any]],
    rules: RuleSet,
    questionnaire: Questionnaire,
) -> list[Mismatch]:
    """Where the rules differ from the case; its `intake` is laid over the baseline it names, null being a blank."""
    name = str(vignette["id"]) if isinstance(vignette, dict) and "id" in vignette else "a case without an id"
    try:
        answers = {**baselines[vignette["baseline"]], **vignette["intake"]}
        as_of = date.fromisoformat(vignette["as_of"])
        known = facts(questionnaire, answers, as_of=as_of)
        verdicts = evaluate(rules, known, vignette["treatments"], as_of, vignette.get("policy", {}))
        expected = vignette["expected"]
        return [
            Mismatch(name, str(code), point, wanted, got)
            for code, verdict in verdicts.items()
            for point, wanted, got in _points(expected[code], verdict)
            if wanted != got
        ]
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise BadVignette(f"{name}: {error!r}") from error


def _points(expected: Mapping[str, Any], verdict: Verdict) -> Iterator[tuple[str, Any, Any]]:
    yield "level", expected["level"], str(verdict.level)
    yield "earliest_date", expected["earliest_date"], verdict.earliest_date and verdict.earliest_date.isoformat()
    yield "open_ended", expected["open_ended"], verdict.open_ended
    yield "rule_ids", sorted(set(expected["rule_ids"])), sorted(verdict.rule_ids)
