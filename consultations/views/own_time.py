"""A practitioner's own hours and time off on one page; time off is added and taken back here."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages as flash
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clinic.accounts.models import User
from clinic.premises.models import Clinic
from consultations import outside
from consultations.forms.outside import OwnTimeOffForm
from consultations.views.desk import signed_in
from practitioners import absences, roster
from practitioners.models import Practitioner, TimeOff


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Hours and time off; time that is blocked is shown with the visits under it first."""
    actor, me = signed_in(request)
    now, clinic = timezone.now(), Clinic.objects.the()
    form = OwnTimeOffForm(request.POST or None, now=now, zone=clinic.zone)
    if request.method != "POST" or not form.is_valid():
        return _page(request, me, form, clinic, now)
    return once_read(request, lambda: _block(actor, me, form, now), _("Block this time, and leave them to the desk"))


def once_read(request: HttpRequest, act: Callable[[], Any], button: str) -> HttpResponse:
    """Do it once somebody has read which visits lose their hours by it; before, the button stands below those."""
    seen = request.POST.get("seen_visits", "")
    try:
        outside.knowingly(act=act, seen=seen, now=timezone.now())
    except outside.TakesAway as taken:
        sent = [pair for pair in request.POST.items() if pair[0] not in {"csrfmiddlewaretoken", "seen_visits"}]
        context = {"clinic": Clinic.objects.the(), "taken": taken, "sent": sent, "button": button}
        context |= {"action": request.path, "back": reverse("desk:time_off")}
        return render(request, "consultations/desk/time_off_visits.html", context)
    told = _("Saved. The visits under it stay booked until the desk has arranged them.") if seen else _("Saved.")
    flash.success(request, told)
    return redirect("desk:time_off")


def _page(request: HttpRequest, me: Practitioner, form: OwnTimeOffForm, clinic: Clinic, now: datetime) -> HttpResponse:
    today = clinic.today(now)
    context = {
        "clinic": clinic,
        "form": form,
        "time_off": me.time_off.filter(ends__gt=now),
        "hours": me.hours.filter(Q(valid_until=None) | Q(valid_until__gte=today)).select_related("location"),
        "extra": me.extra_hours.coming(today),
        "days": roster.days_ahead(me, now=now),
    }
    return render(request, "consultations/desk/time_off.html", context, status=422 if form.is_bound else 200)


def _block(actor: User, me: Practitioner, form: OwnTimeOffForm, now: datetime) -> TimeOff:
    return absences.block(actor=actor, practitioner=me, now=now, **form.cleaned_data)


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take time off back, which gives it to patients again."""
    (actor, me), now = signed_in(request), timezone.now()
    absences.back(actor=actor, time_off=get_object_or_404(me.time_off.filter(ends__gt=now), pk=pk), now=now)
    flash.success(request, _("The time off is taken back. Patients can book that time again."))
    return redirect("desk:time_off")
