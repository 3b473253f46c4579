"""The page of free times: a week of days with counts, then the times of one day. Used to book and to move."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from clinic import throttle
from clinic.localtime import local
from clinic.premises.models import Clinic
from clinic.premises.templatetags.clinic import short_day
from consultations import availability, rosters
from consultations.availability import Slot
from consultations.forms.booking import ANYONE
from consultations.forms.times import TimesFilter
from consultations.models import PARTS_OF_THE_DAY, Consultation, Kind
from consultations.scheduling.suiting import ANY_TIME, Suits, part_of
from consultations.views.days import day_in
from practitioners.models import Practitioner, WorkingHours

WEEK = 7


@dataclass(frozen=True)
class Choosing:
    """Who chooses a time for what: a hold or a consultation of their own does not stand in their way."""

    kind: Kind
    practitioners: Sequence[Practitioner]
    now: datetime
    hold: Consultation | None = None
    patient_id: uuid.UUID | None = None
    filter: TimesFilter | None = None
    # The free times nearest to one that was lost, where they have been read already.
    others: Sequence[Slot] = ()

    @property
    def suits(self) -> Suits:
        """Where and when it should be; a visit that moves not when it is already, unless with somebody else."""
        suits = self.filter.suits if self.filter else ANY_TIME
        mine = {each.pk for each in self.practitioners}
        if self.hold is None or self.hold.patient_id is None or self.hold.practitioner_id not in mine:
            return suits
        return replace(suits, but=self.hold.starts)

    @property
    def searched(self) -> dict[str, Any]:
        """What every search of this page has in common."""
        return {
            "kind": self.kind,
            "practitioners": self.practitioners,
            "now": self.now,
            "patient_id": self.patient_id,
            "ignoring": self.ignoring,
            "suits": self.suits,
        }

    @property
    def ignoring(self) -> uuid.UUID | None:
        return self.hold.pk if self.hold else None


def times_page(request: HttpRequest, choosing: Choosing, wanted: forms.Form) -> dict[str, Any]:
    """The context of the page: a week of times, or for a patient who has just lost one the nearest and the way there.

    Whoever loses a time is one of many at once; nobody at the desk is, who must choose anew with a cause.
    """
    _count(request, choosing.now)
    clinic, lost = Clinic.objects.the(), _lost(wanted)
    nearest = choosing.others or (availability.around(starts=lost, **choosing.searched).nearest() if lost else [])
    page = {"clinic": clinic, "nearest": nearest}
    if nearest and choosing.filter:
        day = local(nearest[0].starts, clinic.zone).date()
        return page | {"day": day, "day_url": _link(request, day)}
    lost_day = local(lost, clinic.zone).date().isoformat() if lost else ""
    return page | {"form": wanted} | _a_week(request, choosing, lost_day, clinic.zone)


def _a_week(request: HttpRequest, choosing: Choosing, lost_day: str, zone: ZoneInfo) -> dict[str, Any]:
    """A week of days and the times of one of them: of the first free one, unless another is asked for."""
    kind, today = choosing.kind, local(choosing.now, zone).date()
    asked = _day(request.GET.get("day", "") or lost_day, today, kind)
    soonest = None if asked else _soonest(choosing)
    chosen = asked or (local(soonest.starts, zone).date() if soonest else today)
    first = chosen - timedelta(days=(chosen - today).days % WEEK)
    by_day = _week(choosing, first)
    if asked and not by_day[asked]:
        soonest = _soonest(choosing)
    return _neighbours(request, kind, first, today) | {
        "kind": kind,
        "day": chosen,
        "days": _days(request, by_day, chosen, choosing),
        "parts": _parts(by_day[chosen], zone),
        "soonest": soonest,
        "soonest_day_url": _link(request, local(soonest.starts, zone).date()) if soonest else "",
        "held_start": choosing.hold.starts if choosing.hold and not choosing.hold.patient_id else None,
        **_wishes(request, choosing, zone),
    }


def _soonest(choosing: Choosing) -> Slot | None:
    return availability.soonest(**choosing.searched)


def _wishes(request: HttpRequest, choosing: Choosing, zone: ZoneInfo) -> dict[str, Any]:
    return {"filter": choosing.filter, "side_by_side": _side_by_side(request, choosing, zone)}


def _side_by_side(request: HttpRequest, choosing: Choosing, zone: ZoneInfo) -> list[dict[str, Any]]:
    """The soonest time with whom they would like to see, and beside it the soonest with anybody."""
    if choosing.filter is None or len(choosing.filter.people) < 2 or request.method == "POST":
        return []
    names = {each.pk: each.name for each in choosing.filter.people}
    asked = [(choosing.filter.chosen, [choosing.filter.chosen])] if choosing.filter.chosen else []
    found = []
    for wanted, people in [*asked, (None, choosing.filter.speaking)]:
        slot = availability.soonest(**{**choosing.searched, "practitioners": people})
        slug = wanted.slug if wanted else ANYONE
        found.append(
            {
                "name": wanted.name if wanted else "",
                "slot": slot,
                "who": names[slot.practitioner_id] if slot else "",
                "url": _link(request, local(slot.starts, zone).date(), practitioner=slug) if slot else "",
            }
        )
    return found


def _lost(wanted: forms.Form) -> datetime | None:
    """The time that somebody asked for and did not get."""
    return wanted.cleaned_data["starts"] if wanted.is_bound and wanted.is_valid() else None


def _count(request: HttpRequest, now: datetime) -> None:
    throttle.hit(
        purpose="times",
        subject=throttle.address(request),
        limit=settings.TIME_LISTS_PER_ADDRESS_PER_MINUTE,
        window=timedelta(minutes=1),
        now=now,
    )


def _week(choosing: Choosing, first: date) -> dict[date, list[Slot]]:
    return availability.free(first_day=first, days=WEEK, **choosing.searched).by_day()


def _neighbours(request: HttpRequest, kind: Kind, first: date, today: date) -> dict[str, str]:
    """The name of the week, and the way to the weeks beside it."""
    before, after = first - timedelta(days=WEEK), first + timedelta(days=WEEK)
    last = today + timedelta(days=kind.horizon_days)
    return {
        "week_title": _week_title(first),
        "earlier_url": _link(request, max(before, today)) if first > today else "",
        "later_url": _link(request, after) if after <= last else "",
    }


def _days(
    request: HttpRequest, by_day: dict[date, list[Slot]], chosen: date, choosing: Choosing
) -> list[dict[str, Any]]:
    worked = _worked(choosing.practitioners, sorted(by_day))
    without = "full" if choosing.suits.any_hour else "unsuited"
    return [
        {
            "date": day,
            "count": len(slots),
            "url": _link(request, day),
            "state": "open" if slots else without if day in worked else "closed",
            "current": day == chosen,
        }
        for day, slots in by_day.items()
    ]


def _worked(people: Sequence[Practitioner], days: Sequence[date]) -> set[date]:
    """The days of the week on which any of them works at a place that is not closed."""
    hours = WorkingHours.objects.filter(practitioner__in=people).values_list("weekday", "location").distinct()
    shut = rosters.closed(days[0], days[-1])
    return {
        day
        for day in days
        for weekday, location in hours
        if weekday == day.weekday() and not any(day in shut.get(place, ()) for place in (rosters.EVERYWHERE, location))
    }


def _parts(slots: list[Slot], zone: ZoneInfo) -> list[tuple[str, list[Slot]]]:
    """The day's times by part of the day; parts without any are left out."""
    names = dict(PARTS_OF_THE_DAY)
    parts: dict[str, list[Slot]] = {}
    for slot in slots:
        parts.setdefault(part_of(local(slot.starts, zone)), []).append(slot)
    return [(str(names[part]), times) for part, times in parts.items()]


def _day(text: str, today: date, kind: Kind) -> date | None:
    day = day_in(text)
    return day if day and today <= day <= today + timedelta(days=kind.horizon_days) else None


def _week_title(first: date) -> str:
    return _("%(first)s to %(last)s") % {
        "first": short_day(first),
        "last": short_day(first + timedelta(days=WEEK - 1)),
    }


def _link(request: HttpRequest, day: date, **changes: str) -> str:
    query = QueryDict(mutable=True)
    query.update(request.GET)
    for name, value in {"day": day.isoformat(), **changes}.items():
        query[name] = value
    return f"?{query.urlencode()}"
