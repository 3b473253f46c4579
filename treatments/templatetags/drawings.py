"""The drawings that explain a treatment or a concern: SVG drawn on the server, with its meaning in words beside it."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from treatments.planning import drawing
from treatments.planning.drawing import Phase, Reach

register = template.Library()

# The usual description of each type; colour words say nothing about anyone's origin.
BURN_AND_TAN = {
    "I": gettext_lazy("always burns, never tans"),
    "II": gettext_lazy("burns easily, tans a little"),
    "III": gettext_lazy("burns sometimes, tans gradually"),
    "IV": gettext_lazy("burns rarely, tans well"),
    "V": gettext_lazy("very rarely burns, tans deeply"),
    "VI": gettext_lazy("never burns, deeply pigmented"),
}
SUITABILITY = {
    "usual": ("clear", "", gettext_lazy("Usual care")),
    "caution": ("caution", "caution", gettext_lazy("With care")),
    "ask": ("ask", "ask", gettext_lazy("Ask first")),
}
AREAS = {
    "forehead": gettext_lazy("forehead"),
    "temples": gettext_lazy("temples"),
    "eyes": gettext_lazy("round the eyes"),
    "nose": gettext_lazy("nose"),
    "cheeks": gettext_lazy("cheeks"),
    "upper_lip": gettext_lazy("upper lip"),
    "chin": gettext_lazy("chin"),
    "jaw": gettext_lazy("jaw line"),
}


@register.inclusion_tag("components/skin_strip.html")
def skin_strip(suitability: Mapping[str, str], mine: str = "") -> dict[str, Any]:
    """The six skin types, and for each whether a treatment wants usual care, more care, or a question first."""
    types = []
    for number, (numeral, words) in enumerate(BURN_AND_TAN.items(), start=1):
        level, sign, text = SUITABILITY[suitability[numeral]]
        judged = {"level": level, "sign": sign, "text": text}
        types.append({"number": number, "numeral": numeral, "words": words, "mine": numeral == mine, **judged})
    return {"types": types}


@register.inclusion_tag("components/depth_drawing.html")
def depth_drawing(reaches: Sequence[Reach], caption: str = "") -> dict[str, Any]:
    """How deep one to four treatments reach into the skin, on a logarithmic scale."""
    section = drawing.section(reaches, scale=190 if len(reaches) == 1 else 250)
    bars = [{"bar": bar, "depth": _depth(bar.reach)} for bar in section.bars]
    label = "; ".join(f"{bar.reach.name}: {_depth(bar.reach)}" for bar in section.bars)
    return {"section": section, "bars": bars, "label": label, "caption": caption}


def _depth(reach: Reach) -> str:
    """A reach in millimetres, as it is said: to 0.1 mm, or 0.5 to 1.5 mm."""
    deep = f"{reach.bottom_um / 1000:g}"
    if not reach.top_um:
        return _("to %(depth)s mm") % {"depth": deep}
    return _("%(low)s to %(high)s mm") % {"low": f"{reach.top_um / 1000:g}", "high": deep}


@register.inclusion_tag("components/face_map.html")
def face_map(areas: Iterable[str], caption: str = "") -> dict[str, Any]:
    """Where on the face something shows: numbered places, named in words below."""
    places = drawing.places(areas)
    names = {place.number: AREAS[place.key] for place in places}
    return {"places": places, "names": names.items(), "caption": caption}


@register.inclusion_tag("components/recovery_strip.html")
def recovery_strip(phases: Sequence[Phase], days: int = 14) -> dict[str, Any]:
    """The days after a session: a cell for each, then each stretch in words."""
    return {
        "cells": drawing.strip(phases, days=days),
        "stages": [{"look": phase.look, "days": _days(phase), "text": phase.text} for phase in phases],
    }


def _days(phase: Phase) -> str:
    """A stretch of days, as it is said: Day 0, Day 0 to 1, From day 4."""
    if phase.last_day is None:
        return _("From day %(day)s") % {"day": phase.first_day}
    if phase.last_day == phase.first_day:
        return _("Day %(day)s") % {"day": phase.first_day}
    return _("Day %(first)s to %(last)s") % {"first": phase.first_day, "last": phase.last_day}


# The questions whose answers are better looked at than read; the words of an answer say the same.
_DRAWN: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "keloid_history": {
        kind: {"scar": drawing.scar(kind), "wound": drawing.SCAR_WOUND} for kind in ("none", "hypertrophic", "keloid")
    },
    "pore_self_grade": {grade: {"pores": drawing.pores(grade)} for grade in "01234"},
}


@register.simple_tag
def answer_drawing(question: str, answer: str) -> str:
    """The drawing that stands beside an answer, if its question has drawings."""
    return _drawn(question, answer) if answer in _DRAWN.get(question, ()) else ""


@cache
def _drawn(question: str, answer: str) -> SafeString:
    return render_to_string("components/answer_drawing.html", {**_DRAWN[question][answer]})
