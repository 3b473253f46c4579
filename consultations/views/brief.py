"""The brief of one consultation, and what a practitioner does with it: review, note, visit."""

from datetime import date, datetime
from typing import Any

from django.contrib import messages as flash
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clinic.accounts.models import User
from clinic.audit.models import Action
from clinic.localtime import local
from clinic.premises.models import Clinic
from consultations import access, briefing, intake, notes, visits
from consultations.errors import BookingError, MovedOn
from consultations.forms.desk import AmendmentForm, NoteForm, ShownForm
from consultations.models import Consultation, Note, Status
from consultations.views.desk import practitioner_of

OPEN = {Status.CONFIRMED, Status.ARRIVED, Status.IN_CONSULTATION}


def _mine(request: HttpRequest, reference: str, now: datetime) -> Consultation:
    practitioner_of(request)
    assert isinstance(request.user, User)
    found = access.treated_by(request.user, now).select_related(
        "patient", "practitioner", "kind", "location", "room", "concern", "booked_by"
    )
    return get_object_or_404(found, reference=reference)


@require_safe
def brief(request: HttpRequest, reference: str) -> HttpResponse:
    """The brief; that it was opened is written down before it is shown."""
    now = timezone.now()
    consultation = _mine(request, reference, now)
    return render(request, "consultations/desk/brief.html", _context(request, consultation, now))


@require_POST
def reviewed(request: HttpRequest, reference: str) -> HttpResponse:
    """Stamp the answers as reviewed, if they are still the ones that were shown."""
    now = timezone.now()
    consultation, me = _mine(request, reference, now), practitioner_of(request)
    form = ShownForm(request.POST)
    try:
        if not form.is_valid():
            raise MovedOn
        intake.stamp(
            actor=_me(request),
            practitioner=me,
            consultation=consultation,
            screening=form.cleaned_data["screening"],
            now=now,
        )
        flash.success(request, _("Marked as reviewed."))
    except BookingError:
        flash.error(request, _("The answers or the time of the visit have changed in the meantime. Please look again."))
    return redirect("desk:brief", reference=reference)


@require_POST
def note(request: HttpRequest, reference: str) -> HttpResponse:
    """Save the draft of the note, or sign it."""
    now = timezone.now()
    consultation, me = _mine(request, reference, now), practitioner_of(request)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _again(request, consultation, now, 422, note_form=form)
    verb = notes.sign if "sign" in request.POST else notes.write
    try:
        verb(actor=_me(request), author=me, consultation=consultation, body=form.cleaned_data["body"], now=now)
    except BookingError:
        flash.error(request, _("This note is signed already. Add an amendment."))
        return _again(request, consultation, now, 409, amendment_form=AmendmentForm(initial=form.cleaned_data))
    flash.success(request, _("The note is signed.") if "sign" in request.POST else _("The draft is saved."))
    return redirect("desk:brief", reference=reference)


@require_POST
def amend(request: HttpRequest, reference: str) -> HttpResponse:
    """Add to a signed note."""
    now = timezone.now()
    consultation, me = _mine(request, reference, now), practitioner_of(request)
    form = AmendmentForm(request.POST)
    if not form.is_valid():
        return _again(request, consultation, now, 422, amendment_form=form)
    signed = get_object_or_404(Note, consultation=consultation, signed_at__isnull=False)
    notes.amend(actor=_me(request), author=me, note=signed, body=form.cleaned_data["body"], now=now)
    flash.success(request, _("The amendment is added."))
    return redirect("desk:brief", reference=reference)


@require_POST
def visit(request: HttpRequest, reference: str) -> HttpResponse:
    """Start the visit, complete it, or note that the patient did not come."""
    now = timezone.now()
    consultation = _mine(request, reference, now)
    verb = {"start": visits.start, "complete": visits.complete, "no_show": visits.no_show}.get(
        request.POST.get("change", "")
    )
    if verb is None:
        raise Http404
    try:
        verb(actor=_me(request), consultation=consultation, now=now)
        flash.success(request, _("Saved."))
    except BookingError as refused:
        flash.error(request, str(refused))
        return _again(request, consultation, now, 409)
    return redirect("desk:brief", reference=reference)


def _again(request: HttpRequest, consultation: Consultation, now: datetime, status: int, **forms: Any) -> HttpResponse:
    """The brief once more, with everything that was typed."""
    context = _context(request, consultation, now) | forms
    return render(request, "consultations/desk/brief.html", context, status=status)


def _context(request: HttpRequest, consultation: Consultation, now: datetime) -> dict[str, Any]:
    reading = intake.read(actor=_me(request), consultation=consultation, action=Action.BRIEF_READ, now=now)
    written = (
        Note.objects.filter(consultation=consultation)
        .prefetch_related("amendments__author")
        .select_related("author")
        .first()
    )
    day = local(consultation.starts, Clinic.objects.the().zone).date()
    assert consultation.patient is not None
    return {
        "consultation": consultation,
        "patient": consultation.patient,
        "age": consultation.patient.age_on(day),
        "day": day,
        "intake": reading.intake,
        "revision": reading.revision,
        "screening": reading.screening,
        "brief": briefing.brief(reading, consultation, get_language() or "en"),
        "note": written,
        "note_form": NoteForm(initial={"body": written.body if written else ""}),
        "amendment_form": AmendmentForm(),
        "now": now,
    } | _possible(consultation, day, now)


def _possible(consultation: Consultation, day: date, now: datetime) -> dict[str, bool]:
    """Which changes of the visit have a button."""
    begun = now >= consultation.starts
    today = local(now, Clinic.objects.the().zone).date()
    return {
        "may_start": consultation.status in {Status.CONFIRMED, Status.ARRIVED} and today >= day,
        "may_complete": consultation.status in OPEN and begun,
        "may_no_show": consultation.status == Status.CONFIRMED and begun,
    }


def _me(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
