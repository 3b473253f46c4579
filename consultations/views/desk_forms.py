"""The forms of the brief, empty or as they were sent."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import QueryDict

from clinic.localtime import local
from consultations import enquiries
from consultations.briefing import Brief
from consultations.forms.judgement import AskForm, GradingForm, OverrideForm, RepliesForm, SuggestForm
from consultations.intake import Reading
from consultations.models import Consultation
from consultations.replies import Asked
from treatments.questionnaire import shown


def unbound(
    consultation: Consultation,
    reading: Reading,
    brief: Brief,
    asked: list[Asked],
    language: str,
    zone: ZoneInfo,
    now: datetime,
) -> dict[str, Any]:
    """All forms of the brief, empty."""
    return {
        "ask_form": ask(None, consultation, reading, brief, language, zone, now),
        "suggest_form": suggest(None, consultation, zone, now),
        "override_form": override(None, reading, brief, language),
        "grading_form": grading(None, reading, language),
        "replies_form": RepliesForm(None, asked=asked),
    }


def ask(
    data: QueryDict | None,
    consultation: Consultation,
    reading: Reading,
    brief: Brief,
    language: str,
    zone: ZoneInfo,
    now: datetime,
) -> AskForm:
    """Questions to the patient, those first that tell nothing yet or want confirming."""
    first = dict(brief.wanting)
    every = {item.key: item.label.in_language(language) for item in shown(reading.questionnaire, reading.answers)}
    return AskForm(
        data,
        first=brief.wanting,
        others=[(key, label) for key, label in every.items() if key not in first],
        starts=consultation.starts,
        now=now,
        zone=zone,
        initial={"due_at": enquiries.deadline(consultation, now)},
    )


def suggest(data: QueryDict | None, consultation: Consultation, zone: ZoneInfo, now: datetime) -> SuggestForm:
    """Another treatment or date."""
    return SuggestForm(
        data,
        visit_day=local(consultation.starts, zone).date(),
        today=local(now, zone).date(),
        horizon_days=consultation.kind.horizon_days,
        now=now,
    )


def override(data: QueryDict | None, reading: Reading, brief: Brief, language: str) -> OverrideForm:
    """Another level for one of the findings that are shown."""
    rules = [finding.rule for finding in brief.findings]
    return OverrideForm(data, rules=rules, language=language, initial={"screening": reading.screening.pk})


def grading(data: QueryDict | None, reading: Reading, language: str) -> GradingForm:
    """The grades, beginning from those there are."""
    known = {
        "phototype": reading.answers.get("fst_practitioner"),
        "pores": reading.answers.get("pore_practitioner_grade"),
    }
    return GradingForm(data, questionnaire=reading.questionnaire, language=language, initial=known)
