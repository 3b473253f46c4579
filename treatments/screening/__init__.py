"""Rules as data, and what they say of a treatment for these answers on this day. Pure."""

from treatments.screening.evaluation import Finding, UnknownPolicy, Verdict, evaluate, urgent, worst
from treatments.screening.facts import facts
from treatments.screening.preparing import Step, preparation
from treatments.screening.rules import Audience, BadRules, Preparation, Rule, RuleKind, RuleSet, load
from treatments.screening.validation import validate_rules
from treatments.screening.vignettes import BadVignette, Mismatch, mismatches

__all__ = [
    "Audience",
    "BadRules",
    "BadVignette",
    "Finding",
    "Mismatch",
    "Preparation",
    "Rule",
    "RuleKind",
    "RuleSet",
    "Step",
    "UnknownPolicy",
    "Verdict",
    "evaluate",
    "facts",
    "load",
    "mismatches",
    "preparation",
    "urgent",
    "validate_rules",
    "worst",
]
