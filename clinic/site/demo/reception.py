"""What the demo's front desk has done today: a booking by phone whose answers are open, and somebody who is late."""

from datetime import timedelta

from clinic.site.demo.visits import Seeding
from consultations import availability, lateness, reserving
from consultations.errors import BookingError
from consultations.models import Kind, Source
from consultations.reserving import Told
from practitioners.models import KindCode, Practitioner

LATE_BY = 15


def work(seeding: Seeding) -> int:
    """Book by phone for a patient, and say who is behind; returns how many visits there are more."""
    people = list(Practitioner.objects.order_by("position"))
    lateness.say(actor=seeding.staff, practitioner=people[0], minutes=LATE_BY, now=seeding.now)
    kind, at = Kind.objects.get(code=KindCode.FOLLOW_UP), seeding.now - timedelta(hours=1)
    slot = availability.soonest(kind=kind, practitioners=people[1:], now=seeding.now)
    if slot is None:
        return 0
    who = [each for each in people if each.pk == slot.practitioner_id]
    patient, _user = seeding.patients[-1]
    held = reserving.hold(actor=seeding.staff, kind=kind, practitioners=who, starts=slot.starts, now=at)
    try:
        reserving.book(
            actor=seeding.staff, consultation=held, patient=patient, source=Source.PHONE, told=Told.BY_MAIL, now=at
        )
    except BookingError:
        return 0
    return 1
