"""What several answers add up to: phototype, sensitivity, oiliness and the body-image screen.

Phototype: the commonly used ten-item form with its own bands (I 0-6, II 7-13, III 14-20, IV 21-27, V 28-34, VI 35-40);
bands of other forms must not be mixed in. Sensitivity and oiliness are short sets of our own and are not validated.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from treatments.codes import SkinType

PHOTOTYPE_PARTS: Final = MappingProxyType(
    {
        "inherited": ("fitz_q1", "fitz_q2", "fitz_q3", "fitz_q4"),
        "sun": ("fitz_q5", "fitz_q6", "fitz_q7", "fitz_q8"),
        "tanning": ("fitz_q9", "fitz_q10"),
    }
)
SENSITIVITY_ITEMS: Final = ("sens_1", "sens_2", "sens_3", "sens_4", "sens_5")
OILINESS_ITEMS: Final = ("oil_1", "oil_2", "oil_3")

_POINTS_PER_PHOTOTYPE: Final = 7
_LOW_UP_TO: Final = 2
_MODERATE_UP_TO: Final = 5
_HOURS: Final = frozenset({"lt1", "1to3", "gt3"})
_YES_NO: Final = frozenset({"yes", "no"})


def _digits(highest: int) -> frozenset[str]:
    return frozenset(str(number) for number in range(highest + 1))


# The questions that a score is made of, each with the options that it counts.
SCORED: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        **{key: _digits(4) for part in PHOTOTYPE_PARTS.values() for key in part},
        **{key: _digits(2) for key in SENSITIVITY_ITEMS},
        **{key: _digits(3) for key in OILINESS_ITEMS[:2]},
        **{key: _digits(2) for key in OILINESS_ITEMS[2:]},
        **dict.fromkeys(("bdd_preoccupied", "bdd_weight_only", "bdd_impact"), _YES_NO),
        "bdd_hours": _HOURS,
    }
)


class SensitivityBand(StrEnum):
    """How readily the face stings or reddens."""

    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"


class Oiliness(StrEnum):
    """How the face feels some hours after washing."""

    OILY = "oily"
    COMBINATION = "combination"
    DRY = "dry"
    NORMAL = "normal"


class BddScreen(StrEnum):
    """Result of the body-image screen; positive means "talk first" and is not a diagnosis."""

    NEGATIVE = "negative"
    POSITIVE = "positive"


@dataclass(frozen=True, slots=True)
class Phototype:
    """The ten-item score, 0 to 40; `sections` are its parts: inherited and sun out of 16, tanning out of 8."""

    total: int
    sections: Mapping[str, int]
    band: SkinType


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """The five-item score, 0 to 10."""

    total: int
    band: SensitivityBand


def score_phototype(answers: Mapping[str, Any]) -> Phototype | None:
    """The score of fitz_q1 to fitz_q10, or of `fitz_answers` (ten numbers); None unless all ten are 0 to 4."""
    keys = [key for part in PHOTOTYPE_PARTS.values() for key in part]
    listed = answers.get("fitz_answers")
    given = dict(zip(keys, listed, strict=False)) if isinstance(listed, list | tuple) else answers
    points = _points(given, keys, highest=4)
    if points is None:
        return None
    sections = {part: sum(points[key] for key in members) for part, members in PHOTOTYPE_PARTS.items()}
    total = sum(sections.values())
    band = list(SkinType)[min(total // _POINTS_PER_PHOTOTYPE, len(SkinType) - 1)]
    return Phototype(total, MappingProxyType(sections), band)


def score_sensitivity(answers: Mapping[str, Any]) -> Sensitivity | None:
    """The score of sens_1 to sens_5 (low 0-2, moderate 3-5, high 6-10); None unless all five are 0 to 2."""
    points = _points(answers, SENSITIVITY_ITEMS, highest=2)
    if points is None:
        return None
    total = sum(points.values())
    if total <= _LOW_UP_TO:
        return Sensitivity(total, SensitivityBand.LOW)
    return Sensitivity(total, SensitivityBand.MODERATE if total <= _MODERATE_UP_TO else SensitivityBand.HIGH)


def score_oiliness(answers: Mapping[str, Any]) -> Oiliness | None:
    """The type from oil_1 (T-zone) and oil_2 (cheeks), 0 to 3, and oil_3 (tightness), 0 to 2; None when blank."""
    points = _points(answers, OILINESS_ITEMS[:2], highest=3)
    tightness = _points(answers, OILINESS_ITEMS[2:], highest=2)
    if points is None or tightness is None:
        return None
    shiny_t_zone, shiny_cheeks = points["oil_1"] >= 2, points["oil_2"] >= 2
    if shiny_t_zone:
        return Oiliness.OILY if shiny_cheeks else Oiliness.COMBINATION
    return Oiliness.DRY if tightness["oil_3"] == 2 and not shiny_cheeks else Oiliness.NORMAL


def bdd_screen(answers: Mapping[str, Any]) -> BddScreen | None:
    """Positive when preoccupied, not by weight alone, with impact, an hour a day or more; None when incomplete."""
    preoccupied = answers.get("bdd_preoccupied")
    if preoccupied == "no":
        return BddScreen.NEGATIVE
    weight_only, impact, hours = (answers.get(f"bdd_{key}") for key in ("weight_only", "impact", "hours"))
    needed = ((weight_only, _YES_NO), (impact, _YES_NO), (hours, _HOURS))
    if preoccupied != "yes" or not all(isinstance(answer, str) and answer in known for answer, known in needed):
        return None
    positive = weight_only == "no" and impact == "yes" and hours != "lt1"
    return BddScreen.POSITIVE if positive else BddScreen.NEGATIVE


def _points(answers: Mapping[str, Any], keys: tuple[str, ...] | list[str], highest: int) -> dict[str, int] | None:
    """The points of every key, or None when one is blank, not sure or out of range; options are stored as digits."""
    allowed = {str(number): number for number in range(highest + 1)}
    points = {key: allowed.get(str(answers.get(key))) for key in keys}
    return {key: point for key, point in points.items() if point is not None} if None not in points.values() else None
