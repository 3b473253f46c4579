"""What patients said of a practitioner, as a visitor reads it: counts, an open mean, and people like oneself."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Model, Q, Sum
from django.utils.translation import gettext as _

from practitioners.models import ABOUT_THE_TREATMENT, Invitation, Practitioner, Review, SkinBand
from practitioners.models.weighing import weight
from treatments.models import Concern, Treatment

ON_A_PAGE = 10
# Fewer people than this are never shown as a group of their own.
SMALLEST_GROUP = 5
OTHERS = "other"
ORDERS = {"lowest": ["stars", "-submitted_at"], "highest": ["-stars", "-submitted_at"]}
NEWEST = ["-submitted_at"]


@dataclass(frozen=True, slots=True)
class Stars:
    """How many gave each number of stars, and the mean in which old reviews weigh less; None without any."""

    counts: Mapping[int, int]
    mean: float | None


@dataclass(frozen=True, slots=True)
class Narrowing:
    """One way to read fewer reviews: its name in the address, its label, (value, label, how many) to choose, and what
    was chosen.
    """

    name: str
    label: str
    choices: Sequence[tuple[str, str, int]]
    chosen: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """`too_few`: what was asked for fits fewer than five people, so everybody is shown instead."""

    practitioner: Stars
    treatments: Stars
    sent: int
    received: int
    narrowings: Sequence[Narrowing]
    chosen: Mapping[str, str]
    too_few: bool
    page: Page[Review]


def of(practitioner: Practitioner, *, asked: Mapping[str, str], now: datetime) -> Said:
    """The published reviews of a practitioner, ordered and narrowed as the address asks."""
    published = practitioner.reviews.published()
    about_treatments, about_practitioner = _stars(published, now)
    narrowings = [_narrowed(each, asked.get(each.name, "")) for each in _narrowings(published)]
    chosen = {each.name: each.chosen for each in narrowings if each.chosen}
    found = published.filter(*(_condition(each, each.chosen) for each in narrowings if each.chosen))
    too_few = bool(chosen) and found.count() < SMALLEST_GROUP
    shown = found if chosen and not too_few else published
    rows = shown.select_related("invitation", "practitioner", "treatment", "concern", "reply")
    paginator = Paginator(rows.order_by(*ORDERS.get(asked.get("order", ""), NEWEST)), ON_A_PAGE)
    if shown is published:  # the stars have counted them already
        paginator.count = sum(sum(stars.counts.values()) for stars in (about_treatments, about_practitioner))
    answered = Invitation.objects.filter(practitioner=practitioner, sent_at__isnull=False)
    return Said(
        practitioner=about_practitioner,
        treatments=about_treatments,
        **answered.aggregate(sent=Count("pk"), received=Count("review")),
        narrowings=narrowings,
        chosen=chosen,
        too_few=too_few,
        page=paginator.get_page(asked.get("page")),
    )


def _stars(published: Any, now: datetime) -> tuple[Stars, Stars]:
    """Of treatments and of the practitioner, in one look at the reviews."""
    rows = published.order_by().values_list("moment", "stars").annotate(Count("pk"), weights=Sum(weight("", now)))
    found = []
    for is_about_treatment in (True, False):
        mine = [row for row in rows if (row[0] in ABOUT_THE_TREATMENT) is is_about_treatment]
        counts: Counter[int] = Counter()
        for _moment, stars, count, _weights in mine:
            counts[stars] += count
        weights = sum(row[3] for row in mine)
        found.append(Stars(counts, sum(row[1] * row[3] for row in mine) / weights if weights else None))
    return found[0], found[1]


def _narrowings(published: Any) -> list[Narrowing]:
    """By skin, treatment and concern, as far as the groups are large enough; the small ones are one group."""
    rows = list(published.order_by().values_list("skin_band", "treatment__slug", "concern__slug").annotate(Count("pk")))
    bands = {band.value: str(band.label) for band in SkinBand}
    offered = (
        ("skin", _("Skin like mine"), None),
        ("treatment", _("Treatment"), Treatment),
        ("concern", _("Concern"), Concern),
    )
    found = []
    for column, (name, label, model) in enumerate(offered):
        counts: Counter[str] = Counter()
        for row in rows:
            counts[row[column] or ""] += row[3]
        large = {key: count for key, count in counts.items() if key and count >= SMALLEST_GROUP}
        if large:
            named = _names(model, list(large)) if model else bands
            choices = [(key, named[key], count) for key, count in sorted(large.items())]
            rest = sum(counts.values()) - sum(large.values())
            if rest >= SMALLEST_GROUP:
                choices.append((OTHERS, _("All others"), rest))
            found.append(Narrowing(name, label, choices))
    return found


def _narrowed(narrowing: Narrowing, asked: str) -> Narrowing:
    offered = {value for value, _label, _count in narrowing.choices}
    return replace(narrowing, chosen=asked) if asked in offered else narrowing


def _names(model: type[Model], slugs: Sequence[str]) -> dict[str, str]:
    return {row.slug: row.name for row in model._default_manager.filter(slug__in=slugs)}  # type: ignore[attr-defined]


def _condition(narrowing: Narrowing, value: str) -> Q:
    path = {"skin": "skin_band", "treatment": "treatment__slug", "concern": "concern__slug"}[narrowing.name]
    if value != OTHERS:
        return Q(**{path: value})
    large = [key for key, _label, _count in narrowing.choices if key != OTHERS]
    # A fact that is not shown is null, and null is in no list: it belongs to the others as well.
    return ~Q(**{f"{path}__in": large}) | Q(**{path: None})
