"""The practitioner's day and week: who comes, and the worst level of each visit at a glance."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, Prefetch, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from clinic.accounts.models import User
from clinic.accounts.roles import Role, holds
from clinic.audit.models import Action
from clinic.localtime import day_bounds, local, week_start
from clinic.premises.models import Clinic
from consultations import access, transitions
from consultations.models import Consultation, IntakeRevision, Screening
from consultations.views.days import day_asked
from practitioners.models import Practitioner


@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """One day, with what to look at first."""
    me, now = practitioner_of(request), timezone.now()
    zone = Clinic.objects.the().zone
    chosen = day_asked(request) or local(now, zone).date()
    visits = _visits(request, me, *day_bounds(chosen, zone), now)
    context = {
        "day": chosen,
        "is_today": chosen == local(now, zone).date(),
        "before": chosen - timedelta(days=1),
        "after": chosen + timedelta(days=1),
        "visits": visits,
        "unreviewed": sum(1 for visit in visits if visit.is_live and not visit.intake.reviewed_at),
        "now": now,
    }
    return render(request, "consultations/desk/today.html", context)


@require_safe
def week(request: HttpRequest) -> HttpResponse:
    """Seven days from Monday."""
    me, now = practitioner_of(request), timezone.now()
    zone = Clinic.objects.the().zone
    first = week_start(day_asked(request) or local(now, zone).date())
    starts, ends = day_bounds(first, zone)[0], day_bounds(first + timedelta(days=6), zone)[1]
    by_day: dict[date, list[Any]] = {first + timedelta(days=n): [] for n in range(7)}
    for visit in _visits(request, me, starts, ends, now):
        by_day[local(visit.starts, zone).date()].append(visit)
    context = {
        "days": by_day.items(),
        "first": first,
        "last": first + timedelta(days=6),
        "today": local(now, zone).date(),
        "before": first - timedelta(days=7),
        "after": first + timedelta(days=7),
    }
    return render(request, "consultations/desk/week.html", context)


def practitioner_of(request: HttpRequest) -> Practitioner:
    """The practitioner who is signed in; for everyone else the page is not there."""
    if not isinstance(request.user, User) or not holds(request.user, Role.PRACTITIONER):
        raise Http404
    me: Practitioner | None = Practitioner.objects.filter(user=request.user).first()
    if me is None:
        raise Http404
    return me


def _visits(request: HttpRequest, me: Practitioner, starts: datetime, ends: datetime, now: datetime) -> list[Any]:
    """The visits with the worst level of each, opened from under its seal after the reading is written down."""
    assert isinstance(request.user, User)
    with transaction.atomic():
        transitions.record_about(Action.DAY_LIST_READ, "practitioner", me.pk, None, request.user, now)
    listed = (
        access.treated_by(request.user, now)
        .between(starts, ends)
        .select_related("patient", "kind", "room", "location", "intake")
        .prefetch_related("treatments", Prefetch("intake__revisions", queryset=_newest_revisions(), to_attr="newest"))
        .order_by("starts")
    )
    return [_with_level(visit) for visit in listed]


def _newest_revisions() -> "QuerySet[IntakeRevision]":
    newest = IntakeRevision.objects.filter(intake=OuterRef("intake")).order_by("-number").values("pk")[:1]
    screenings = Screening.objects.defer("findings").order_by("-made_at")
    return (
        IntakeRevision.objects.filter(pk=Subquery(newest))
        .defer("answers")
        .prefetch_related(Prefetch("screenings", queryset=screenings, to_attr="newest_first"))
    )


def _with_level(visit: Consultation) -> Consultation:
    revisions = getattr(visit.intake, "newest", [])
    screenings = revisions[0].newest_first if revisions else []
    visit.worst = screenings[0].worst if screenings else ""  # type: ignore[attr-defined]
    return visit
