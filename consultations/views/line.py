"""The waiting list at the front desk: who waits, who was offered what and what they answered, and picking by hand."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages as flash
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.localtime import day_bounds
from clinic.premises.models import Clinic, Location
from consultations import access, availability, offering, waitlist
from consultations.availability import Slot
from consultations.errors import BookingError
from consultations.forms.booking import WhenForm
from consultations.forms.waiting import RemoveForm
from consultations.models import Kind, WaitingState, WaitlistEntryQuerySet
from consultations.views.days import day_in
from consultations.views.reception import at_the_desk
from consultations.views.times import Choosing, times_page
from practitioners.models import Practitioner

ALONG = ("patient", "user", "kind", "instead_of")
CHOSEN = ("practitioners", "locations")
ON_A_PAGE = 50


def _visible(request: HttpRequest) -> WaitlistEntryQuerySet:
    return access.waiting_at_reception(at_the_desk(request)).select_related(*ALONG).prefetch_related(*CHOSEN)


@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """Who waits, first who joined first, and what each was offered last."""
    found = _filtered(_visible(request), request.GET)
    context = _filters(request.GET) | {
        "page": Paginator(found.prefetch_related("offers"), ON_A_PAGE).get_page(request.GET.get("page")),
        "is_filtered": any(request.GET.values()),
    }
    return render(request, "consultations/reception/waiting.html", context)


def _filtered(found: WaitlistEntryQuerySet, asked: QueryDict) -> WaitlistEntryQuerySet:
    state = asked.get("state", "")
    found = found.filter(state=state) if state in WaitingState.values else found.open()
    if kind := asked.get("kind"):
        found = found.filter(kind__code=kind)
    if who := asked.get("practitioner"):
        found = found.filter(practitioners__slug=who) | found.filter(practitioners=None)
    if where := asked.get("location"):
        found = found.filter(locations__slug=where) | found.filter(locations=None)
    if since := day_in(asked.get("since", "")):
        found = found.filter(joined_at__lt=day_bounds(since, Clinic.objects.the().zone)[1])
    return found.distinct().order_by("joined_at", "pk")


def _filters(asked: QueryDict) -> dict[str, Any]:
    return {
        "kinds": Kind.objects.for_patients(),
        "people": Practitioner.objects.filter(is_active=True).order_by("position"),
        "places": Location.objects.all(),
        "states": WaitingState.choices,
        "asked": {name: asked.get(name, "") for name in ("kind", "practitioner", "location", "since", "state")},
    }


@require_safe
def entry(request: HttpRequest, entry: UUID) -> HttpResponse:
    """One who waits: contact, wishes, and everything that happened."""
    one = get_object_or_404(_visible(request), pk=entry)
    return render(request, "consultations/reception/waiting_entry.html", _context(one) | {"form": RemoveForm()})


@require_POST
def remove(request: HttpRequest, entry: UUID) -> HttpResponse:
    """Take somebody off the list; they are told why."""
    actor, one = at_the_desk(request), get_object_or_404(_visible(request), pk=entry)
    form = RemoveForm(request.POST)
    if form.is_valid():
        try:
            waitlist.remove(actor=actor, entry=one, reason=form.cleaned_data["reason"], now=timezone.now())
            flash.success(request, _("Taken off the list. They get an e-mail with the reason."))
            return redirect("reception:waiting")
        except BookingError as refused:
            flash.error(request, str(refused))
            return redirect("reception:waiting_entry", entry=entry)
    return render(request, "consultations/reception/waiting_entry.html", _context(one) | {"form": form}, status=422)


def _context(one: Any) -> dict[str, Any]:
    return {
        "entry": one,
        "events": one.events.select_related("actor", "offer__practitioner").order_by("at"),
        "may_remove": one.is_open,
    }


@require_http_methods(["GET", "HEAD", "POST"])
def times(request: HttpRequest) -> HttpResponse:
    """The free times of a kind of visit, to offer one by hand; choosing one shows whom it suits."""
    at_the_desk(request)
    now = timezone.now()
    kind = _kind(request)
    people = list(availability.everyone(kind=kind, now=now))
    who = next((each for each in people if each.slug == request.GET.get("practitioner", "")), None) or people[:1]
    chosen = who if isinstance(who, list) else [who]
    form = WhenForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and chosen:
        query = QueryDict(mutable=True)
        starts = form.cleaned_data["starts"].strftime("%Y-%m-%dT%H:%MZ")
        query.update({"kind": kind.code, "practitioner": chosen[0].slug, "starts": starts})
        return redirect(f"{reverse('reception:waiting_pick')}?{query.urlencode()}")
    context = times_page(request, Choosing(kind, chosen, now), form)
    context |= {"people": people, "who": chosen[0] if chosen else None, "kinds": Kind.objects.for_patients()}
    return render(request, "consultations/reception/waiting_times.html", context)


def _kind(request: HttpRequest) -> Kind:
    kinds: list[Kind] = list(Kind.objects.for_patients())
    if not kinds:
        raise Http404
    return next((kind for kind in kinds if kind.code == request.GET.get("kind")), kinds[0])


@require_http_methods(["GET", "HEAD", "POST"])
def pick(request: HttpRequest) -> HttpResponse:
    """Whom a free time suits, first who joined first, and why it does not suit the others; choosing one offers it."""
    actor, now, problem = at_the_desk(request), timezone.now(), ""
    kind, who, slot = _time(request, now)
    if request.method == "POST" and slot is not None:
        one = get_object_or_404(_visible(request), pk=_number(request.POST.get("entry", "")), kind=kind)
        try:
            offering.make(actor=actor, entry=one, practitioner=who, starts=slot.starts, now=now)
            flash.success(request, _("The time is held, and the person gets an e-mail."))
            return redirect("reception:waiting_entry", entry=one.pk)
        except BookingError as refused:
            problem = str(refused)
            slot = availability.is_offered(kind=kind, practitioner=who, starts=slot.starts, now=now)
    listed = offering.candidates(kind=kind, slot=slot, now=now) if slot else []
    context = {"kind": kind, "who": who, "slot": slot, "candidates": listed, "problem": problem}
    return render(request, "consultations/reception/waiting_pick.html", context, status=409 if problem else 200)


def _time(request: HttpRequest, now: datetime) -> tuple[Kind, Practitioner, Slot | None]:
    kind, form = _kind(request), WhenForm(request.GET)
    who = get_object_or_404(availability.everyone(kind=kind, now=now), slug=request.GET.get("practitioner", ""))
    if not form.is_valid():
        raise Http404
    return kind, who, availability.is_offered(kind=kind, practitioner=who, starts=form.cleaned_data["starts"], now=now)


def _number(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as no_number:
        raise Http404 from no_number
