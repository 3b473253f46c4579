"""The brief: what a practitioner must know within ten seconds, made from a reading and worded for them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from consultations import profile, published
from consultations.intake import Reading, overridden, wanted_codes
from consultations.models import Consultation, Grading, Override
from consultations.profile import Skin
from consultations.questioning import Questioning
from consultations.standing import Overridden
from treatments.codes import Level, TreatmentCode
from treatments.models import TreatmentFacts
from treatments.questionnaire import Item, unanswered
from treatments.questionnaire.summary import in_words
from treatments.screening import Rule, Verdict
from treatments.screening import overridden as judged

GOAL = "goal_expectation"
AT_MOST_NAMED = 2  # a finding on all of more treatments than these does not name each
AT_A_GLANCE = {
    "guardian_present": _("Guardian comes along"),
    "pore_areas": _("Where"),
    "since": _("Since"),
    "worse_when": _("Worse with"),
    "event_date": _("Event"),
    "downtime_max_days": _("Can look red"),
    "budget_band": _("Budget"),
    "sun_after_planned": _("Sun planned after"),
}


@dataclass(frozen=True, slots=True)
class TreatmentVerdict:
    """One treatment with its verdict."""

    code: TreatmentCode
    name: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class RuleFinding:
    """One rule that fired, on which treatments, and until when; with the practitioner's own judgement."""

    rule: Rule
    level: Level
    said: Level
    override: Override | None
    heading: str
    reason: str
    note: str
    disagreement: str
    treatments: list[str]
    earliest_date: date | None
    until: str
    sources: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Fallen:
    """An override that no longer stands: the rule's heading, or its id once the rule is gone."""

    heading: str
    override: Override


@dataclass(frozen=True, slots=True)
class Brief:
    """Everything the page shows; nothing in it is stored."""

    wanted: list[TreatmentVerdict]
    others: list[TreatmentVerdict]
    findings: list[RuleFinding]
    fallen: list[Fallen]
    goal: str
    glance: list[tuple[str, str]]
    unanswered: list[str]
    to_confirm: list[str]
    wanting: list[tuple[str, str]]
    groups: list[dict[str, Any]]
    skin: Skin
    signed_by: str
    rule_set: int
    questions_signed_by: str
    questionnaire: int
    as_of: date


def brief(reading: Reading, consultation: Consultation, language: str, zone: ZoneInfo) -> Brief:
    """Make the brief of a reading: verdicts, findings by severity, the answers behind them and what is missing."""
    said = {TreatmentCode(c): Verdict.from_json(raw) for c, raw in reading.screening.findings.items()}
    rules = published.rules_of(reading.screening.rule_set)
    overrides = overridden(consultation, reading.revision, rules, said, reading.screening.as_of)
    verdicts = judged(said, overrides.levels)
    wanted = [TreatmentCode(code) for code in wanted_codes(consultation)] or list(verdicts)
    names = dict(TreatmentFacts.objects.values_list("code", "name"))
    gradings = Grading.objects.filter(patient=consultation.patient_id).select_related("made_by")
    missing = unanswered(reading.questionnaire, reading.answers)
    old = [item for item in reading.stale(reading.screening.as_of, zone) if item not in missing]
    return Brief(
        wanted=_worst_first(wanted, verdicts, names),
        others=_worst_first([code for code in verdicts if code not in wanted], verdicts, names),
        findings=_findings(reading, verdicts, overrides, wanted, names, language),
        fallen=_fallen(reading, overrides, language),
        goal=_in_words(reading, GOAL, language),
        glance=_glance(reading, language),
        unanswered=_labels(missing, language),
        to_confirm=_labels(old, language),
        wanting=[(item.key, item.label.in_language(language)) for item in (*missing, *old)],
        groups=Questioning(reading.questionnaire, reading.answers).groups(language),
        skin=profile.skin(reading, gradings, language),
        signed_by=reading.screening.rule_set.signed_by,
        rule_set=reading.screening.rule_set.version,
        questions_signed_by=reading.revision.questionnaire.signed_by,
        questionnaire=reading.revision.questionnaire.version,
        as_of=reading.screening.as_of,
    )


def _worst_first(
    codes: list[TreatmentCode], verdicts: Mapping[TreatmentCode, Verdict], names: Mapping[str, str]
) -> list[TreatmentVerdict]:
    made = [TreatmentVerdict(code, names.get(code, str(code)), verdicts[code]) for code in codes]
    return sorted(made, key=lambda each: -each.verdict.level.severity)


def _findings(
    reading: Reading,
    verdicts: Mapping[TreatmentCode, Verdict],
    overrides: Overridden,
    wanted: list[TreatmentCode],
    names: Mapping[str, str],
    language: str,
) -> list[RuleFinding]:
    rules = published.rules_of(reading.screening.rule_set)
    touched: dict[str, list[TreatmentCode]] = {}
    first: dict[str, Any] = {}
    for code in wanted:
        for finding in verdicts[code].findings:
            touched.setdefault(finding.rule_id, []).append(code)
            first.setdefault(finding.rule_id, finding)
    made = []
    for rule_id, codes in touched.items():
        rule, finding = rules.by_id[rule_id], first[rule_id]
        made.append(
            RuleFinding(
                rule=rule,
                level=finding.level,
                said=rule.level,
                override=overrides.standing.get(rule_id),
                heading=rule.heading.in_language(language),
                reason=rule.reason.in_language(language),
                note=rule.note.in_language(language) if rule.note else "",
                disagreement=rules.disagreements[rule.disagreement].in_language(language) if rule.disagreement else "",
                treatments=_touched(codes, wanted, names),
                earliest_date=finding.earliest_date,
                until=rule.until.text.in_language(language) if rule.until and finding.open_ended else "",
                sources=[(tag, rules.references[tag].citation) for tag in rule.refs if tag in rules.references],
            )
        )
    return sorted(made, key=lambda each: (-each.level.severity, each.rule.id))


def _touched(codes: list[TreatmentCode], wanted: list[TreatmentCode], names: Mapping[str, str]) -> list[str]:
    """The treatments of a finding by name; all of several in one word, so that the exceptions stand out."""
    if len(codes) == len(wanted) > AT_MOST_NAMED:
        return [gettext("All of these")]
    return [names.get(code, str(code)) for code in codes]


def _fallen(reading: Reading, overrides: Overridden, language: str) -> list[Fallen]:
    by_id = published.rules_of(reading.screening.rule_set).by_id
    return [
        Fallen(rule.heading.in_language(language) if (rule := by_id.get(one.rule_id)) else one.rule_id, one)
        for one in overrides.fallen
    ]


def _glance(reading: Reading, language: str) -> list[tuple[str, str]]:
    rows = ((str(term), _in_words(reading, key, language)) for key, term in AT_A_GLANCE.items())
    return [(term, words) for term, words in rows if words]


def _in_words(reading: Reading, key: str, language: str) -> str:
    """The answer as a person would read it; empty where there is none."""
    item, answer = reading.questionnaire.by_key.get(key), reading.answers.get(key)
    return "" if item is None or answer in (None, "") else in_words(reading.questionnaire, item, answer, language)


def _labels(items: Iterable[Item], language: str) -> list[str]:
    return [item.label.in_language(language) for item in items]
