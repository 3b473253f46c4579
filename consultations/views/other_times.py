"""A time that is not offered, as a page of the desk asks about it: which one, and what it departs from."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.http import HttpRequest
from django.utils.translation import gettext as _

from clinic.localtime import local
from clinic.premises.models import Clinic
from consultations import departures
from consultations.departures import Departure
from consultations.errors import BookingError, SlotTaken
from consultations.forms.booking import WhenForm
from consultations.forms.reception import OtherTimeForm
from consultations.models import Consultation, Kind

Asked = TypeVar("Asked", bound=OtherTimeForm)


@dataclass(frozen=True)
class Judged:
    """A time that was asked about: what it departs from, or why nobody can have it."""

    departure: Departure | None = None
    refusal: str = ""

    @property
    def possible(self) -> bool:
        return self.departure is not None


def other_time(form: type[Asked], request: HttpRequest, now: datetime) -> Asked:
    """The form of the time that the address asks about; a start that a page of times sent fills it in."""
    asked, zone, sent = request.GET.copy(), Clinic.objects.the().zone, WhenForm(request.GET)
    if "starts" not in asked or not sent.is_valid():
        return form(asked if "day" in asked else None, initial=asked.dict(), zone=zone)
    started = sent.cleaned_data["starts"]
    wall = local(started, zone)
    asked.setdefault("day", f"{wall:%Y-%m-%d}")
    asked.setdefault("time", f"{wall:%H:%M}")
    return form(asked, initial=asked.dict(), zone=zone, meant=started)


def judged(kind: Kind | None, wanted: OtherTimeForm, now: datetime, one: Consultation | None = None) -> Judged:
    """What the time departs from, once one is named."""
    if not wanted.is_valid() or kind is None:
        return Judged()
    try:
        return Judged(
            departures.judge(
                kind=one.own_kind if one else kind,
                practitioner=wanted.cleaned_data["practitioner"],
                starts=wanted.cleaned_data["starts"],
                now=now,
                patient_id=one.patient_id if one else None,
                ignoring=one.pk if one else None,
            )
        )
    except SlotTaken:  # for how long, nobody has said
        return Judged(refusal=_("Another visit has this time, or the room or device that this one needs."))
    except BookingError as refused:
        return Judged(refusal=str(refused))
