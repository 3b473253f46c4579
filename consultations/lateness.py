"""Running late: a practitioner for a day, or a patient for a visit. No time changes by it."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db import transaction

from clinic.accounts.models import User
from clinic.audit.models import Action
from clinic.localtime import day_bounds, local
from clinic.premises.models import Clinic
from consultations import messages, transitions
from consultations.errors import MovedOn, TooLate
from consultations.models import Consultation, EventKind, RunningLate, Status
from practitioners.models import Practitioner

# Less is not worth a mail, and until later visits somebody may have caught up.
WORTH_A_MAIL = 10
TOLD_BEFORE = timedelta(hours=3)


def say(*, actor: User, practitioner: Practitioner, minutes: int, now: datetime) -> RunningLate:
    """Say by how many minutes the practitioner is behind today; none means that they have caught up.

    Whoever comes soon and is not here yet is told by mail.
    """
    clinic = Clinic.objects.the()
    today = clinic.today(now)
    with transaction.atomic():
        said: RunningLate = RunningLate.objects.update_or_create(
            practitioner=practitioner,
            day=today,
            defaults={"minutes": minutes, "said_at": now, "said_by": actor},
        )[0]
        transitions.record_about(Action.RUNNING_LATE_SAID, "practitioner", practitioner.pk, None, actor, now)
        if minutes >= WORTH_A_MAIL:
            soon = practitioner.consultations.filter(status=Status.CONFIRMED, starts__gt=now)
            soon = soon.select_related("practitioner", "patient", "booked_by", "kind", "location", "intake")
            soon = soon.prefetch_related("patient__access")
            for each in soon.between(now, min(now + TOLD_BEFORE, day_bounds(today, clinic.zone)[1])):
                messages.runs_late(each, minutes=minutes, clinic=clinic, now=now)
    return said


def said(practitioners: Collection[int], day: date) -> dict[int, int]:
    """By how many minutes each of these practitioners is behind on the day; those who are not are left out."""
    found = RunningLate.objects.on(day).filter(practitioner__in=practitioners)
    return dict(found.values_list("practitioner", "minutes"))


def of(user: User, day: date) -> int:
    """By how many minutes the practitioner who is signed in is behind on the day."""
    minutes: int | None = (
        RunningLate.objects.on(day).filter(practitioner__user=user).values_list("minutes", flat=True).first()
    )
    return minutes or 0


def behind(consultation: Consultation, now: datetime) -> int:
    """By how many minutes the visit will begin later than planned, as far as anybody has said so today."""
    zone = Clinic.objects.the().zone
    day = local(consultation.starts, zone).date()
    if day != local(now, zone).date() or consultation.status not in {Status.CONFIRMED, Status.ARRIVED}:
        return 0
    return said([consultation.practitioner_id], day).get(consultation.practitioner_id, 0)


def may_say(consultation: Consultation, now: datetime) -> bool:
    """Whether a patient may say that they will be late: on the day of the visit, until it is over."""
    zone = Clinic.objects.the().zone
    is_today = local(consultation.starts, zone).date() == local(now, zone).date()
    return consultation.status == Status.CONFIRMED and is_today and now < consultation.ends


def patient_says(*, actor: User | None, consultation: Consultation, minutes: int, now: datetime) -> Consultation:
    """The patient says that they will be late; the desk reads it, and nothing is promised by it."""
    if not may_say(consultation, now):
        raise TooLate
    with transaction.atomic():
        coming = Consultation.objects.filter(pk=consultation.pk, status=Status.CONFIRMED)
        if coming.update(late_minutes=minutes) != 1:
            raise MovedOn
        consultation.late_minutes = minutes
        transitions.note(consultation, EventKind.RUNNING_LATE, actor, now)
        transitions.record(Action.RUNNING_LATE_SAID, consultation, actor, now)
    return consultation
