"""A practitioner's hours, changed from a day on: what was before that day stays as it was."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinic.accounts.models import User
from clinic.audit import trail as audit
from clinic.audit.models import Action
from practitioners.models import ExtraHours, Practitioner, WorkingHours


class HoursError(Exception):
    """A change of hours that is refused; `sentence` says why."""

    sentence: Any

    def __str__(self) -> str:
        return str(self.sentence)


class HoursOverlap(HoursError):
    """Nobody works twice at the same time."""

    sentence = _("These hours overlap other hours on the same day.")


class HoursMovedOn(HoursError):
    """Somebody else has ended or changed the line."""

    sentence = _("These hours have changed in the meantime. Please look at them again.")


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
        if not _end(line, to.valid_from):
            raise HoursMovedOn
        _write(to)
        _record(actor, line.practitioner, now)


def end(*, actor: User, line: WorkingHours, first_day: date, now: datetime) -> None:
    """Take a line out of the week, from this day on; one that is out of it by then already stays as it is."""
    with transaction.atomic():
        lock(line.practitioner)
        if _end(line, first_day):
            _record(actor, line.practitioner, now)


def add_extra(*, actor: User, extra: ExtraHours, now: datetime) -> None:
    """Add hours on one day."""
    with transaction.atomic():
        lock(extra.practitioner)
        _refuse_overlap(extra.as_weekly, [*extra.practitioner.hours.all(), *_extras(extra.practitioner)])
        extra.save()
        _record(actor, extra.practitioner, now)


def remove_extra(*, actor: User, extra: ExtraHours, now: datetime) -> None:
    """Take hours of one day away; the same call again changes nothing."""
    with transaction.atomic():
        gone, _rows = ExtraHours.objects.filter(pk=extra.pk).delete()
        if gone:
            _record(actor, extra.practitioner, now)


def _write(line: WorkingHours) -> None:
    _refuse_overlap(line, [*line.practitioner.hours.all(), *_extras(line.practitioner)])
    line.save()


def _end(line: WorkingHours, first_day: date) -> bool:
    """Let a line hold until the day before; one that would never have held is not there. Whether it held any longer.

    Until when it holds is read here, under the lock: somebody else may have ended it since it was shown.
    """
    lasting = Q(valid_until=None) | Q(valid_until__gte=first_day)
    mine = WorkingHours.objects.filter(lasting, pk=line.pk)
    gone, _rows = mine.filter(valid_from__gte=first_day).delete()
    return bool(gone or mine.update(valid_until=first_day - timedelta(days=1)))


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
