"""What a patient reads before the visit, right after booking and later behind a sign-in, and its days as a calendar."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clinic.accounts.models import User
from clinic.audit.models import Action
from clinic.premises.models import Clinic
from clinic.reminders import Reminders, calendar_file
from consultations import access, intake, sending
from consultations.models import Consultation
from consultations.summary import steps_before, summary
from consultations.views.steps import journey


@require_safe
def booked(request: HttpRequest) -> HttpResponse:
    """The summary of what was just booked, for whoever may read the answers."""
    now = timezone.now()
    found = _just_booked(request, now)
    if found is None:
        return redirect("booking:booked")
    ways = {"back_url": reverse("booking:booked"), "calendar_url": reverse("booking:summary_calendar")}
    return _page(request, *found, ways)


@require_safe
def booked_calendar(request: HttpRequest) -> HttpResponse:
    """The days of that summary as a calendar file."""
    now = timezone.now()
    found = _just_booked(request, now)
    return redirect("booking:booked") if found is None else _calendar(*found, now)


@require_safe
def prepare(request: HttpRequest, reference: str) -> HttpResponse:
    """The summary of a consultation to come."""
    now = timezone.now()
    me, one = _mine(request, reference, now)
    if not _lies_ahead(one, now):
        return redirect("my:consultation", reference=reference)
    ways = {
        "back_url": reverse("my:consultation", args=[reference]),
        "calendar_url": reverse("my:prepare_calendar", args=[reference]),
    }
    return _page(request, me, one, ways)


@require_safe
def prepare_calendar(request: HttpRequest, reference: str) -> HttpResponse:
    """The days of that summary as a calendar file."""
    now = timezone.now()
    me, one = _mine(request, reference, now)
    return _calendar(me, one, now) if _lies_ahead(one, now) else redirect("my:consultation", reference=reference)


def _just_booked(request: HttpRequest, now: datetime) -> tuple[User, Consultation] | None:
    """What this session has booked, with the person who did, if they may read the answers."""
    found = journey(request)
    if found is None or not found.booked or found.hold is None:
        return None
    person = reader(found.hold, now)
    return (person, found.hold) if person else None


def reader(one: Consultation, now: datetime) -> User | None:
    """Who has booked what lies ahead, if they may read the answers: somebody who books for a partner may not."""
    person = one.booked_by
    if person is None or not _lies_ahead(one, now):
        return None
    return person if access.answerable_by(person, now).filter(pk=one.pk).exists() else None


def _mine(request: HttpRequest, reference: str, now: datetime) -> tuple[User, Consultation]:
    assert isinstance(request.user, User)
    readable = access.answerable_by(request.user, now).select_related("practitioner", "location", "kind", "patient")
    return request.user, get_object_or_404(readable, reference=reference)


def _lies_ahead(one: Consultation, now: datetime) -> bool:
    return one.is_live and now < one.ends


def _page(request: HttpRequest, actor: User, one: Consultation, ways: dict[str, str]) -> HttpResponse:
    clinic, now = Clinic.objects.the(), timezone.now()
    reading = intake.read(actor=actor, consultation=one, action=Action.INTAKE_READ, now=now)
    context: dict[str, Any] = {
        **ways,
        "consultation": one,
        "may_change": one.status in intake.EDITABLE,
        "may_send": sending.may_send(one, now),
        "summary": summary(reading, one, language=get_language() or "en", clinic=clinic, today=clinic.today(now)),
    }
    return render(request, "consultations/prepare/summary.html", context)


def _calendar(actor: User, one: Consultation, now: datetime) -> HttpResponse:
    reading = intake.read(actor=actor, consultation=one, action=Action.INTAKE_READ, now=now)
    steps = steps_before(reading, one, today=Clinic.objects.the().today(now))
    page = settings.PUBLIC_BASE_URL + reverse("my:prepare", args=[one.reference])
    told = _("What to do from this day on stands on your own page: %(page)s") % {"page": page}
    written = calendar_file(
        Reminders(
            uid=f"{one.pk}@complexion",
            days=tuple((day, told) for day in dict.fromkeys(step.from_day for step in steps)),
            made_at=now,
            summary=_("Prepare for your visit"),
            language=get_language() or "en",
        )
    )
    response = HttpResponse(written, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="prepare-{one.reference}.ics"'
    return response
