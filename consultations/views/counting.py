"""The numbers of the clinic for staff: a table, its drawing, and the same as a file. No names of patients."""

import csv
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clinic.localtime import local, week_start
from clinic.premises.models import Clinic
from clinic.premises.templatetags.clinic import short_day
from clinic.spreadsheet import csv_safe
from consultations import numbers
from consultations.forms.counting import CountingForm
from consultations.models import Kind, Source
from consultations.numbers import KIND, PRACTITIONER, WEEK, Asked, Sums
from consultations.views.reception import at_the_desk
from practitioners.models import Practitioner

TWELVE_WEEKS = timedelta(weeks=12)


@dataclass(frozen=True, slots=True)
class Bar:
    """One heading in the drawing, and the parts its bar is made of: (what, visits before it, visits)."""

    heading: str
    visits: int
    parts: list[tuple[str, int, int]]


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Bookings, lead time, utilisation, no-shows, late cancellations, the waiting list and where bookings come from."""
    at_the_desk(request)
    form, asked, by = _asked(request)
    rows, whole = _counted(asked, by)
    context = {
        "form": form,
        "by": by,
        "asked": asked,
        "rows": rows,
        "whole": whole,
        "bars": _bars(rows),
        "most": max([sums.visits for _heading, sums in rows], default=0) or 1,
        "sources": [(Source(key).label, number) for key, number in whole.sources.most_common()],
        "csv_url": f"{request.path}csv/?{request.GET.urlencode()}",
    }
    return render(request, "consultations/reception/numbers.html", context, status=200 if form.is_valid() else 422)


@require_safe
def spreadsheet(request: HttpRequest) -> HttpResponse:
    """The same table as a file."""
    at_the_desk(request)
    form, asked, by = _asked(request)
    if not form.is_valid():  # the page says what is wrong
        return redirect(f"{reverse('reception:numbers')}?{request.GET.urlencode()}")
    rows, whole = _counted(asked, by)
    answer = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="numbers-{asked.first}-{asked.last}.csv"'
    lines = csv.writer(answer, quoting=csv.QUOTE_ALL)
    lines.writerow(map(csv_safe, _headings(by)))
    for heading, sums in [*rows, (_("All"), whole)]:
        lines.writerow(map(csv_safe, [heading, *_cells(sums)]))
    return answer


def _asked(request: HttpRequest) -> tuple[CountingForm, Asked, str]:
    """What the address asks for; twelve weeks back where it says nothing that can be counted."""
    zone = Clinic.objects.the().zone
    today = local(timezone.now(), zone).date()
    usual = {"first": week_start(today - TWELVE_WEEKS), "last": today, "by": WEEK}
    form = CountingForm({**{key: str(value) for key, value in usual.items()}, **request.GET.dict()})
    told: dict[str, Any] = form.cleaned_data if form.is_valid() else usual
    asked = Asked(
        first=told["first"],
        last=told["last"],
        zone=zone,
        practitioner=told["practitioner"].pk if told.get("practitioner") else None,
        kind=told["kind"].pk if told.get("kind") else None,
    )
    return form, asked, told["by"]


def _counted(asked: Asked, by: str) -> tuple[list[tuple[str, Sums]], Sums]:
    """The lines in their order, each under its words."""
    found, whole = numbers.count(asked, by)
    return [(words, found[key]) for key, words in _named(asked, by) if key in found], whole


def _named(asked: Asked, by: str) -> Iterator[tuple[Hashable, str]]:
    match by:
        case numbers.PRACTITIONER:
            yield from ((each.pk, each.name) for each in Practitioner.objects.order_by("position", "pk"))
        case numbers.KIND:
            yield from ((each.pk, each.name) for each in Kind.objects.all())
        case _:
            weeks = range((week_start(asked.last) - week_start(asked.first)).days // 7 + 1)
            mondays = [week_start(asked.first) + timedelta(weeks=n) for n in weeks]
            yield from ((monday, _week(monday)) for monday in mondays)


def _week(monday: date) -> str:
    return _("Week of %(monday)s") % {"monday": short_day(monday)}


def _headings(by: str) -> list[str]:
    first = {WEEK: _("Week by week"), PRACTITIONER: _("Practitioner"), KIND: _("Kind of visit")}[by]
    return [
        first,
        _("Booked"),
        _("Came"),
        _("Did not come"),
        _("No-show rate, %"),
        _("Cancelled by patients"),
        _("Cancelled late"),
        _("Late-cancel rate, %"),
        _("Cancelled by the clinic"),
        _("Booked ahead, days (median)"),
        _("Hours open"),
        _("Hours used"),
        _("Utilisation, %"),
        _("Waiting-list offers"),
        _("Waiting-list offers taken"),
        *(str(source.label) for source in Source),
    ]


def _cells(sums: Sums) -> list[str]:
    return [
        str(sums.visits),
        str(sums.came),
        str(sums.no_shows),
        _percent(sums.no_show_share),
        str(sums.by_patients),
        str(sums.late),
        _percent(sums.late_share),
        str(sums.by_clinic),
        "" if sums.lead_days is None else f"{sums.lead_days:.1f}",
        f"{sums.open_minutes / 60:.1f}" if sums.open_minutes else "",
        f"{sums.busy_minutes / 60:.1f}",
        _percent(sums.used_share),
        str(sums.offered),
        str(sums.accepted),
        *(str(sums.sources[source]) for source in Source),
    ]


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.0f}"


def _bars(rows: list[tuple[str, Sums]]) -> list[Bar]:
    """Each heading as a bar of what became of its visits."""
    drawn = []
    for heading, sums in rows:
        cancelled = sums.by_patients + sums.by_clinic
        coming = sums.visits - sums.came - sums.no_shows - cancelled
        lengths = {"came": sums.came, "coming": coming, "absent": sums.no_shows, "cancelled": cancelled}
        starts = accumulate(lengths.values(), initial=0)
        drawn.append(Bar(heading, sums.visits, list(zip(lengths, starts, lengths.values(), strict=False))))
    return drawn
