"""schema.org in a page, as data that no browser runs."""

import json
from collections.abc import Iterable
from itertools import chain
from typing import Any

from django import template
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from clinic.premises.models import Location
from clinic.site import structured
from practitioners.models import Practitioner
from treatments.models import FrequentQuestion, Treatment

register = template.Library()
# What could end the element or begin another.
_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


@register.simple_tag(takes_context=True)
def clinic_data(context: Context, locations: Iterable[Location] = ()) -> SafeString:
    """The clinic, with its locations where the page tells them."""
    return _script(structured.clinic(context["clinic"], locations))


@register.simple_tag
def treatment_data(treatment: Treatment) -> SafeString:
    """A treatment on its page."""
    return _script(structured.treatment(treatment))


@register.simple_tag
def questions_data(*asked: Iterable[FrequentQuestion]) -> SafeString:
    """The questions of all the lists that the page shows."""
    return _script(structured.questions(chain.from_iterable(filter(None, asked))))


@register.simple_tag
def practitioner_data(practitioner: Practitioner) -> SafeString:
    """A practitioner on their profile."""
    return _script(structured.practitioner(practitioner))


@register.simple_tag
def glossary_data(shelves: Iterable[dict[str, Any]]) -> SafeString:
    """The words of the glossary."""
    return _script(structured.glossary(entry["term"] for shelf in shelves for entry in shelf["entries"]))


def _script(said: structured.Said | None) -> SafeString:
    if said is None:
        return SafeString("")
    text = json.dumps(said, ensure_ascii=False).translate(_ESCAPES)
    return format_html('<script type="application/ld+json">{}</script>', SafeString(text))
