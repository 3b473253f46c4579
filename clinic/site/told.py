"""Stories as a visitor reads them: which are shown, by a rule that leaves nobody a choice, and how many were told."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext as _

from clinic.premises.law import Matter, Profile
from clinic.premises.templatetags.words import plain
from clinic.site.said import OTHERS, SMALLEST_GROUP, Narrowing
from practitioners.models import Practitioner, ReviewState, SkinBand, Story, StoryPair, WithheldFor
from treatments.models import Concern, Treatment

ON_A_PAGE = 12


@dataclass(frozen=True, slots=True)
class Shown:
    """What the rules of the place let be shown of a story."""

    words: bool
    pictures: bool

    @property
    def anything(self) -> bool:
        return self.words or self.pictures


@dataclass(frozen=True, slots=True)
class Told:
    """`too_few`: the skin types asked for fit fewer than five people, so those of all skin types are shown."""

    shown: Shown
    narrowings: Sequence[Narrowing]
    chosen: Mapping[str, str]
    too_few: bool
    page: Page[Story]
    told: int
    published: int
    withheld: Sequence[tuple[str, int]]


def under(law: Profile) -> Shown:
    """A patient's words are a review and a statement about a result as well; pictures are a matter of their own."""
    words = law.allows(Matter.TESTIMONIALS) and law.allows(Matter.OUTCOMES)
    return Shown(words=words, pictures=law.allows(Matter.BEFORE_AFTER))


def readable(shown: Shown, today: date) -> Any:
    """The stories of which there is something to show, in the order in which they are shown."""
    found = Story.objects.shown(today)
    if not shown.words:
        found = found.filter(Exists(StoryPair.objects.filter(story=OuterRef("pk")))) if shown.pictures else found.none()
    return found.order_by("-told_at", "-pk")


def of(law: Profile, *, asked: Mapping[str, str], today: date) -> Told:
    """The stories, newest first, narrowed as the address asks."""
    shown = under(law)
    everything = readable(shown, today)
    narrowings = _narrowings(everything) if shown.anything else []
    chosen = {
        each.name: asked[each.name]
        for each in narrowings
        if asked.get(each.name) in {value for value, _label, _count in each.choices}
    }
    found = everything.filter(*(_condition(each, chosen[each.name]) for each in narrowings if each.name in chosen))
    too_few = "skin" in chosen and found.count() < SMALLEST_GROUP
    if too_few:
        rest = [each for each in narrowings if each.name in chosen and each.name != "skin"]
        found = everything.filter(*(_condition(each, chosen[each.name]) for each in rest))
    states = Counter(dict(Story.objects.order_by().values_list("state").annotate(Count("pk"))))
    return Told(
        shown=shown,
        narrowings=narrowings,
        chosen=chosen,
        too_few=too_few,
        page=Paginator(found.with_facts(), ON_A_PAGE).get_page(asked.get("page")),
        told=sum(states.values()),
        published=states[ReviewState.PUBLISHED],
        withheld=_reasons() if states[ReviewState.WITHHELD] else [],
    )


def _reasons() -> list[tuple[str, int]]:
    rows = Story.objects.filter(state=ReviewState.WITHHELD).order_by().values_list("withheld_for").annotate(Count("pk"))
    return [(str(WithheldFor(reason).label), count) for reason, count in sorted(rows)]


def _narrowings(stories: Any) -> list[Narrowing]:
    """By what they are about; by skin only where a group is large enough, the small ones being one."""
    columns = ("concern__slug", "treatment__slug", "practitioner__slug", "skin_band")
    rows = list(stories.order_by().values_list(*columns).annotate(Count("pk")))
    concerns, treatments, people, bands = (_counts(rows, column) for column in range(len(columns)))
    named = [
        ("concern", _("Concern"), Concern, concerns),
        ("treatment", _("Treatment"), Treatment, treatments),
        ("practitioner", _("Practitioner"), Practitioner, people),
    ]
    found = [Narrowing(name, label, _named(model, counts)) for name, label, model, counts in named if counts]
    return [*found, *_skin(bands, sum(row[-1] for row in rows))]


def _counts(rows: Sequence[Any], column: int) -> Counter[str]:
    counts: Counter[str] = Counter()
    for row in rows:
        if row[column]:
            counts[row[column]] += row[-1]
    return counts


def _named(model: Any, counts: Counter[str]) -> list[tuple[str, str, int]]:
    rows = model.objects.filter(slug__in=counts)
    return [(row.slug, str(plain(row, "name")), counts[row.slug]) for row in rows]


def _skin(bands: Counter[str], everybody: int) -> list[Narrowing]:
    large = {band: count for band, count in sorted(bands.items()) if count >= SMALLEST_GROUP}
    if not large:
        return []
    choices = [(band, str(SkinBand(band).label), count) for band, count in large.items()]
    rest = everybody - sum(large.values())
    if rest >= SMALLEST_GROUP:
        choices.append((OTHERS, _("All others"), rest))
    return [Narrowing("skin", _("Skin like mine"), choices)]


def _condition(narrowing: Narrowing, value: str) -> Q:
    if narrowing.name != "skin":
        return Q(**{f"{narrowing.name}__slug": value})
    if value != OTHERS:
        return Q(skin_band=value)
    return ~Q(skin_band__in=[band for band, _label, _count in narrowing.choices if band != OTHERS])
