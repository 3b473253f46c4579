"""Who may book, and what is known of them: one question, asked when the rows of the time are locked."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Exists, Q, Subquery

from clinic.accounts.models import User
from consultations import intake
from consultations.errors import ConsentMissing, TooManyOpen, TooManyToday
from consultations.models import Consultation, Grading, Kind, Patient, Status
from practitioners.models import Practitioner, PractitionerKind

GRADED = ("pk", "made_at", "phototype", "pores")


@dataclass(frozen=True, slots=True)
class Admission:
    """What booking goes on to read: the fee as it stands now, and what practitioners have seen of the patient."""

    fee_minor: int | None
    gradings: list[Grading]


def admit(*, actor: User, patient: Patient, consultation: Consultation, now: datetime) -> Admission:
    """Refuse whoever hoards times or has not consented.

    Few visits to come, and few bookings a day, for one patient and for one address whatever names it gives.
    """
    theirs = Consultation.objects.filter(Q(patient=patient) | Q(booked_by=actor))
    to_come = theirs.filter(status__in=[Status.REQUESTED, Status.CONFIRMED], starts__gt=now)
    today = theirs.filter(booked_at__gt=now - timedelta(days=1), booked_at__lte=now)
    rows = Patient.objects.filter(pk=patient.pk).values(
        *(f"gradings__{name}" for name in GRADED),
        has_enough_to_come=Exists(to_come[settings.OPEN_CONSULTATIONS_PER_PERSON - 1 :]),
        has_enough_today=Exists(today[settings.BOOKINGS_PER_PERSON_PER_DAY - 1 :]),
        has_consented=Exists(intake.consents_to_newest(patient)),
        fee_minor=Subquery(fees(consultation.kind, consultation.practitioner)),
    )
    known = list(rows)
    if known[0]["has_enough_to_come"]:
        raise TooManyOpen
    if known[0]["has_enough_today"]:
        raise TooManyToday
    if not known[0]["has_consented"]:
        raise ConsentMissing
    return Admission(known[0]["fee_minor"], [_grading(row) for row in known if row["gradings__pk"]])


def fees(kind: Kind, practitioner: Practitioner) -> Any:
    """What this visit with this practitioner costs: one fee, or none."""
    of_both = PractitionerKind.objects.filter(practitioner=practitioner, kind=kind.code)
    return of_both.values_list("fee_minor", flat=True)


def _grading(row: dict[str, Any]) -> Grading:
    return Grading(**{name: row[f"gradings__{name}"] for name in GRADED})  # opens only as its own row's
