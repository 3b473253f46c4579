"""What a person's answers mean to the rules on a given day."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from treatments.codes import SkinType
from treatments.questionnaire.conditions import Fact
from treatments.questionnaire.dates import CURRENT, latest_past_day, remembered
from treatments.questionnaire.items import NONE, UNSURE, DateKind, Item, ItemType, Questionnaire
from treatments.questionnaire.scoring import (
    BddScreen,
    Oiliness,
    SensitivityBand,
    bdd_screen,
    score_oiliness,
    score_phototype,
    score_sensitivity,
)

# Facts that several answers add up to, and the values they can take.
DERIVED: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "fst": frozenset(SkinType),
        "skin_sensitivity": frozenset(SensitivityBand),
        "skin_oiliness": frozenset(Oiliness),
        "bdd_screen": frozenset(BddScreen),
    }
)


def facts(questionnaire: Questionnaire, answers: Mapping[str, Any], *, as_of: date) -> dict[str, Fact]:
    """The usable answers by key, dates read as of `as_of`, with phototype, sensitivity, oiliness and screen derived.

    Blank, "not sure", an option not offered and an impossible or future date are unknown: their keys are absent.
    A half-remembered date means its latest possible day, "current" means `as_of`. The effective phototype is the
    practitioner's grading, else the ten-item score, else a type given directly; it is never guessed from a background.
    """
    found = {item.key: _meaning(item, answers.get(item.key), as_of) for item in questionnaire.items}
    phototype, sensitivity = score_phototype(answers), score_sensitivity(answers)
    found |= {
        "fst": found.get("fst_practitioner") or (phototype.band if phototype else _given("fst", answers)),
        "skin_sensitivity": sensitivity.band if sensitivity else _given("skin_sensitivity", answers),
        "skin_oiliness": score_oiliness(answers),
        "bdd_screen": bdd_screen(answers),
    }
    return {key: fact for key, fact in found.items() if fact is not None}


def _given(key: str, answers: Mapping[str, Any]) -> str | None:
    value = answers.get(key)
    return value if isinstance(value, str) and value in DERIVED[key] else None


def _meaning(item: Item, answer: Any, as_of: date) -> Fact:
    if isinstance(answer, date):
        answer = answer.isoformat()
    if item.type is ItemType.MULTI and isinstance(answer, list | tuple):
        return _several(item, answer)
    if item.type is ItemType.NUMBER and isinstance(answer, int):
        return answer
    if not isinstance(answer, str) or answer in ("", UNSURE):
        return None
    match item.type:
        case ItemType.DATE:
            return _day(item, answer, as_of)
        case ItemType.YN | ItemType.ONE:
            return answer if answer in item.known_values else None
        case ItemType.TEXT:
            return answer
        case _:
            return None


def _several(item: Item, answer: list[Any] | tuple[Any, ...]) -> tuple[str, ...]:
    # A value that is not offered must not vanish: it is one thing more that we are not sure of.
    known = {value if isinstance(value, str) and value in item.values else UNSURE for value in answer}
    return tuple(sorted(known - {NONE}))


def _day(item: Item, text: str, as_of: date) -> Fact:
    if text in item.values:
        return as_of if text == CURRENT else text
    if item.date_kind is DateKind.PAST:
        return latest_past_day(text, as_of)
    meant = remembered(text)
    if meant is None or not meant.is_full:
        return None
    return meant.last if item.date_kind is DateKind.FUTURE_DAY or meant.last <= as_of else None
