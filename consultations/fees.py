"""The late fee that a consultation owes, and letting somebody off it."""

from datetime import datetime

from django.db import transaction

from clinic.accounts.models import User
from clinic.audit.models import Action
from consultations import transitions
from consultations.errors import MovedOn, NoReason
from consultations.models import Consultation, EventKind
from consultations.visits import SHORTEST_REASON


def waive(*, actor: User, consultation: Consultation, reason: str, now: datetime) -> Consultation:
    """Let the patient off what they owe, with a reason that stays in the consultation's history."""
    reason = reason.strip()
    if len(reason) < SHORTEST_REASON:
        raise NoReason
    with transaction.atomic():
        owing = Consultation.objects.filter(pk=consultation.pk, owed_minor=consultation.owed_minor, owed_minor__gt=0)
        if owing.update(owed_minor=0) != 1:
            raise MovedOn
        consultation.owed_minor = 0
        transitions.note(consultation, EventKind.FEE_WAIVED, actor, now, why=("", reason))
        transitions.record(Action.FEE_WAIVED, consultation, actor, now)
    return consultation
