"""Booking at the front desk: by phone for a patient, or for somebody who has walked in. The answers stay open."""

from datetime import datetime
from typing import Any

from django.contrib import messages as flash
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clinic.premises.models import Clinic
from consultations import availability, booking, departures, registering, reserving
from consultations.errors import BookingError, NotOffered
from consultations.forms.booking import WhenForm
from consultations.forms.reception import KindForm, NumberForm, OtherTimeForm, ReasonForm, RegisterForm, ToldForm
from consultations.models import Consultation, Kind, Patient, PatientAccess, Source
from consultations.reserving import Told
from consultations.views.other_times import judged, other_time
from consultations.views.reception import at_the_desk
from consultations.views.times import Choosing, times_page
from practitioners.models import Practitioner

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
WALKED_IN = "walk_in"


@GET_OR_POST
def book(request: HttpRequest) -> HttpResponse:
    """Choose kind, practitioner and time on the phone; the time is held while the desk asks for whom it is."""
    actor, now = at_the_desk(request), timezone.now()
    chosen, kind = _chosen(request)
    people = _people(chosen, kind, now)
    form, status, problem = WhenForm(request.POST or None), 200, ""
    if request.method == "POST":
        try:
            if not form.is_valid():
                raise NotOffered
            held = reserving.hold(
                actor=actor, kind=kind, practitioners=people, starts=form.cleaned_data["starts"], now=now
            )
            return redirect("reception:whom", reference=held.reference)
        except BookingError as refused:
            status, problem = 409, str(refused)
    context = times_page(request, Choosing(kind, people, now), form)
    context |= {"chosen": chosen, "problem": problem, "at": _start_of(request, kind, people, now)}
    return render(request, "consultations/reception/book.html", context, status=status)


@GET_OR_POST
def depart(request: HttpRequest) -> HttpResponse:
    """Hold a time that is not offered: the rules it departs from are named, and a reason is asked."""
    actor, now = at_the_desk(request), timezone.now()
    wanted = other_time(OtherTimeForm, request, now)
    kind = wanted.cleaned_data.get("kind") if wanted.is_valid() else None
    form = ReasonForm(request.POST or None, button=_("Hold this time all the same"))
    departure = judged(kind, wanted, now)
    problem = departure.refusal if request.method == "POST" else ""
    if request.method == "POST" and form.is_valid() and kind and departure.possible:
        try:
            who, reason = wanted.cleaned_data["practitioner"], form.cleaned_data["reason"]
            held = departures.hold(
                actor=actor, kind=kind, practitioner=who, starts=wanted.cleaned_data["starts"], reason=reason, now=now
            )
            return redirect("reception:whom", reference=held.reference)
        except BookingError as refused:
            problem = str(refused)
    context = {"wanted": wanted, "judged": departure, "form": form, "problem": problem}
    status = 409 if problem else 422 if form.errors else 200
    return render(request, "consultations/reception/depart.html", context, status=status)


@GET_OR_POST
def walk_in(request: HttpRequest) -> HttpResponse:
    """Somebody stands at the desk: the next free minute of whoever has one today."""
    actor, now = at_the_desk(request), timezone.now()
    chosen, kind = _chosen(request)
    people = _people(chosen, kind, now)
    status, problem = 200, ""
    if request.method == "POST":
        try:
            asked = [each for each in people if each.slug == request.POST.get("who")] or people
            held = reserving.hold_now(actor=actor, kind=kind, practitioners=asked, now=now)
            return redirect(f"{reverse('reception:whom', args=[held.reference])}?from={WALKED_IN}")
        except BookingError:
            status, problem = (
                409,
                str(_("Nobody is free for this any more today. Choose another kind of visit or day.")),
            )
    named = {each.pk: each for each in people}
    free = reserving.free_now(kind=kind, practitioners=people, now=now)
    context = {"chosen": chosen, "kind": kind, "free": [(slot, named[slot.practitioner_id]) for slot in free]}
    return render(request, "consultations/reception/walk_in.html", context | {"problem": problem}, status=status)


@GET_OR_POST
def whom(request: HttpRequest, reference: str) -> HttpResponse:
    """For whom the held time is: somebody who is known, or a new patient."""
    at_the_desk(request)
    now, clinic = timezone.now(), Clinic.objects.the()
    if Consultation.objects.filter(reference=reference, patient__isnull=False).exists():  # booked, and pressed again
        return redirect("reception:consultation", reference=reference)
    held = get_object_or_404(reserving.held_by_the_desk().select_related(*_SHOWN), reference=reference)
    typed = request.POST if "full_name" in request.POST else None
    form = RegisterForm(typed, kind=held.kind, today=clinic.today(now), law=clinic.law)
    alike: list[Patient] = []
    told, problem = ToldForm(request.POST or None), ""
    if request.method == "POST":
        try:
            is_booked, alike = _booked(request, held, form, told, now)
            if is_booked:
                return redirect("reception:consultation", reference=reference)
        except BookingError as refused:
            problem = str(refused)
    term = request.GET.get("q", "").replace("\0", "").strip()[:60]
    context = {"held": held, "now": now, "term": term, "found": _found(term), "form": form, "told": told}
    context |= {"alike": alike, "problem": problem, "walked_in": _source(request) == Source.WALK_IN}
    status = 409 if problem else 422 if request.method == "POST" else 200
    return render(request, "consultations/reception/whom.html", context, status=status)


@require_POST
def leave(request: HttpRequest, reference: str) -> HttpResponse:
    """Give a time back that the desk has held."""
    actor = at_the_desk(request)
    held = get_object_or_404(reserving.held_by_the_desk(), reference=reference)
    booking.release(actor=actor, consultation=held, now=timezone.now())
    flash.success(request, _("The time is free again."))
    return redirect("reception:day")


_SHOWN = ("kind", "practitioner", "location", "room")


def _chosen(request: HttpRequest) -> tuple[KindForm, Kind]:
    """The kind and the practitioner in the address; the first kind there is before any is chosen."""
    form = KindForm(request.GET or None)
    kind = form.cleaned_data.get("kind") if form.is_bound and form.is_valid() else None
    if kind is None:
        kind = get_object_or_404(Kind.objects.filter(is_active=True)[:1])
        form = KindForm({"kind": kind.code, "practitioner": request.GET.get("practitioner", "")})
        form.is_valid()
    return form, kind


def _people(chosen: KindForm, kind: Kind, now: datetime) -> list[Practitioner]:
    """Whom the desk may book for the kind, or the one who was chosen."""
    people = list(availability.everyone(kind=kind, now=now))
    wanted = chosen.cleaned_data.get("practitioner")
    return [each for each in people if each == wanted] if wanted else people


def _start_of(request: HttpRequest, kind: Kind, people: list[Practitioner], now: datetime) -> dict[str, Any] | None:
    """The time that a press on the grid has named, and whether it is offered."""
    wanted = WhenForm(request.GET)
    if "starts" not in request.GET or not wanted.is_valid():
        return None
    starts = wanted.cleaned_data["starts"]
    asked = availability.around(kind=kind, practitioners=people, starts=starts, now=now)
    slots = asked.slots()
    others = asked.nearest() if not slots else []
    return {"starts": starts, "slot": slots[0] if slots else None, "nearest": others, "query": request.GET.urlencode()}


def _found(term: str) -> list[Patient]:
    if not term:
        return []
    access = PatientAccess.objects.select_related("user")
    return list(registering.search(term).prefetch_related(Prefetch("access", access)))


def _booked(
    request: HttpRequest, held: Consultation, form: RegisterForm, told: ToldForm, now: datetime
) -> tuple[bool, list[Patient]]:
    """Whether the time is booked now; where a new patient may be known already, those are shown first."""
    by: dict[str, Any] = {"actor": at_the_desk(request), "consultation": held, "source": _source(request), "now": now}
    if chosen := request.POST.get("patient"):
        known = get_object_or_404(Patient, pk=chosen if len(chosen) == 36 else None)
        number = NumberForm(request.POST)
        if number.is_valid():
            registering.give_number(actor=by["actor"], patient=known, phone=number.cleaned_data["number"], now=now)
        if not told.is_valid():
            return False, []
        reserving.book(**by, patient=known, told=Told(told.cleaned_data["told"]))
    else:
        if not form.is_valid() or not told.is_valid():
            return False, []
        alike = registering.alike(form.cleaned_data)
        if alike and request.POST.get("new") != "all_the_same":
            return False, alike
        reserving.book_new(**by, details=form.cleaned_data, told=Told(told.cleaned_data["told"]))
    if by["source"] == Source.WALK_IN:
        flash.success(request, _("Booked, and noted as arrived. The patient has yet to answer the questions."))
    else:
        flash.success(request, _("Booked. The intake is open until the patient has answered the questions."))
    return True, []


def _source(request: HttpRequest) -> Source:
    return Source.WALK_IN if request.GET.get("from") == WALKED_IN else Source.PHONE
