"""Behind the mailed link: see, move, cancel, undo. Times and places only; opening the link changes nothing."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic import throttle
from clinic.premises.models import Clinic
from consultations import access, mail
from consultations.models import Consultation, Status
from consultations.scheduling.invite import Method
from consultations.views import attending, changing, moving
from consultations.views.changing import Door, history
from consultations.views.sooner import earlier_than

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
LINK_TRIES = 60


def _visit(request: HttpRequest, token: str, now: datetime) -> Consultation:
    throttle.hit(
        purpose="link", subject=throttle.address(request), limit=LINK_TRIES, window=timedelta(minutes=10), now=now
    )
    found = access.by_link(token, now).select_related("practitioner", "location", "kind", "patient", "booked_by")
    return get_object_or_404(found)


def _door(request: HttpRequest, token: str) -> Door:
    now = timezone.now()
    return Door(_visit(request, token, now), None, "manage", token, Clinic.objects.the(), now)


def _while_it_lasts(view: Callable[[HttpRequest, str], HttpResponse]) -> Callable[[HttpRequest, str], HttpResponse]:
    """Whoever comes with the link of a visit that is long over reads so, and what to do instead."""

    @wraps(view)
    def explained(request: HttpRequest, token: str) -> HttpResponse:
        try:
            return view(request, token)
        except Http404:
            if not access.is_old_link(token):
                raise
            return render(request, "consultations/manage/over.html", status=410)

    return explained


@require_safe
@_while_it_lasts
def visit(request: HttpRequest, token: str) -> HttpResponse:
    """The consultation, what a change would cost now, and the buttons."""
    return _page(request, _door(request, token))


def _page(request: HttpRequest, door: Door, problem: str = "", status: int = 200) -> HttpResponse:
    context = changing.context(door) | attending.context(door)
    context |= {"token": door.key, "events": history(door.one), "problem": problem}
    return render(request, "consultations/manage/visit.html", context, status=status)


@GET_OR_POST
@_while_it_lasts
def move(request: HttpRequest, token: str) -> HttpResponse:
    """Choose another time."""
    return moving.move(request, _door(request, token))


@GET_OR_POST
@_while_it_lasts
def cancel(request: HttpRequest, token: str) -> HttpResponse:
    """Ask once more, then cancel."""
    return changing.cancel(request, _door(request, token))


@require_POST
def undo(request: HttpRequest, token: str) -> HttpResponse:
    """Take a cancellation back within fifteen minutes, if the time is still free."""
    door = _door(request, token)
    problem = changing.undo(request, door)
    return _page(request, door, problem, 409) if problem else redirect(door.home)


@GET_OR_POST
@_while_it_lasts
def propose(request: HttpRequest, token: str) -> HttpResponse:
    """Say which other times would suit."""
    return changing.propose(request, _door(request, token))


@require_POST
def late(request: HttpRequest, token: str) -> HttpResponse:
    """The patient says that they will be late."""
    return attending.late(request, _door(request, token))


@GET_OR_POST
@_while_it_lasts
def earlier(request: HttpRequest, token: str) -> HttpResponse:
    """Wait for an earlier time; the booking stands until one is accepted."""
    door = _door(request, token)
    return earlier_than(request, door.one, door.home, door.now)


@require_POST
def coming(request: HttpRequest, token: str) -> HttpResponse:
    """Note that the patient is coming; pressed twice it is noted once."""
    door = _door(request, token)
    problem = attending.coming(request, door)
    return _page(request, door, problem, 409) if problem else redirect(door.home)


@require_safe
@_while_it_lasts
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
