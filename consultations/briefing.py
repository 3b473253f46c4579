"""The brief: what a practitioner must know within ten seconds, made from a reading and worded for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from consultations import published
from consultations.intake import Reading, wanted_codes
from consultations.models import Consultation
from consultations.questioning import Questioning
from treatments.codes import Level, TreatmentCode
from treatments.models import TreatmentFacts
from treatments.questionnaire import (
    Phototype,
    Sensitivity,
    score_oiliness,
    score_phototype,
    score_sensitivity,
    unanswered,
)
from treatments.questionnaire.summary import in_words
from treatments.screening import Rule, Verdict

AT_A_GLANCE = (
    "guardian_present",
    "goal_expectation",
    "pore_areas",
    "event_date",
    "downtime_max_days",
    "budget_band",
    "sun_after_planned",
)
QUESTIONS = "questions"


@dataclass(frozen=True, slots=True)
class TreatmentVerdict:
    """One treatment with its verdict."""

    code: TreatmentCode
    name: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class RuleFinding:
    """One rule that fired, on which treatments, and until when."""

    rule: Rule
    level: Level
    heading: str
    reason: str
    note: str
    disagreement: str
    treatments: list[str]
    earliest_date: date | None
    until: str
    sources: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Brief:
    """Everything the page shows; nothing in it is stored."""

    wanted: list[TreatmentVerdict]
    others: list[TreatmentVerdict]
    findings: list[RuleFinding]
    glance: list[tuple[str, str]]
    questions: str
    unanswered: list[str]
    groups: list[dict[str, Any]]
    phototype: Phototype | None
    sensitivity: Sensitivity | None
    oiliness: str
    signed_by: str
    rule_set: int
    as_of: date


def brief(reading: Reading, consultation: Consultation, language: str) -> Brief:
    """Make the brief of a reading: verdicts, findings by severity, the answers behind them and what is missing."""
    verdicts = {TreatmentCode(c): Verdict.from_json(raw) for c, raw in reading.screening.findings.items()}
    codes = wanted_codes(consultation)
    wanted = [TreatmentCode(code) for code in codes] or list(verdicts)
    names = dict(TreatmentFacts.objects.values_list("code", "name"))
    asked = Questioning(reading.questionnaire, reading.answers)
    answers = reading.answers
    oiliness = score_oiliness(answers)
    return Brief(
        wanted=_worst_first(wanted, verdicts, names),
        others=_worst_first([code for code in verdicts if code not in wanted], verdicts, names),
        findings=_findings(reading, verdicts, wanted, names, language),
        glance=_glance(reading, language),
        questions=str(answers.get(QUESTIONS) or ""),
        unanswered=[item.label.in_language(language) for item in unanswered(reading.questionnaire, answers)],
        groups=asked.groups(language),
        phototype=score_phototype(answers),
        sensitivity=score_sensitivity(answers),
        oiliness=oiliness.value if oiliness else "",
        signed_by=reading.screening.rule_set.signed_by,
        rule_set=reading.screening.rule_set.version,
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
                heading=rule.heading.in_language(language),
                reason=rule.reason.in_language(language),
                note=rule.note.in_language(language) if rule.note else "",
                disagreement=rules.disagreements[rule.disagreement].in_language(language) if rule.disagreement else "",
                treatments=[names.get(code, str(code)) for code in codes],
                earliest_date=finding.earliest_date,
                until=rule.until.text.in_language(language) if rule.until and finding.open_ended else "",
                sources=[(tag, rules.references[tag].citation) for tag in rule.refs if tag in rules.references],
            )
        )
    return sorted(made, key=lambda each: (-each.level.severity, each.rule.id))


def _glance(reading: Reading, language: str) -> list[tuple[str, str]]:
    questionnaire, answers = reading.questionnaire, reading.answers
    rows = []
    for key in AT_A_GLANCE:
        item = questionnaire.by_key.get(key)
        if item is not None and answers.get(key) not in (None, ""):
            rows.append((item.label.in_language(language), in_words(questionnaire, item, answers[key], language)))
    return rows
