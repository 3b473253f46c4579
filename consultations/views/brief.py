"""The brief of one consultation, and what a practitioner does with it: review, note, visit."""

from collections.abc import Callable
from dataclasses import dataclass
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
from consultations import access, briefing, comparing, enquiries, intake, notes, overrides, replies, suggestions, visits
from consultations.briefing import Brief
from consultations.errors import BookingError, MovedOn
from consultations.forms.desk import AmendmentForm, NoteForm, ShownForm
from consultations.intake import Reading
from consultations.models import Consultation, Note, Status
from consultations.views.desk import practitioner_of
from consultations.views.desk_forms import unbound
from practitioners.models import Practitioner

OPEN = {Status.CONFIRMED, Status.ARRIVED, Status.IN_CONSULTATION}


@dataclass(frozen=True)
class Opened:
    """A brief that was opened, and by whom; that it was is written down."""

    request: HttpRequest
    actor: User
    me: Practitioner
    consultation: Consultation
    reading: Reading
    clinic: Clinic
    now: datetime

    def page(self, status: int = 200, **forms: Any) -> HttpResponse:
        """The page, with forms in place of the empty ones."""
        return render(self.request, "consultations/desk/brief.html", _context(self) | forms, status=status)

    def done(self, verb: Callable[[], Any], said: str) -> HttpResponse:
        """Do it, and show the brief anew; what cannot be done is said."""
        try:
            verb()
            flash.success(self.request, said)
        except BookingError as refused:
            flash.error(self.request, str(refused))
        return redirect("desk:brief", reference=self.consultation.reference)


def opened(request: HttpRequest, reference: str) -> Opened:
    """Open the brief for the treating practitioner; for everyone else it is not there."""
    now, me = timezone.now(), practitioner_of(request)
    return _open(request, me, _mine(request, reference, now), now)


def _open(request: HttpRequest, me: Practitioner, consultation: Consultation, now: datetime) -> Opened:
    reading = intake.read(actor=_me(request), consultation=consultation, action=Action.BRIEF_READ, now=now)
    return Opened(request, _me(request), me, consultation, reading, Clinic.objects.the(), now)


def _mine(request: HttpRequest, reference: str, now: datetime) -> Consultation:
    found = access.treated_by(_me(request), now).select_related(
        "patient", "practitioner", "kind", "location", "room", "concern", "booked_by"
    )
    return get_object_or_404(found, reference=reference)


@require_safe
def brief(request: HttpRequest, reference: str) -> HttpResponse:
    """The brief; that it was opened is written down before it is shown."""
    return opened(request, reference).page()


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
        return _again(request, _mine(request, reference, now), now, 409)  # whoever has lost it reads no more of it
    return redirect("desk:brief", reference=reference)


def _again(request: HttpRequest, consultation: Consultation, now: datetime, status: int, **forms: Any) -> HttpResponse:
    """The brief once more, with everything that was typed."""
    return _open(request, practitioner_of(request), consultation, now).page(status, **forms)


def _context(page: Opened) -> dict[str, Any]:
    consultation, reading, language = page.consultation, page.reading, get_language() or "en"
    note = _note_of(consultation)
    day = local(consultation.starts, page.clinic.zone).date()
    brief = briefing.brief(reading, consultation, language, page.clinic.zone)
    assert consultation.patient is not None
    shown = {
        "clinic": page.clinic,
        "consultation": consultation,
        "patient": consultation.patient,
        "age": consultation.patient.age_on(day),
        "day": day,
        "intake": reading.intake,
        "revision": reading.revision,
        "screening": reading.screening,
        "since": comparing.since(
            actor=page.actor, consultation=consultation, reading=reading, language=language, now=page.now
        ),
        "brief": brief,
        "performed": consultation.performed.select_related("treatment"),
        "sent": access.photographs_in_care_of(page.actor, page.now).sent_for(consultation).count(),
        "now": page.now,
    }
    return shown | _noted(note) | _asked(page, brief, note, language) | _possible(page, day)


def _note_of(consultation: Consultation) -> Note | None:
    notes_of = Note.objects.filter(consultation=consultation).select_related("author")
    return notes_of.prefetch_related("amendments__author").first()


def _noted(note: Note | None) -> dict[str, Any]:
    return {
        "note": note,
        "note_form": NoteForm(initial={"body": note.body if note else ""}),
        "amendment_form": AmendmentForm(),
    }


def _asked(page: Opened, brief: Brief, note: Note | None, language: str) -> dict[str, Any]:
    """What goes to the patient and comes back: questions both ways, suggestions; and the forms for it."""
    consultation, reading = page.consultation, page.reading
    asked = replies.asked(reading.questionnaire, reading.answers, consultation, language)
    suggestion = suggestions.newest_of(consultation)
    sent = enquiries.of(consultation, reading.questionnaire, reading.answers, language)
    return {
        "asked": asked,
        "may_reply": bool(asked) and replies.may_reply(consultation, note, page.now),
        "enquiries": sent,
        "enquiry_is_open": any(each.enquiry.answered_at is None for each in sent),
        "suggestion": suggestion,
        "suggestion_is_open": suggestion is not None and suggestion.answered_at is None,
        "suggested": suggestions.names_of(suggestion) if suggestion else [],
    } | unbound(consultation, reading, brief, asked, language, page.clinic.zone, page.now)


def _possible(page: Opened, day: date) -> dict[str, bool]:
    """Which changes of the visit have a button, and which forms may be sent."""
    consultation, now = page.consultation, page.now
    begun = now >= consultation.starts
    today = page.clinic.today(now)
    return {
        "may_start": consultation.status in {Status.CONFIRMED, Status.ARRIVED} and today >= day,
        "may_complete": consultation.status in OPEN and begun,
        "may_no_show": consultation.status == Status.CONFIRMED
        and page.now >= visits.absent_from(consultation, page.clinic),
        "may_ask": consultation.status == Status.CONFIRMED and not begun,
        "may_judge": consultation.status in overrides.OPEN,
    }


def _me(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
