"""Words that carry their own languages, on pages of one language."""

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from treatments.questionnaire import Words

register = template.Library()


@register.filter
def spoken(words: Words | None) -> SafeString:
    """The words in the page's language; where they are not written in it yet, the English, marked as English."""
    if words is None:
        return SafeString("")
    language = get_language() or "en"
    text = words.in_language(language)
    return conditional_escape(text) if words.texts.get(language) else format_html('<span lang="en">{}</span>', text)


@register.filter
def in_each(words: Words | None) -> list[tuple[str, str]]:
    """The words in every language they are written in, each with the language's code for the page."""
    texts = words.texts.items() if words else ()
    return [(code.replace("hant", "Hant"), text) for code, text in texts if text]
