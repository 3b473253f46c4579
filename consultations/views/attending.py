"""Whether the patient comes, and whether they or the clinic are late: said by either door; no time changes by it."""

from typing import Any

from django.contrib import messages as flash
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from consultations import coming as comings
from consultations import lateness, reminding
from consultations.errors import BookingError, MovedOn
from consultations.forms.reception import LATE, LateForm
from consultations.views.changing import Door


def context(door: Door) -> dict[str, Any]:
    """What the pages of a visit say about coming to it."""
    return {
        "is_asked": reminding.is_asked(door.one),
        "behind": lateness.behind(door.one, door.now),
        "late_choices": LATE[1:],
        "may_be_late": lateness.may_say(door.one, door.now),
    }


def late(request: HttpRequest, door: Door) -> HttpResponse:
    """The patient says that they will be late; the desk reads it."""
    form = LateForm(request.POST)
    if not form.is_valid():
        raise Http404
    try:
        minutes = form.cleaned_data["minutes"]
        lateness.patient_says(actor=door.actor, consultation=door.one, minutes=minutes, now=door.now)
        flash.success(request, _("Thank you, the desk has been told. Your time stays the same."))
    except BookingError as refused:
        flash.error(request, str(refused))
    return redirect(door.home)


def coming(request: HttpRequest, door: Door) -> str:
    """The patient says that they are coming, which is noted once; why not, if this is not the time they have read."""
    try:
        if door.is_stale(request):
            raise MovedOn
        comings.say(actor=door.actor, consultation=door.one, now=door.now)
    except BookingError as refused:
        door.one.refresh_from_db()
        return str(refused)
    flash.success(request, _("Thank you. We are expecting you."))
    return ""
