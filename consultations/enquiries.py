"""Need more: a practitioner's questions to the patient before the visit, and the answers that come back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import zip_longest
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import OuterRef, Subquery

from clinic.accounts.models import User
from clinic.audit.models import Action
from consultations import intake, messages, transitions
from consultations.errors import MovedOn, StillOpen
from consultations.models import Consultation, ConsultationQuerySet, Enquiry, Status
from practitioners.models import Practitioner
from treatments import questionnaire as questions
from treatments.questionnaire.conditions import fields
from treatments.questionnaire.items import PageHead
from treatments.questionnaire.summary import in_words
from treatments.questionnaire.words import Words

WRITTEN_AT_MOST, LONGEST, LONGEST_REPLY = 5, 300, 1000
BEFORE_THE_VISIT, FROM_NOW = timedelta(hours=24), timedelta(hours=48)
_HERE = "enquiry"
WRITTEN = "written_"


def deadline(consultation: Consultation, now: datetime) -> datetime:
    """Until when to ask for an answer: a day before the visit or in two days; for a visit that is near, its start."""
    until: datetime = min(consultation.starts - BEFORE_THE_VISIT, now + FROM_NOW)
    return until if until > now else consultation.starts


def ask(
    *,
    actor: User,
    practitioner: Practitioner,
    consultation: Consultation,
    items: Sequence[str],
    written: Sequence[str],
    language: str,
    due_at: datetime,
    now: datetime,
) -> Enquiry:
    """Send questions to the patient: items of the questionnaire, written ones, or both; one enquiry at a time.

    `language` is that of the page on which the practitioner wrote.
    """
    if not (items or written) or not now < due_at <= consultation.starts:
        raise MovedOn
    try:
        with transaction.atomic():
            _still_to_come(consultation)
            enquiry: Enquiry = Enquiry.objects.create(
                consultation=consultation,
                asked_by=practitioner,
                asked_at=now,
                due_at=due_at,
                questions={"items": [*items], "written": [*written], "language": language},
            )
            transitions.record(Action.ENQUIRY_SENT, consultation, actor, now)
            messages.asked(enquiry, now=now)
    except IntegrityError as refused:  # one_enquiry_at_a_time_is_open
        raise StillOpen from refused
    return enquiry


def withdraw(*, actor: User, consultation: Consultation, now: datetime) -> None:
    """Take the open questions back; the same call again changes nothing."""
    with transaction.atomic():
        if Enquiry.objects.open().filter(consultation=consultation).update(withdrawn_at=now):
            transitions.record(Action.ENQUIRY_WITHDRAWN, consultation, actor, now)
            messages.not_asked_any_more(consultation, now=now)


def answer(
    *, actor: User, enquiry: Enquiry, answers: Mapping[str, Any], replies: Sequence[str], now: datetime
) -> Enquiry:
    """Keep the answers as a new revision, the replies beside their questions; the enquiry closes, the stamp falls."""
    consultation = enquiry.consultation
    with transaction.atomic():
        # Always the visit first, then its questions: who asks and who answers must not wait for each other.
        Consultation.objects.select_for_update(no_key=True).get(pk=consultation.pk)
        if not Enquiry.objects.open().filter(pk=enquiry.pk).update(answered_at=now, answered_by=actor):
            raise MovedOn
        intake.save(actor=actor, consultation=consultation, answers=answers, now=now)
        intake.unstamp(consultation)  # also when the answers stayed: the replies are new
        enquiry.answered_at, enquiry.answered_by, enquiry.replies = now, actor, [*replies]
        enquiry.save(update_fields=["replies"])
        transitions.record(Action.ENQUIRY_ANSWERED, consultation, actor, now)
        messages.not_asked_any_more(consultation, now=now)
    return enquiry


def open_of(consultation: Consultation) -> Enquiry | None:
    """The questions that wait for the patient, as long as they may still answer."""
    if consultation.status not in intake.EDITABLE:
        return None
    found: Enquiry | None = (
        Enquiry.objects.open().filter(consultation=consultation).select_related("asked_by", "consultation").first()
    )
    return found


@dataclass(frozen=True, slots=True)
class Asked:
    """An enquiry as the practitioner reads it: each question with what the patient said to it."""

    enquiry: Enquiry
    rows: list[tuple[str, str]]


def of(
    consultation: Consultation, asked: questions.Questionnaire, answers: Mapping[str, Any], language: str
) -> list[Asked]:
    """Every enquiry that was not withdrawn, newest first; answers are those that count now."""
    made = Enquiry.objects.filter(consultation=consultation, withdrawn_at=None).select_related("asked_by")
    return [Asked(enquiry, [*_chosen(enquiry, asked, answers, language), *_written(enquiry)]) for enquiry in made]


def _chosen(
    enquiry: Enquiry, asked: questions.Questionnaire, answers: Mapping[str, Any], language: str
) -> list[tuple[str, str]]:
    items = [asked.by_key[key] for key in enquiry.questions["items"] if key in asked.by_key]
    return [
        (
            item.label.in_language(language),
            in_words(asked, item, answers.get(item.key), language) if enquiry.answered_at else "",
        )
        for item in items
    ]


def _written(enquiry: Enquiry) -> list[tuple[str, str]]:
    return list(zip_longest(enquiry.questions["written"], enquiry.replies, fillvalue=""))


def awaited(visits: ConsultationQuerySet) -> ConsultationQuerySet:
    """The visits with `asked_until`: until when an answer is awaited, None where nothing is; never what was asked."""
    waiting = Enquiry.objects.open().filter(consultation=OuterRef("pk"), consultation__status__in=intake.EDITABLE)
    return visits.annotate(asked_until=Subquery(waiting.values("due_at")[:1]))


def page_of(
    enquiry: Enquiry, asked: questions.Questionnaire, answers: Mapping[str, Any], title: Words
) -> tuple[questions.Questionnaire, questions.Page]:
    """The chosen questions that show, those that an answer to them may open, and the written ones, as one page.

    Whoever is asked is to answer, if only by "not sure": what is not optional may not be left blank here.
    """
    keys = set(enquiry.questions["items"])
    wanted = set(keys)
    for item in asked.items:
        if item.show_when is not None and fields(item.show_when) & wanted:
            wanted.add(item.key)
    chosen = [
        replace(item, section=_HERE, page=_HERE, core=item.core or (item.key in keys and not item.optional))
        for item in asked.items
        if item.key in wanted
    ]
    showing = {item.key for item in questions.shown(asked, answers)}
    written = [_as_item(number, words) for number, words in enumerate(enquiry.questions["written"])]
    section = questions.Section(_HERE, title, (head := PageHead(_HERE, title, None),))
    every = (*chosen, *written)
    small = replace(asked, sections=(section,), items=every, by_key={item.key: item for item in every})
    return small, questions.Page(section, head, tuple(each for each in every if each in written or each.key in showing))


def told(enquiry: Enquiry, given: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """What was given on that page, taken apart: the answers of the questionnaire, and the replies in their order."""
    keys = [f"{WRITTEN}{number}" for number in range(len(enquiry.questions["written"]))]
    return {key: value for key, value in given.items() if key not in keys}, [str(given.get(key) or "") for key in keys]


def _as_item(number: int, words: str) -> questions.Item:
    """A written question, as the questionnaire would have it."""
    return questions.Item(
        key=f"{WRITTEN}{number}",
        section=_HERE,
        page=_HERE,
        type=questions.ItemType.TEXT,
        label=Words({"en": words}),
        help=None,
        why=None,
        options=(),
        asked_in=questions.AskedIn.PAGES,
        core=True,
        optional=False,
        perishable=False,
        sensitive=True,
        show_when=None,
        score="",
        date_kind=questions.DateKind.PAST,
        minimum=0,
        maximum=0,
        max_length=LONGEST_REPLY,
    )


def _still_to_come(consultation: Consultation) -> None:
    """Keep the visit from being taken away under the verb; MovedOn when there is nobody to ask any more."""
    rows = Consultation.objects.select_for_update(no_key=True).filter(pk=consultation.pk, status=Status.CONFIRMED)
    if rows.first() is None:
        raise MovedOn
