"""Who may book, and what is known of them: one question, asked when the rows of the time are locked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.db.models import Exists, Max, Min, OuterRef, Q, Subquery

from clinic.accounts.models import User
from clinic.accounts.roles import Role, holds
from clinic.premises.law import Matter
from clinic.premises.models import Clinic
from consultations import intake
from consultations.access import OF_AGE
from consultations.errors import (
    AlreadyThere,
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
    today = _visits(patient, actor).filter(booked_at__gt=now - timedelta(days=1), booked_at__lte=now)
    rows = _patients().annotate(
        has_enough_to_come=_have_enough(patient, actor, clinic, now),
        has_enough_today=Exists(today[settings.BOOKINGS_PER_PERSON_PER_DAY - 1 :]),
        fee_minor=Subquery(fees(consultation.kind, consultation.practitioner)),
    )
    known = list(rows.filter(pk=patient.pk))
    if not holds(actor, Role.STAFF, Role.OWNER):
        if known[0]["has_enough_to_come"]:
            raise TooManyOpen
        if known[0]["has_enough_today"]:
            raise TooManyToday
    if not known[0]["has_consented"]:
        raise ConsentMissing
    let_in(actor=actor, patient=patient, kind=consultation.kind)
    return Admission(known[0]["fee_minor"], [_grading(row) for row in known if row["gradings__pk"]])


def readmit(*, consultation: Consultation, clinic: Clinic, now: datetime) -> None:
    """Refuse to give a cancelled visit back to whoever has as many to come as they may; what the desk booked it may.

    Asked of those who were asked when it was booked, under the same locks.
    """
    patient, booker = consultation.patient, consultation.booked_by
    if patient is None or booker is None or holds(booker, Role.STAFF, Role.OWNER):
        return
    if Patient.objects.filter(_have_enough(patient, booker, clinic, now), pk=patient.pk).exists():
        raise TooManyOpen


def _have_enough(patient: Patient, person: User, clinic: Clinic, now: datetime) -> Any:
    """Whether as many visits are to come as the patient may have, or the one address for all its names."""
    own, theirs = open_visits(patient.consultations, now), open_visits(_visits(patient, person), now)
    limit = settings.OPEN_CONSULTATIONS_PER_PERSON
    return Exists(own[clinic.open_visits - 1 :]) | Exists(theirs[limit - 1 :])


def _visits(patient: Patient, person: User) -> Any:
    return Consultation.objects.filter(Q(patient=patient) | Q(booked_by=person))


def open_visits(among: Any, now: datetime) -> Any:
    """Those of these consultations that are booked or asked for, and still to come."""
    return among.filter(status__in=[Status.REQUESTED, Status.CONFIRMED], starts__gt=now)


def refuse_elsewhere(patient: Patient, held: Consultation, now: datetime) -> None:
    """Refuse whoever has another visit while this time is held for them: they need not hear it at the end only."""
    others = Consultation.objects.blocking(now).filter(patient=patient, starts__lt=held.ends, ends__gt=held.starts)
    if others.exclude(pk=held.pk).exists():
        raise AlreadyThere


def refuse_minors(patient: Patient, clinic: Clinic, now: datetime) -> None:
    """Refuse whoever is under age where the rules of the place book nobody who is."""
    if patient.age_on(clinic.today(now)) < OF_AGE and not clinic.law.allows(Matter.MINORS):
        raise NotForMinors


def open_to(*, actor: User | None, kind: Kind) -> None:
    """Refuse what only staff book to everybody else, whoever the patient is."""
    if kind.is_booked_by_staff and not (actor and holds(actor, Role.STAFF, Role.OWNER)):
        raise NotForYou


def refuse_unreachable(patient: Patient, kind: Kind) -> None:
    """Refuse a visit by phone for somebody whose number nobody knows."""
    if kind.is_by_phone and not patient.phone:
        raise NoNumber


def let_in(*, actor: User, patient: Patient, kind: Kind) -> None:
    """Refuse whom the kind of visit is not for; staff book it for anybody."""
    open_to(actor=actor, kind=kind)
    if kind.audience == Audience.ANYONE or holds(actor, Role.STAFF, Role.OWNER):
        return
    been_here = Consultation.objects.filter(patient=patient, status=Status.COMPLETED)
    if kind.audience == Audience.KNOWN and not been_here.exists():
        raise NotForNewPatients
    if kind.audience == Audience.AFTER_FIRST and not been_here.filter(kind__code=KindCode.FIRST_VISIT).exists():
        raise NotBeforeFirstVisit


def fees(kind: Kind, practitioner: Practitioner) -> Any:
    """What this visit with this practitioner costs: one fee, or none."""
    of_both = PractitionerKind.objects.filter(practitioner=practitioner, kind=kind.code)
    return of_both.values_list("fee_minor", flat=True)


def fee_range(kind: Kind, practitioners: Iterable[Practitioner]) -> tuple[int, int]:
    """From what to what this visit costs with these practitioners."""
    known = PractitionerKind.objects.filter(practitioner__in=practitioners, kind=kind.code)
    found = known.aggregate(least=Min("fee_minor", default=0), most=Max("fee_minor", default=0))
    return found["least"], found["most"]


@cache
def _patients() -> Any:
    """What is asked of each patient alike: a row for every grading, or one without; made once."""
    consents = Exists(intake.consents_to_newest(OuterRef("pk")))
    return Patient.objects.values(*(f"gradings__{name}" for name in GRADED), has_consented=consents)


def _grading(row: dict[str, Any]) -> Grading:
    return Grading(**{name: row[f"gradings__{name}"] for name in GRADED})  # opens only as its own row's
