"""The questionnaire and the rules that ship, and the clean adult who answers them."""

import json
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from treatments import questionnaire as questions
from treatments import screening
from treatments.codes import TreatmentCode
from treatments.screening import Verdict

DATA = Path(questions.__file__).parents[1] / "data"
TODAY = date(2026, 11, 22)


def shipped(name: str) -> Any:
    return json.loads((DATA / name).read_text(encoding="utf-8"))


@cache
def asked() -> questions.Questionnaire:
    return questions.load(shipped("questionnaire_v1.json"))


@cache
def rules() -> screening.RuleSet:
    return screening.load(shipped("rules_v1.json"))


def clean_adult(**differently: Any) -> dict[str, Any]:
    """A healthy woman of 34 with phototype II who answers "no" to everything, but for what is given."""
    return {**shipped("vignette_baselines.json")["CLEAN_ADULT_V1"], **differently}


def verdicts(
    answers: Mapping[str, Any],
    *treatments: str,
    as_of: date = TODAY,
    policy: Mapping[str, str] | None = None,
) -> dict[TreatmentCode, Verdict]:
    """What the rules that ship say of the treatments, all eleven when none is named."""
    known = screening.facts(asked(), answers, as_of=as_of)
    return screening.evaluate(rules(), known, treatments or tuple(TreatmentCode), as_of, policy or {})


def verdict(answers: Mapping[str, Any], treatment: str, as_of: date = TODAY) -> Verdict:
    """What the rules that ship say of one treatment."""
    return verdicts(answers, treatment, as_of=as_of)[TreatmentCode(treatment)]
