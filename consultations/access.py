"""Who may see what of a consultation. Fetching is authorising: every page about a patient starts here."""

from datetime import datetime, timedelta

from django.db.models import Q

from clinic.accounts.models import User
from clinic.accounts.roles import Role, holds
from clinic.crypto import digest
from consultations.models import Consultation, ConsultationQuerySet, ManageLink, Status

# The practitioner reads from confirmation until a year after the visit; reassignment ends it at once,
# because the relation is the consultation's own practitioner.
CARE_LASTS = timedelta(days=365)
LINK_OUTLIVES_VISIT = timedelta(days=1)
READABLE = (
    Status.CONFIRMED,
    Status.ARRIVED,
    Status.IN_CONSULTATION,
    Status.COMPLETED,
    Status.NO_SHOW,
    Status.CANCELLED,
)


def visible_to(user: User) -> ConsultationQuerySet:
    """The consultations whose times this patient, guardian or partner may see and change."""
    return Consultation.objects.filter(patient__access__user=user, patient__access__may_manage=True).exclude(
        status__in=[Status.HELD, Status.EXPIRED, Status.ENTERED_IN_ERROR]
    )


def answerable_by(user: User) -> ConsultationQuerySet:
    """The consultations whose answers this person may read as the patient or the patient's guardian."""
    return visible_to(user).filter(patient__access__user=user, patient__access__may_read_health=True)


def treated_by(user: User, now: datetime) -> ConsultationQuerySet:
    """The consultations whose answers this person may read as the treating practitioner."""
    if not holds(user, Role.PRACTITIONER):
        return Consultation.objects.none()
    return Consultation.objects.filter(
        practitioner__user=user, status__in=READABLE, starts__gt=now - CARE_LASTS, patient__isnull=False
    )


def at_reception(user: User) -> ConsultationQuerySet:
    """The consultations whose times staff arrange; nothing about health hangs on this door."""
    if not holds(user, Role.STAFF, Role.OWNER):
        return Consultation.objects.none()
    return Consultation.objects.exclude(status__in=[Status.HELD, Status.EXPIRED])


def by_link(token: str, now: datetime) -> ConsultationQuerySet:
    """The one consultation behind a mailed link, until a day after its visit; times and places only."""
    links = ManageLink.objects.filter(token_hash=digest(token)).values("consultation")
    return Consultation.objects.filter(Q(pk__in=links), ends__gt=now - LINK_OUTLIVES_VISIT)


def held_by(holder_token: str) -> ConsultationQuerySet:
    """The holds of one draft, found by the token in its session."""
    return Consultation.objects.filter(holder_hash=digest(holder_token))
