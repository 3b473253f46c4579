"""A practitioner is away for some hours or days, or leaves: time off is made or taken back, or the hours end."""

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Q

from clinic.accounts.models import User
from clinic.audit import trail as audit
from clinic.audit.models import Action
from clinic.localtime import opening_instant
from clinic.premises.models import Clinic
from practitioners import rostering
from practitioners.models import Absence, Practitioner, TimeOff


def away(
    *, actor: User, practitioner: Practitioner, first_day: date, last_day: date, absence: Absence, now: datetime
) -> TimeOff:
    """Note that somebody is away from the first of these days to the last, whole days of the clinic's."""
    zone = Clinic.objects.the().zone
    starts, ends = (
        opening_instant(first_day, time(0), zone),
        opening_instant(last_day + timedelta(days=1), time(0), zone),
    )
    return block(actor=actor, practitioner=practitioner, starts=starts, ends=ends, absence=absence, now=now)


def block(
    *, actor: User, practitioner: Practitioner, starts: datetime, ends: datetime, absence: Absence, now: datetime
) -> TimeOff:
    """Note that somebody is away from one moment to another; the same call again changes nothing."""
    with transaction.atomic():
        rostering.lock(practitioner)
        made, is_new = TimeOff.objects.get_or_create(
            practitioner=practitioner, starts=starts, ends=ends, absence=absence
        )
        if is_new:
            _record(Action.PRACTITIONER_AWAY, actor, practitioner, now)
    return made


def back(*, actor: User, time_off: TimeOff, now: datetime) -> None:
    """Take time off back, as far as it has not passed: who was away until now has been away.

    The same call again changes nothing.
    """
    with transaction.atomic():
        to_come = TimeOff.objects.filter(pk=time_off.pk, ends__gt=now)
        gone, _rows = to_come.filter(starts__gte=now).delete()
        if gone or to_come.update(ends=now):
            _record(Action.PRACTITIONER_BACK, actor, time_off.practitioner, now)


def leave(*, actor: User, practitioner: Practitioner, last_day: date, now: datetime) -> None:
    """End the weekly hours with this day, and take away what lies after it; what was before stays as it was."""
    with transaction.atomic():
        practitioner.hours.filter(valid_from__gt=last_day).delete()
        goes_on = Q(valid_until=None) | Q(valid_until__gt=last_day)
        practitioner.hours.filter(goes_on).update(valid_until=last_day)
        practitioner.extra_hours.filter(day__gt=last_day).delete()
        _record(Action.PRACTITIONER_LEAVES, actor, practitioner, now)


def _record(action: Action, actor: User, practitioner: Practitioner, now: datetime) -> None:
    audit.record(
        actor=actor, action=action, object_type=practitioner._meta.label_lower, object_id=practitioner.pk, now=now
    )
