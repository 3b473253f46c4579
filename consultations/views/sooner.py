"""Somebody who has a booking and would like an earlier time: they wait for one, and the booking stands until then."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages as flash
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from clinic.accounts.models import User
from clinic.localtime import local
from clinic.premises.models import Clinic
from consultations import waitlist
from consultations.errors import AlreadyWaiting, BookingError
from consultations.forms.waiting import WishesForm
from consultations.models import Consultation, Status, WaitlistEntry
from consultations.views.joining import form_choices, way_to

USUAL_NOTICE = (3, 24)


class EarlierForm(WishesForm):
    """The wishes of somebody who has a booking already."""

    button = _("Wait for an earlier time")

    def __init__(self, *args: Any, left: timedelta, **kwargs: Any) -> None:
        usual = max((hours for hours in USUAL_NOTICE if timedelta(hours=hours) < left), default=USUAL_NOTICE[0])
        super().__init__(*args, **{**kwargs, "initial": {"notice_hours": usual} | kwargs.get("initial", {})})
        self.left = left

    def clean_notice_hours(self) -> int:
        """Less than the time that is left, or there is nothing that could ever be offered."""
        hours: int = self.cleaned_data["notice_hours"]
        if timedelta(hours=hours) >= self.left:
            raise ValidationError(
                _("Your visit is nearer than that, so no earlier time could be offered. Choose less, or call us."),
                code="too_near",
            )
        return hours


def earlier_than(request: HttpRequest, one: Consultation, back: str, now: datetime) -> HttpResponse:
    """Ask when an earlier time would suit, and join the list for it."""
    if one.status != Status.CONFIRMED or now >= one.starts or not one.kind.is_for_patients:
        return redirect(back)
    last = local(one.starts, Clinic.objects.the().zone).date()
    choices = form_choices(one.kind, now) | {"latest": last}
    first = {"practitioners": [one.practitioner.slug], "last_day": last}
    form, problem = EarlierForm(request.POST or None, initial=first, left=one.starts - now, **choices), ""
    if request.method == "POST" and form.is_valid():
        try:
            return way_to(request, _join(request, one, form, now), now)
        except BookingError as refused:
            problem = str(refused)
    context: dict[str, Any] = {"form": form, "consultation": one, "visit_url": back, "problem": problem}
    status = 409 if problem else 422 if form.is_bound else 200
    return render(request, "consultations/waiting/earlier.html", context, status=status)


def _join(request: HttpRequest, one: Consultation, form: EarlierForm, now: datetime) -> WaitlistEntry:
    """Join the list, or find the place that the patient has there already."""
    actor = request.user if isinstance(request.user, User) else None
    person, patient = actor or one.booked_by, one.patient
    assert person is not None
    assert patient is not None
    try:
        return waitlist.join(
            actor=actor,
            user=person,
            patient=patient,
            kind=one.kind,
            wishes=form.wishes(),
            instead_of=one,
            language=get_language() or "en",
            now=now,
        )
    except AlreadyWaiting as refused:
        flash.warning(request, str(refused))
        return waitlist.place_of(patient, one.kind)
