"""Short written cases with the verdicts a clinician expects, held against what the rules say."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from treatments.codes import TreatmentCode
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


@dataclass(frozen=True, slots=True)
class Moved:
    """One treatment of a case of which two versions say different things."""

    vignette: str
    treatment: TreatmentCode
    before: Verdict
    after: Verdict


class BadVignette(ValueError):
    """A case that cannot be run; the message names it and the fault."""


def mismatches(
    vignette: Any,
    baselines: Mapping[str, Mapping[str, Any]],
    rules: RuleSet,
    questionnaire: Questionnaire,
) -> list[Mismatch]:
    """Where the rules differ from the case; its `intake` is laid over the baseline it names, null being a blank."""
    verdicts = judged(vignette, baselines, rules, questionnaire)
    name = named(vignette)
    try:
        expected = vignette["expected"]
        return [
            Mismatch(name, str(code), point, wanted, got)
            for code, verdict in verdicts.items()
            for point, wanted, got in _points(expected[code], verdict)
            if wanted != got
        ]
    except (KeyError, TypeError) as error:
        raise BadVignette(f"{name}: {error!r}") from error


def judged(
    vignette: Any,
    baselines: Mapping[str, Mapping[str, Any]],
    rules: RuleSet,
    questionnaire: Questionnaire,
) -> dict[TreatmentCode, Verdict]:
    """What the rules say of the treatments of a case, whatever it expects."""
    try:
        answers = {**baselines[vignette["baseline"]], **vignette["intake"]}
        as_of = date.fromisoformat(vignette["as_of"])
        known = facts(questionnaire, answers, as_of=as_of)
        return evaluate(rules, known, vignette["treatments"], as_of, vignette.get("policy", {}))
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise BadVignette(f"{named(vignette)}: {error!r}") from error


def moved(
    vignettes: Iterable[Any],
    baselines: Mapping[str, Mapping[str, Any]],
    before: tuple[RuleSet, Questionnaire],
    after: tuple[RuleSet, Questionnaire],
) -> list[Moved]:
    """Where rules with their questions differ from others on the cases."""
    return [
        Moved(named(vignette), code, old, new)
        for vignette in vignettes
        for (code, old), new in zip(
            judged(vignette, baselines, *before).items(),
            judged(vignette, baselines, *after).values(),
            strict=True,
        )
        if old != new
    ]


def named(vignette: Any) -> str:
    """The case's id."""
    return str(vignette["id"]) if isinstance(vignette, dict) and "id" in vignette else "a case without an id"


def _points(expected: Mapping[str, Any], verdict: Verdict) -> Iterator[tuple[str, Any, Any]]:
    yield "level", expected["level"], str(verdict.level)
    yield "earliest_date", expected["earliest_date"], verdict.earliest_date and verdict.earliest_date.isoformat()
    yield "open_ended", expected["open_ended"], verdict.open_ended
    yield "rule_ids", sorted(set(expected["rule_ids"])), sorted(verdict.rule_ids)
