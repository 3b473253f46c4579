"""A patient says that they are coming; saying nothing costs nothing."""

from datetime import datetime

from django.db import transaction

from clinic import outbox
from clinic.accounts.models import User
from clinic.audit.models import Action
from consultations import mail, transitions
from consultations.errors import MovedOn
from consultations.models import Consultation, EventKind, Status, What


def say(*, actor: User | None, consultation: Consultation, now: datetime) -> Consultation:
    """Note it for the time that the visit has; said again, it changes nothing."""
    with transaction.atomic():
        stands = Consultation.objects.filter(
            pk=consultation.pk, status=Status.CONFIRMED, ics_sequence=consultation.ics_sequence, starts__gt=now
        )
        if not stands.filter(coming_at=None).update(coming_at=now):
            if not stands.exists():
                raise MovedOn
            return consultation
        consultation.coming_at = now
        transitions.note(consultation, EventKind.COMING, actor, now, after=consultation.starts)
        transitions.record(Action.CONSULTATION_COMING, consultation, actor, now)
        outbox.withdraw(about=mail.about(consultation), occasions=[What.COMING], now=now)
    return consultation
