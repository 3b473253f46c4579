"""Asking again before a visit: what is still open, and what may have changed since it was answered."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q

from clinic.localtime import local
from clinic.premises.models import Clinic
from consultations import intake, messages
from consultations.models import Consultation, Intake, Status

AHEAD = timedelta(hours=72)
# Whoever has just booked knows what they left open; they are not written to at once.
AFTER_BOOKING = timedelta(hours=2)
BATCH = 50


def remind(*, now: datetime) -> int:
    """Write to the patients of the next three days whose answers are open or old, each once for each time of a visit.

    A chore of the worker: nobody acts, nothing is read by anybody, so nothing is audited. Returns how many were written
    to.
    """
    zone = Clinic.objects.the().zone
    return sum(_remind(consultation, zone, now) for consultation in _due(now))


def _due(now: datetime) -> list[Consultation]:
    waits = Q(intake__isnull=False, intake__reminded_at=None, booked_at__lte=now - AFTER_BOOKING)
    soon = Consultation.objects.filter(waits, status=Status.CONFIRMED).between(now, now + AHEAD)
    return list(soon.select_related("patient", "concern", "booked_by", "practitioner", "location", "kind")[:BATCH])


def _remind(consultation: Consultation, zone: ZoneInfo, now: datetime) -> bool:
    with transaction.atomic():
        # Locked as a cancellation locks it: nothing is queued for a visit that no longer stands.
        row = Consultation.objects.select_for_update(no_key=True).filter(pk=consultation.pk, status=Status.CONFIRMED)
        mine = Intake.objects.filter(consultation=consultation, reminded_at=None)
        if row.first() is None or not mine.update(reminded_at=now):
            return False
        reading = intake.newest(consultation)
        wanted = not reading.intake.is_complete or bool(reading.stale(local(consultation.starts, zone).date(), zone))
        if wanted:
            messages.before_visit(consultation, now=now)
    return wanted
