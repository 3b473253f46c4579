"""A practitioner's visits and time off in a calendar of their own: behind a secret address, without a patient."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from clinic.accounts.models import User
from clinic.audit.models import Action
from clinic.crypto import digest, token
from consultations import transitions
from consultations.models import LIVE, CalendarFeed, Consultation, Status, lapsed
from consultations.scheduling.feed import Entry, Standing, calendar_file
from practitioners.models import Practitioner, TimeOff

LOOKS_BACK = timedelta(days=30)
STANDINGS = {Status.REQUESTED: Standing.TENTATIVE, Status.CANCELLED: Standing.CANCELLED}


def make(*, actor: User, practitioner: Practitioner, now: datetime) -> str:
    """Make an address and return its secret, which nobody can read again; the one before leads nowhere any more."""
    secret = token()
    with transaction.atomic():
        CalendarFeed.objects.update_or_create(
            practitioner=practitioner, defaults={"token_hash": digest(secret), "created_at": now}
        )
        transitions.record_about(Action.CALENDAR_FEED_MADE, "practitioner", practitioner.pk, None, actor, now)
    return secret


def switch_off(*, actor: User, practitioner: Practitioner, now: datetime) -> None:
    """Let the address lead nowhere; without one nothing happens."""
    with transaction.atomic():
        gone, _rows = CalendarFeed.objects.filter(practitioner=practitioner).delete()
        if gone:
            transitions.record_about(Action.CALENDAR_FEED_ENDED, "practitioner", practitioner.pk, None, actor, now)


def written(practitioner: Practitioner, *, now: datetime) -> str:
    """The calendar file from a month back to as far ahead as anything is booked, in the practitioner's language."""
    since, language = now - LOOKS_BACK, practitioner.user.language if practitioner.user else settings.LANGUAGE_CODE
    stands = Q(status__in=[*LIVE, Status.COMPLETED]) | Q(status=Status.CANCELLED, status_at__gt=since)
    visits = Consultation.objects.filter(stands, practitioner=practitioner, ends__gt=since).exclude(lapsed(now))
    time_off = TimeOff.objects.filter(practitioner=practitioner, ends__gt=since)
    with translation.override(language):
        entries = [
            _visit(one)
            for one in visits.select_related("kind", "practitioner", "location", "room").order_by("starts", "pk")
        ]
        entries += [_absence(one) for one in time_off]
        return calendar_file(entries, organizer_email=settings.DEFAULT_FROM_EMAIL, language=language, made_at=now)


def _visit(one: Consultation) -> Entry:
    place = [one.location.name] if one.room is None else [one.room.name, one.location.name]
    return Entry(
        uid=f"{one.pk}@complexion",
        sequence=one.ics_sequence,
        starts=one.starts,
        ends=one.ends,
        standing=STANDINGS.get(Status(one.status), Standing.CONFIRMED),
        summary=_("Visit: %(kind)s, %(reference)s") % {"kind": one.kind.name, "reference": one.reference},
        location=one.joining_url or ", ".join(place),
    )


def _absence(one: TimeOff) -> Entry:
    """Time that is blocked; what for is nobody else's business."""
    return Entry(
        uid=f"time-off-{one.pk}@complexion",
        sequence=0,
        starts=one.starts,
        ends=one.ends,
        standing=Standing.CONFIRMED,
        summary=_("Time off"),
        location="",
    )
