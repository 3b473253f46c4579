"""The intake's questions as versioned data: which show, what an answer may be, what the answers add up to. Pure."""

from treatments.questionnaire.changing import Change, changes
from treatments.questionnaire.cleaning import BadAnswer, Problem, clean
from treatments.questionnaire.freshness import KEEPS_FOR, PERISHES_AFTER, is_stale, lasting, stale
from treatments.questionnaire.items import (
    UNSURE,
    Answer,
    Answers,
    AskedIn,
    DateKind,
    Item,
    ItemType,
    Option,
    Questionnaire,
    Section,
)
from treatments.questionnaire.loading import BadQuestionnaire, load
from treatments.questionnaire.rewording import Rewording, Text, reworded, texts
from treatments.questionnaire.scoring import (
    SCORED,
    BddScreen,
    Oiliness,
    Phototype,
    Sensitivity,
    SensitivityBand,
    bdd_screen,
    score_oiliness,
    score_phototype,
    score_sensitivity,
)
from treatments.questionnaire.showing import Page, incomplete, is_blank, missing, pages, shown, unanswered, visible
from treatments.questionnaire.summary import Line, in_words, summarise
from treatments.questionnaire.words import Words

__all__ = [
    "KEEPS_FOR",
    "PERISHES_AFTER",
    "SCORED",
    "UNSURE",
    "Answer",
    "Answers",
    "AskedIn",
    "BadAnswer",
    "BadQuestionnaire",
    "BddScreen",
    "Change",
    "DateKind",
    "Item",
    "ItemType",
    "Line",
    "Oiliness",
    "Option",
    "Page",
    "Phototype",
    "Problem",
    "Questionnaire",
    "Rewording",
    "Section",
    "Sensitivity",
    "SensitivityBand",
    "Text",
    "Words",
    "bdd_screen",
    "changes",
    "clean",
    "in_words",
    "incomplete",
    "is_blank",
    "is_stale",
    "lasting",
    "load",
    "missing",
    "pages",
    "reworded",
    "score_oiliness",
    "score_phototype",
    "score_sensitivity",
    "shown",
    "stale",
    "summarise",
    "texts",
    "unanswered",
    "visible",
]
