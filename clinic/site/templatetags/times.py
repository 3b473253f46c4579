"""Free times in words."""

from collections.abc import Iterable, Sequence
from datetime import time
from zoneinfo import ZoneInfo

from django import template
from django.utils.translation import gettext as _

from clinic.premises.templatetags.clinic import clock, day
from consultations.availability import Slot

register = template.Library()

_ROOM = 4  # times of a day that a profile names


@register.filter
def in_words(slots: Sequence[Slot], zone: ZoneInfo) -> str:
    """The first of the free times, and those after it on the same day: Thursday 26 November, 09:00, 09:40, 11:00."""
    if not slots:
        return ""
    starts = [slot.starts.astimezone(zone) for slot in slots]
    on_that_day = [clock(start, zone) for start in starts if start.date() == starts[0].date()]
    return _("%(day)s, %(times)s") % {"day": day(starts[0], zone), "times": _(", ").join(on_that_day)}


@register.filter
def some_times(slots: Sequence[Slot], zone: ZoneInfo) -> str:
    """The free times of a day, as far as there is room: 09:00, 09:40, 11:00 and 5 more."""
    times = _(", ").join(clock(slot.starts, zone) for slot in slots[:_ROOM])
    more = len(slots) - _ROOM
    return _("%(times)s and %(more)s more") % {"times": times, "more": more} if more > 0 else times


@register.filter
def stretches(pairs: Iterable[tuple[time, time]]) -> str:
    """Hours of work without their breaks: 09:00 to 13:00, 14:00 to 18:00."""
    return _(", ").join(
        _("%(opens)s to %(closes)s") % {"opens": f"{opens:%H:%M}", "closes": f"{closes:%H:%M}"}
        for opens, closes in pairs
    )
