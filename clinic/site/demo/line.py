"""Some of the demo's patients wait for a time, and the first of them is being asked about one."""

from datetime import timedelta

from clinic.site.demo.visits import Seeding
from consultations import offering, waitlist
from consultations.models import Kind
from consultations.waitlist import Wishes
from practitioners.models import KindCode, Practitioner

# How many days ago somebody joined, on which weekdays they can come, when, and how many hours before they must know.
LINE: list[tuple[int, tuple[int, ...], tuple[str, ...], int]] = [
    (9, (), ("afternoon",), 24),
    (6, (5,), ("morning",), 48),
    (4, (0, 2), ("evening",), 24),
    (1, (), (), 3),
]
AHEAD = timedelta(days=28)


def wait(seeding: Seeding) -> int:
    """Put them on the list, and let the worker look once; returns how many were asked."""
    kind = Kind.objects.get(code=KindCode.VIDEO)
    people = list(Practitioner.objects.order_by("position"))
    for number, (days, weekdays, parts, hours) in enumerate(LINE):
        # Not the patient whom the guide lets one sign in as: their page begins without.
        patient, user = seeding.patients[number + 1]
        until = seeding.today + AHEAD
        wishes = Wishes(tuple(people[number : number + 1]), (), seeding.today, until, weekdays, parts, hours, until)
        waitlist.join(
            actor=user,
            user=user,
            patient=patient,
            kind=kind,
            wishes=wishes,
            language=patient.language,
            now=seeding.now - timedelta(days=days),
        )
    return offering.sweep(now=seeding.now)
