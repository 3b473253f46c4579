"""Short ways to the verbs of the waiting list, for tests that name only what matters to them."""

from datetime import date, datetime, timedelta
from typing import Any

from consultations import waitlist
from consultations.models import Consultation, Kind, Patient, WaitlistEntry
from consultations.waitlist import Wishes
from tests.consultations.bookings import person_of
from tests.factories import MONDAY, NOW

TUESDAY, WEDNESDAY, THURSDAY = (MONDAY + timedelta(days=n) for n in (1, 2, 3))


def wishes(**differently: Any) -> Wishes:
    """Anybody, anywhere, any time from the Monday to the Sunday, known a few hours before."""
    usual: dict[str, Any] = {
        "practitioners": (),
        "locations": (),
        "first_day": MONDAY,
        "last_day": MONDAY + timedelta(days=6),
        "weekdays": (),
        "parts": (),
        "notice_hours": 3,
        "waits_until": MONDAY + timedelta(days=6),
    }
    return Wishes(**{**usual, **differently})


def joins(
    patient: Patient, *, instead_of: Consultation | None = None, now: datetime = NOW, **wanted: Any
) -> WaitlistEntry:
    """A patient's own person puts them on the list for a first visit."""
    return waitlist.join(
        actor=person_of(patient),
        user=person_of(patient),
        patient=patient,
        kind=Kind.objects.get(code="first_visit"),
        wishes=wishes(**wanted),
        instead_of=instead_of,
        language="en",
        now=now,
    )


def only(day: date, *parts: str) -> dict[str, Any]:
    """Wishes for one day, or some parts of it."""
    return {"first_day": day, "last_day": day, "waits_until": day, "parts": parts}


def offered_to(entry: WaitlistEntry) -> Any:
    """What stands open for the entry, if anything does."""
    return entry.offers.standing().select_related("entry__instead_of", "consultation").first()


def fresh(entry: WaitlistEntry) -> WaitlistEntry:
    found: WaitlistEntry = WaitlistEntry.objects.get(pk=entry.pk)
    return found


def happened(entry: WaitlistEntry) -> list[str]:
    """What the entry's history tells, in its order."""
    return list(entry.events.order_by("at", "act").values_list("act", flat=True))
