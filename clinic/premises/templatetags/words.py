"""Words kept in two languages, as pages show them."""

from django import template
from django.conf import settings
from django.db.models import Model
from django.template.defaultfilters import linebreaks_filter
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator, normalize_newlines
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from modeltranslation.utils import build_localized_fieldname

register = template.Library()

_EXCERPT = 160  # characters
_ORIGINAL = settings.MODELTRANSLATION_DEFAULT_LANGUAGE


@register.filter
def words(record: Model, field: str) -> SafeString:
    """A field in the page's language; where its translation is missing, the English, marked as English.

    The mark is for eyes, the `lang` attribute for screen readers: an unfinished translation never passes for one.
    """
    text, borrowed = _read(record, field)
    return _inline(text, borrowed=borrowed)


@register.filter
def excerpt(record: Model, field: str) -> SafeString:
    """As `words`, no longer than an excerpt in a list."""
    text, borrowed = _read(record, field)
    return _inline(Truncator(" ".join(text.split())).chars(_EXCERPT), borrowed=borrowed)


@register.filter
def paragraphs(record: Model, field: str) -> SafeString:
    """As `words`, for a longer text: an empty line begins a new paragraph."""
    text, borrowed = _read(record, field)
    return _marked(_blocks(text), borrowed=borrowed)


@register.filter
def points(record: Model, field: str) -> SafeString:
    """As `words`, for a text whose every line is a point of a list."""
    text, borrowed = _read(record, field)
    lines = format_html_join("", "<li>{}</li>", ([line] for line in text.splitlines() if line.strip()))
    return _marked(format_html("<ul>{}</ul>", lines), borrowed=borrowed)


@register.filter
def headed(record: Model, field: str) -> SafeString:
    """As `paragraphs`, for a text in parts: the first line of each part is its heading, an empty line ends it."""
    text, borrowed = _read(record, field)
    parts = [part.strip().partition("\n") for part in normalize_newlines(text).split("\n\n") if part.strip()]
    html = format_html_join("", "<h2>{}</h2>{}", ((heading, _blocks(rest)) for heading, _newline, rest in parts))
    return _marked(html, borrowed=borrowed)


@register.filter
def plain(record: Model, field: str) -> str:
    """As `words`, where no markup may stand: in a title, a description or a choice."""
    text, borrowed = _read(record, field)
    return f"{text} {_mark()}" if borrowed else text


@register.filter
def described(record: Model, field: str) -> str:
    """As `plain`, no longer than a description that a search engine shows."""
    text, borrowed = _read(record, field)
    short = Truncator(" ".join(text.split())).chars(_EXCERPT)
    return f"{short} {_mark()}" if borrowed else short


@register.filter
def elsewhere(record: Model, field: str) -> str:
    """The field in the clinic's other language, as a second name beside the first; empty where it has none."""
    here = get_language() or _ORIGINAL
    other = next(language for language in settings.MODELTRANSLATION_LANGUAGES if language != here)
    text: str = getattr(record, build_localized_fieldname(field, other), "") or ""
    return "" if text == _read(record, field)[0] else text


def _read(record: Model, field: str) -> tuple[str, bool]:
    """The text to show, and whether it is borrowed from the language the catalogue is written in."""
    language = get_language() or _ORIGINAL
    own: str = getattr(record, build_localized_fieldname(field, language), "") or ""
    if own or language == _ORIGINAL:
        return own, False
    original: str = getattr(record, build_localized_fieldname(field, _ORIGINAL), "") or ""
    return original, bool(original)


def _inline(text: str, *, borrowed: bool) -> SafeString:
    if not borrowed:
        return conditional_escape(text)
    return format_html('<span lang="{}">{}</span> <small>{}</small>', _ORIGINAL, text, _mark())


def _marked(html: SafeString, *, borrowed: bool) -> SafeString:
    if not borrowed:
        return html
    return format_html('<p class="hint">{}</p><div class="flow" lang="{}">{}</div>', _mark(), _ORIGINAL, html)


def _blocks(text: str) -> SafeString:
    return linebreaks_filter(text, autoescape=True) if text.strip() else SafeString("")


def _mark() -> str:
    return _("(in English)")
