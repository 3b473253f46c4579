"""What the pages under the roof gather from several rooms."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import groupby

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery
from django.utils.timezone import localdate

from clinic.premises.models import Location
from clinic.premises.templatetags.words import plain
from consultations import availability
from consultations.availability import Slot
from consultations.models import Kind
from practitioners.models import Figures, KindCode, Offering, Practitioner, PractitionerKind, SkinBand, WorkingHours
from treatments.codes import TreatmentCode
from treatments.models import Treatment, TreatmentFacts
from treatments.planning.drawing import Reach

# One procedure to stand for each of the four categories.
_EXAMPLES = (
    TreatmentCode.MICRODERMABRASION,
    TreatmentCode.PEEL_SUPERFICIAL,
    TreatmentCode.MICRONEEDLING,
    TreatmentCode.LASER_NAFL,
)
_DAYS_AHEAD, _DAYS_ON_A_PROFILE = 14, 3


@dataclass(frozen=True)
class Card:
    """A practitioner and their next free times for a first visit, soonest first."""

    practitioner: Practitioner
    slots: Sequence[Slot]


@dataclass(frozen=True)
class RosterLine:
    """When a practitioner works on a weekday at a location; each pair of wall times is a stretch without a break."""

    weekday: str
    location: Location
    stretches: Sequence[tuple[time, time]]


def reaches_of_categories() -> list[Reach]:
    """How deep one treatment of each category works."""
    return [
        Reach(plain(facts, "name"), facts.depth_from_um, facts.depth_to_um)
        for facts in TreatmentFacts.objects.filter(code__in=_EXAMPLES)
    ]


def cards(practitioners: Iterable[Practitioner], *, now: datetime, times: int) -> list[Card]:
    """The practitioners, each with as many next free times for a first visit as there are, at most `times`."""
    people = list(practitioners)
    kind = Kind.objects.for_patients().filter(code=KindCode.FIRST_VISIT).first()
    free = availability.next_free(kind=kind, practitioners=people, now=now, count=times) if kind and people else {}
    return [Card(person, free.get(person.pk, [])) for person in people]


def ordered(cards: Sequence[Card], order: str) -> list[Card]:
    """Who is free first, or the best rated, or by name; who has no time or no rating comes last."""
    if order == "name":
        return sorted(cards, key=lambda card: card.practitioner.name)
    if order == "rating":
        return sorted(cards, key=lambda card: -(vars(card.practitioner)["rating"] or 0))
    return sorted(cards, key=lambda card: (not card.slots, card.slots and card.slots[0].starts))


def soonest(cards: Iterable[Card]) -> Card | None:
    """The card with the first free time of all."""
    return min((card for card in cards if card.slots), key=lambda card: card.slots[0].starts, default=None)


def profiles(now: datetime) -> QuerySet[Practitioner]:
    """The listed practitioners with their hours and what they offer at this moment."""
    hours = WorkingHours.objects.select_related("location")
    offered = Offering.objects.filter(treatment__in=Treatment.objects.published(now)).select_related("treatment")
    listed: QuerySet[Practitioner] = Practitioner.objects.listed().with_portrait()
    return listed.select_related("figures").prefetch_related(Prefetch("hours", hours), Prefetch("offerings", offered))


@dataclass(frozen=True)
class Experience:
    """A treatment that a practitioner has carried out here, how often, and on how many people of which skin types."""

    treatment: Treatment
    count: int
    bands: Sequence[tuple[str, int]]


@dataclass(frozen=True)
class Tally:
    """What a practitioner has done here, as it was counted last."""

    figures: Figures
    treatments: Sequence[Experience]


def figures(practitioner: Practitioner) -> Tally | None:
    """The sums of a practitioner, with the treatments in their order; None before the first count."""
    found: Figures | None = getattr(practitioner, "figures", None)
    if found is None:
        return None
    rows = {row["treatment"]: row for row in found.treatments}
    known = Treatment.objects.filter(pk__in=rows) if rows else []
    treatments = [Experience(each, rows[each.pk]["count"], _bands(rows[each.pk]["bands"])) for each in known]
    return Tally(found, treatments)


def _bands(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return [(str(SkinBand(band).label), count) for band, count in counts.items()]


def visits(practitioner: Practitioner) -> list[Kind]:
    """The kinds of visit that a patient may book with the practitioner, each with its `fee_minor`."""
    fee = PractitionerKind.objects.filter(practitioner=practitioner, kind=OuterRef("code")).values("fee_minor")
    return list(Kind.objects.for_patients().annotate(fee_minor=Subquery(fee)).exclude(fee_minor=None))


def chosen(visits: Sequence[Kind], code: str) -> Kind | None:
    """The kind of visit that was asked for, or else the first."""
    return next((kind for kind in visits if kind.code == code), visits[0] if visits else None)


def free_days(practitioner: Practitioner, kind: Kind, *, today: date, now: datetime) -> list[tuple[date, list[Slot]]]:
    """The next few days on which the practitioner is free for a kind of visit, each with its free times."""
    offer = availability.free(kind=kind, practitioners=[practitioner], first_day=today, days=_DAYS_AHEAD, now=now)
    found = [(day, slots) for day, slots in offer.by_day().items() if slots]
    if not found and (first := availability.soonest(kind=kind, practitioners=[practitioner], now=now)):
        found = [(localdate(first.starts, offer.zone), [first])]
    return found[:_DAYS_ON_A_PROFILE]


def roster(practitioner: Practitioner, *, today: date) -> list[RosterLine]:
    """The practitioner's week as it is today, in wall time."""
    hours = [line for line in practitioner.hours.all() if _is_valid(line, today)]
    hours.sort(key=lambda line: (line.weekday, line.location_id, line.opens))
    return [
        RosterLine(weekday, location, [(line.opens, line.closes) for line in lines])
        for (weekday, location), lines in groupby(hours, key=_day_and_place)
    ]


def _day_and_place(line: WorkingHours) -> tuple[str, Location]:
    return line.get_weekday_display(), line.location


def _is_valid(line: WorkingHours, day: date) -> bool:
    return (line.valid_from or day) <= day <= (line.valid_until or day)
