"""A place on the waiting list, behind the mailed link or a sign-in: answer an offer, change wishes, leave.

Times and places only. Whoever accepts a time without having a booking signs in by a mailed code before they book it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages as flash
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic import throttle
from clinic.accounts.models import User
from clinic.premises.models import Clinic
from consultations import access, offering, quoting, waitlist
from consultations.errors import BookingError, MovedOn
from consultations.forms.booking import WhatForm
from consultations.forms.waiting import WishesForm, wishes_of
from consultations.models import OfferState, WaitlistEntry, WaitlistOffer
from consultations.views.joining import form_choices
from consultations.views.manage import LINK_TRIES
from consultations.views.steps import SECRET, journey

ALONG = ("patient", "user", "kind", "instead_of")
GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(frozen=True)
class Way:
    """By which way somebody came to an entry: its link, or their sign-in."""

    entry: WaitlistEntry
    actor: User | None
    pages: str
    key: str

    def url(self, page: str) -> str:
        """The address of one of the entry's pages, by the same way."""
        return reverse(self.pages + page, args=[self.key])

    @property
    def urls(self) -> dict[str, str]:
        return {page: self.url(page) for page in ("answer", "wishes", "leave", "resume")}


Page = Callable[[HttpRequest, Way], HttpResponse]


def _by_link(page: Page) -> Callable[..., HttpResponse]:
    def view(request: HttpRequest, token: str) -> HttpResponse:
        now = timezone.now()
        throttle.hit(
            purpose="link", subject=throttle.address(request), limit=LINK_TRIES, window=timedelta(minutes=10), now=now
        )
        entry = get_object_or_404(access.waiting_by_link(token, now).select_related(*ALONG))
        return page(request, Way(entry, None, "waiting:", token))

    return view


def _signed_in(page: Page) -> Callable[..., HttpResponse]:
    def view(request: HttpRequest, entry: UUID) -> HttpResponse:
        assert isinstance(request.user, User)
        found = get_object_or_404(access.waiting_of(request.user).select_related(*ALONG), pk=entry)
        return page(request, Way(found, request.user, "my:waiting_", str(entry)))

    return view


@require_safe
def show(request: HttpRequest, way: Way) -> HttpResponse:
    """Where they stand, and what is offered; looking decides nothing."""
    return _show(request, way)


def _show(request: HttpRequest, way: Way, problem: str = "") -> HttpResponse:
    entry, now = way.entry, timezone.now()
    offer = entry.offers.standing().select_related("practitioner", "location", "consultation").first()
    ahead = WaitlistEntry.objects.open().filter(kind=entry.kind, joined_at__lt=entry.joined_at).count()
    context = {
        "entry": entry,
        "urls": way.urls,
        "offer": offer,
        "is_asked": offer is not None and offer.state == OfferState.OPEN and offer.answer_by > now,
        "is_theirs": offer is not None and offer.state == OfferState.ACCEPTED and entry.is_open,
        "booked": entry.replaces(now),
        "ahead": ahead,
        "problem": problem,
        **(_with_another(offer, now) if offer else {}),
    }
    return render(request, "consultations/waiting/entry.html", context, status=409 if problem else 200)


@require_POST
def answer(request: HttpRequest, way: Way) -> HttpResponse:
    """Accept or decline the time that the page showed."""
    now, accepts = timezone.now(), request.POST.get("answer") == "accept"
    offers = way.entry.offers.select_related("entry__instead_of", "entry__patient", "entry__user", "consultation")
    try:
        offer = get_object_or_404(offers, pk=UUID(request.POST.get("offer", "")))
    except ValueError as no_number:
        raise Http404 from no_number
    moves = way.entry.replaces(now) is not None
    try:
        if accepts:
            _accept(request, way, offer, now)
        else:
            offering.decline(actor=way.actor, offer=offer, now=now)
    except BookingError as refused:
        return _show(request, way, str(refused))
    if not accepts:
        flash.success(request, _("The time goes to the next person. You stay on the list."))
    elif moves:
        flash.success(request, _("Your consultation has a new time. We have sent you an e-mail."))
    else:
        if not request.user.is_authenticated:  # the page of the offer says so itself, after the code
            flash.success(request, _("The time is kept for you. We send you a code, and then you book it."))
        return redirect("my:offer", offer=offer.pk)
    return redirect(way.url("entry"))


def _accept(request: HttpRequest, way: Way, offer: WaitlistOffer, now: datetime) -> None:
    """Take the time; with somebody else only for the fee that was read."""
    another = _with_another(offer, now)
    if another and request.POST.get("agreed") != another["agreed"]:
        raise MovedOn
    offering.accept(actor=way.actor, offer=offer, quote=another.get("quote"), now=now)


def _with_another(offer: WaitlistOffer, now: datetime) -> dict[str, Any]:
    """What a booking would cost that would go to another practitioner, as in a move by its patient."""
    costs = quoting.offered(offer, Clinic.objects.the(), now)
    return {**costs, "agreed": quoting.agreed(costs["quote"], offer.practitioner)} if costs else {}


@GET_OR_POST
def wishes(request: HttpRequest, way: Way) -> HttpResponse:
    """Change what is waited for; the place in the line stays."""
    now, entry = timezone.now(), way.entry
    if not entry.is_open:
        return redirect(way.url("entry"))
    form = WishesForm(request.POST or None, initial=wishes_of(entry), **form_choices(entry.kind, now))
    if request.method == "POST" and form.is_valid():
        try:
            waitlist.change(actor=way.actor, entry=entry, wishes=form.wishes(), now=now)
        except BookingError as refused:
            return _show(request, way, str(refused))
        flash.success(request, _("Saved. Your place in the line stays."))
        return redirect(way.url("entry"))
    context = {"form": form, "entry": entry, "entry_url": way.url("entry")}
    return render(request, "consultations/waiting/wishes.html", context, status=422 if form.is_bound else 200)


@require_POST
def leave(request: HttpRequest, way: Way) -> HttpResponse:
    """Leave the list with one press."""
    try:
        waitlist.leave(actor=way.actor, entry=way.entry, now=timezone.now())
    except BookingError as refused:
        return _show(request, way, str(refused))
    flash.success(request, _("You have left the waiting list."))
    return redirect(way.url("entry"))


@require_POST
def resume(request: HttpRequest, way: Way) -> HttpResponse:
    """Want offers again after a pause."""
    try:
        waitlist.resume(actor=way.actor, entry=way.entry, now=timezone.now())
    except BookingError as refused:
        return _show(request, way, str(refused))
    flash.success(request, _("We offer you times again."))
    return redirect(way.url("entry"))


PAGES: dict[str, Page] = {"": show, "answer/": answer, "wishes/": wishes, "leave/": leave, "resume/": resume}


def behind_link() -> list[URLPattern]:
    """The addresses behind the mailed link."""
    return [path(f"<slug:token>/{end}", _by_link(page), name=end.strip("/") or "entry") for end, page in PAGES.items()]


def behind_sign_in() -> list[URLPattern]:
    """The same pages for somebody who has signed in."""
    return [
        path(f"waiting/<uuid:entry>/{end}", _signed_in(page), name=f"waiting_{end.strip('/') or 'entry'}")
        for end, page in PAGES.items()
    ]


# --- after accepting -------------------------------------------------------------------------------------------------


@GET_OR_POST
def offer(request: HttpRequest, offer: UUID) -> HttpResponse:
    """An accepted time: what it is for, and on to consent and the last check. Whose it is, the sign-in says."""
    assert isinstance(request.user, User)
    now = timezone.now()
    along = ("entry__kind", "entry__patient", "consultation", "practitioner", "location")
    accepted = get_object_or_404(access.offers_to(request.user).select_related(*along), pk=offer)
    if accepted.state != OfferState.ACCEPTED or not accepted.entry.is_open:
        return redirect("my:waiting_entry", entry=accepted.entry.pk)
    form, problem = WhatForm(request.POST or None, now=now), ""
    if request.method == "POST" and form.is_valid():
        try:
            request.session[SECRET] = offering.begin(
                actor=request.user,
                offer=accepted,
                concern=form.cleaned_data["concern"],
                treatments=form.cleaned_data["treatments"],
                now=now,
            )
            found = journey(request)
            return redirect(found.first_open_step() if found else "booking:what")
        except BookingError as refused:
            problem = str(refused)
    context = {"form": form, "offer": accepted, "entry": accepted.entry, "problem": problem}
    status = 409 if problem else 422 if form.is_bound else 200
    return render(request, "consultations/waiting/offer.html", context, status=status)
