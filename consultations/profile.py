"""The skin as the patient scored it and as the practitioner saw it, beside each other."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from consultations.intake import Reading
from consultations.models import Grading
from treatments.codes import SkinType
from treatments.questionnaire import (
    Oiliness,
    Phototype,
    Questionnaire,
    Sensitivity,
    score_oiliness,
    score_phototype,
    score_sensitivity,
)
from treatments.questionnaire.summary import in_words

# Two types apart or more, both are shown and the darker one counts for settings of light.
FAR_APART = 2
PHOTOTYPE, SELF_PORES, PORES = "fst_practitioner", "pore_self_grade", "pore_practitioner_grade"


@dataclass(frozen=True, slots=True)
class Skin:
    """The scores of the patient's answers, the practitioner's gradings, and how far the two lie apart."""

    scored: Phototype | None
    graded: Grading | None
    sensitivity: Sensitivity | None
    oiliness: Oiliness | None
    pores: str
    pores_graded: Grading | None
    pores_as_graded: str
    pore_steps: int

    @property
    def steps(self) -> int:
        """How many types darker than the self-score the practitioner's grading is; negative when it is lighter."""
        if self.scored is None or self.graded is None:
            return 0
        types = list(SkinType)
        return types.index(SkinType(self.graded.phototype)) - types.index(self.scored.band)

    @property
    def steps_lighter(self) -> int:
        """The same, counted the other way."""
        return -self.steps

    @property
    def pore_steps_less(self) -> int:
        """How many grades less visible the practitioner found the pores."""
        return -self.pore_steps

    @property
    def darker(self) -> str:
        """The darker of two types that lie far apart; empty where they do not."""
        if self.scored is None or self.graded is None or abs(self.steps) < FAR_APART:
            return ""
        return self.graded.phototype if self.steps > 0 else str(self.scored.band)


def skin(reading: Reading, gradings: Iterable[Grading], language: str) -> Skin:
    """The profile of a reading; of the patient's gradings, newest first, the newest of each kind counts."""
    made, answers = list(gradings), reading.answers
    pores_graded = next((each for each in made if each.pores), None)
    return Skin(
        scored=score_phototype(answers),
        graded=next((each for each in made if each.phototype), None),
        sensitivity=score_sensitivity(answers),
        oiliness=score_oiliness(answers),
        pores=_words(reading.questionnaire, SELF_PORES, answers.get(SELF_PORES), language),
        pores_graded=pores_graded,
        pores_as_graded=_words(reading.questionnaire, PORES, pores_graded.pores if pores_graded else None, language),
        pore_steps=_steps(answers.get(SELF_PORES), pores_graded.pores if pores_graded else None),
    )


def _words(questionnaire: Questionnaire, key: str, answer: Any, language: str) -> str:
    item = questionnaire.by_key.get(key)
    return "" if item is None or not answer else in_words(questionnaire, item, answer, language)


def _steps(scored: Any, graded: Any) -> int:
    """How many grades more visible the practitioner found the pores."""
    both = [str(each) for each in (scored, graded)]
    return int(both[1]) - int(both[0]) if all(each.isdecimal() for each in both) else 0
