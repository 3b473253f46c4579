"""The questionnaire and the rules in force, parsed once for each published version."""

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Subquery

from clinic.premises.models import Clinic
from treatments import questionnaire as questions
from treatments import screening
from treatments.models import Questionnaire, RuleSet

# What is read of a version whose parsed content is at hand.
READ = ("id", "published_at")


class NothingPublished(RuntimeError):
    """The clinic has no published questionnaire or rule set: run `manage.py load_catalogue`."""


@dataclass(frozen=True, slots=True)
class InForce:
    """The clinic, the questions that new answers are given to, and the rules that screen them."""

    clinic: Clinic
    questionnaire: Questionnaire
    rule_set: RuleSet


def in_force() -> InForce:
    """All three in one question; of the versions only what `questions_of` and `rules_of` read."""
    clinic = Clinic.objects.the(_with_versions())
    return InForce(clinic, _version(clinic, Questionnaire), _version(clinic, RuleSet))


@cache
def _with_versions() -> Any:
    return Clinic.objects.overridden.annotate(
        **{
            f"{model.__name__}_{column}": Subquery(model.objects.published().values(column)[:1])
            for model in (Questionnaire, RuleSet)
            for column in READ
        }
    )


def _version(clinic: Clinic, model: Any) -> Any:
    values = [vars(clinic).get(f"{model.__name__}_{column}") for column in READ]
    if None in values:
        raise NothingPublished(f"no {model._meta.verbose_name} is published; run: manage.py load_catalogue")
    return model.from_db(DEFAULT_DB_ALIAS, READ, values)


def questionnaire() -> Questionnaire:
    """The version that new answers are given to; its content is read through `questions_of`."""
    current: Questionnaire | None = Questionnaire.objects.defer("data").current()
    if current is None:
        raise NothingPublished("no questionnaire is published; run: manage.py load_catalogue")
    return current


def rule_set() -> RuleSet:
    """The version that screens from now on; its content is read through `rules_of`."""
    current: RuleSet | None = RuleSet.objects.defer("data").current()
    if current is None:
        raise NothingPublished("no rule set is published; run: manage.py load_catalogue")
    return current


def questions_of(version: Questionnaire) -> questions.Questionnaire:
    """The questions of a version, parsed; a published version never changes, so it is parsed once a process."""
    return _questions(version.pk, str(version.published_at))


def rules_of(version: RuleSet) -> screening.RuleSet:
    """The rules of a version, parsed once a process."""
    return _rules(version.pk, str(version.published_at))


@lru_cache(maxsize=8)
def _questions(pk: int, published: str) -> questions.Questionnaire:
    return questions.load(Questionnaire.objects.values_list("data", flat=True).get(pk=pk))


@lru_cache(maxsize=8)
def _rules(pk: int, published: str) -> screening.RuleSet:
    return screening.load(RuleSet.objects.values_list("data", flat=True).get(pk=pk))
