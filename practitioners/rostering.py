"""A practitioner's hours, changed from a day on: what was before that day stays as it was."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from clinic.accounts.models import User
from clinic.audit import trail as audit
from clinic.audit.models import Action
from practitioners.models import ExtraHours, Practitioner, WorkingHours


class HoursOverlap(Exception):
    """Nobody works twice at the same time."""

    sentence: Any = _("These hours overlap other hours on the same day.")

    def __str__(self) -> str:
        return str(self.sentence)


def lock(practitioner: Practitioner) -> None:
    """Of two who change the same hours at once, the second sees what the first has written."""
    Practitioner.objects.select_for_update(no_key=True).get(pk=practitioner.pk)


def add(*, actor: User, line: WorkingHours, now: datetime) -> None:
    """Add a line to somebody's week."""
    with transaction.atomic():
        lock(line.practitioner)
        _write(line)
        _record(actor, line.practitioner, now)


def change(*, actor: User, line: WorkingHours, to: WorkingHours, now: datetime) -> None:
    """Put a line in another's stead, from the first day on which the new one holds."""
    assert to.valid_from is not None
    with transaction.atomic():
        lock(line.practitioner)
        _end(line, to.valid_from)
        _write(to)
        _record(actor, line.practitioner, now)


def end(*, actor: User, line: WorkingHours, first_day: date, now: datetime) -> None:
    """Take a line out of the week, from this day on."""
    with transaction.atomic():
        lock(line.practitioner)
        _end(line, first_day)
        _record(actor, line.practitioner, now)


def add_extra(*, actor: User, extra: ExtraHours, now: datetime) -> None:
    """Add hours on one day."""
    with transaction.atomic():
        lock(extra.practitioner)
        _refuse_overlap(extra.as_weekly, [*extra.practitioner.hours.all(), *_extras(extra.practitioner)])
        extra.save()
        _record(actor, extra.practitioner, now)


def remove_extra(*, actor: User, extra: ExtraHours, now: datetime) -> None:
    """Take hours of one day away."""
    with transaction.atomic():
        ExtraHours.objects.filter(pk=extra.pk).delete()
        _record(actor, extra.practitioner, now)


def _write(line: WorkingHours) -> None:
    _refuse_overlap(line, [*line.practitioner.hours.all(), *_extras(line.practitioner)])
    line.save()


def _end(line: WorkingHours, first_day: date) -> None:
    """Let a line hold until the day before; one that would never have held is not there."""
    mine = WorkingHours.objects.filter(pk=line.pk)
    if line.valid_from is not None and line.valid_from >= first_day:
        mine.delete()
    elif line.valid_until is None or line.valid_until >= first_day:
        mine.update(valid_until=first_day - timedelta(days=1))


def _extras(practitioner: Practitioner) -> list[WorkingHours]:
    return [each.as_weekly for each in practitioner.extra_hours.all()]


def _refuse_overlap(line: WorkingHours, others: Iterable[WorkingHours]) -> None:
    if any(line.meets(other) for other in others):
        raise HoursOverlap


def _record(actor: User, practitioner: Practitioner, now: datetime) -> None:
    audit.record(
        actor=actor,
        action=Action.HOURS_CHANGED,
        object_type=practitioner._meta.label_lower,
        object_id=practitioner.pk,
        now=now,
    )
