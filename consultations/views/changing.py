"""Changes by the patient, through the mailed link or their own pages: the same steps, one place (moving: moving.py).

Times and places only. Opening a page changes nothing.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from clinic.accounts.models import User
from clinic.premises.models import Clinic
from consultations import booking, change_words, changing, proposing
from consultations.errors import BookingError, MovedOn
from consultations.forms.changing import CancelForm, ProposeForm
from consultations.models import Cancelled, Consultation, EventKind, Status
from consultations.scheduling.policy import Change, Terms

PAGES = ("move", "cancel", "undo", "propose", "late", "coming")


@dataclass(frozen=True, slots=True)
class Door:
    """Through which pages somebody comes to their visit: `manage` by the mailed link, `my` when signed in."""

    one: Consultation
    actor: User | None
    pages: str
    key: str
    clinic: Clinic
    now: datetime

    def terms(self, change: Change) -> Terms:
        """What this change by the patient would mean now."""
        return changing.terms_now(change, self.one, self.clinic, self.now)

    def url(self, page: str) -> str:
        """The address of one of these pages about this visit."""
        return reverse(f"{self.pages}:{page}", args=[self.key])

    def is_stale(self, request: HttpRequest) -> bool:
        """Whether the form was shown before the visit changed: its time and terms are not those that were read."""
        return is_stale(request, self.one)

    def of(self, change: Change) -> dict[str, Any]:
        """What the page says on which this change is made."""
        sentence = change_words.of_one(change, self.one, self.clinic, self.now)
        return {"terms": [sentence], "owed": bool(self.terms(change).owed_minor)}

    @property
    def home(self) -> str:
        return self.url("visit" if self.pages == "manage" else "consultation")

    @property
    def may_change(self) -> bool:
        """Whether the visit is booked and the patient may still move it by themselves."""
        return self.one.status == Status.CONFIRMED and self.terms(Change.MOVE).possible

    @property
    def may_cancel(self) -> bool:
        """Whether the visit stands and the patient may still cancel it by themselves."""
        return self.one.is_live and self.terms(Change.CANCEL).possible


def is_stale(request: HttpRequest, one: Consultation) -> bool:
    """Whether a form was shown before the visit got the time that it has now."""
    return request.POST.get("revision", str(one.ics_sequence)) != str(one.ics_sequence)


def context(door: Door) -> dict[str, Any]:
    """What the pages of a visit say about changing it."""
    one, now = door.one, door.now
    may_propose = proposing.may_propose(one, now)
    return {
        "consultation": one,
        "revision": one.ics_sequence,
        "visit_url": door.home,
        "urls": {page: door.url(page) for page in PAGES},
        "terms": change_words.of_either(one, door.clinic, now),
        "owed": any(door.terms(change).owed_minor for change in Change),
        "may_undo": changing.may_undo(one, now),
        "may_change": door.may_change,
        "may_cancel": door.may_cancel,
        "may_propose": may_propose,
        "proposal": proposing.open_of(one) if may_propose else None,
        "now": now,
    }


def cancel(request: HttpRequest, door: Door) -> HttpResponse:
    """Ask once more, with the terms, then cancel; the same button pressed twice cancels once."""
    if not door.may_cancel:
        return redirect(door.home)
    form, status, problem = CancelForm(request.POST if request.method == "POST" else None), 200, ""
    if request.method == "POST" and form.is_valid():
        try:
            if door.is_stale(request):
                raise MovedOn
            booking.cancel(
                actor=door.actor,
                consultation=door.one,
                by=Cancelled.BY_PATIENT,
                reason=form.cleaned_data["reason"],
                now=door.now,
            )
            flash.success(request, _told(door.one))
            return redirect(door.home)
        except BookingError as refused:
            status, problem = 409, str(refused)
    if form.is_bound and form.errors:
        status = 422
    page = context(door) | door.of(Change.CANCEL) | {"form": form, "problem": problem}
    return render(request, "consultations/change/cancel.html", page, status=status)


def undo(request: HttpRequest, door: Door) -> str:
    """Take a cancellation back within fifteen minutes, if the time is still free; why not, if it is not."""
    try:
        booking.undo_cancel(actor=door.actor, consultation=door.one, now=door.now)
    except BookingError as refused:
        return str(refused)
    flash.success(request, _("Your consultation stands again."))
    return ""


def _told(cancelled: Consultation) -> str:
    if cancelled.held_until:  # a request keeps its end
        return _("Your request is withdrawn. We have sent you an e-mail.")
    return _("Your consultation is cancelled. We have sent you an e-mail.")


def propose(request: HttpRequest, door: Door) -> HttpResponse:
    """Say which days would suit, after the clinic has moved the visit; it stays booked meanwhile."""
    one, now = door.one, door.now
    if not proposing.may_propose(one, now):
        return redirect(door.home)
    today = door.clinic.today(now)
    form = ProposeForm(request.POST or None, today=today, horizon=one.kind.horizon_days)
    if request.method == "POST" and form.is_valid():
        try:
            proposing.propose(actor=door.actor, consultation=one, times=form.cleaned_data["times"], now=now)
            flash.success(request, _("Thank you. The clinic will write to you; until then your visit stays as it is."))
        except BookingError as refused:
            flash.error(request, str(refused))
        return redirect(door.home)
    status = 422 if form.is_bound else 200
    return render(request, "consultations/change/propose.html", context(door) | {"form": form}, status=status)


def history(one: Consultation) -> Any:
    """What happened to the visit since it was booked, oldest first; holding a time is no news to anybody."""
    return one.events.exclude(kind__in=[EventKind.HELD, EventKind.EXPIRED]).select_related("actor").order_by("at", "pk")
