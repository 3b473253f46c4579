"""Told against actual: the days of downtime that patients were told and those they had, as their reviews show them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median_high
from typing import Any

from practitioners.models import Practitioner, Review
from treatments.models import ReportedDowntime, Treatment

ENOUGH_REPORTS = 10
FOUR_IN_FIVE = 0.8


@dataclass(frozen=True, slots=True)
class Told:
    """A practitioner's patients after one treatment: how many, and the median of told and had."""

    treatment: Treatment
    reports: int
    told: int | None
    had: int


def count(*, now: datetime) -> int:
    """Write for each treatment with ten reports and more how long it showed; returns for how many."""
    reports: dict[int, list[Review]] = defaultdict(list)
    for review in _reports(Review.objects.all()):
        assert review.treatment_id is not None
        reports[review.treatment_id].append(review)
    enough = {treatment: made for treatment, made in reports.items() if len(made) >= ENOUGH_REPORTS}
    ReportedDowntime.objects.exclude(treatment__in=enough).delete()
    for treatment, made in enough.items():
        had = sorted(review.downtime_had or 0 for review in made)
        sums = {
            "reports": len(had),
            "half": median_high(had),
            "most": at_most(had, FOUR_IN_FIVE),
            "told": _middle(made),
            "counted_at": now,
        }
        ReportedDowntime.objects.update_or_create(treatment_id=treatment, defaults=sums)
    return len(enough)


def of(practitioner: Practitioner) -> list[Told]:
    """For the practitioner's own eyes: each treatment, however few reported."""
    made: dict[Treatment, list[Review]] = defaultdict(list)
    for review in _reports(Review.objects.filter(practitioner=practitioner)).select_related("treatment"):
        assert review.treatment is not None
        made[review.treatment].append(review)
    return [
        Told(treatment, len(reviews), _middle(reviews), median_high(review.downtime_had or 0 for review in reviews))
        for treatment, reviews in made.items()
    ]


def at_most(days: Sequence[int], share: float) -> int:
    """The smallest of the sorted numbers of days that at least this share did not exceed; never empty."""
    place = next(place for place in range(1, len(days) + 1) if place >= share * len(days))
    return days[place - 1]


def _reports(reviews: Any) -> Any:
    return reviews.published().filter(downtime_had__isnull=False, treatment__isnull=False)


def _middle(reviews: Iterable[Review]) -> int | None:
    told = [review.downtime_told for review in reviews if review.downtime_told is not None]
    return median_high(told) if told else None
