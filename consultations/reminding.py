"""Reminding before a visit, by the schedule of its kind: to finish the answers, to say that one comes, of the visit.

A chore of the worker: nobody acts, nothing is read by anybody, so nothing is audited. Each step is looked at once for
each time of a visit, and only when that time was settled before the step was due: who books, moves or is confirmed
later has just been written to.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from clinic.localtime import local
from clinic.premises.models import Clinic
from consultations import intake, messages
from consultations.models import Consultation, Intake, Kind, Reminder, ReminderStep, Status, What

BATCH = 50
RELATED = ("patient", "concern", "booked_by", "practitioner", "location", "kind", "intake")
# What makes a step idle when it is due as well: a nearer one of its own, and for the question the reminder itself.
OVERTAKEN_BY = {
    What.ANSWERS: {What.ANSWERS},
    What.COMING: {What.COMING, What.REMINDER},
    What.REMINDER: {What.REMINDER},
}


def lay_schedule(kind: Kind, *, now: datetime) -> None:
    """Give a kind of visit the usual reminders, as far as it has none."""
    if not kind.steps.exists():
        ReminderStep.objects.bulk_create(
            ReminderStep(kind=kind, what=what, hours=hours, since=now) for what, hours in ReminderStep.USUAL
        )


def remind(*, now: datetime) -> int:
    """Queue what is due of the schedules of all kinds; returns how many patients were written to."""
    clinic, steps = Clinic.objects.the(), list(ReminderStep.objects.all())
    return sum(
        _remind(step, visit, clinic, now) for step in steps for visit in _due(step, _overtaken(step, steps), now)
    )


def is_asked(consultation: Consultation) -> bool:
    """Whether the patient has been asked to say that they come at the time the visit now has."""
    asked = Reminder.objects.filter(consultation=consultation, what=What.COMING, starts=consultation.starts)
    return bool(asked.exists())


def _overtaken(step: ReminderStep, steps: list[ReminderStep]) -> timedelta:
    """How long before a visit something nearer takes the step's place."""
    nearer = [
        each.hours
        for each in steps
        if each.kind_id == step.kind_id and each.hours < step.hours and each.what in OVERTAKEN_BY[What(step.what)]
    ]
    return timedelta(hours=max(nearer, default=0))


def _due(step: ReminderStep, overtaken: timedelta, now: datetime) -> list[Consultation]:
    ahead = timedelta(hours=step.hours)
    looked_at = Reminder.objects.filter(
        consultation=OuterRef("pk"), starts=OuterRef("starts"), what=step.what, hours=step.hours
    )
    due = Consultation.objects.filter(
        ~Exists(looked_at),
        status=Status.CONFIRMED,
        kind=step.kind_id,
        starts__gt=max(now + overtaken, step.since + ahead),
        starts__lte=now + ahead,
        status_at__lt=F("starts") - ahead,
    )
    return list(due.order_by("starts", "pk")[:BATCH])


def _remind(step: ReminderStep, consultation: Consultation, clinic: Clinic, now: datetime) -> bool:
    with transaction.atomic():
        # Locked as a change locks it: nothing is queued for a visit that no longer stands, or no longer at this time.
        row = Consultation.objects.select_related(*RELATED).select_for_update(no_key=True, of=("self",))
        stands = row.filter(pk=consultation.pk, status=Status.CONFIRMED, ics_sequence=consultation.ics_sequence).first()
        if stands is None:
            return False
        _looked_at, is_first = Reminder.objects.get_or_create(
            consultation=consultation,
            what=step.what,
            hours=step.hours,
            starts=consultation.starts,
            defaults={"looked_at": now},
        )
        wanted = is_first and _is_wanted(What(step.what), stands, clinic.zone)
        if wanted:
            messages.reminded(stands, step, clinic=clinic, now=now)
    return wanted


def _is_wanted(what: What, consultation: Consultation, zone: ZoneInfo) -> bool:
    match what:
        case What.ANSWERS:
            return _has_open_answers(consultation, zone)
        case What.COMING:
            return consultation.coming_at is None
        case What.REMINDER:
            return True


def _has_open_answers(consultation: Consultation, zone: ZoneInfo) -> bool:
    """Whether answers are open, or will be old on the day of the visit."""
    if not Intake.objects.filter(consultation=consultation).exists():
        return False
    reading = intake.newest(consultation)
    return not reading.intake.is_complete or bool(reading.stale(local(consultation.starts, zone).date(), zone))
