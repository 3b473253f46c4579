"""A practitioner's calendar elsewhere: the page about its address, and what a calendar reads there."""

from datetime import timedelta

from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clinic import throttle
from consultations import access, feeds
from consultations.models import CalendarFeed
from consultations.views.desk import signed_in
from practitioners.models import Practitioner

READS = 60


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Whether there is an address, and what it is for."""
    _actor, me = signed_in(request)
    return _page(request, me, "")


def _page(request: HttpRequest, me: Practitioner, address: str) -> HttpResponse:
    feed = CalendarFeed.objects.filter(practitioner=me).first()
    return render(request, "consultations/desk/calendar.html", {"feed": feed, "address": address})


@require_POST
def make(request: HttpRequest) -> HttpResponse:
    """Make an address and show it, this once."""
    actor, me = signed_in(request)
    secret = feeds.make(actor=actor, practitioner=me, now=timezone.now())
    return _page(request, me, request.build_absolute_uri(reverse("feed:calendar", args=[secret])))


@require_POST
def switch_off(request: HttpRequest) -> HttpResponse:
    """End the address."""
    actor, me = signed_in(request)
    feeds.switch_off(actor=actor, practitioner=me, now=timezone.now())
    flash.success(request, _("The address is switched off. A calendar that still asks for it finds nothing."))
    return redirect("desk:calendar")


@require_safe
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """The visits and the time off of whoever made the address, for their calendar."""
    now = timezone.now()
    throttle.hit(purpose="feed", subject=throttle.address(request), limit=READS, window=timedelta(minutes=10), now=now)
    feed = get_object_or_404(access.feed_by_link(token).select_related("practitioner__user"))
    written = feeds.written(feed.practitioner, now=now)
    return HttpResponse(written, content_type="text/calendar; charset=utf-8; method=PUBLISH")
