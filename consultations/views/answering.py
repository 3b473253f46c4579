"""The patient answers the practitioner: questions before the visit, and a suggestion to accept or decline."""

from datetime import datetime
from typing import Any

from django.contrib import messages as flash
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinic.accounts.models import User
from clinic.audit.models import Action
from clinic.premises.models import Clinic
from consultations import access, enquiries, intake, suggestions
from consultations.errors import BookingError, MovedOn, NotOffered
from consultations.forms.booking import WhenForm
from consultations.forms.judgement import EnquiryForm
from consultations.intake import Reading
from consultations.models import Consultation, Enquiry
from consultations.views.my import ENQUIRY, must_agree_first
from consultations.views.times import Choosing, times_page
from treatments.questionnaire.words import Words

RELATED = ("practitioner", "location", "kind", "patient", "booked_by", "concern", "intake")
GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


def _answerable(request: HttpRequest, reference: str, now: datetime) -> Consultation:
    return get_object_or_404(access.answerable_by(_me(request), now).select_related(*RELATED), reference=reference)


@GET_OR_POST
def enquiry(request: HttpRequest, reference: str) -> HttpResponse:
    """The practitioner's questions on one page; what is answered is saved as a new revision."""
    now = timezone.now()
    one = _answerable(request, reference, now)
    open_one = enquiries.open_of(one)
    if open_one is None:
        flash.error(request, _("There is nothing to answer any more."))
        return redirect("my:consultation", reference=reference)
    if must_agree_first(request, one):
        return redirect("my:consent", reference=reference, page=ENQUIRY)
    if request.POST.get("about", str(open_one.pk)) != str(open_one.pk):
        flash.error(request, _("The questions have changed in the meantime. Please look at them again."))
        return redirect("my:enquiry", reference=reference)
    reading = intake.read(actor=_me(request), consultation=one, action=Action.INTAKE_READ, now=now)
    form = _form(request, open_one, reading, now)
    if request.method == "POST" and form.is_valid():
        return _answered(request, open_one, form, now)
    context = {"consultation": one, "enquiry": open_one, "form": form, "overdue": open_one.due_at <= now}
    return render(request, "consultations/my/enquiry.html", context, status=422 if form.is_bound else 200)


def _form(request: HttpRequest, open_one: Enquiry, reading: Reading, now: datetime) -> EnquiryForm:
    small, page = enquiries.page_of(open_one, reading.questionnaire, reading.answers, Words({"en": ""}))
    return EnquiryForm(
        request.POST if request.method == "POST" else None,
        enquiry=open_one,
        questionnaire=small,
        page=page,
        stored=reading.answers,
        language=get_language() or "en",
        today=Clinic.objects.the().today(now),
    )


def _answered(request: HttpRequest, open_one: Enquiry, form: EnquiryForm, now: datetime) -> HttpResponse:
    answers, replies = enquiries.told(open_one, form.answers)
    try:
        enquiries.answer(actor=_me(request), enquiry=open_one, answers=answers, replies=replies, now=now)
        flash.success(request, _("Thank you. Your practitioner reads your answers before the visit."))
    except BookingError as refused:  # they arrived, or it was withdrawn, while the page was open
        flash.error(request, str(refused))
    return redirect("my:answers", reference=open_one.consultation.reference)


@GET_OR_POST
def suggestion(request: HttpRequest, reference: str) -> HttpResponse:
    """What the practitioner suggests, to accept or to decline."""
    now = timezone.now()
    one = _answerable(request, reference, now)
    newest = suggestions.newest_of(one)
    if newest is None:
        return redirect("my:consultation", reference=reference)
    if request.method == "POST":
        return _decide(request, one, now)
    intake.read(actor=_me(request), consultation=one, action=Action.INTAKE_READ, now=now)
    context = {
        "consultation": one,
        "suggestion": newest,
        "suggested": suggestions.names_of(newest),
        "may_answer": newest.answered_at is None and one.status == "confirmed" and now < one.starts,
        "later_than": suggestions.later_than(one, now),
    }
    return render(request, "consultations/my/suggestion.html", context)


def _decide(request: HttpRequest, one: Consultation, now: datetime) -> HttpResponse:
    verb = {"accept": suggestions.accept, "decline": suggestions.decline}.get(request.POST.get("answer", ""))
    newest = suggestions.newest_of(one)
    if verb is None or newest is None:
        raise Http404
    try:
        if request.POST.get("about", str(newest.pk)) != str(newest.pk):  # another one than the page showed
            raise MovedOn
        verb(actor=_me(request), suggestion=newest, now=now)
        flash.success(request, _("Your practitioner sees your answer."))
    except BookingError as refused:
        flash.error(request, str(refused))
    earliest = suggestions.later_than(one, now)
    if earliest is not None:
        return redirect(f"{reverse('my:later', args=[one.reference])}?day={earliest.isoformat()}")
    return redirect("my:suggestion", reference=one.reference)


@GET_OR_POST
def later(request: HttpRequest, reference: str) -> HttpResponse:
    """Choose the later time that was suggested and accepted, free of charge."""
    now = timezone.now()
    one = _answerable(request, reference, now)
    earliest = suggestions.later_than(one, now)
    if earliest is None:
        return redirect("my:consultation", reference=reference)
    form, status, problem = WhenForm(request.POST or None), 200, ""
    if request.method == "POST":
        try:
            _move(request, form, one, now)
            flash.success(request, _("Your consultation has a new time. We have sent you an e-mail."))
            return redirect("my:consultation", reference=reference)
        except BookingError as refused:
            status, problem = 409, str(refused)
    context: dict[str, Any] = times_page(
        request, Choosing(one.kind, [one.practitioner], now, one, one.patient_id), form
    )
    context |= {"consultation": one, "earliest": earliest, "problem": problem}
    return render(request, "consultations/my/later.html", context, status=status)


def _move(request: HttpRequest, form: WhenForm, one: Consultation, now: datetime) -> None:
    if not form.is_valid():
        raise NotOffered
    suggestions.move(actor=_me(request), consultation=one, starts=form.cleaned_data["starts"], now=now)


def _me(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
