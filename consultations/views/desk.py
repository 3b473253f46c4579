"""The practitioner's day and week: who comes, and the worst level of each visit at a glance."""

from datetime import date, datetime, timedelta

from django.contrib import messages as flash
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from clinic.accounts.models import User
from clinic.accounts.roles import Role, holds
from clinic.localtime import day_bounds, local, week_start
from clinic.premises.models import Clinic
from consultations import access, daylist, lateness
from consultations.daylist import Visit
from consultations.forms.reception import LATE, LateForm
from consultations.models import Consultation
from consultations.views.days import day_asked
from consultations.views.reception import late_words
from practitioners.models import Practitioner


@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """One day, with what to look at first."""
    clinic, now = Clinic.objects.the(), timezone.now()
    this_day = clinic.today(now)
    chosen = day_asked(request) or this_day
    visits = _visits(request, *day_bounds(chosen, clinic.zone), now)
    context = {
        "clinic": clinic,
        "day": chosen,
        "is_today": chosen == this_day,
        "before": chosen - timedelta(days=1),
        "after": chosen + timedelta(days=1),
        "visits": visits,
        "left_open": _left_open(request, day_bounds(this_day, clinic.zone)[0], now) if chosen == this_day else [],
        "now": now,
        "behind": lateness.of(request.user, this_day) if chosen == this_day and isinstance(request.user, User) else 0,
        "late_choices": LATE,
        "unreviewed": sum(1 for visit in visits if visit.awaits_review),
    }
    return render(request, "consultations/desk/today.html", context)


@require_safe
def week(request: HttpRequest) -> HttpResponse:
    """Seven days from Monday."""
    clinic, now = Clinic.objects.the(), timezone.now()
    first = week_start(day_asked(request) or clinic.today(now))
    starts, ends = day_bounds(first, clinic.zone)[0], day_bounds(first + timedelta(days=6), clinic.zone)[1]
    by_day: dict[date, list[Visit]] = {first + timedelta(days=n): [] for n in range(7)}
    for visit in _visits(request, starts, ends, now):
        by_day[local(visit.starts, clinic.zone).date()].append(visit)
    context = {
        "clinic": clinic,
        "days": by_day.items(),
        "now": now,
        "first": first,
        "last": first + timedelta(days=6),
        "before": first - timedelta(days=7),
        "after": first + timedelta(days=7),
    }
    return render(request, "consultations/desk/week.html", context)


@require_POST
def late(request: HttpRequest) -> HttpResponse:
    """Say by how many minutes one is behind today."""
    me, form = practitioner_of(request), LateForm(request.POST)
    if not form.is_valid() or not isinstance(request.user, User):
        raise Http404
    minutes = form.cleaned_data["minutes"]
    lateness.say(actor=request.user, practitioner=me, minutes=minutes, now=timezone.now())
    flash.success(request, late_words(minutes))
    return redirect("desk:today")


def signed_in(request: HttpRequest) -> tuple[User, Practitioner]:
    """The practitioner who is signed in, as the person and as the profile; for everyone else the page is not there."""
    if not isinstance(request.user, User) or not holds(request.user, Role.PRACTITIONER):
        raise Http404
    me: Practitioner | None = Practitioner.objects.filter(user=request.user).first()
    if me is None:
        raise Http404
    return request.user, me


def practitioner_of(request: HttpRequest) -> Practitioner:
    """The profile of the practitioner who is signed in."""
    return signed_in(request)[1]


def _left_open(request: HttpRequest, before: datetime, now: datetime) -> list[Consultation]:
    """The practitioner's own visits of earlier days that wait to be completed; a name and a time, no answers."""
    assert isinstance(request.user, User)
    return list(access.treated_by(request.user, now).left_open(before).select_related("patient", "kind"))


def _visits(request: HttpRequest, starts: datetime, ends: datetime, now: datetime) -> list[Visit]:
    """The visits of the practitioner who is signed in; for everyone else the page is not there."""
    if not isinstance(request.user, User) or not holds(request.user, Role.PRACTITIONER):
        raise Http404
    try:
        return daylist.read(actor=request.user, starts=starts, ends=ends, language=get_language() or "", now=now)
    except Practitioner.DoesNotExist:
        raise Http404 from None
