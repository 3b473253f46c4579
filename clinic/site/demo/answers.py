"""What the demo's invented patients answer: mostly plain intakes, and a handful that make a brief worth reading."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from treatments.questionnaire import UNSURE, AskedIn, ItemType, Questionnaire

# The ten answers of somebody of each skin type; their sum falls into the type's band.
PHOTOTYPES = {
    "I": "0000000010",
    "II": "1111111110",
    "III": "2221222220",
    "IV": "3332333221",
    "V": "4433433331",
    "VI": "4444444441",
}


# The demo's patients in turn; the first is the one whose visit the guide points at.
PHOTOTYPES_OF_PATIENTS = ("IV", "II", "III", "III", "IV", "III", "V")


@dataclass(frozen=True)
class Story:
    """An invented history: what differs from a healthy adult, with days counted back from today."""

    phototype: str
    answers: dict[str, Any] = field(default_factory=dict)
    days_ago: dict[str, int] = field(default_factory=dict)
    blank: tuple[str, ...] = ()


PLAIN = tuple(Story(phototype) for phototype in ("II", "III", "III", "IV", "IV", "III"))
COMPLICATED = (
    Story("IV", {"isotretinoin_status": "past", "pih_tendency": "yes"}, {"isotretinoin_last_dose": 65}),
    Story("III", {"cold_sores": "past", "skincare": "Cleanser, niacinamide serum, sunscreen"}),
    Story("V", {"pih_tendency": "yes", "melasma": "yes"}),
    Story("III", {"keloid_history": "keloid"}),
    Story("II", {"pregnant": "possible", "breastfeeding": "no"}),
    Story("IV", {"active_acne": "moderate_severe", "isotretinoin_status": "current"}),
    Story("III", {"retinoid_topical": "prescription", "retinoid_last_use": "current", "rosacea": "controlled"}),
    Story("IV", {"metal_allergy": UNSURE, "anticoagulant": UNSURE}, {"tan_last_exposure": 9}),
    Story("III", {"suspicious_lesion": "yes"}, blank=("medicines", "medical_other", "since")),
    Story("II", {"photosensitisers": ["doxycycline"], "active_dermatitis": "yes"}),
)
# The visit a first reader of the demo should open: something to defer, to ask and to take care with, and her own words.
SHOWN = Story(
    "IV",
    {
        "isotretinoin_status": "past",
        "pih_tendency": "yes",
        "metal_allergy": UNSURE,
        "goal_expectation": "smoother_texture",
        "downtime_max_days": "3",
        "questions": "How many sessions before the wedding?\nWill it leave marks?\nWhat would you not do, and why?",
    },
    {"isotretinoin_last_dose": 65, "event_date": -80},
)
SHOWN_TREATMENTS = ("tca-medium-peel", "microneedling-face", "fractional-laser-1550", "glycolic-acid-peel")
QUESTIONS = (
    "How many sessions would you expect?",
    "Will it leave marks on my skin?",
    "What would you not do, and why?",
    "Can I go back to work the next day?",
    "如果想在婚禮前完成，甚麼時候要開始？",
)


def answers_for(questionnaire: Questionnaire, story: Story, today: date, chance: Random) -> dict[str, Any]:
    """A complete set of answers for a story."""
    asked = [item for item in questionnaire.items if item.asked_in is AskedIn.PAGES and item.type is not ItemType.TEXT]
    plain = {item.key: _plain(item) for item in asked}
    fitz = {f"fitz_q{n}": score for n, score in enumerate(PHOTOTYPES[story.phototype], 1)}
    dated = {key: (today - timedelta(days=days)).isoformat() for key, days in story.days_ago.items()}
    own = {
        "pore_areas": chance.sample(["nose", "cheeks", "chin", "forehead"], 2),
        "pore_self_grade": str(chance.randint(1, 3)),
        "goal_expectation": chance.choice(["smoother_texture", "smaller_looking", "pores_gone_forever"]),
        "downtime_max_days": chance.choice(["1", "3", "7"]),
        "oil_1": "2",
        "oil_2": "1",
        "oil_3": "0",
        "medicines": "None",
        "medical_other": "None",
    }
    if chance.random() < 0.3:
        own["event_date"] = (today + timedelta(days=chance.randint(30, 150))).isoformat()
    if chance.random() < 0.5 and "questions" in questionnaire.by_key:
        own["questions"] = chance.choice(QUESTIONS)
    worth_asking = sorted(questionnaire.by_key["questions_picked"].values)
    own["questions_picked"] = chance.sample(worth_asking, chance.randint(0, 2))
    usable = {**plain, **fitz, **own, **story.answers, **dated}
    return {key: value for key, value in usable.items() if key in questionnaire.by_key and key not in story.blank}


def _plain(item: Any) -> Any:
    """What a healthy adult would answer: no, none, never, or the first answer there is."""
    if item.type is ItemType.MULTI:
        return [] if "none" in item.values or not item.options else [item.options[0].value]
    for word in ("no", "none", "never", "0"):
        if word in item.values:
            return word
    return item.options[0].value if item.options else None
