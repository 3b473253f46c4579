"""Treatments side by side: the same questions asked of each, and where the answers differ."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from clinic.premises.templatetags.words import plain, words
from treatments.codes import SkinType
from treatments.models import Comparison, Likelihood, Suits, Treatment
from treatments.planning.drawing import Reach
from treatments.templatetags import shelf

register = template.Library()

_WAYS = ("first", "second")  # the fields of a comparison and of its lines


@dataclass(frozen=True, slots=True)
class Row:
    """What one question has for an answer in each column: (name of the column, answer)."""

    label: str
    cells: tuple[tuple[str, Any], ...]

    @property
    def differs(self) -> bool:
        return len({str(answer) for _name, answer in self.cells}) > 1


@dataclass(frozen=True, slots=True)
class Line(Row):
    """A row of a comparison that somebody wrote: it is there because the answers differ, so none is marked."""

    @property
    def differs(self) -> bool:
        return False


@register.filter
def asked_alike(treatments: Sequence[Treatment], currency: str) -> list[Row]:
    """Everything that can be compared, asked of each treatment in the same words."""
    names = [plain(treatment, "name") for treatment in treatments]
    return [
        Row(label, tuple((name, answer(treatment)) for name, treatment in zip(names, treatments, strict=True)))
        for label, answer in _questions(currency)
    ]


@register.filter
def ways(comparison: Comparison) -> list[tuple[str, str]]:
    """The columns of a written comparison; a way is more than one treatment, so it leads nowhere."""
    return [(words(comparison, way), "") for way in _WAYS]


@register.filter
def set_out(comparison: Comparison) -> list[Row]:
    """What the two ways have to say to each point."""
    names = [plain(comparison, way) for way in _WAYS]
    return [
        Line(words(line, "point"), tuple((name, words(line, way)) for name, way in zip(names, _WAYS, strict=True)))
        for line in comparison.lines.all()
    ]


@register.filter
def reaches(treatments: Sequence[Treatment]) -> list[Reach]:
    """How deep each works, as the section of the skin draws it."""
    return [reach for treatment in treatments for reach in shelf.reach(treatment.facts)]


def _questions(currency: str) -> list[tuple[str, Callable[[Treatment], Any]]]:
    return [
        (_("Kind"), lambda each: each.get_category_display()),
        (_("How it works"), lambda each: words(each.facts, "short")),
        (_("Usual care on"), lambda each: _types(each, Suits.USUAL)),
        (_("With care on"), lambda each: _types(each, Suits.CARE)),
        (_("Ask first on"), lambda each: _types(each, Suits.ASK)),
        (_("What it does for pores"), lambda each: words(each.facts, "for_pores")),
        (_("Strength of evidence"), lambda each: each.facts.get_evidence_grade_display()),
        (_("Looks as usual after"), lambda each: shelf.downtime(each.facts)),
        (_("Course"), shelf.planned),
        (_("Upkeep"), shelf.upkeep),
        (_("Feels like"), lambda each: shelf.pain(each.facts)),
        (_("Lasts"), lambda each: words(each.facts, "longevity")),
        (_("Common side effects"), _common_effects),
        (_("A session"), lambda each: shelf.price(each, currency)),
        (_("Whole course"), lambda each: shelf.course_price(each, currency)),
        (_("First year"), lambda each: shelf.first_year_price(each, currency)),
    ]


def _types(treatment: Treatment, judged: Suits) -> str:
    """The skin types judged so, with a range as one: I to III. Types that nobody has judged are asked about."""
    known = {row.phototype: row.suits for row in treatment.facts.suitability.all()}
    numbers = [number for number, each in enumerate(SkinType) if known.get(each, Suits.ASK) == judged]
    if not numbers:
        return _("None")
    numerals = list(SkinType)
    first, last = numbers[0], numbers[-1]
    if numbers == list(range(first, last + 1)) and first != last:
        return _("%(low)s to %(high)s") % {"low": numerals[first], "high": numerals[last]}
    return ", ".join(numerals[number] for number in numbers)


def _common_effects(treatment: Treatment) -> SafeString:
    common = [each for each in treatment.facts.side_effects.all() if each.likelihood == Likelihood.COMMON]
    return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", ((words(each, "text"),) for each in common)))
