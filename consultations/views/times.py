"""The page of free times: a week of days with counts, then the times of one day. Used to book and to move."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clinic.localtime import local
from clinic.premises.models import Clinic
from consultations import availability
from consultations.availability import Slot
from consultations.models import Consultation, Kind
from practitioners.models import Practitioner, WorkingHours

WEEK = 7
NOON, EVENING = 12, 18


def times_page(
    request: HttpRequest,
    *,
    kind: Kind,
    practitioners: Sequence[Practitioner],
    now: datetime,
    hold: Consultation | None,
    wanted: forms.Form,
    patient_id: uuid.UUID | None = None,
) -> dict[str, Any]:
    """The context of the page: it opens on the first free day, and after a lost time shows the nearest free ones."""
    zone = Clinic.objects.the().zone
    soonest = availability.soonest(kind=kind, practitioners=practitioners, now=now)
    today = local(now, zone).date()
    first_free = local(soonest.starts, zone).date() if soonest else today
    chosen = _day(request.GET.get("day", ""), today, kind) or first_free
    first = chosen - timedelta(days=(chosen - today).days % WEEK)
    offer = availability.free(
        kind=kind,
        practitioners=practitioners,
        first_day=first,
        days=WEEK,
        now=now,
        patient_id=patient_id,
        ignoring=hold.pk if hold else None,
    )
    by_day = offer.by_day()
    last = today + timedelta(days=kind.horizon_days)
    return {
        "kind": kind,
        "day": chosen,
        "week_title": _week_title(first),
        "days": _days(request, by_day, chosen, practitioners),
        "earlier_url": _link(request, max(first - timedelta(days=WEEK), today)) if first > today else "",
        "later_url": _link(request, first + timedelta(days=WEEK)) if first + timedelta(days=WEEK) <= last else "",
        "parts": _parts(by_day[chosen], zone),
        "names": {p.pk: p.name for p in practitioners},
        "soonest": soonest,
        "soonest_day_url": _link(request, first_free) if soonest else "",
        "held_start": hold.starts if hold else None,
        "form_key": uuid.uuid4(),
        "form": wanted,
        "nearest": _nearest(kind, practitioners, wanted, now, patient_id, hold),
    }


def _days(
    request: HttpRequest, by_day: dict[date, list[Slot]], chosen: date, practitioners: Sequence[Practitioner]
) -> list[dict[str, Any]]:
    worked = set(WorkingHours.objects.filter(practitioner__in=practitioners).values_list("weekday", flat=True))
    return [
        {
            "date": day,
            "count": len(slots),
            "url": _link(request, day),
            "state": "open" if slots else "full" if day.weekday() in worked else "closed",
            "current": day == chosen,
        }
        for day, slots in by_day.items()
    ]


def _parts(slots: list[Slot], zone: Any) -> list[tuple[str, list[Slot]]]:
    """The day's times by part of the day; parts without any are left out."""
    parts: list[tuple[str, list[Slot]]] = [(_("Morning"), []), (_("Afternoon"), []), (_("Evening"), [])]
    for slot in slots:
        hour = local(slot.starts, zone).hour
        parts[0 if hour < NOON else 1 if hour < EVENING else 2][1].append(slot)
    return [part for part in parts if part[1]]


def _nearest(
    kind: Kind,
    practitioners: Sequence[Practitioner],
    wanted: forms.Form,
    now: datetime,
    patient_id: uuid.UUID | None,
    hold: Consultation | None,
) -> list[Slot]:
    """After a time was lost: the three free ones nearest to it."""
    if not wanted.is_bound or not wanted.is_valid():
        return []
    return availability.nearest(
        kind=kind,
        practitioners=practitioners,
        starts=wanted.cleaned_data["starts"],
        now=now,
        patient_id=patient_id,
        ignoring=hold.pk if hold else None,
    )


def _day(text: str, today: date, kind: Kind) -> date | None:
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return day if day and today <= day <= today + timedelta(days=kind.horizon_days) else None


def _week_title(first: date) -> str:
    return _("%(first)s to %(last)s") % {
        "first": date_format(first, "j F"),
        "last": date_format(first + timedelta(days=WEEK - 1), "j F"),
    }


def _link(request: HttpRequest, day: date) -> str:
    query = QueryDict(mutable=True)
    query.update(request.GET)
    query["day"] = day.isoformat()
    return f"?{query.urlencode()}"
