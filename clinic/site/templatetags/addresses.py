"""One address for each page in each language, for search engines."""

from django import template
from django.conf import settings
from django.template.context import Context
from django.urls import translate_url
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag(takes_context=True)
def addresses(context: Context) -> SafeString:
    """The page's own address without filters, and the same page in every language."""
    path = context["request"].path
    translations = [(code, _absolute(translate_url(path, code))) for code, _name in settings.LANGUAGES]
    alternates = [*translations, ("x-default", dict(translations)[settings.LANGUAGE_CODE])]
    return format_html('<link rel="canonical" href="{}">', _absolute(path)) + format_html_join(
        "", '<link rel="alternate" hreflang="{}" href="{}">', ((_tag(code), address) for code, address in alternates)
    )


def _absolute(path: str) -> str:
    return f"{settings.PUBLIC_BASE_URL}{path}"


def _tag(code: str) -> str:
    """The language as pages name it: zh-Hant."""
    return code.replace("hant", "Hant")
