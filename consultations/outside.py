"""Visits that stand outside of hours: what they were booked on has been taken away since.

Nothing marks them: whoever asks compares what is booked with hours, time off, closed days, rooms and devices as they
are now, so a roster that is put back takes them off the list again.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from clinic.crypto import digest
from clinic.localtime import local
from clinic.premises.models import Clinic, Closure
from consultations import rosters
from consultations.models import Consultation, Status
from consultations.scheduling import Span, WeeklyHours, openings
from practitioners.models import Practitioner, TimeOff

Done = TypeVar("Done")


class Lack(Enum):
    """What a visit lacks at its time."""

    PRACTITIONER = _("The practitioner takes no visits then")
    CLOSED = _("The clinic is closed that day")
    AWAY = _("The practitioner has time off")
    HOURS = _("The practitioner does not work there then")
    ROOM = _("Its room is out of use")
    DEVICE = _("Its device is out of use")


@dataclass(frozen=True)
class Outside:
    """A visit, and what it lacks."""

    visit: Consultation
    lacks: list[Lack]


class TakesAway(Exception):
    """Nothing was done: it would take away time under these visits, and nobody has read which."""

    def __init__(self, found: list[Outside]) -> None:
        super().__init__(f"{len(found)} visits")
        self.found = found

    @property
    def fingerprint(self) -> str:
        """What somebody agrees to when they go on."""
        return fingerprint(self.found)


def found(*, now: datetime, practitioner: Practitioner | None = None) -> list[Outside]:
    """The visits to come that lack something, soonest first; of one practitioner, if one is named."""
    visits = Consultation.objects.filter(status__in=[Status.REQUESTED, Status.CONFIRMED], starts__gt=now)
    visits = visits.blocking(now).select_related("practitioner", "room", "device", "patient", "kind", "location")
    if practitioner is not None:
        visits = visits.filter(practitioner=practitioner)
    return lacking(list(visits.order_by("starts", "pk")), now=now)


def lacking(visits: list[Consultation], *, now: datetime) -> list[Outside]:
    """Those of these visits, or holds, that lack something."""
    supply = _supply(visits, now)
    judged = (Outside(visit, supply.lacks(visit)) for visit in visits)
    return [each for each in judged if each.lacks]


def knowingly(*, act: Callable[[], Done], seen: str, now: datetime) -> Done:
    """Do something that may take time away from visits; if it does, only for somebody who has seen from which.

    `seen` is the fingerprint of the visits that were read. Nothing is done otherwise, and TakesAway tells them.
    """
    with transaction.atomic():
        before = {each.visit.pk for each in found(now=now)}
        done = act()
        taken = [each for each in found(now=now) if each.visit.pk not in before]
        if taken and fingerprint(taken) != seen:
            raise TakesAway(taken)
    return done


def fingerprint(those: Iterable[Outside]) -> str:
    """Which visits they are, and when."""
    return digest(" ".join(f"{each.visit.pk} {each.visit.starts:%Y-%m-%dT%H:%M}" for each in those))


# --- what there is ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Supply:
    """Hours, absences and closed days, as far as some visits are concerned."""

    zone: ZoneInfo
    hours: Mapping[tuple[int, int], list[WeeklyHours]]
    absences: Mapping[int, list[TimeOff]]
    closures: list[Closure]
    _opened: dict[tuple[int, int, date], list[Span]]

    def lacks(self, visit: Consultation) -> list[Lack]:
        """What the visit lacks; buffers are no part of it, since no patient waits in them."""
        day = local(visit.starts, self.zone).date()
        judged = {
            Lack.PRACTITIONER: not _takes_visits(visit.practitioner, day),
            Lack.CLOSED: any(_closes(each, visit, day) for each in self.closures),
            Lack.AWAY: any(each.meets(visit.starts, visit.ends) for each in self.absences[visit.practitioner_id]),
            Lack.HOURS: not self._is_open(visit, day),
            Lack.ROOM: visit.room is not None and not visit.room.active,
            Lack.DEVICE: visit.device is not None and not visit.device.active,
        }
        return [lack for lack, is_lacking in judged.items() if is_lacking]

    def _is_open(self, visit: Consultation, day: date) -> bool:
        place = visit.practitioner_id, visit.location_id
        if (*place, day) not in self._opened:
            self._opened[*place, day] = openings(self.hours.get(place, ()), [day], self.zone)
        starts, ends = (int(moment.timestamp()) // 60 for moment in (visit.starts, visit.ends))
        return any(opens <= starts and ends <= closes for opens, closes in self._opened[*place, day])


def _takes_visits(practitioner: Practitioner, day: date) -> bool:
    expires = practitioner.registration_expires_on
    return practitioner.is_active and practitioner.accepts_bookings and (expires is None or day <= expires)


def _closes(closure: Closure, visit: Consultation, day: date) -> bool:
    is_here = closure.location_id in {None, visit.location_id}
    return is_here and closure.first_day <= day <= closure.last_day


def _supply(visits: Iterable[Consultation], now: datetime) -> _Supply:
    clinic, people = Clinic.objects.the(), {visit.practitioner_id for visit in visits}
    today = clinic.today(now)
    hours = rosters.hours(today, date.max, practitioner__in=people)
    absences: dict[int, list[TimeOff]] = defaultdict(list)
    for absence in TimeOff.objects.filter(practitioner__in=people, ends__gt=now):
        absences[absence.practitioner_id].append(absence)
    return _Supply(clinic.zone, hours, absences, list(Closure.objects.coming(today)), {})
