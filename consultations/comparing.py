"""What changed in a patient's answers since they were last read: at the last review, or before the visit before."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from clinic.accounts.models import User
from clinic.audit.models import Action
from consultations import access, overrides, transitions
from consultations.intake import Reading
from consultations.models import Consultation, IntakeRevision
from treatments.questionnaire import Change, changes
from treatments.questionnaire.conditions import fields

AT_A_GLANCE = 4


@dataclass(frozen=True, slots=True)
class Since:
    """What changed, and since when: since the last review, or since an earlier visit."""

    changes: list[Change]
    visit: Consultation | None = None

    @property
    def first(self) -> list[Change]:
        """As many as are seen at a glance."""
        return self.changes[:AT_A_GLANCE]

    @property
    def others(self) -> list[Change]:
        return self.changes[AT_A_GLANCE:]


def since(*, actor: User, consultation: Consultation, reading: Reading, language: str, now: datetime) -> Since | None:
    """What changed since the last review of this intake, else since the patient's last visit that the actor may read.

    None while the stamp stands and where there is nothing to compare with. That an earlier visit was read is written
    down first.
    """
    if reading.intake.reviewed_at is not None:
        return None
    if reading.intake.reviewed_revision is not None:
        return Since(_changes(reading.intake.reviewed_revision, reading, language))
    earlier: Consultation | None = (
        access.treated_by(actor, now)
        .filter(patient=consultation.patient_id, starts__lt=consultation.starts, intake__isnull=False)
        .order_by("-starts")
        .first()
    )
    if earlier is None:
        return None
    with transaction.atomic():
        transitions.record(Action.HISTORY_READ, earlier, actor, now)
    before = IntakeRevision.objects.filter(intake__consultation=earlier).order_by("-number")[0]
    return Since(_changes(before, reading, language), earlier)


def _changes(before: IntakeRevision, reading: Reading, language: str) -> list[Change]:
    """In the order asked, those that a finding hangs on before all others."""
    behind = {key for rule in overrides.fired(reading) for key in fields(rule.when)}
    told = changes(reading.questionnaire, before.answers, reading.revision.answers, language)
    return sorted(told, key=lambda change: change.item.key not in behind)
