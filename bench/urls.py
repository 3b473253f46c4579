"""The clinic's addresses, and a few that only a measurement needs: bare questions, the mail, and the truth by SQL."""

import hashlib
import re
from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_safe

from clinic import urls as clinic_urls
from clinic.outbox.models import OutboundMessage
from consultations import availability
from consultations.models import BLOCKING, Kind
from practitioners.models import KindCode, Practitioner

# Pairs of blocking consultations of one practitioner, room or patient that are in each other's way.
OVERLAPS = """
    select count(*) from consultations_consultation a
    join consultations_consultation b on a.id < b.id and a.{key}_id = b.{key}_id
     and a.{start} < b.{end} and b.{start} < a.{end}
    where a.status in ({blocking}) and b.status in ({blocking})
      and a.blocked_until > %s and b.blocked_until > %s
"""
RULES = [
    ("practitioner", "starts", "blocked_until"),
    ("practitioner", "blocked_from", "ends"),
    ("room", "starts", "blocked_until"),
    ("room", "blocked_from", "ends"),
    ("patient", "starts", "ends"),
]


def _question(request: HttpRequest, practitioners: list[Practitioner], first: str, days: int) -> HttpResponse:
    """How many times each day has free; `?all` adds a digest of all of them, so that speed never buys wrong ones."""
    kind = Kind.objects.get(code=KindCode.FIRST_VISIT)
    offer = availability.free(
        kind=kind, practitioners=practitioners, first_day=date.fromisoformat(first), days=days, now=timezone.now()
    )
    told: dict[str, Any] = {day.isoformat(): count for day, count in offer.counts().items()}
    if "all" in request.GET:
        lines = [f"{slot.practitioner_id} {slot.room_id} {slot.starts}" for slot in offer.slots()]
        told["digest"] = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    return JsonResponse(told)


@login_not_required
@require_safe
def month(request: HttpRequest, slug: str, first: str) -> HttpResponse:
    """Workload 3: a month of one practitioner."""
    return _question(request, [Practitioner.objects.get(slug=slug)], first, days=31)


@login_not_required
@require_safe
def week(request: HttpRequest, number: int, first: str) -> HttpResponse:
    """Workload 4: a week of any of so many practitioners."""
    return _question(request, list(Practitioner.objects.listed()[:number]), first, days=7)


@login_not_required
@require_safe
def code(request: HttpRequest, address: str) -> HttpResponse:
    """The code that was mailed to an address; a person would look into their mailbox."""
    text = OutboundMessage.objects.filter(to=address).latest("created_at").text or ""
    found = re.search(r"\b\d{6}\b", text)
    return HttpResponse(found.group() if found else "", content_type="text/plain")


@login_not_required
@require_safe
def overlaps(request: HttpRequest) -> HttpResponse:
    """How many pairs of consultations from now on are in each other's way, counted without any help of the rules."""
    blocking = ", ".join(f"'{status.value}'" for status in BLOCKING)
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    pairs = 0
    with connection.cursor() as cursor:
        for key, start, end in RULES:
            cursor.execute(OVERLAPS.format(key=key, start=start, end=end, blocking=blocking), [now, now])
            pairs += cursor.fetchone()[0]
    return JsonResponse({"pairs": pairs})


@login_not_required
@require_safe
def standing(request: HttpRequest, slug: str) -> HttpResponse:
    """The starts of the consultations that block a practitioner's time from now on."""
    held = Practitioner.objects.get(slug=slug).consultations.blocking(timezone.now()).filter(starts__gt=timezone.now())
    return JsonResponse({"starts": sorted(start.isoformat() for start in held.values_list("starts", flat=True))})


urlpatterns = [
    path("bench/month/<slug:slug>/<str:first>/", month),
    path("bench/week/<int:number>/<str:first>/", week),
    path("bench/code/<str:address>/", code),
    path("bench/overlaps/", overlaps),
    path("bench/standing/<slug:slug>/", standing),
    *clinic_urls.urlpatterns,
]
handler404 = clinic_urls.handler404
handler500 = clinic_urls.handler500
