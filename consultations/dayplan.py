"""One day of the clinic as the desk sees it: who works when and where, who comes, what is closed. No health data.

A fixed number of questions, whatever the number of practitioners and visits.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, Q, Sum

from clinic.localtime import day_bounds
from clinic.premises.models import Clinic, Closure, Location, Room
from consultations import lateness, rosters
from consultations.models import Consultation, ConsultationQuerySet, RunningLate, Status
from consultations.scheduling import Span, openings, union
from consultations.scheduling.columns import Hours
from practitioners.models import Practitioner, TimeOff

# What stands in the columns; a cancelled visit stands in the list beneath.
IN_THE_GRID = (
    Status.HELD,
    Status.REQUESTED,
    Status.CONFIRMED,
    Status.ARRIVED,
    Status.IN_CONSULTATION,
    Status.COMPLETED,
    Status.NO_SHOW,
)


@dataclass(frozen=True, slots=True)
class Day:
    """Everything about one day that a grid, a list or a sheet of paper shows."""

    day: date
    zone: ZoneInfo
    people: list[Practitioner]
    rooms: list[Room]
    visits: list[Consultation]
    worked: dict[int, dict[int, list[Span]]]
    away: dict[int, list[Span]]
    closed: dict[int, list[Span]]
    late: dict[int, int] = field(default_factory=dict)

    def hours_of(self, practitioner: int) -> Hours:
        """When the practitioner works on this day, wherever that is."""
        open_at = self.worked.get(practitioner, {})
        shut = [span for location in open_at for span in self.closed.get(location, ())]
        return Hours(union(span for spans in open_at.values() for span in spans), self.away[practitioner], union(shut))

    def hours_at(self, location: int) -> Hours:
        """When anybody works at the location on this day."""
        spans = (span for open_at in self.worked.values() for span in open_at.get(location, ()))
        return Hours(union(spans), (), self.closed.get(location, []))


def read(
    *, visits: ConsultationQuerySet, day: date, clinic: Clinic, location: Location | None = None, now: datetime
) -> Day:
    """Read the day from the consultations that the reader may see."""
    opens, closes = day_bounds(day, clinic.zone)
    listed = visits.between(opens, closes).order_by("starts", "practitioner__position")
    listed = listed.filter(location=location) if location else listed
    coming = list(listed)
    worked = worked_on(day, clinic.zone, location)
    at_work = {*worked, *(one.practitioner_id for one in coming)}
    people = list(Practitioner.objects.filter(pk__in=at_work).order_by("position", "pk"))
    rooms = Room.objects.filter(active=True).select_related("location").order_by("location__position", "name_en")
    return Day(
        day=day,
        zone=clinic.zone,
        people=people,
        rooms=list(rooms.filter(location=location) if location else rooms),
        visits=coming,
        worked=worked,
        away=away_on(day, clinic.zone, sorted(at_work)),
        closed=closed_on(day, clinic.zone),
        late=lateness.said(sorted(at_work), day),
    )


def worked_on(
    day: date, zone: ZoneInfo, location: Location | None = None, practitioner: int | None = None
) -> dict[int, dict[int, list[Span]]]:
    """Who works when on the day: by practitioner, then by location, in minutes since the epoch."""
    whose: dict[str, Any] = {"practitioner__is_active": True}
    whose |= {"location": location} if location else {}
    whose |= {"practitioner": practitioner} if practitioner else {}
    found: dict[int, dict[int, list[Span]]] = defaultdict(dict)
    for (who, where), hours in rosters.hours(day, day, **whose).items():
        if spans := openings(hours, [day], zone):
            found[who][where] = spans
    return found


def away_on(day: date, zone: ZoneInfo, practitioners: Sequence[int]) -> dict[int, list[Span]]:
    """When these practitioners are away on the day."""
    return rosters.away(*day_bounds(day, zone), practitioners)


def closed_on(day: date, zone: ZoneInfo) -> dict[int, list[Span]]:
    """The locations that are closed on the day, all of it."""
    opens, closes = day_bounds(day, zone)
    shut = rosters.closed(day, day)
    everywhere = Location.objects.values_list("pk", flat=True) if rosters.EVERYWHERE in shut else ()
    locations = {*everywhere, *filter(None, shut)}
    return {location: [(rosters.minute(opens), rosters.minute(closes))] for location in locations}


def state(*, visits: ConsultationQuerySet, day: date, zone: ZoneInfo) -> str:
    """A few letters that change whenever something of the day does; one cheap question, asked every few seconds."""
    opens, closes = day_bounds(day, zone)
    of_day = visits.between(opens, closes)
    seen = of_day.aggregate(
        count=Count("pk"),
        newest=Max("status_at"),
        moves=Sum("ics_sequence"),
        late=Sum("late_minutes"),
        complete=Count("pk", filter=Q(intake__is_complete=True)),
        reviewed=Max("intake__reviewed_at"),
        stamped=Count("intake__reviewed_at"),
    )
    return "|".join(str(value) for value in (day, *seen.values(), *_around(day, opens, closes)))


def _around(day: date, opens: datetime, closes: datetime) -> list[Any]:
    """What else a day shows: who is behind, away, and what is closed."""
    late = RunningLate.objects.filter(day=day).aggregate(newest=Max("said_at"), all=Sum("minutes"))
    off = TimeOff.objects.meeting(opens, closes).aggregate(count=Count("pk"), last=Max("ends"), newest=Max("pk"))
    shut = Closure.objects.filter(first_day__lte=day, last_day__gte=day).count()
    return [*late.values(), *off.values(), shut]
