"""Completing a visit at which treatments were carried out."""

from typing import Any

from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from consultations import deciding, visits
from consultations.errors import BookingError
from consultations.forms.treated import TreatedForm
from consultations.views.brief import Opened, opened
from treatments.models import Treatment


@require_http_methods(["GET", "HEAD", "POST"])
def complete(request: HttpRequest, reference: str) -> HttpResponse:
    """Which treatments, and how many days of downtime the patient was told; then the visit is over."""
    page = opened(request, reference)
    form, waiting = _asked(page)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            visits.complete(
                actor=page.actor,
                consultation=page.consultation,
                done=form.carried_out,
                early=form.early,
                now=page.now,
            )
            flash.success(request, _("Saved."))
            return redirect("desk:brief", reference=reference)
        except BookingError as refused:
            form.add_error(None, str(refused))
            status = 409
    context = {"form": form, "waiting": waiting, "consultation": page.consultation, "clinic": page.clinic}
    return render(request, "consultations/desk/treated.html", context, status=status)


def _asked(page: Opened) -> tuple[TreatedForm, list[tuple[Treatment, Any]]]:
    """The form, and the treatments that have to wait beside it."""
    offered = list(Treatment.objects.filter(offerings__practitioner=page.me).select_related("facts"))
    waits = deciding.waits(page.consultation, offered, clinic=page.clinic, now=page.now)
    wanted = page.consultation.treatments.all()
    form = TreatedForm(page.request.POST or None, offered=offered, wanted=wanted, waits=waits)
    return form, [(each, waits[each.pk]) for each in offered if each.pk in waits]
