"""Another treatment to discuss, or a later date: a practitioner suggests, the patient accepts or declines."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction

from clinic.accounts.models import User
from clinic.audit.models import Action
from clinic.localtime import local
from clinic.premises.models import Clinic
from consultations import booking, intake, messages, transitions
from consultations.errors import MovedOn, StillOpen, TooSoon
from consultations.models import Cancelled, Consultation, Status, Suggestion
from practitioners.models import Practitioner
from treatments.models import Treatment

LONGEST = 600


def make(
    *,
    actor: User,
    practitioner: Practitioner,
    consultation: Consultation,
    treatments: Sequence[Treatment],
    not_before: date | None,
    words: str,
    now: datetime,
) -> Suggestion:
    """Suggest other treatments to discuss, a date before which not to come, or both; one suggestion at a time."""
    if not (treatments or not_before):
        raise MovedOn
    try:
        with transaction.atomic():
            _lock(consultation, now)
            made: Suggestion = Suggestion.objects.create(
                consultation=consultation,
                made_by=practitioner,
                made_at=now,
                treatments=[treatment.slug for treatment in treatments],
                not_before=not_before,
                words=words,
            )
            transitions.record(Action.SUGGESTION_MADE, consultation, actor, now)
            messages.suggested(made, now=now)
    except IntegrityError as refused:  # one_suggestion_at_a_time_is_open
        raise StillOpen from refused
    return made


def withdraw(*, actor: User, consultation: Consultation, now: datetime) -> None:
    """Take the open suggestion back; the same call again changes nothing."""
    with transaction.atomic():
        if Suggestion.objects.open().filter(consultation=consultation).update(withdrawn_at=now):
            transitions.record(Action.SUGGESTION_WITHDRAWN, consultation, actor, now)
            messages.not_suggested_any_more(consultation, now=now)


def accept(*, actor: User, suggestion: Suggestion, now: datetime) -> Suggestion:
    """Discuss the suggested treatments and screen for them; a later date the patient chooses next, free of charge."""
    consultation = suggestion.consultation
    with transaction.atomic():
        _lock(consultation, now)
        _answer(actor, suggestion, now, accepted=True)
        if suggestion.treatments:
            consultation.treatments.set(Treatment.objects.filter(slug__in=suggestion.treatments))
            intake.screen_again(consultation, clinic=Clinic.objects.the(), now=now)
            intake.unstamp(consultation)
    return suggestion


def decline(*, actor: User, suggestion: Suggestion, now: datetime) -> Suggestion:
    """Leave everything as it is; the practitioner sees that the answer was no."""
    with transaction.atomic():
        _lock(suggestion.consultation, now)
        _answer(actor, suggestion, now, accepted=False)
    return suggestion


def move(*, actor: User, consultation: Consultation, starts: datetime, now: datetime) -> Consultation:
    """Give the visit the later time that was suggested and accepted; the clinic caused it, so it costs nothing."""
    earliest = later_than(consultation, now)
    if earliest is None:
        raise MovedOn
    if local(starts, Clinic.objects.the().zone).date() < earliest:
        raise TooSoon
    return booking.move(
        actor=actor,
        consultation=consultation,
        practitioner=consultation.practitioner,
        starts=starts,
        by=Cancelled.BY_CLINIC,
        now=now,
    )


def later_than(consultation: Consultation, now: datetime) -> date | None:
    """The first day of a later visit that the patient has accepted and not chosen yet; None when there is none."""
    if consultation.status != Status.CONFIRMED or now >= consultation.starts:
        return None
    newest = newest_of(consultation)
    if newest is None or not newest.accepted or newest.not_before is None:
        return None
    day = local(consultation.starts, Clinic.objects.the().zone).date()
    return newest.not_before if day < newest.not_before else None


def newest_of(consultation: Consultation) -> Suggestion | None:
    """The last suggestion that was not taken back."""
    found: Suggestion | None = (
        Suggestion.objects.filter(consultation=consultation, withdrawn_at=None)
        .select_related("made_by", "consultation")
        .order_by("-made_at")
        .first()
    )
    return found


def names_of(suggestion: Suggestion) -> list[Treatment]:
    """The treatments that the suggestion names."""
    return list(Treatment.objects.filter(slug__in=suggestion.treatments)) if suggestion.treatments else []


def _answer(actor: User, suggestion: Suggestion, now: datetime, *, accepted: bool) -> None:
    if not Suggestion.objects.open().filter(pk=suggestion.pk).update(answered_at=now, accepted=accepted):
        raise MovedOn
    suggestion.answered_at, suggestion.accepted = now, accepted
    transitions.record(Action.SUGGESTION_ANSWERED, suggestion.consultation, actor, now)
    messages.not_suggested_any_more(suggestion.consultation, now=now)


def _lock(consultation: Consultation, now: datetime) -> None:
    """Keep the visit from being taken away under the verb; MovedOn when it is not to come any more."""
    rows = Consultation.objects.select_for_update(no_key=True).filter(
        pk=consultation.pk, status=Status.CONFIRMED, starts__gt=now
    )
    if rows.first() is None:
        raise MovedOn
