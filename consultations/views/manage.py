"""Behind the mailed link: see, move, cancel, undo. Times and places only; opening the link changes nothing."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic import throttle
from clinic.premises.models import Clinic
from consultations import access, booking, mail, reminding
from consultations import coming as comings
from consultations.errors import BookingError, NotOffered
from consultations.forms.booking import WhenForm
from consultations.models import Cancelled, Consultation, Status
from consultations.scheduling.invite import Method
from consultations.views.times import Choosing, times_page
from practitioners.models import Practitioner

LINK_TRIES = 60


def _visit(request: HttpRequest, token: str, now: datetime) -> Consultation:
    throttle.hit(
        purpose="link", subject=throttle.address(request), limit=LINK_TRIES, window=timedelta(minutes=10), now=now
    )
    found = access.by_link(token, now).select_related("practitioner", "location", "kind", "patient", "booked_by")
    return get_object_or_404(found)


@require_safe
def visit(request: HttpRequest, token: str) -> HttpResponse:
    """The consultation, what a change would cost now, and the buttons."""
    now = timezone.now()
    consultation = _visit(request, token, now)
    return render(request, "consultations/manage/visit.html", _context(consultation, token, now))


@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, token: str) -> HttpResponse:
    """Choose another time; the terms stand above the button."""
    now = timezone.now()
    consultation = _visit(request, token, now)
    if consultation.status != Status.CONFIRMED or now >= consultation.starts:
        return redirect("manage:visit", token=token)
    form, status, problem = WhenForm(request.POST or None), 200, ""
    if request.method == "POST":
        try:
            _move(form, consultation, now)
            flash.success(request, _("Your consultation has a new time. We have sent you an e-mail."))
            return redirect("manage:visit", token=token)
        except BookingError as refused:
            status, problem = 409, str(refused)
    context = times_page(
        request,
        Choosing(consultation.kind, [consultation.practitioner], now, consultation, consultation.patient_id),
        form,
    )
    context |= _context(consultation, token, now) | {"problem": problem}
    return render(request, "consultations/change/move.html", context, status=status)


def _move(form: WhenForm, consultation: Consultation, now: datetime) -> None:
    if not form.is_valid():
        raise NotOffered
    booking.move(
        actor=None,
        consultation=consultation,
        practitioner=Practitioner.objects.get(pk=consultation.practitioner_id),
        starts=form.cleaned_data["starts"],
        by=Cancelled.BY_PATIENT,
        now=now,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, token: str) -> HttpResponse:
    """Ask once more, with the terms, then cancel; the same button pressed twice cancels once."""
    now = timezone.now()
    consultation = _visit(request, token, now)
    if not consultation.is_live or now >= consultation.starts:
        return redirect("manage:visit", token=token)
    status, problem = 200, ""
    if request.method == "POST":
        try:
            booking.cancel(actor=None, consultation=consultation, by=Cancelled.BY_PATIENT, now=now)
            return redirect("manage:visit", token=token)
        except BookingError as refused:
            status, problem = 409, str(refused)
    context = _context(consultation, token, now) | {"problem": problem}
    return render(request, "consultations/change/cancel.html", context, status=status)


@require_POST
def undo(request: HttpRequest, token: str) -> HttpResponse:
    """Take a cancellation back within fifteen minutes, if the time is still free."""
    now = timezone.now()
    consultation = _visit(request, token, now)
    try:
        booking.undo_cancel(actor=None, consultation=consultation, now=now)
    except BookingError as refused:
        context = _context(consultation, token, now) | {"problem": str(refused)}
        return render(request, "consultations/manage/visit.html", context, status=409)
    flash.success(request, _("Your consultation stands again."))
    return redirect("manage:visit", token=token)


@require_POST
def coming(request: HttpRequest, token: str) -> HttpResponse:
    """Note that the patient is coming; pressed twice it is noted once."""
    now = timezone.now()
    consultation = _visit(request, token, now)
    try:
        comings.say(actor=None, consultation=consultation, now=now)
    except BookingError as refused:
        consultation.refresh_from_db()
        context = _context(consultation, token, now) | {"problem": str(refused)}
        return render(request, "consultations/manage/visit.html", context, status=409)
    flash.success(request, _("Thank you. We are expecting you."))
    return redirect("manage:visit", token=token)


@require_safe
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar file as it stands now."""
    now = timezone.now()
    return calendar_response(_visit(request, token, now), now)


def calendar_response(consultation: Consultation, now: datetime) -> HttpResponse:
    """A consultation as a download that a calendar opens."""
    method = Method.CANCEL if consultation.status == Status.CANCELLED else Method.REQUEST
    response = HttpResponse(
        mail.calendar_of(consultation, method, clinic=Clinic.objects.the(), now=now),
        content_type=f"text/calendar; charset=utf-8; method={method.value}",
    )
    response["Content-Disposition"] = f'attachment; filename="consultation-{consultation.reference}.ics"'
    return response


def _context(consultation: Consultation, token: str, now: datetime) -> dict[str, Any]:
    return {
        "visit_url": reverse("manage:visit", args=[token]),
        "consultation": consultation,
        "token": token,
        "terms": booking.change_terms(consultation, now),
        "may_undo": booking.may_undo(consultation, now),
        "is_asked": reminding.is_asked(consultation),
        "may_change": consultation.status == Status.CONFIRMED and now < consultation.starts,
        "currency": Clinic.objects.the().currency,
    }
