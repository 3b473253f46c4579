"""What somebody waits for, and why a time does not suit them, in words."""

from collections.abc import Iterable

from django import template
from django.utils.dates import WEEKDAYS
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clinic.premises.templatetags.clinic import listed
from consultations.models import PARTS_OF_THE_DAY, WaitingState
from consultations.offering import Candidate
from consultations.scheduling.waiting import Misfit

register = template.Library()

HOURS_A_DAY = 24
REASONS: dict[Misfit, str | Promise] = {
    Misfit.WITH_ANOTHER: gettext_lazy("Would like to see somebody else."),
    Misfit.ELSEWHERE: gettext_lazy("Would like to come to another place."),
    Misfit.ANOTHER_DAY: gettext_lazy("Waits for other days."),
    Misfit.ANOTHER_WEEKDAY: gettext_lazy("Cannot come on this weekday."),
    Misfit.ANOTHER_PART: gettext_lazy("Would like another time of the day."),
    Misfit.NOT_EARLIER: gettext_lazy("Has an earlier time booked."),
    Misfit.TOO_SOON: gettext_lazy("Must know longer before, or would have no time to answer."),
}


@register.filter
def weekdays(numbers: Iterable[int]) -> str:
    """The weekdays by name: Monday, Tuesday."""
    return listed(WEEKDAYS[number] for number in sorted(numbers))


@register.filter
def parts(names: Iterable[str]) -> str:
    """The parts of the day by name."""
    return listed(label for part, label in PARTS_OF_THE_DAY if part in set(names))


@register.filter
def notice(hours: int) -> str:
    """How long before somebody must know."""
    if hours < HOURS_A_DAY:
        return ngettext("%(count)s hour before", "%(count)s hours before", hours) % {"count": hours}
    days = hours // HOURS_A_DAY
    return ngettext("%(count)s day before", "%(count)s days before", days) % {"count": days}


@register.filter
def why_not(candidate: Candidate) -> str:
    """Why a free time is not offered to one who waits."""
    if candidate.is_asked:
        return _("Is being asked about another time.")
    if candidate.entry.state == WaitingState.PAUSED:
        return _("Wants no offers at the moment.")
    return str(REASONS[candidate.misfit]) if candidate.misfit else ""
