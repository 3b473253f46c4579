"""What a returning patient told us before: offered again to be confirmed, never taken for granted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self

from django.db import transaction

from clinic.accounts.models import User
from clinic.audit.models import Action
from clinic.premises.models import Clinic
from consultations import access, intake, transitions
from consultations.models import IntakeRevision, Patient, Status


@dataclass(frozen=True, slots=True)
class Earlier:
    """The newest answers of a patient before this booking, and the day of each."""

    answers: Mapping[str, Any]
    answered_on: Mapping[str, date]

    @classmethod
    def from_json(cls, raw: Mapping[str, Any] | None) -> Self:
        """What `recall` kept; nothing where it found nothing."""
        raw = raw or {"answers": {}, "answered_on": {}}
        return cls(raw["answers"], {key: date.fromisoformat(day) for key, day in raw["answered_on"].items()})


def recall(*, actor: User, patient: Patient, now: datetime) -> dict[str, Any] | None:
    """The patient's newest answers as plain JSON, after writing down that they were read.

    None when there are none, and for whoever may change the patient's times but not read their answers.
    """
    if not access.reads_health_of(actor, patient, now):
        return None
    revision = (
        IntakeRevision.objects.filter(intake__consultation__patient=patient)
        .exclude(intake__consultation__status=Status.ENTERED_IN_ERROR)
        .select_related("intake__consultation")
        .order_by("-saved_at")
        .first()
    )
    if revision is None:
        return None
    with transaction.atomic():
        transitions.record(Action.INTAKE_READ, revision.intake.consultation, actor, now)
    days = intake.days_of(revision, Clinic.objects.the().zone)
    return {"answers": revision.answers, "answered_on": {key: day.isoformat() for key, day in days.items()}}
