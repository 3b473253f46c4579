"""Prices as they were quoted, from what a booking has kept of them."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from treatments.planning.costs import Span
from treatments.templatetags.shelf import amounts

register = template.Library()


@register.filter
def quoted_name(quoted: Mapping[str, Any]) -> str:
    """The treatment's name at the time, in the page's language or else in English."""
    names: Mapping[str, str] = quoted["names"]
    return names.get(get_language() or "en") or names["en"]


@register.filter
def quoted_price(quoted: Mapping[str, Any], currency: str) -> str:
    """What a session and a course were to cost: HK$2,400 a session, HK$7,200 for 3 sessions."""
    if quoted["price_minor"] is None:
        return _("Priced after the examination")
    session = _("%(price)s a session") % {"price": amounts(Span.just(quoted["price_minor"]), currency)}
    least, most = quoted["sessions"]
    if most > 1:
        course = ngettext("%(price)s for %(count)s session", "%(price)s for %(count)s sessions", most) % {
            "price": amounts(Span(*quoted["course_minor"]), currency),
            "count": most if least == most else _("%(low)s to %(high)s") % {"low": least, "high": most},
        }
        session = _("%(session)s, %(course)s") % {"session": session, "course": course}
    return _("from %(price)s") % {"price": session} if quoted["is_from"] else session
