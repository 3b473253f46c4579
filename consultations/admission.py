"""Who may book, and what is known of them: one question, asked when the rows of the time are locked."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, Subquery

from clinic.accounts.models import User
from clinic.accounts.roles import Role, holds
from clinic.premises.law import Matter
from clinic.premises.models import Clinic
from consultations import intake
from consultations.access import OF_AGE
from consultations.errors import (
    ConsentMissing,
    NoNumber,
    NotBeforeFirstVisit,
    NotForMinors,
    NotForNewPatients,
    NotForYou,
    TooManyOpen,
    TooManyToday,
)
from consultations.models import Audience, Consultation, Grading, Kind, Patient, Status
from practitioners.models import KindCode, Practitioner, PractitionerKind

GRADED = ("pk", "made_at", "phototype", "pores")


@dataclass(frozen=True, slots=True)
class Admission:
    """What booking goes on to read: the fee as it stands now, and what practitioners have seen of the patient."""

    fee_minor: int | None
    gradings: list[Grading]


def admit(*, actor: User, patient: Patient, consultation: Consultation, clinic: Clinic, now: datetime) -> Admission:
    """Refuse whoever hoards times or has not consented; the desk may book more.

    Few visits to come, and few bookings a day, for one patient and for one address whatever names it gives. Counted
    when the rows of both are locked, so that two at once are not both the last.
    """
    theirs = Consultation.objects.filter(Q(patient=patient) | Q(booked_by=actor))
    to_come, own = open_visits(theirs, now), open_visits(patient.consultations, now)
    today = theirs.filter(booked_at__gt=now - timedelta(days=1), booked_at__lte=now)
    rows = _patients().annotate(
        has_enough_of_their_own=Exists(own[clinic.open_visits - 1 :]),
        has_enough_to_come=Exists(to_come[settings.OPEN_CONSULTATIONS_PER_PERSON - 1 :]),
        has_enough_today=Exists(today[settings.BOOKINGS_PER_PERSON_PER_DAY - 1 :]),
        fee_minor=Subquery(fees(consultation.kind, consultation.practitioner)),
    )
    known = list(rows.filter(pk=patient.pk))
    if not holds(actor, Role.STAFF, Role.OWNER):
        _refuse_hoarding(known[0])
    if not known[0]["has_consented"]:
        raise ConsentMissing
    let_in(actor=actor, patient=patient, kind=consultation.kind)
    return Admission(known[0]["fee_minor"], [_grading(row) for row in known if row["gradings__pk"]])


def open_visits(among: Any, now: datetime) -> Any:
    """Those of these consultations that are booked or asked for, and still to come."""
    return among.filter(status__in=[Status.REQUESTED, Status.CONFIRMED], starts__gt=now)


def _refuse_hoarding(known: dict[str, Any]) -> None:
    if known["has_enough_of_their_own"] or known["has_enough_to_come"]:
        raise TooManyOpen
    if known["has_enough_today"]:
        raise TooManyToday


def refuse_minors(patient: Patient, clinic: Clinic, now: datetime) -> None:
    """Refuse whoever is under age where the rules of the place book nobody who is."""
    if patient.age_on(clinic.today(now)) < OF_AGE and not clinic.law.allows(Matter.MINORS):
        raise NotForMinors


def refuse_unreachable(patient: Patient, kind: Kind) -> None:
    """Refuse a visit by phone for somebody whose number nobody knows."""
    if kind.is_by_phone and not patient.phone:
        raise NoNumber


def let_in(*, actor: User, patient: Patient, kind: Kind) -> None:
    """Refuse whom the kind of visit is not for; staff book it for anybody."""
    if kind.audience == Audience.ANYONE or holds(actor, Role.STAFF, Role.OWNER):
        return
    been_here = Consultation.objects.filter(patient=patient, status=Status.COMPLETED)
    if kind.audience == Audience.KNOWN and not been_here.exists():
        raise NotForNewPatients
    if kind.audience == Audience.AFTER_FIRST and not been_here.filter(kind__code=KindCode.FIRST_VISIT).exists():
        raise NotBeforeFirstVisit
    if kind.audience == Audience.CALLERS:
        raise NotForYou


def fees(kind: Kind, practitioner: Practitioner) -> Any:
    """What this visit with this practitioner costs: one fee, or none."""
    of_both = PractitionerKind.objects.filter(practitioner=practitioner, kind=kind.code)
    return of_both.values_list("fee_minor", flat=True)


@cache
def _patients() -> Any:
    """What is asked of each patient alike: a row for every grading, or one without; made once."""
    consents = Exists(intake.consents_to_newest(OuterRef("pk")))
    return Patient.objects.values(*(f"gradings__{name}" for name in GRADED), has_consented=consents)


def _grading(row: dict[str, Any]) -> Grading:
    return Grading(**{name: row[f"gradings__{name}"] for name in GRADED})  # opens only as its own row's
