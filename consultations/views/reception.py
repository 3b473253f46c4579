"""The front desk's day: a grid of it, a list, a sheet of paper, what changed since, and looking for somebody."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import messages as flash
from django.db.models import Min, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clinic import outbox
from clinic.accounts.models import User
from clinic.accounts.roles import Role, holds
from clinic.crypto import digest
from clinic.localtime import day_bounds
from clinic.premises.models import Clinic, Location
from consultations import access, calling, dayplan, enquiries, lateness
from consultations.forms.reception import LATE, LateForm
from consultations.models import ConsultationQuerySet, Kind, Patient, ProposalState, Status, reference_in
from consultations.views import dayview
from consultations.views.days import day_asked

RELATED = ("patient", "practitioner", "kind", "location", "room__location", "intake", "booked_by")
VIEWS = {
    "practitioner": gettext_noop("By practitioner"),
    "room": gettext_noop("By room"),
    "list": gettext_noop("As a list"),
}
FINEST, COARSEST = 10, 30
FOUND_AT_MOST = 100


def at_the_desk(request: HttpRequest) -> User:
    """Who works at the desk; for everyone else the page is not there."""
    if not isinstance(request.user, User) or not holds(request.user, Role.STAFF, Role.OWNER):
        raise Http404
    return request.user


def visible(request: HttpRequest) -> ConsultationQuerySet:
    """The consultations that the desk may see."""
    return enquiries.awaited(access.at_reception(at_the_desk(request))).select_related(*RELATED)


@dataclass(frozen=True)
class Asked:
    """What an address asks of the day."""

    clinic: Clinic
    day: date
    today: date
    by: str
    location: Location | None
    now: datetime

    def address(self, name: str = "reception:day", **changes: str) -> str:
        """The address of the same day with something else about it."""
        asked = {"day": self.day.isoformat(), "by": self.by, "location": self.location.slug if self.location else ""}
        return f"{reverse(name)}?{urlencode({key: value for key, value in {**asked, **changes}.items() if value})}"


def asked_of(request: HttpRequest) -> Asked:
    """The day, the view and the location that the address names, as far as there are such."""
    clinic, now = Clinic.objects.the(), timezone.now()
    today, by = clinic.today(now), request.GET.get("by", "")
    where = request.GET.get("location", "").replace("\0", "")
    location = Location.objects.filter(slug=where).first() if where else None
    return Asked(clinic, day_asked(request) or today, today, by if by in VIEWS else "practitioner", location, now)


def back_to(request: HttpRequest, day: date) -> str:
    """The address of a day in the view that the form came from."""
    asked = {name: request.POST.get(name, "") for name in ("by", "location")}
    return f"{reverse('reception:day')}?{urlencode({'day': day.isoformat(), **{k: v for k, v in asked.items() if v}})}"


@require_safe
def day(request: HttpRequest) -> HttpResponse:
    """One day across all practitioners or rooms, the requests that wait, and whoever is looked for."""
    found, asked = visible(request), asked_of(request)
    term = request.GET.get("q", "").replace("\0", "").strip()[:60]
    context = _around(asked) | {"term": term, "now": asked.now}
    if term:
        context["consultations"] = _search(found, term)
        return render(request, "consultations/reception/found.html", context)
    found = found.filter(location=asked.location) if asked.location else found
    context |= _drawn(request, asked) | {
        "requests": found.filter(status=Status.REQUESTED, held_until__gt=asked.now).order_by("starts"),
        "proposed": found.filter(proposals__state=ProposalState.OPEN, starts__gt=asked.now).order_by("starts"),
        "unprepared": _unprepared(found, asked.now),
        "left_open": found.left_open(day_bounds(asked.today, asked.clinic.zone)[0]),
        "locations": Location.objects.all(),
        "mail": outbox.health(now=asked.now),
        "etag": _etag(request, asked),
    }
    return render(request, "consultations/reception/day.html", context)


@require_safe
def poll(request: HttpRequest) -> HttpResponse:
    """The day once more if anything about it has changed, else nothing; a browser asks every twenty seconds."""
    at_the_desk(request)
    asked = asked_of(request)
    etag = _etag(request, asked)
    if request.headers.get("If-None-Match") == etag:
        return HttpResponseNotModified(headers={"ETag": etag})
    response = render(request, "consultations/reception/_day.html", _drawn(request, asked) | {"clinic": asked.clinic})
    response["ETag"] = etag
    return response


@require_safe
def paper(request: HttpRequest) -> HttpResponse:
    """The day on paper, a sheet for each practitioner or location: names, times, kinds and rooms."""
    found, asked = visible(request), asked_of(request)
    listed = found.booked().between(*day_bounds(asked.day, asked.clinic.zone)).exclude(status=Status.CANCELLED)
    listed = listed.filter(location=asked.location) if asked.location else listed
    sheets: dict[str, list[Any]] = {}
    per = "location" if request.GET.get("per") == "location" else "practitioner"
    for one in listed.order_by(f"{per}__position", "starts"):
        sheets.setdefault(getattr(one, per).name, []).append(one)
    context = _around(asked) | {"sheets": sheets, "per": per, "now": asked.now}
    return render(request, "consultations/reception/paper.html", context)


@require_POST
def late(request: HttpRequest) -> HttpResponse:
    """Say by how many minutes a practitioner is behind today."""
    actor, form, now = at_the_desk(request), LateForm(request.POST), timezone.now()
    if not form.is_valid() or form.cleaned_data["practitioner"] is None:
        raise Http404
    who, minutes = form.cleaned_data["practitioner"], form.cleaned_data["minutes"]
    lateness.say(actor=actor, practitioner=who, minutes=minutes, now=now)
    flash.success(request, late_words(minutes))
    return redirect(back_to(request, Clinic.objects.the().today(now)))


def late_words(minutes: int) -> str:
    """What was done about somebody who is behind."""
    if minutes >= lateness.WORTH_A_MAIL:
        return _("Noted. Patients of the next three hours get an e-mail, those of today read it on their page.")
    return _("Noted. Patients of today read it on their page.") if minutes else _("Noted: on time again.")


def _drawn(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    """The day itself: what a poll brings anew."""
    seen = access.on_the_desks_day(at_the_desk(request))
    whole = dayplan.read(
        visits=enquiries.awaited(seen).select_related(*RELATED),
        day=asked.day,
        clinic=asked.clinic,
        location=asked.location,
        now=asked.now,
    )
    drawn = dayview.grid(whole, by=asked.by, step=_step(), now=asked.now) if asked.by != "list" else None
    listed = [one for one in whole.visits if one.status not in {Status.HELD, Status.REQUESTED}]
    return {
        "plan": whole,
        "grid": drawn,
        "consultations": listed,
        "off": [one for one in listed if one.status == Status.CANCELLED],
        "by": asked.by,
        "now": asked.now,
        "is_today": asked.day == asked.today,
        "late_choices": LATE,
    }


def _step() -> int:
    """How fine the grid is: as fine as times are offered, within reason."""
    finest: int | None = Kind.objects.filter(is_active=True).aggregate(finest=Min("step_minutes"))["finest"]
    return min(max(finest or COARSEST, FINEST), COARSEST)


def _around(asked: Asked) -> dict[str, Any]:
    """The way to other days and views."""
    one_day = timedelta(days=1)
    return {
        "asked": asked,
        "day": asked.day,
        "today": asked.today,
        "before": asked.day - one_day,
        "after": asked.day + one_day,
        "before_url": asked.address(day=(asked.day - one_day).isoformat()),
        "after_url": asked.address(day=(asked.day + one_day).isoformat()),
        "today_url": asked.address(day=asked.today.isoformat()),
        "same_url": asked.address(),
        "poll_url": asked.address("reception:poll"),
        "views": [(name, _(words), asked.address(by=name), name == asked.by) for name, words in VIEWS.items()],
    }


def _etag(request: HttpRequest, asked: Asked) -> str:
    state = dayplan.state(visits=access.on_the_desks_day(at_the_desk(request)), day=asked.day, zone=asked.clinic.zone)
    where = asked.location.slug if asked.location else ""
    return f'"{digest("|".join([state, asked.by, where, get_language() or ""]))[:32]}"'


def _search(found: ConsultationQuerySet, term: str) -> Any:
    """Over all days: the reference, the beginning of a word of the name, the whole number, or whose address it is."""
    by_reference = found.filter(reference=reference_in(term))
    if by_reference.exists():
        return by_reference
    who = Q(patient__full_name__istartswith=term) | Q(patient__full_name__icontains=f" {term}")
    if "@" in term:
        who |= Q(booked_by__email__istartswith=term) | Q(patient__access__user__email__istartswith=term)
    who |= Q(patient__in=Patient.objects.filter(calling.who_has(term)))
    return found.filter(who).distinct().order_by("-starts")[:FOUND_AT_MOST]


def _unprepared(found: ConsultationQuerySet, now: datetime) -> ConsultationQuerySet:
    """Visits within 48 hours whose intake is incomplete or not reviewed; that much and no more may the desk know."""
    return found.awaiting_review().filter(starts__gte=now, starts__lt=now + timedelta(hours=48)).order_by("starts")
