"""Fit: what a few answers already say of every treatment, before anybody books.

The answers lie in the sealed draft that a booking goes on with, for two hours, and one press clears them. The rules and
their evaluator are those of the intake; of the rules only those take part that read nothing but what was asked here, so
that a question which comes later counts as not asked rather than as not known.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from math import ceil
from typing import Any, Final

from django.db import transaction

from clinic.localtime import local
from clinic.premises.law import Matter
from clinic.premises.models import Clinic
from consultations import drafts, published
from consultations.models import Draft
from treatments import questionnaire as questions
from treatments import screening
from treatments.codes import TreatmentCode
from treatments.models import ASKED_WHERE, Treatment, Version
from treatments.planning.events import last_days
from treatments.questionnaire.conditions import fields
from treatments.screening import Audience, Rule, RuleSet, Verdict

# What the intake asks as well, and keeps when they book.
ASKED: Final = (
    "pregnant",
    "isotretinoin_status",
    "isotretinoin_last_dose",
    "keloid_history",
    "downtime_max_days",
    "event_date",
)
# A short path to what the intake works out from several questions; it stays with the fit.
GIVEN: Final = ("fst", "skin_sensitivity")
SKIN_TYPE: Final = tuple(f"fitz_q{number}" for number in range(1, 11))
HOURS_A_DAY = 24
# Whoever has not been asked their sex at birth is asked about pregnancy.
_NOT_ASKED: Final = frozenset({"sex_at_birth"})


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that fired, for a patient to read."""

    rule: Rule
    earliest_date: date | None


@dataclass(frozen=True, slots=True)
class Fit:
    """What was told, and what follows for each treatment code.

    `budget_minor` is for one session, in the smallest unit of the currency.
    """

    answers: Mapping[str, Any]
    facts: Mapping[str, Any]
    as_of: date
    verdicts: Mapping[TreatmentCode, Verdict]
    rules: RuleSet
    reviewed_on: date
    is_signed: bool
    event: date | None
    spare_days: int | None
    budget_minor: int | None

    def reasons(self, code: str) -> list[Reason]:
        """The one or two gravest rules that fired on the treatment and that a patient may read."""
        by_id = self.rules.by_id
        found = [
            Reason(by_id[finding.rule_id], finding.earliest_date)
            for finding in self.verdicts[TreatmentCode(code)].findings
            if by_id[finding.rule_id].audience is Audience.EVERYONE
        ]
        return found[:2]


def tell(
    *,
    draft: Draft,
    answers: Mapping[str, Any],
    given: Mapping[str, str],
    budget_minor: int | None,
    now: datetime,
) -> Draft:
    """Remember what was told for the fit; an answer left out is not known."""
    with transaction.atomic():
        drafts.answer(draft=draft, answers=answers, now=now)
        return drafts.keep(draft=draft, now=now, fit={"given": dict(given), "budget_minor": budget_minor})


def tell_skin_type(*, draft: Draft, answers: Mapping[str, Any], now: datetime) -> Draft:
    """Remember the ten answers that work out the skin type; they win over a type that was picked."""
    with transaction.atomic():
        drafts.answer(draft=draft, answers=answers, now=now)
        told = draft.steps.get("fit", {"given": {}, "budget_minor": None})
        return drafts.keep(draft=draft, now=now, fit=told)


def forget(*, draft: Draft, now: datetime) -> None:
    """Clear what was told for the fit; where nothing else is in the draft, the draft goes as well."""
    with transaction.atomic():
        fresh = Draft.objects.select_for_update(no_key=True).filter(pk=draft.pk).first()
        if fresh is None:  # somebody pressed twice
            return
        if fresh.kind_id is None and fresh.concern_id is None and "details" not in fresh.steps:
            drafts.clear(draft=fresh)
            return
        fresh.answers = {key: kept for key, kept in fresh.answers.items() if key not in {*ASKED, *SKIN_TYPE}}
        fresh.steps = {key: kept for key, kept in fresh.steps.items() if key != "fit"}
        fresh.save(update_fields=["answers", "steps"])


def fit(*, draft: Draft, clinic: Clinic, today: date) -> Fit | None:
    """What the answers of the draft say of every treatment today; None before anything was told."""
    if "fit" not in draft.steps:
        return None
    told, version, rule_set = draft.steps["fit"], published.questionnaire(), published.rule_set()
    asked, rules = published.questions_of(version), _about_fit(published.rules_of(rule_set))
    answers = {key: draft.answers[key] for key in (*ASKED, *SKIN_TYPE) if key in draft.answers}
    facts = screening.facts(asked, {**answers, **told["given"]}, as_of=today)
    return Fit(
        answers=answers,
        facts=facts,
        as_of=today,
        verdicts=screening.evaluate_all(rules, facts, [], today, {"iso_policy": clinic.iso_policy}),
        rules=rules,
        reviewed_on=_reviewed(rule_set, clinic),
        is_signed=rule_set.signed_at is not None,
        event=_day(facts.get("event_date")),
        spare_days=int(str(facts["downtime_max_days"])) if "downtime_max_days" in facts else None,
        budget_minor=told["budget_minor"],
    )


@dataclass(frozen=True, slots=True)
class Event:
    """A day on which somebody wants to look as usual, and the last visit after which a session still is in time."""

    day: date
    last_visit: date


def event(*, draft: Draft, treatments: Iterable[Treatment], clinic: Clinic) -> Event | None:
    """The event that the draft knows of, for the treatments it is about; None without either.

    A session follows the visit once the time to decide is over, and every one of the treatments has its cautious
    downtime behind it on the day of the event.
    """
    asked = published.questions_of(published.questionnaire())
    told = {"event_date": draft.answers.get("event_date")}
    day = _day(screening.facts(asked, told, as_of=date.min).get("event_date"))
    last = min((last_days(day, each.recovery).session for each in treatments), default=None) if day else None
    if day is None or last is None:
        return None
    rule = clinic.law[Matter.COOLING_OFF]
    wait = timedelta(days=ceil(rule.hours / HOURS_A_DAY)) if rule.is_allowed else timedelta(0)
    return Event(day, last - wait)


def items() -> list[questions.Item]:
    """The questions of the intake that the fit asks too; none of them has to be answered here."""
    return _optional(ASKED)


def skin_type_items() -> list[questions.Item]:
    """The ten questions that work out the skin type."""
    return _optional(SKIN_TYPE)


def place_items(concern: str) -> list[questions.Item]:
    """The question of the intake that asks where a concern shows; none where the intake asks for no places."""
    return _optional(ASKED_WHERE.get(concern, ()))


def _optional(keys: tuple[str, ...]) -> list[questions.Item]:
    asked = published.questions_of(published.questionnaire())
    return [replace(asked.by_key[key], core=False) for key in keys if key in asked.by_key]


def _about_fit(rules: RuleSet) -> RuleSet:
    """The rules that read nothing but what the fit asks."""
    known = {*ASKED, *GIVEN, *_NOT_ASKED}
    return replace(rules, rules=tuple(rule for rule in rules.rules if _reads_only(rule, known)))


def _reads_only(rule: Rule, known: set[str]) -> bool:
    read = fields(rule.when)
    return bool(read - _NOT_ASKED) and read <= known


def _reviewed(version: Version, clinic: Clinic) -> date:
    """The clinic's day on which the rules were signed, or, unsigned, were published."""
    moment = version.signed_at or version.published_at
    assert moment is not None
    return local(moment, clinic.zone).date()


def _day(fact: Any) -> date | None:
    return fact if isinstance(fact, date) else None
