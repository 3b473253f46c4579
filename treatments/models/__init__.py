"""What we know and what we offer: the public shelf. Nothing here is about a person."""

from treatments.models.catalogue import PriceKind, Treatment, TreatmentCategory
from treatments.models.combination import Combination, SameDay
from treatments.models.comparison import Comparison, ComparisonLine
from treatments.models.concern import (
    ASKED_WHERE,
    Area,
    Cause,
    Concern,
    Expectation,
    FrequentQuestion,
    Habit,
    HomeCare,
    ProfessionalOption,
    Reference,
)
from treatments.models.experience import ReportedDowntime
from treatments.models.facts import (
    AftercareStep,
    BeforeCareStep,
    Likelihood,
    RecoveryStage,
    SideEffect,
    Suitability,
    Suits,
    TreatmentFacts,
)
from treatments.models.importing import CatalogueImport
from treatments.models.intake import (
    Change,
    QuestionChange,
    Questionnaire,
    RuleChange,
    RuleSet,
    Version,
    VersionStatus,
)
from treatments.models.links import CheckedLink, LinkState
from treatments.models.term import Term, Topic

__all__ = [
    "ASKED_WHERE",
    "AftercareStep",
    "Area",
    "BeforeCareStep",
    "CatalogueImport",
    "Cause",
    "Change",
    "CheckedLink",
    "Combination",
    "Comparison",
    "ComparisonLine",
    "Concern",
    "Expectation",
    "FrequentQuestion",
    "Habit",
    "HomeCare",
    "Likelihood",
    "LinkState",
    "PriceKind",
    "ProfessionalOption",
    "QuestionChange",
    "Questionnaire",
    "RecoveryStage",
    "Reference",
    "ReportedDowntime",
    "RuleChange",
    "RuleSet",
    "SameDay",
    "SideEffect",
    "Suitability",
    "Suits",
    "Term",
    "Topic",
    "Treatment",
    "TreatmentCategory",
    "TreatmentFacts",
    "Version",
    "VersionStatus",
]
