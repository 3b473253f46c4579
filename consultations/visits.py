"""What happens on the day: arrived, begun, completed, or not come."""

from datetime import datetime

from django.db import transaction

from clinic.accounts.models import User
from clinic.audit.models import Action
from clinic.localtime import local
from clinic.premises.models import Clinic
from consultations import messages, transitions
from consultations.errors import TooEarly
from consultations.models import Consultation, EventKind, Status, VisitInvitation
from practitioners import reviews
from practitioners.models import Moment


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


def complete(*, actor: User, consultation: Consultation, now: datetime) -> Consultation:
    """Close the visit and mint its invitation to review: no completed visit goes without one, and none is chosen."""
    if now < consultation.starts:
        raise TooEarly
    with transaction.atomic():
        _go(actor, consultation, Status.COMPLETED, EventKind.COMPLETED, Action.CONSULTATION_COMPLETED, now)
        invitation, token = reviews.invite(
            practitioner=consultation.practitioner,
            moment=Moment.CONSULTATION,
            visited=local(consultation.starts, Clinic.objects.the().zone).date(),
            now=now,
        )
        VisitInvitation.objects.create(consultation=consultation, moment=Moment.CONSULTATION, invitation=invitation)
        messages.invited_to_review(consultation, token=token, now=now)
    return consultation


def _go(actor: User, consultation: Consultation, to: Status, event: EventKind, action: Action, now: datetime) -> None:
    transitions.set_status(consultation, transitions.sources(to), to, now)
    transitions.note(consultation, event, actor, now)
    transitions.record(action, consultation, actor, now)
