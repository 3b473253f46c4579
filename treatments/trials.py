"""Trials: the written cases run over a version, and what they say of it. Nothing here changes a version."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from treatments import questionnaire as questions
from treatments import screening
from treatments.loading import DATA, read
from treatments.models import Questionnaire, RuleSet, Version


@dataclass(frozen=True)
class Run:
    """How the vignettes came out: how many agree with what they expect, and which verdicts change.

    `moved` is a list of {"vignette", "treatment", "before", "after"}, the last two verdicts as JSON.
    """

    agree: int
    of: int
    moved: list[dict[str, Any]]


def vignettes() -> list[dict[str, Any]]:
    """The written cases that ship."""
    cases: list[dict[str, Any]] = read(DATA / "vignettes.json")
    return cases


def baselines() -> dict[str, dict[str, Any]]:
    """The answers over which the cases lay their own."""
    found: dict[str, dict[str, Any]] = read(DATA / "vignette_baselines.json")
    return found


def intakes() -> list[Mapping[str, Any]]:
    """All that the cases answer."""
    return [*baselines().values(), *(case["intake"] for case in vignettes())]


def together(version: Version) -> tuple[screening.RuleSet, questions.Questionnaire]:
    """Rules and questions as they would work: the version, with what is in force of the other kind."""
    rules, asked = _contents(version)
    return screening.load(rules), questions.load(asked)


def run(version: Version, *, against: Version | None) -> Run:
    """How the vignettes come out under a version, and which verdicts differ from those of another."""
    pair, cases, bases = together(version), vignettes(), baselines()
    agree = sum(not screening.mismatches(case, bases, *pair) for case in cases)
    moved = screening.moved(cases, bases, together(against), pair) if against else []
    told = [
        {
            "vignette": each.vignette,
            "treatment": str(each.treatment),
            "before": each.before.as_json(),
            "after": each.after.as_json(),
        }
        for each in moved
    ]
    return Run(agree, len(cases), told)


def fires_in(rule_set: RuleSet, rule_id: str) -> list[tuple[str, list[str]]]:
    """The vignettes in which a rule fires, each with the treatments it fires on."""
    pair, bases = together(rule_set), baselines()
    found = []
    for case in vignettes():
        verdicts = screening.judged(case, bases, *pair)
        if codes := [str(code) for code, verdict in verdicts.items() if rule_id in verdict.rule_ids]:
            found.append((screening.named(case), codes))
    return found


def has_been_run(version: Version) -> bool:
    """Whether the vignettes have run on exactly this content."""
    return bool(version.run_on) and version.run_on == digest(version)


def digest(version: Version) -> str:
    """What stands for all that a run depends on: the rules, the questions and the cases themselves."""
    whole = [*_contents(version), vignettes(), baselines()]
    return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()


def _contents(version: Version) -> tuple[Any, Any]:
    if isinstance(version, RuleSet):
        asked = Questionnaire.objects.current()
        return version.data, asked.data if asked else None
    rules = RuleSet.objects.current()
    return rules.data if rules else None, version.data
