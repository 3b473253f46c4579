"""What every page must say in the same way: moments, levels, signs and stars."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.forms import BoundField
from django.template import Context
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from clinic.localtime import comes_twice
from clinic.premises.money import format_minor

register = template.Library()


@dataclass(frozen=True)
class Writing:
    """How a language writes days: grammar rather than wording, so it stands here and not in the catalogue."""

    day: str
    short_day: str
    full_date: str
    moment: str
    span: str


_ENGLISH = Writing(
    day="l j F",
    short_day="j F",
    full_date="j F Y",
    moment="{day}, {time}, {place}",
    span="{day}, {time} to {until}, {place}",
)
_CHINESE = Writing(
    day="n月j日（l）",
    short_day="n月j日",
    full_date="Y年n月j日",
    moment="{day}{time}，{place}",
    span="{day}{time}至{until}，{place}",
)
# The demo's city. A clinic elsewhere adds its own to the catalogue, or keeps the English name.
gettext_noop("Hong Kong")


@register.filter
def when(moment: datetime, zone: ZoneInfo) -> str:
    """A moment in words: Thursday 26 November, 10:20, Hong Kong time."""
    return _writing().moment.format(day=day(moment, zone), time=clock(moment, zone), place=_place(zone))


@register.filter
def day(value: date, zone: ZoneInfo | None = None) -> str:
    """A day in words with its weekday: Thursday 26 November. A moment needs the zone, a plain date does not."""
    return date_format(_wall(value, zone), _writing().day)


@register.filter
def short_day(value: date) -> str:
    """A day without its weekday, where the weekdays stand beside it: 26 November."""
    return date_format(value, _writing().short_day)


@register.filter
def full_date(value: date, zone: ZoneInfo | None = None) -> str:
    """A date with its year: 18 May 2027. A moment needs the zone, a plain date does not."""
    return date_format(_wall(value, zone), _writing().full_date)


@register.filter
def clock(moment: datetime, zone: ZoneInfo) -> str:
    """The time of day on the clinic's clocks: 10:20; where they show it twice, also which of the two."""
    wall = moment.astimezone(zone)
    shown = f"{wall:%H:%M}"
    if not comes_twice(wall):
        return shown
    if wall.fold:
        return gettext("%(time)s (after the clocks go back)") % {"time": shown}
    return gettext("%(time)s (before the clocks go back)") % {"time": shown}


@register.simple_tag(takes_context=True)
def time_range(context: Context, starts: datetime, ends: datetime) -> str:
    """A visit from beginning to end: Thursday 26 November, 10:20 to 10:50, Hong Kong time."""
    zone = context["clinic"].zone
    return _writing().span.format(
        day=day(starts, zone), time=clock(starts, zone), until=clock(ends, zone), place=_place(zone)
    )


@register.filter
def money(amount: int | None, currency: str) -> str:
    """An amount in the currency's smallest unit as people read it: HK$400."""
    return "" if amount is None else format_minor(amount, currency)


@register.filter
def listed(items: Iterable[object]) -> str:
    """Several things in one line: Microneedling, Carbon laser."""
    return gettext(", ").join(str(item) for item in items)


@register.filter
def zone_name(zone: ZoneInfo) -> str:
    """Whose time it is, in words: Hong Kong time."""
    return _place(zone)


def _writing() -> Writing:
    return _CHINESE if (get_language() or "").startswith("zh") else _ENGLISH


def _place(zone: ZoneInfo) -> str:
    city = zone.key.rsplit("/", 1)[-1].replace("_", " ")
    return gettext("%(place)s time") % {"place": gettext(city)}


def _wall(value: date, zone: ZoneInfo | None) -> date:
    if not isinstance(value, datetime):
        return value
    if zone is None:
        raise ValueError("A moment has no day until the zone is named: |day:clinic.zone.")
    return value.astimezone(zone)


# A patient reads what follows for them, a practitioner the term of the rules.
PATIENT_WORDS = {
    "contraindicated": _("Not for you"),
    "defer": _("Not yet"),
    "ask": _("Ask first"),
    "caution": _("With care"),
    "info": _("Good to know"),
    "clear": _("Nothing found"),
}
PRACTITIONER_WORDS = PATIENT_WORDS | {
    "contraindicated": _("Contraindicated"),
    "defer": _("Defer"),
    "ask": _("Ask"),
}
_WORDS = {"patient": PATIENT_WORDS, "practitioner": PRACTITIONER_WORDS}


def level_words(level: str, *, reader: str, text: str = "") -> dict[str, Any]:
    """What a chip or a verdict prints for a level: its sign, and the given words or else the reader's own."""
    return {"level": level, "sign": "" if level == "clear" else level, "text": text or _WORDS[reader][level]}


@register.simple_tag
def chip(level: str, reader: str = "patient", text: str = "") -> SafeString:
    """The chip of a level in the words of its reader, or in words given."""
    said = level_words(level, reader=reader, text=text)
    return _drawn_chip(level, said["sign"], str(said["text"]))


@lru_cache(maxsize=256)
def _drawn_chip(level: str, sign: str, text: str) -> SafeString:
    return format_html('<span class="chip level--{}">{}{}</span>', level, icon(sign) if sign else "", text)


@register.inclusion_tag("components/verdict.html")
def verdict(name: str, level: str, reader: str = "practitioner", text: str = "") -> dict[str, Any]:
    """One treatment and its worst level, as a tile."""
    return {"name": name, **level_words(level, reader=reader, text=text)}


# Drawn on a grid of 24, in strokes of 2; the filled ones carry their own class.
_ICONS = {
    "contraindicated": "M5 5 19 19M19 5 5 19",
    "defer": "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18M12 7v5.5l3.5 2",
    "ask": "M8 8a4 4 0 1 1 5.8 3.6c-1.2.6-1.8 1.3-1.8 2.9M12 20v.1",
    "caution": "M12 3.5v11M12 20v.1",
    "info": "M12 10V20.5M12 4.4v.1",
    "check": "M4.5 12.5 10 18 19.5 6.5",
    "back": "M15 4.5 7.5 12l7.5 7.5",
    "forward": "M9 4.5 16.5 12 9 19.5",
    "search": "M10.5 4a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13M15.2 15.2 20 20",
    "print": "M7 9V4h10v5M7 17H4.5V9.5h15V17H17M7 14h10v6H7z",
}
_STAR = "m12 2.6 2.9 5.9 6.5.95-4.7 4.58 1.1 6.47L12 17.45 6.2 20.5l1.1-6.47L2.6 9.45l6.5-.95z"


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """A sign in the colour of its words; it says nothing by itself, so screen readers skip it."""
    match name:
        case "star":
            css, path = "icon icon--filled", _STAR
        case "star-empty":
            css, path = "icon", _STAR
        case _:
            css, path = "icon", _ICONS[name]
    return format_html('<svg class="{}" viewBox="0 0 24 24" aria-hidden="true"><path d="{}"/></svg>', css, path)


@register.simple_tag
def stars(given: int) -> SafeString:
    """Five stars, so many of them filled, with the number in words for those who do not see them."""
    drawn = format_html_join("", "{}", ([icon("star" if place <= given else "star-empty")] for place in range(1, 6)))
    words = gettext("%(given)s of 5 stars") % {"given": given}
    return format_html('<span class="stars">{}<span class="visually-hidden">{}</span></span>', drawn, words)


@register.inclusion_tag("components/star_distribution.html")
def star_distribution(counts: Mapping[int, int], mean: float | None, note: str = "") -> dict[str, Any]:
    """How many reviews gave five, four, three, two and one star, with their mean."""
    total = sum(counts.values())
    bars = [
        {"stars": given, "count": counts.get(given, 0), "percent": 100 * counts.get(given, 0) / total if total else 0}
        for given in range(5, 0, -1)
    ]
    return {"bars": bars, "total": total, "mean": mean, "note": note}


_PHOTOTYPES = ("I", "II", "III", "IV", "V", "VI")


@register.simple_tag
def tone(phototype: str) -> SafeString:
    """The swatch of a skin type with its numeral; the words that explain it stand beside it in the page."""
    place = _PHOTOTYPES.index(phototype) + 1
    return format_html('<span class="tone tone--{}"><span class="tone__swatch"></span>{}</span>', place, phototype)


@register.filter
def choice_hint(field: BoundField, value: object) -> str:
    """The second line of an answer's card, if the form field has one for it."""
    hints: Mapping[object, str] = getattr(field.field, "choice_hints", {})
    return hints.get(value, "")
