"""What a clinic counts of its visits, by week, practitioner or kind: numbers and shares, never a name of a patient."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import F, Q

from clinic.localtime import day_bounds, local, week_start
from consultations import rosters
from consultations.models import Cancelled, Consultation, OfferState, Status, WaitlistOffer
from consultations.scheduling import Span, intersection, openings

WEEK, PRACTITIONER, KIND = "week", "practitioner", "kind"
CAME = (Status.ARRIVED, Status.IN_CONSULTATION, Status.COMPLETED)
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which visits are counted: those that begin on one of these days, of one practitioner or kind or of all."""

    first: date
    last: date
    zone: ZoneInfo
    practitioner: int | None = None
    kind: int | None = None

    @property
    def days(self) -> list[date]:
        """The days, both ends among them."""
        return [self.first + A_DAY * n for n in range((self.last - self.first).days + 1)]

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """The instants between which the visits begin."""
        return day_bounds(self.first, self.zone)[0], day_bounds(self.last, self.zone)[1]


@dataclass(slots=True)
class Sums:
    """What was counted under one heading. Minutes are minutes, days are days, shares lie between 0 and 1."""

    visits: int = 0
    came: int = 0
    no_shows: int = 0
    late: int = 0
    by_patients: int = 0
    by_clinic: int = 0
    busy_minutes: int = 0
    open_minutes: int = 0
    offered: int = 0
    accepted: int = 0
    ahead: list[float] = field(default_factory=list)
    sources: Counter[str] = field(default_factory=Counter)

    @property
    def lead_days(self) -> float | None:
        """Half of the visits were booked longer ahead than this."""
        return median(self.ahead) if self.ahead else None

    @property
    def no_show_share(self) -> float | None:
        """Of those whose day has come and who did not cancel."""
        return _share(self.no_shows, self.came + self.no_shows)

    @property
    def late_share(self) -> float | None:
        """Cancelled by patients when it was no longer free, of all that were booked."""
        return _share(self.late, self.visits)

    @property
    def used_share(self) -> float | None:
        """Of the open hours, what visits took that were not cancelled; without their buffers."""
        return _share(self.busy_minutes, self.open_minutes)

    @property
    def filled_share(self) -> float | None:
        """Of the offers of the waiting list that are answered or over."""
        return _share(self.accepted, self.offered)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def count(asked: Asked, by: str) -> tuple[dict[Hashable, Sums], Sums]:
    """Count under each heading, and all together. Six questions, however many visits and practitioners there are.

    Headings are Mondays, or ids of practitioners or kinds. Hours belong to practitioners and weeks, not to kinds.
    """
    found: dict[Hashable, Sums] = defaultdict(Sums)
    whole = Sums()
    for visit in _visits(asked):
        heading = visit[by] if by != WEEK else week_start(local(visit["starts"], asked.zone).date())
        for sums in (found[heading], whole):
            _add(sums, visit)
    for offer in _offers(asked):
        heading = offer[by] if by != WEEK else week_start(local(offer["starts"], asked.zone).date())
        for sums in (found[heading], whole):
            sums.offered += 1
            sums.accepted += offer["state"] == OfferState.ACCEPTED
    if asked.kind is None:
        for (practitioner, day), minutes in _open_minutes(asked).items():
            whole.open_minutes += minutes
            if by != KIND:
                found[practitioner if by == PRACTITIONER else week_start(day)].open_minutes += minutes
    return dict(found), whole


def _add(sums: Sums, visit: Mapping[str, Any]) -> None:
    status, starts, booked_at = visit["status"], visit["starts"], visit["booked_at"]
    sums.visits += 1
    sums.sources[visit["source"]] += 1
    if booked_at:
        sums.ahead.append(max((starts - booked_at) / A_DAY, 0.0))
    sums.came += status in CAME
    sums.no_shows += status == Status.NO_SHOW
    if status == Status.CANCELLED:
        is_theirs = visit["cancelled_by"] == Cancelled.BY_PATIENT
        sums.by_patients += is_theirs
        sums.late += is_theirs and bool(visit["cancelled_late"])
        sums.by_clinic += not is_theirs
    else:
        sums.busy_minutes += int((visit["ends"] - starts).total_seconds()) // 60


def _visits(asked: Asked) -> Iterable[dict[str, Any]]:
    """Those that were booked at some time; a request that was declined keeps its end and was no booking."""
    rows = Consultation.objects.booked().between(*asked.bounds).filter(_of(asked))
    rows = rows.exclude(status=Status.CANCELLED, held_until__isnull=False)
    fields = ("starts", "ends", "status", "booked_at", "cancelled_by", "cancelled_late", "source")
    return list(rows.values(*fields, "practitioner", "kind").order_by())


def _offers(asked: Asked) -> Iterable[dict[str, Any]]:
    opens, closes = asked.bounds
    rows = WaitlistOffer.objects.filter(starts__gte=opens, starts__lt=closes).exclude(state=OfferState.OPEN)
    rows = rows.filter(practitioner=asked.practitioner) if asked.practitioner else rows
    rows = rows.filter(entry__kind=asked.kind) if asked.kind else rows
    fields: Any = rows.values("starts", "state", "practitioner", kind=F("entry__kind"))
    return list(fields.order_by())


def _of(asked: Asked) -> Q:
    wanted = Q(practitioner=asked.practitioner) if asked.practitioner else Q()
    return wanted & Q(kind=asked.kind) if asked.kind else wanted


def _open_minutes(asked: Asked) -> dict[tuple[int, date], int]:
    """How long each practitioner works on each day: the roster and extra hours, without closures and time off."""
    whose = {"practitioner": asked.practitioner} if asked.practitioner else {}
    shut, away = rosters.closed(asked.first, asked.last), rosters.away(*asked.bounds)
    found: dict[tuple[int, date], int] = {}
    for (practitioner, location), hours in rosters.hours(asked.first, asked.last, **whose).items():
        for day in asked.days:
            if day in shut[location] or day in shut[rosters.EVERYWHERE]:
                continue
            spans = openings(hours, [day], asked.zone)
            off = intersection([spans, away[practitioner]]) if spans and away[practitioner] else []
            if minutes := _minutes(spans) - _minutes(off):
                found[practitioner, day] = found.get((practitioner, day), 0) + minutes
    return found


def _minutes(spans: Iterable[Span]) -> int:
    return sum(end - first for first, end in spans)
