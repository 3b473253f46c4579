"""For the desk: the visits that stand outside of hours, and what becomes of them; who is away, and who leaves."""

from datetime import datetime
from typing import Any

from django.contrib import messages as flash
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.accounts.models import User
from clinic.accounts.roles import Role, holds
from clinic.premises.models import Clinic
from consultations import access, booking, outside, reassigning
from consultations.errors import BookingError, MovedOn
from consultations.forms.outside import AwayForm, WhyForm
from consultations.models import Cancelled
from consultations.outside import Outside
from practitioners import absences
from practitioners.models import Practitioner

A_PAGE = 20  # each row asks who could take the visit over


def _staff(request: HttpRequest) -> User:
    if not isinstance(request.user, User) or not holds(request.user, Role.STAFF, Role.OWNER):
        raise Http404
    return request.user


def _whose(request: HttpRequest) -> Practitioner | None:
    slug = request.GET.get("practitioner", "")
    return get_object_or_404(Practitioner, slug=slug) if slug else None


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """The visits outside of hours, of all practitioners or of one."""
    _staff(request)
    return _page(request, WhyForm())


def _page(request: HttpRequest, form: WhyForm, status: int = 200) -> HttpResponse:
    now, whose = timezone.now(), _whose(request)
    found = outside.found(now=now, practitioner=whose)
    page: Page[Outside] = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(each, reassigning.candidates(each.visit, now)) for each in page],
        "seen": outside.fingerprint(found),
        "whose": whose,
        "form": form,
    }
    return render(request, "consultations/reception/outside.html", context, status=status)


@require_POST
def settle(request: HttpRequest) -> HttpResponse:
    """Give one visit to somebody else, or cancel it."""
    actor, now = _staff(request), timezone.now()
    reference, revision, slug = [*request.POST.get("visit", "").split(" "), "", ""][:3]
    one = get_object_or_404(access.at_reception(actor), reference=reference)
    who = get_object_or_404(Practitioner, slug=slug) if slug else None
    try:
        if revision != str(one.ics_sequence):
            raise MovedOn
        if who is None:
            booking.cancel(actor=actor, consultation=one, by=Cancelled.BY_CLINIC, now=now)
            told = _("%(reference)s is cancelled. The patient gets an e-mail.")
        else:
            reassigning.reassign(actor=actor, consultation=one, practitioner=who, now=now)
            told = _("%(reference)s is with %(name)s now. The patient gets an e-mail.")
        flash.success(request, told % {"reference": reference, "name": who.name if who else ""})
    except BookingError as refused:
        flash.error(request, str(refused))
    return redirect(_address(_whose(request)))


@require_POST
def settle_all(request: HttpRequest) -> HttpResponse:
    """Give all that somebody has read to whoever can take them over, or cancel them for one reason."""
    actor, now, whose = _staff(request), timezone.now(), _whose(request)
    form, found = WhyForm(request.POST), outside.found(now=now, practitioner=whose)
    if outside.fingerprint(found) != request.POST.get("seen"):
        flash.error(request, _("The list has changed since you read it. Nothing was done; please look at it again."))
        return redirect(_address(whose))
    visits, what = [each.visit for each in found], request.POST.get("what")
    if what == "reassign":
        left = reassigning.reassign_all(actor=actor, visits=visits, now=now)
    elif what == "cancel" and form.is_valid():
        left = reassigning.cancel_all(actor=actor, visits=visits, reason=form.cleaned_data["reason"], now=now)
    else:
        return _page(request, form, status=422)
    told = _("Arranged: %(done)d. Left, and listed below: %(left)d.")
    flash.success(request, told % {"done": len(visits) - len(left), "left": len(left)})
    return redirect(_address(whose))


def _address(whose: Practitioner | None) -> str:
    return reverse("reception:outside") + (f"?practitioner={whose.slug}" if whose else "")


@require_http_methods(["GET", "HEAD", "POST"])
def away(request: HttpRequest) -> HttpResponse:
    """Somebody is away for some days, or leaves for good: shown with the visits under it, then made."""
    actor, now = _staff(request), timezone.now()
    first = {
        "practitioner": request.GET.get("practitioner", ""),
        "first_day": Clinic.objects.the().today(now),
    }
    form = AwayForm(request.POST or None, initial=first)
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        who = form.cleaned_data["practitioner"]
        try:
            outside.knowingly(act=lambda: _make(form, actor, now), seen=request.POST.get("seen_visits", ""), now=now)
        except outside.TakesAway as taken:
            context |= {"taken": taken, "sent": [*request.POST.items()]}
            return render(request, "consultations/reception/away_visits.html", context)
        flash.success(request, _("Saved. What is left to arrange stands below."))
        return redirect(_address(who))
    return render(request, "consultations/reception/away.html", context, status=422 if form.is_bound else 200)


def _make(form: AwayForm, actor: User, now: datetime) -> None:
    words = form.cleaned_data
    if words["what"] == AwayForm.LEAVES:
        absences.leave(actor=actor, practitioner=words["practitioner"], last_day=words["last_day"], now=now)
        return
    absences.away(
        actor=actor,
        practitioner=words["practitioner"],
        first_day=words["first_day"],
        last_day=words["last_day"],
        absence=words["absence"],
        now=now,
    )
