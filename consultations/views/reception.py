"""The front desk: who comes when, arrivals, requests to answer, moving and cancelling for a patient. No health data."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages as flash
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic import outbox
from clinic.accounts.models import User
from clinic.accounts.roles import Role, holds
from clinic.localtime import day_bounds, local
from clinic.premises.models import Clinic
from consultations import access, booking, enquiries, visits
from consultations.errors import BookingError, NotOffered
from consultations.forms.booking import WhenForm
from consultations.models import Cancelled, Consultation, ConsultationQuerySet, Status
from consultations.views import written
from consultations.views.days import day_asked
from consultations.views.times import Choosing, times_page
from practitioners.models import Practitioner

RELATED = ("patient", "practitioner", "kind", "location", "room__location", "intake", "booked_by")


def _visible(request: HttpRequest) -> ConsultationQuerySet:
    if not isinstance(request.user, User) or not holds(request.user, Role.STAFF, Role.OWNER):
        raise Http404
    return enquiries.awaited(access.at_reception(request.user)).select_related(*RELATED)


@require_safe
def day(request: HttpRequest) -> HttpResponse:
    """One day across all practitioners, the requests that wait, and the visits nobody has prepared for yet."""
    found, now = _visible(request), timezone.now()
    zone = Clinic.objects.the().zone
    today = local(now, zone).date()
    chosen = day_asked(request) or today
    term = request.GET.get("q", "").replace("\0", "").strip()[:60]
    listed = found.booked().between(*day_bounds(chosen, zone)) if not term else _search(found, term)
    context = {
        "day": chosen,
        "today": today,
        "before": chosen - timedelta(days=1),
        "after": chosen + timedelta(days=1),
        "term": term,
        "now": now,
        "consultations": listed.order_by("starts", "practitioner__position")[:200],
        "requests": found.filter(status=Status.REQUESTED, held_until__gt=now).order_by("starts"),
        "unprepared": _unprepared(found, now),
        "mail": outbox.health(now=now),
    }
    return render(request, "consultations/reception/day.html", context)


def _search(found: ConsultationQuerySet, term: str) -> ConsultationQuerySet:
    by_reference = found.filter(reference__iexact=term)
    return by_reference if by_reference.exists() else found.filter(patient__full_name__istartswith=term)


def _unprepared(found: ConsultationQuerySet, now: datetime) -> ConsultationQuerySet:
    """Visits within 48 hours whose intake is incomplete or not reviewed; that much and no more may the desk know."""
    return found.awaiting_review().filter(starts__gte=now, starts__lt=now + timedelta(hours=48)).order_by("starts")


@require_safe
def consultation(request: HttpRequest, reference: str) -> HttpResponse:
    """One consultation: contact, history and what may be done with it."""
    one, now = get_object_or_404(_visible(request), reference=reference), timezone.now()
    return render(request, "consultations/reception/consultation.html", _context(one, now))


@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, reference: str) -> HttpResponse:
    """Give a consultation another time, free of charge, with the same or another practitioner."""
    one, now = get_object_or_404(_visible(request), reference=reference), timezone.now()
    if one.status != Status.CONFIRMED:
        return redirect("reception:consultation", reference=reference)
    people = list(Practitioner.objects.bookable(one.kind.code, local(now, Clinic.objects.the().zone).date()))
    who = next((p for p in people if p.slug == request.GET.get("practitioner", "")), one.practitioner)
    form, status, problem = WhenForm(request.POST or None), 200, ""
    if request.method == "POST":
        try:
            _move(request, form, one, who, now)
            flash.success(request, _("The consultation has a new time. The patient gets an e-mail."))
            return redirect("reception:consultation", reference=reference)
        except BookingError as refused:
            status, problem = 409, str(refused)
    context = times_page(request, Choosing(one.kind, [who], now, one, one.patient_id), form)
    context |= _context(one, now) | {"problem": problem, "people": people, "who": who}
    return render(request, "consultations/reception/move.html", context, status=status)


def _move(request: HttpRequest, form: WhenForm, one: Consultation, who: Practitioner, now: datetime) -> None:
    if not form.is_valid():
        raise NotOffered
    booking.move(
        actor=_me(request),
        consultation=one,
        practitioner=who,
        starts=form.cleaned_data["starts"],
        by=Cancelled.BY_CLINIC,
        now=now,
    )


@require_POST
def change(request: HttpRequest, reference: str) -> HttpResponse:
    """Accept or decline a request, note an arrival or a no-show, cancel for the clinic."""
    one, now, actor = get_object_or_404(_visible(request), reference=reference), timezone.now(), _me(request)
    changes: dict[str, Any] = {
        "accept": lambda: booking.accept(actor=actor, consultation=one, now=now),
        "cancel": lambda: booking.cancel(actor=actor, consultation=one, by=Cancelled.BY_CLINIC, now=now),
        "arrived": lambda: visits.arrive(actor=actor, consultation=one, now=now),
        "no_show": lambda: visits.no_show(actor=actor, consultation=one, now=now),
    }
    chosen = changes.get(request.POST.get("change", ""))
    if chosen is None:
        raise Http404
    try:
        chosen()
        flash.success(request, _("Saved."))
    except BookingError as refused:
        flash.error(request, str(refused))
        return render(request, "consultations/reception/consultation.html", _context(one, now), status=409)
    return redirect("reception:consultation", reference=reference)


def _me(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _context(one: Consultation, now: datetime) -> dict[str, Any]:
    zone = Clinic.objects.the().zone
    day = local(one.starts, zone).date()
    return {
        "consultation": one,
        "visit_day": day,
        "written": written.about(one),
        "events": one.events.select_related("actor").order_by("at"),
        "may_move": one.status == Status.CONFIRMED,
        "may_cancel": one.status in {Status.CONFIRMED, Status.REQUESTED, Status.ARRIVED},
        "may_arrive": one.status == Status.CONFIRMED and local(now, zone).date() >= day,
        "may_no_show": one.status == Status.CONFIRMED and now >= one.starts,
        "may_accept": one.status == Status.REQUESTED,
    }
