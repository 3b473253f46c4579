"""Words of the glossary, linked where a page first names them."""

import re
from collections.abc import Iterable

from django import template
from django.template.context import Context
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString

from treatments.models import Term

register = template.Library()

_IN_BRACKETS = re.compile(r"\s*[(（][^)）]*[)）]\s*")
_TAG = re.compile(r"(<[^>]+>)")


class Glossary:
    """The terms that one page links, each once: read at the beginning, ticked off while the page is drawn.

    What the page itself is `about` needs no link there.
    """

    def __init__(self, terms: Iterable[Term], *, about: Iterable[str] = ()) -> None:
        known = {name.lower() for name in about}
        self.waiting: dict[str, Term] = {}
        names: dict[str, list[str]] = {"en": [], "zh-hant": []}
        for term in terms:
            for language, name in (("en", term.name_en), ("zh-hant", term.name_zh_hant)):  # type: ignore[attr-defined]
                word = escape(_IN_BRACKETS.sub("", name or "")).lower()
                if term.is_linked and word and word not in known:
                    self.waiting[word] = term
                    names[language].append(re.escape(word))
        english, chinese = (sorted(found, key=len, reverse=True) for found in names.values())
        self.pattern = re.compile(
            rf"\b(?P<en>{'|'.join(english) or '(?!)'})s?\b|(?P<zh>{'|'.join(chinese) or '(?!)'})", re.IGNORECASE
        )

    def link(self, html: str) -> SafeString:
        """The same words, with a link round each waiting term; what stands in a link already stays as it is."""
        depth, parts = 0, []
        for part in _TAG.split(html):
            if part.startswith("<"):
                depth += part.startswith("<a ") - part.startswith("</a")
                parts.append(part)
            else:
                parts.append(part if depth else self.pattern.sub(self._linked, part))
        return SafeString("".join(parts))

    def _linked(self, found: re.Match[str]) -> str:
        term = self.waiting.get((found["en"] or found["zh"]).lower())
        if term is None:
            return found.group()
        self.waiting = {name: other for name, other in self.waiting.items() if other != term}
        return format_html('<a class="term-link" href="{}">{}</a>', term.get_absolute_url(), SafeString(found.group()))


@register.simple_tag(takes_context=True)
def glossed(context: Context, text: str) -> SafeString:
    """A text with the page's glossary linked into it; as it stands on a page that has none."""
    html, glossary = conditional_escape(text), context.get("glossary")
    return glossary.link(html) if glossary else html
