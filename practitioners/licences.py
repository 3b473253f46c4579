"""Registrations that end: staff hear of it sixty, thirty and seven days before; booking ends by itself."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from clinic import outbox
from clinic.accounts.models import User
from clinic.accounts.roles import Role
from clinic.outbox.models import OutboundMessage
from clinic.premises.models import Clinic
from practitioners.models import Practitioner

DAYS_BEFORE = (60, 30, 7)


def ending(today: date) -> list[tuple[Practitioner, int]]:
    """The listed practitioners whose registration ends within sixty days, each with the warning that is due."""
    soon = Practitioner.objects.listed().filter(
        registration_expires_on__gte=today, registration_expires_on__lte=today + timedelta(days=DAYS_BEFORE[0])
    )
    return [(who, min(days for days in DAYS_BEFORE if _left(who, today) <= days)) for who in soon]


def warn(*, now: datetime) -> None:
    """Write to staff and owners, once for each registration, its end and each of the three days."""
    clinic = Clinic.objects.the()
    due = ending(clinic.today(now))
    if not due:
        return
    people = User.objects.filter(groups__name__in=[Role.STAFF, Role.OWNER], is_active=True).distinct()
    occasions = {_key(who, days, person): (who, person) for who, days in due for person in people}
    written = set(OutboundMessage.objects.filter(key__in=occasions).values_list("key", flat=True))
    for key, (who, person) in occasions.items():
        if key not in written:
            with transaction.atomic():
                _write(key, who, person, clinic, now)


def _key(practitioner: Practitioner, days: int, person: User) -> str:
    return f"licence:{practitioner.pk}:{practitioner.registration_expires_on}:{days}:{person.pk}"


def _write(key: str, practitioner: Practitioner, person: User, clinic: Clinic, now: datetime) -> None:
    path = reverse("admin:practitioners_practitioner_change", args=[practitioner.pk])
    with translation.override(person.language):
        context = {
            "clinic": clinic,
            "practitioner": practitioner,
            "person": person,
            "base_url": settings.PUBLIC_BASE_URL,
            "url": settings.PUBLIC_BASE_URL + path,
        }
        outbox.enqueue(
            key=key,
            to=person.email,
            subject=_("A registration ends soon"),
            text=render_to_string("emails/licence.txt", context),
            html=render_to_string("emails/licence.html", context),
            language=person.language,
            due_at=now,
            expires_at=_end_of(practitioner, clinic.zone),
            now=now,
        )


def _end_of(practitioner: Practitioner, zone: ZoneInfo) -> datetime:
    assert practitioner.registration_expires_on is not None
    return datetime.combine(practitioner.registration_expires_on + timedelta(days=1), datetime.min.time(), zone)


def _left(practitioner: Practitioner, today: date) -> int:
    assert practitioner.registration_expires_on is not None
    return (practitioner.registration_expires_on - today).days
