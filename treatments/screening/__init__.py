"""Rules as data, and what they say of a treatment for these answers on this day. Pure."""

from treatments.screening.editing import Edit, Window, edited, windows
from treatments.screening.evaluation import Finding, UnknownPolicy, Verdict, evaluate, evaluate_all, urgent, worst
from treatments.screening.facts import facts
from treatments.screening.overriding import overridden
from treatments.screening.preparing import Step, preparation
from treatments.screening.rules import Audience, BadRules, Preparation, Rule, RuleKind, RuleSet, load
from treatments.screening.validation import validate_questions, validate_rules
from treatments.screening.vignettes import BadVignette, Mismatch, Moved, judged, mismatches, moved, named

__all__ = [
    "Audience",
    "BadRules",
    "BadVignette",
    "Edit",
    "Finding",
    "Mismatch",
    "Moved",
    "Preparation",
    "Rule",
    "RuleKind",
    "RuleSet",
    "Step",
    "UnknownPolicy",
    "Verdict",
    "Window",
    "edited",
    "evaluate",
    "evaluate_all",
    "facts",
    "judged",
    "load",
    "mismatches",
    "moved",
    "named",
    "overridden",
    "preparation",
    "urgent",
    "validate_questions",
    "validate_rules",
    "windows",
    "worst",
]
