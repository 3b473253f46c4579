"""The patient's own questions, ticked or answered in the visit, and read by the patient the same day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from clinic.accounts.models import User
from clinic.audit.models import Action
from consultations import transitions
from consultations.errors import MovedOn
from consultations.models import AnsweredQuestion, Consultation, Note, Status
from practitioners.models import Practitioner
from treatments.questionnaire import ItemType, Questionnaire

WRITTEN, PICKED = "questions", "questions_picked"
LONGEST = 500
AFTER_SIGNING = timedelta(days=1)
BEGUN = {Status.ARRIVED, Status.IN_CONSULTATION, Status.COMPLETED}


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as the patient asked it, as its reader reads it, and what was replied."""

    question: str
    words: str
    reply: AnsweredQuestion | None


def asked(
    questionnaire: Questionnaire, answers: Mapping[str, Any], consultation: Consultation, language: str
) -> list[Asked]:
    """The patient's questions, those picked and then those written, a line each, with the replies there are."""
    replies = {
        each.question: each
        for each in AnsweredQuestion.objects.filter(consultation=consultation).select_related("answered_by")
    }
    lines = [*_picked(questionnaire, answers, consultation.language, language), *_written(answers)]
    return [Asked(question, words, replies.get(question)) for question, words in dict(lines).items()]


def may_reply(consultation: Consultation, note: Note | None, now: datetime) -> bool:
    """From the arrival on, and until a day after the note is signed."""
    signed = note.signed_at if note else None
    return consultation.status in BEGUN and (signed is None or now < signed + AFTER_SIGNING)


def reply(
    *,
    actor: User,
    practitioner: Practitioner,
    consultation: Consultation,
    replies: Mapping[str, str | None],
    now: datetime,
) -> None:
    """Keep what was said to these questions: words, "" for one that was only ticked, None for one that was not."""
    with transaction.atomic():
        row = Consultation.objects.select_for_update(no_key=True).get(pk=consultation.pk)
        if not may_reply(row, Note.objects.filter(consultation=row).first(), now):
            raise MovedOn
        there = {each.question: each for each in AnsweredQuestion.objects.filter(consultation=row)}
        for question, words in replies.items():
            _keep(there.get(question), question, words, row, practitioner, now)
        transitions.record(Action.QUESTION_ANSWERED, consultation, actor, now)


def _keep(
    before: AnsweredQuestion | None,
    question: str,
    words: str | None,
    consultation: Consultation,
    practitioner: Practitioner,
    now: datetime,
) -> None:
    if words is None:
        if before is not None:
            before.delete()
    elif before is None:
        AnsweredQuestion.objects.create(
            consultation=consultation, question=question, answer=words, answered_by=practitioner, answered_at=now
        )
    elif before.answer != words:
        before.answer, before.answered_by, before.answered_at = words, practitioner, now
        before.save(update_fields=["answer", "answered_by", "answered_at"])


def _picked(
    questionnaire: Questionnaire, answers: Mapping[str, Any], as_asked: str, language: str
) -> list[tuple[str, str]]:
    item, chosen = questionnaire.by_key.get(PICKED), answers.get(PICKED)
    if item is None or item.type is not ItemType.MULTI or not isinstance(chosen, list):
        return []
    offered = [option for option in item.options if option.value in chosen]
    return [(option.label.in_language(as_asked), option.label.in_language(language)) for option in offered]


def _written(answers: Mapping[str, Any]) -> list[tuple[str, str]]:
    lines = str(answers.get(WRITTEN) or "").splitlines()
    return [(line.strip(), line.strip()) for line in lines if line.strip()]
