"""What happens on the day: arrived, begun, completed, or not come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from clinic.accounts.models import User
from clinic.audit.models import Action
from clinic.localtime import local
from clinic.premises.models import Clinic
from consultations import transitions
from consultations.errors import MovedOn, TooEarly
from consultations.models import Consultation, EventKind, Performed, Status, VisitInvitation
from practitioners import reviews
from practitioners.models import Moment
from treatments.models import Treatment

AFTER_A_TREATMENT = (Moment.COMFORT, Moment.RESULT, Moment.AGAIN)


def arrive(*, actor: User, consultation: Consultation, now: datetime) -> Consultation:
    """Note that the patient is here."""
    with transaction.atomic():
        _go(actor, consultation, Status.ARRIVED, EventKind.ARRIVED, Action.CONSULTATION_ARRIVED, now)
    return consultation


def start(*, actor: User, consultation: Consultation, now: datetime) -> Consultation:
    """Note that the visit begins."""
    with transaction.atomic():
        _go(actor, consultation, Status.IN_CONSULTATION, EventKind.STARTED, Action.CONSULTATION_STARTED, now)
    return consultation


def no_show(*, actor: User, consultation: Consultation, now: datetime) -> Consultation:
    """Note that the patient did not come; only a person says so, and only after the visit should have begun."""
    if now < consultation.starts:
        raise TooEarly
    with transaction.atomic():
        _go(actor, consultation, Status.NO_SHOW, EventKind.NO_SHOW, Action.CONSULTATION_NO_SHOW, now)
    return consultation


@dataclass(frozen=True, slots=True)
class Done:
    """A treatment that was carried out, and how many days of downtime the patient was told to expect."""

    treatment: Treatment
    downtime_told: int | None = None


def complete(*, actor: User, consultation: Consultation, done: Sequence[Done] = (), now: datetime) -> Consultation:
    """Close the visit, keep what was carried out and mint the invitations to review: nobody chooses who is asked.

    A visit invites one review of the practitioner; each treatment carried out invites three, of its three moments.
    """
    if now < consultation.starts:
        raise TooEarly
    with transaction.atomic():
        ongoing = Consultation.objects.select_for_update(no_key=True).filter(
            pk=consultation.pk, status__in=transitions.sources(Status.COMPLETED)
        )
        if ongoing.first() is None:
            raise MovedOn
        performed = [_perform(consultation, each) for each in done]
        minted = [_mint(consultation, moment, each, now) for each in performed for moment in AFTER_A_TREATMENT]
        first = minted[0] if minted else _mint(consultation, Moment.CONSULTATION, None, now)
        _go(
            actor,
            consultation,
            Status.COMPLETED,
            EventKind.COMPLETED,
            Action.CONSULTATION_COMPLETED,
            now,
            invitation=first,
        )
    return consultation


def _perform(consultation: Consultation, done: Done) -> Performed:
    before = Performed.objects.filter(consultation__patient=consultation.patient, code=done.treatment.facts_id)
    performed: Performed = Performed.objects.create(
        consultation=consultation,
        treatment=done.treatment,
        code=done.treatment.facts_id,
        session=before.count() + 1,
        downtime_told=done.downtime_told,
        performed_by=consultation.practitioner,
        performed_on=_day(consultation),
    )
    return performed


def _mint(consultation: Consultation, moment: Moment, performed: Performed | None, now: datetime) -> VisitInvitation:
    invitation = reviews.invite(
        practitioner=consultation.practitioner,
        moment=moment,
        visited=_day(consultation),
        ended=consultation.ends,
        now=now,
    )
    made: VisitInvitation = VisitInvitation.objects.create(
        consultation=consultation, performed=performed, moment=moment, invitation=invitation
    )
    return made


def _day(consultation: Consultation) -> date:
    return local(consultation.starts, Clinic.objects.the().zone).date()


def _go(
    actor: User, consultation: Consultation, to: Status, event: EventKind, action: Action, now: datetime, **fields: Any
) -> None:
    transitions.set_status(consultation, transitions.sources(to), to, now, **fields)
    transitions.note(consultation, event, actor, now)
    transitions.record(action, consultation, actor, now)
