"""Who may see what of a consultation. Fetching is authorising: every page about a patient starts here."""

from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet

from clinic.accounts.models import User
from clinic.accounts.roles import Role, holds
from clinic.crypto import digest
from clinic.premises.models import Clinic
from consultations.models import (
    WAITS,
    CalendarFeed,
    Consultation,
    ConsultationQuerySet,
    ManageLink,
    Patient,
    PatientAccess,
    Photograph,
    PhotographQuerySet,
    PictureConsent,
    Relation,
    Scope,
    Status,
    WaitlistEntry,
    WaitlistEntryQuerySet,
    WaitlistLink,
    WaitlistOffer,
    WaitlistOfferQuerySet,
)

# The practitioner reads from confirmation until a year after the visit; reassignment ends it at once,
# because the relation is the consultation's own practitioner.
CARE_LASTS = timedelta(days=365)
LINK_OUTLIVES_VISIT = timedelta(days=1)
LINK_OUTLIVES_WAIT = timedelta(days=7)
OF_AGE = 18
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


def answerable_by(user: User, now: datetime) -> ConsultationQuerySet:
    """The consultations whose answers this person may read as the patient, or as a guardian until they are 18."""
    readable = visible_to(user).filter(patient__access__user=user, patient__access__may_read_health=True)
    return readable.exclude(patient__in=_grown_up_wards(user, now))


def reads_health_of(user: User, patient: Patient, now: datetime) -> bool:
    """Whether this person may read the patient's answers, as the patient or as a guardian until they are 18."""
    readers = PatientAccess.objects.filter(user=user, patient=patient, may_read_health=True)
    return readers.exists() and patient not in _grown_up_wards(user, now)


def _grown_up_wards(user: User, now: datetime) -> list[Patient]:
    """Those whose guardian this person was until they came of age; a date of birth is sealed, so no query can tell."""
    today = _today(now)
    wards = Patient.objects.filter(access__user=user, access__relation=Relation.GUARDIAN)
    return [patient for patient in wards if patient.age_on(today) >= OF_AGE]


def treated_by(user: User, now: datetime) -> ConsultationQuerySet:
    """The consultations whose answers this person may read as the treating practitioner."""
    if not holds(user, Role.PRACTITIONER):
        return Consultation.objects.none()
    ever_confirmed = ~Q(status=Status.CANCELLED, held_until__isnull=False)  # a request that was declined keeps its end
    return Consultation.objects.filter(
        ever_confirmed, practitioner__user=user, status__in=READABLE, starts__gt=now - CARE_LASTS, patient__isnull=False
    )


def at_reception(user: User) -> ConsultationQuerySet:
    """The consultations whose times staff arrange; nothing about health hangs on this door.

    A request that lapsed while somebody was about to answer it is still there to be read.
    """
    if not holds(user, Role.STAFF, Role.OWNER):
        return Consultation.objects.none()
    return Consultation.objects.exclude(status=Status.HELD).exclude(status=Status.EXPIRED, patient=None)


def on_the_desks_day(user: User) -> ConsultationQuerySet:
    """What the desk's day shows: those, and the times that are held for somebody."""
    if not holds(user, Role.STAFF, Role.OWNER):
        return Consultation.objects.none()
    return Consultation.objects.exclude(status__in=[Status.EXPIRED, Status.ENTERED_IN_ERROR])


def by_link(token: str, now: datetime) -> ConsultationQuerySet:
    """The one consultation behind a mailed link, until a day after its visit; times and places only."""
    links = ManageLink.objects.filter(token_hash=digest(token)).values("consultation")
    return Consultation.objects.filter(Q(pk__in=links), ends__gt=now - LINK_OUTLIVES_VISIT)


def feed_by_link(token: str) -> QuerySet[CalendarFeed]:
    """The one calendar behind a practitioner's private address, as long as they practise here and sign in."""
    feeds: QuerySet[CalendarFeed] = CalendarFeed.objects.filter(token_hash=digest(token))
    return feeds.filter(practitioner__user__is_active=True, practitioner__user__groups__name=Role.PRACTITIONER.value)


def waiting_of(user: User) -> WaitlistEntryQuerySet:
    """The places on waiting lists of those whose times this person may see and change."""
    return WaitlistEntry.objects.filter(patient__access__user=user, patient__access__may_manage=True)


def waiting_by_link(token: str, now: datetime) -> WaitlistEntryQuerySet:
    """The one place on a waiting list behind a mailed link, until a week after its end; nothing about health."""
    links = WaitlistLink.objects.filter(token_hash=digest(token)).values("entry")
    stands = Q(state__in=WAITS) | Q(state_at__gt=now - LINK_OUTLIVES_WAIT)
    return WaitlistEntry.objects.filter(stands, pk__in=links)


def waiting_at_reception(user: User) -> WaitlistEntryQuerySet:
    """Who waits, as the desk sees it: names, contact and times."""
    return WaitlistEntry.objects.all() if holds(user, Role.STAFF, Role.OWNER) else WaitlistEntry.objects.none()


def offers_to(user: User) -> WaitlistOfferQuerySet:
    """The offers made to those whose times this person may see and change."""
    return WaitlistOffer.objects.filter(entry__in=waiting_of(user))


def is_old_link(token: str) -> bool:
    """Whether this was the link to a visit, however long ago."""
    return bool(ManageLink.objects.filter(token_hash=digest(token)).exists())


def photographs_in_care_of(user: User, now: datetime) -> PhotographQuerySet:
    """The photographs this treating practitioner may read: of consultations in their care, as long as they are kept."""
    return Photograph.objects.kept(_today(now)).filter(consultation__in=treated_by(user, now))


def photographs_of(user: User, now: datetime) -> PhotographQuerySet:
    """The photographs this person may read as the patient, or as a guardian until they are 18."""
    mine = PatientAccess.objects.filter(user=user, may_manage=True, may_read_health=True).values("patient")
    return Photograph.objects.kept(_today(now)).filter(patient__in=mine).exclude(patient__in=_grown_up_wards(user, now))


def shown_in_a_visit_by(user: User, now: datetime) -> PhotographQuerySet:
    """The pairs' photographs that this practitioner took and may show to other patients, who learn no name."""
    if not holds(user, Role.PRACTITIONER):
        return Photograph.objects.none()
    today = _today(now)
    agreed = PictureConsent.objects.standing(today).filter(scope=Scope.VISIT).values("patient")
    paired = Q(pair_before__isnull=False) | Q(pair_after__isnull=False)
    return Photograph.objects.kept(today).filter(paired, taken_by__user=user, patient__in=agreed)


def _today(now: datetime) -> date:
    return Clinic.objects.the().today(now)
