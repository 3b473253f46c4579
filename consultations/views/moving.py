"""The patient moves their visit: to another time of their practitioner, or to somebody else who does this.

Whom and what it costs is asked once more where the visit would be with somebody else.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from clinic.premises.models import Location
from consultations import availability, booking, quoting
from consultations.availability import Slot
from consultations.errors import BookingError, MovedOn, NotOffered, SlotTaken
from consultations.forms.booking import WhenForm
from consultations.forms.times import TimesFilter
from consultations.models import Cancelled, Consultation
from consultations.scheduling.policy import Change
from consultations.views.changing import Door, context
from consultations.views.times import Choosing, times_page
from practitioners.models import Practitioner


def move(request: HttpRequest, door: Door) -> HttpResponse:
    """Choose another time; the terms stand above the button."""
    if not door.may_change:
        return redirect(door.home)
    asked, form, status, problem = _asked(request, door), WhenForm(request.POST or None), 200, ""
    others: Sequence[Slot] = ()
    if request.method == "POST":
        try:
            return _chosen(request, door, asked, form)
        except BookingError as refused:
            status, problem, others = 409, str(refused), refused.others
    page = (
        times_page(request, _choosing(door, asked, others), form)
        | context(door)
        | door.of(Change.MOVE)
        | {"problem": problem}
    )
    return render(request, "consultations/change/move.html", page, status=status)


def _choosing(door: Door, asked: TimesFilter, others: Sequence[Slot] = ()) -> Choosing:
    one = door.one
    return Choosing(one.own_kind, asked.practitioners, door.now, one, one.patient_id, asked, others)


def _asked(request: HttpRequest, door: Door) -> TimesFilter:
    people = _people(door.one, door.now)
    places = Location.objects.filter(hours__practitioner__in=people).distinct()
    return TimesFilter(request.GET, people=people, preferred=door.one.practitioner, locations=list(places))


def _people(one: Consultation, now: datetime) -> list[Practitioner]:
    """With whom the visit may be: what somebody carries out themselves is theirs, all else is for anybody who does it.

    Whom it is with comes first, so that of two at the same time it stays with them.
    """
    if one.kind.is_treatment:
        return [one.practitioner]
    found = list(availability.everyone(kind=one.kind, now=now))
    return sorted(found, key=lambda each: each.pk != one.practitioner_id)


def _chosen(request: HttpRequest, door: Door, asked: TimesFilter, form: WhenForm) -> HttpResponse:
    """Move the visit, or ask first where it would be with somebody else."""
    if not form.is_valid():
        raise NotOffered
    one, starts = door.one, form.cleaned_data["starts"]
    if starts == one.starts and asked.chosen in {None, one.practitioner}:
        flash.info(request, _("This is the time that your consultation has already. Nothing was changed."))
        return redirect(door.home)
    if door.is_stale(request):
        raise MovedOn
    slot = _slot(door, asked, starts)
    who = next(each for each in asked.practitioners if each.pk == slot.practitioner_id)
    quote = None if who == one.practitioner else quoting.with_another(one, who, door.clinic)
    agreed = quoting.agreed(quote, who) if quote else ""
    if quote and request.POST.get("agreed") != agreed:
        return _ask(request, door, slot, who, {"quote": quote, "agreed": agreed})
    by: dict[str, Any] = {"actor": door.actor, "by": Cancelled.BY_PATIENT, "now": door.now}
    booking.move(**by, consultation=one, practitioner=who, starts=starts, quote=quote)
    flash.success(request, _("Your consultation has a new time. We have sent you an e-mail."))
    return redirect(door.home)


def _slot(door: Door, asked: TimesFilter, starts: datetime) -> Slot:
    near = availability.around(starts=starts, **_choosing(door, asked).searched)
    if slots := near.slots():
        return slots[0]
    raise SlotTaken(near.nearest())


def _ask(request: HttpRequest, door: Door, slot: Slot, who: Practitioner, agreeing: dict[str, Any]) -> HttpResponse:
    """Whom the visit would be with, where, and what it would cost: all of it before the button."""
    known = door.one.quote.get("fee_minor")
    page = {"slot": slot, "who": who, "place": Location.objects.get(pk=slot.location_id), "fee_before": known}
    page |= context(door) | door.of(Change.MOVE) | agreeing
    return render(request, "consultations/change/with_another.html", page)
