"""A practitioner changes their own hours, where the clinic lets them; visits that lose theirs are shown first."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib import messages as flash
from django.db.models import Q
from django.forms import Form, model_to_dict
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clinic.accounts.models import User
from clinic.premises.models import Clinic
from consultations.forms.own_hours import EndForm, ExtraForm, WeeklyForm
from consultations.views.desk import signed_in
from consultations.views.own_time import once_read
from practitioners import rostering
from practitioners.models import ExtraHours, Practitioner, WorkingHours

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(frozen=True, slots=True)
class Own:
    """Whose hours are changed, which are only ever those of the person who is signed in."""

    actor: User
    me: Practitioner
    today: date
    now: datetime

    def line(self, pk: int) -> WorkingHours:
        """One of their lines that is not over."""
        lasting = Q(valid_until=None) | Q(valid_until__gte=self.today)
        found: WorkingHours = get_object_or_404(self.me.hours.filter(lasting).select_related("location"), pk=pk)
        return found

    def changes(self, line: WorkingHours, data: Any = None) -> WeeklyForm:
        """The form that puts another line in its stead."""
        first = {**model_to_dict(line), "valid_from": max(self.today, line.valid_from or self.today)}
        return WeeklyForm(data, instance=WorkingHours(practitioner=self.me), initial=first, today=self.today)

    def ends(self, data: Any = None) -> EndForm:
        """The form that takes a line out of the week."""
        return EndForm(data, initial={"first_day": self.today}, today=self.today)


def _own(request: HttpRequest) -> Own:
    actor, me = signed_in(request)
    clinic, now = Clinic.objects.the(), timezone.now()
    if not clinic.practitioners_set_hours:
        raise Http404
    return Own(actor, me, clinic.today(now), now)


@GET_OR_POST
def add(request: HttpRequest) -> HttpResponse:
    """Add hours to the week."""
    own = _own(request)
    new = WorkingHours(practitioner=own.me)
    form = WeeklyForm(request.POST or None, instance=new, initial={"valid_from": own.today}, today=own.today)
    page = {"title": _("Add hours of every week"), "form": form}
    return _asked(request, form, lambda: rostering.add(actor=own.actor, line=new, now=own.now), page)


@GET_OR_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change hours of the week from a day on."""
    own = _own(request)
    line = own.line(pk)
    form = own.changes(line, request.POST or None)
    page = {"title": _("Change hours of every week"), "form": form, "end_form": own.ends(), "line": line}
    return _asked(
        request, form, lambda: rostering.change(actor=own.actor, line=line, to=form.instance, now=own.now), page
    )


@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Take hours out of the week from a day on."""
    own = _own(request)
    line, form = own.line(pk), own.ends(request.POST)
    page = {"title": _("Change hours of every week"), "form": own.changes(line), "end_form": form, "line": line}
    return _asked(
        request,
        form,
        lambda: rostering.end(actor=own.actor, line=line, first_day=form.cleaned_data["first_day"], now=own.now),
        page,
    )


@GET_OR_POST
def add_extra(request: HttpRequest) -> HttpResponse:
    """Add hours on one day."""
    own = _own(request)
    new = ExtraHours(practitioner=own.me)
    form = ExtraForm(request.POST or None, instance=new, today=own.today)
    page = {"title": _("Add hours on one day"), "form": form}
    return _asked(request, form, lambda: rostering.add_extra(actor=own.actor, extra=new, now=own.now), page)


@require_POST
def remove_extra(request: HttpRequest, pk: int) -> HttpResponse:
    """Take hours of one day away."""
    own = _own(request)
    extra = get_object_or_404(own.me.extra_hours.coming(own.today), pk=pk)
    nothing_to_fill_in = Form(request.POST)
    return _asked(
        request, nothing_to_fill_in, lambda: rostering.remove_extra(actor=own.actor, extra=extra, now=own.now), {}
    )


def _asked(request: HttpRequest, form: Any, act: Callable[[], None], page: dict[str, Any]) -> HttpResponse:
    """Do what a form asks, once somebody has read which visits lose their hours; otherwise show the page."""
    if form.is_bound and form.is_valid():
        try:
            return once_read(request, act, _("Change my hours, and leave them to the desk"))
        except rostering.HoursOverlap as refused:
            form.add_error("opens", str(refused))
        except rostering.HoursMovedOn as refused:
            flash.error(request, str(refused))
            return redirect("desk:time_off")
    return render(request, "consultations/desk/hours.html", page, status=422 if form.is_bound else 200)
