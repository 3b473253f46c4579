"""The questions to ask at a visit, which the booking offers to pick: one list, wherever it is read."""

from typing import Any

from django import template
from django.utils.translation import get_language

from consultations import published

register = template.Library()


@register.inclusion_tag("components/questions_to_ask.html")
def questions_to_ask() -> dict[str, Any]:
    """The questions of the questionnaire in force, in the page's language; none before there is one."""
    try:
        picked = published.questions_of(published.questionnaire()).by_key.get("questions_picked")
    except published.NothingPublished:
        return {"questions": []}
    language = get_language() or "en"
    return {"questions": [option.label.in_language(language) for option in picked.options] if picked else []}
