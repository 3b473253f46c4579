"""One consultation at the front desk: contact, history, what may be done with it, and another time for it."""

from datetime import datetime
from typing import Any

from django.contrib import messages as flash
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.localtime import local
from clinic.premises.models import Clinic
from consultations import booking, changing, departures, fees, proposing, visits
from consultations.errors import BookingError, MovedOn, NotOffered
from consultations.forms.booking import WhenForm
from consultations.forms.reception import MoveReasonForm, OtherTimeForm, OtherTimeOfAVisitForm
from consultations.models import BY_STAFF, Cancelled, Consultation, Reason, Status
from consultations.scheduling.policy import Change
from consultations.views import written
from consultations.views.changing import history, is_stale
from consultations.views.other_times import judged, other_time
from consultations.views.reception import at_the_desk, back_to, visible
from consultations.views.times import Choosing, times_page
from practitioners.models import Practitioner

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def consultation(request: HttpRequest, reference: str) -> HttpResponse:
    """One consultation: contact, history and what may be done with it."""
    one, now = get_object_or_404(visible(request), reference=reference), timezone.now()
    return render(request, "consultations/reception/consultation.html", _context(one, now))


@require_POST
def change(request: HttpRequest, reference: str) -> HttpResponse:
    """Accept or decline a request, note an arrival or a no-show or take either back, cancel, waive the fee."""
    one, now = get_object_or_404(visible(request), reference=reference), timezone.now()
    verb = request.POST.get("change", "")
    try:
        _change(request, one, verb, now)
        flash.success(request, _("Saved."))
    except BookingError as refused:
        flash.error(request, str(refused))
        one.refresh_from_db()  # what the page shows is what it is now
        return render(request, "consultations/reception/consultation.html", _context(one, now), status=409)
    if request.POST.get("back") == "day":
        return redirect(_day_of(request, one))
    return redirect("reception:consultation", reference=reference)


def _change(request: HttpRequest, one: Consultation, verb: str, now: datetime) -> None:
    by: dict[str, Any] = {"actor": at_the_desk(request), "consultation": one, "now": now}
    if is_stale(request, one):
        raise MovedOn
    reason = request.POST.get("reason", "").strip()[:200]
    match verb:
        case "accept":
            booking.accept(**by)
        case "cancel":
            booking.cancel(**by, **_cause(request))
        case "not_possible":
            proposing.refuse(**by)
        case "arrived":
            visits.arrive(**by)
        case "no_show":
            visits.no_show(**by)
        case "came":
            visits.came(**by, reason=reason)
        case "not_here":
            visits.not_here(**by, reason=reason)
        case "waive":
            fees.waive(**by, reason=reason)
        case _:
            raise Http404


@GET_OR_POST
def move(request: HttpRequest, reference: str) -> HttpResponse:
    """Give a consultation another time, free of charge, with the same or another practitioner."""
    one, now = get_object_or_404(visible(request), reference=reference), timezone.now()
    if one.status != Status.CONFIRMED:
        return redirect("reception:consultation", reference=reference)
    people, who = _people(request, one, now)
    form, status, problem = WhenForm(request.POST or None), 200, ""
    if request.method == "POST":
        try:
            if _move(request, form, one, who, now):
                flash.success(request, _("The consultation has a new time. The patient gets an e-mail."))
            else:
                flash.info(request, _("This is the time that the consultation has already. Nothing was changed."))
            return redirect(
                _day_of(request, one) if "back" in request.POST else reverse("reception:consultation", args=[reference])
            )
        except BookingError as refused:
            status, problem = 409, str(refused)
    context = times_page(request, Choosing(one.own_kind, [who], now, one, one.patient_id), form)
    context |= _context(one, now) | {"problem": problem, "people": people, "who": who}
    return render(request, "consultations/reception/move.html", context, status=status)


@GET_OR_POST
def depart(request: HttpRequest, reference: str) -> HttpResponse:
    """Give a consultation a time that is not offered: the rules it departs from are named, and a reason is asked."""
    one, now = get_object_or_404(visible(request), reference=reference), timezone.now()
    if one.status != Status.CONFIRMED:
        return redirect("reception:consultation", reference=reference)
    wanted = other_time(OtherTimeOfAVisitForm, request, now)
    button = _("Move to this time all the same")
    form = MoveReasonForm(request.POST or None, initial={"revision": one.ics_sequence}, button=button)
    departure = judged(one.kind, wanted, now, one)
    problem = departure.refusal if request.method == "POST" else ""
    if request.method == "POST" and form.is_valid() and departure.possible:
        try:
            _depart(request, one, wanted, form.cleaned_data["reason"], now)
            flash.success(request, _("The consultation has a new time. The patient gets an e-mail."))
            return redirect("reception:consultation", reference=reference)
        except BookingError as refused:
            problem = str(refused)
            read_now = {"reason": form.cleaned_data["reason"], "revision": one.ics_sequence}
            form = MoveReasonForm(initial=read_now, button=button)  # pressed again, it is about what this page shows
    context = _context(one, now) | {"wanted": wanted, "judged": departure, "form": form, "problem": problem}
    return render(request, "consultations/reception/depart.html", context, status=_status(form, problem))


def _depart(request: HttpRequest, one: Consultation, wanted: OtherTimeForm, reason: str, now: datetime) -> None:
    if is_stale(request, one):
        raise MovedOn
    departures.move(
        actor=at_the_desk(request),
        consultation=one,
        practitioner=wanted.cleaned_data["practitioner"],
        starts=wanted.cleaned_data["starts"],
        reason=reason,
        now=now,
    )


def _status(form: MoveReasonForm, problem: str) -> int:
    return 409 if problem else 422 if form.errors else 200


def _people(request: HttpRequest, one: Consultation, now: datetime) -> tuple[list[Practitioner], Practitioner]:
    """Who may be chosen, and who is."""
    people = list(Practitioner.objects.bookable(one.kind.code, Clinic.objects.the().today(now)))
    asked = request.POST.get("practitioner") or request.GET.get("practitioner", "")
    return people, next((each for each in people if each.slug == asked), one.practitioner)


def _move(request: HttpRequest, form: WhenForm, one: Consultation, who: Practitioner, now: datetime) -> bool:
    """Whether it has another time now, or had this one before."""
    if not form.is_valid():
        raise NotOffered
    if is_stale(request, one):
        raise MovedOn
    version = one.ics_sequence
    booking.move(
        actor=at_the_desk(request),
        consultation=one,
        practitioner=who,
        starts=form.cleaned_data["starts"],
        **_cause(request),
        now=now,
    )
    return one.ics_sequence != version


def _cause(request: HttpRequest) -> dict[str, Any]:
    """Why the time changes, and so whose change it is: what a patient asks for by phone is theirs."""
    cause = request.POST.get("cause", "")
    if cause not in BY_STAFF:
        return {"by": Cancelled.BY_CLINIC}
    return {"by": Cancelled.BY_PATIENT if cause == Reason.ASKED else Cancelled.BY_CLINIC, "reason": cause}


def _day_of(request: HttpRequest, one: Consultation) -> str:
    return back_to(request, local(one.starts, Clinic.objects.the().zone).date())


def _context(one: Consultation, now: datetime) -> dict[str, Any]:
    clinic = Clinic.objects.the()
    day = local(one.starts, clinic.zone).date()
    return {
        "consultation": one,
        "revision": one.ics_sequence,
        "visit_day": day,
        "events": history(one),
        "written": written.about(one),
        "proposal": proposing.open_of(one),
        "causes": [(each.value, each.label) for each in BY_STAFF],
        "asked_to_move": changing.terms_now(Change.MOVE, one, clinic, now),
        "asked_to_cancel": changing.terms_now(Change.CANCEL, one, clinic, now),
        "currency": clinic.currency,
        "may_move": one.status == Status.CONFIRMED,
        "may_cancel": one.status in {Status.CONFIRMED, Status.REQUESTED, Status.ARRIVED},
        "may_arrive": one.status == Status.CONFIRMED and clinic.today(now) >= day,
        "may_no_show": one.status == Status.CONFIRMED and now >= visits.absent_from(one, clinic),
        "absent_from": visits.absent_from(one, clinic)
        if one.status == Status.CONFIRMED and now >= one.starts
        else None,
        "may_come": one.status == Status.NO_SHOW,
        "needs_reason": visits.needs_reason(one, clinic, now),
        "may_accept": one.status == Status.REQUESTED,
    }
