"""Completing a visit at which treatments were carried out."""

from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from consultations import visits
from consultations.errors import BookingError
from consultations.forms.treated import TreatedForm
from consultations.views.brief import opened
from treatments.models import Treatment


@require_http_methods(["GET", "HEAD", "POST"])
def complete(request: HttpRequest, reference: str) -> HttpResponse:
    """Which treatments, and how many days of downtime the patient was told; then the visit is over."""
    page = opened(request, reference)
    offered = Treatment.objects.filter(offerings__practitioner=page.me).select_related("facts")
    form = TreatedForm(request.POST or None, offered=offered, wanted=page.consultation.treatments.all())
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            visits.complete(actor=page.actor, consultation=page.consultation, done=form.carried_out, now=page.now)
            flash.success(request, _("Saved."))
            return redirect("desk:brief", reference=reference)
        except BookingError as refused:
            form.add_error(None, str(refused))
            status = 409
    context = {"form": form, "consultation": page.consultation, "patient": page.consultation.patient}
    return render(request, "consultations/desk/treated.html", context, status=status)
