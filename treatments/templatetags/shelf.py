"""The facts and prices of a treatment in words."""

from collections.abc import Iterable, Sequence

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinic.premises.money import format_minor
from clinic.premises.templatetags.words import plain, words
from treatments.codes import SkinType
from treatments.models import Area, PriceKind, Reference, Suits, Treatment, TreatmentFacts
from treatments.planning.costs import Span
from treatments.planning.drawing import FACE, Phase, Reach

register = template.Library()

_MONTH = 30.4  # days; spacings of a quarter and more are told in months
_QUARTER = 90


@register.filter
def sessions(facts: TreatmentFacts) -> str:
    """How many sessions a course takes: 3 to 6 sessions."""
    low, high = facts.sessions_min, facts.sessions_max
    return ngettext("%(count)s session", "%(count)s sessions", high) % {"count": _span(low, high)}


@register.filter
def spacing(facts: TreatmentFacts) -> str:
    """How far apart sessions lie: 2 to 4 weeks; empty when neither end is known."""
    return _apart(facts.spacing_min_days, facts.spacing_max_days)


def _apart(low: int, high: int) -> str:
    if low >= _QUARTER:
        low, high = round(low / _MONTH), round(high / _MONTH)
        return ngettext("%(count)s month", "%(count)s months", high) % {"count": _span(low, high)}
    if low % 7 == high % 7 == 0:
        low, high = low // 7, high // 7
        return ngettext("%(count)s week", "%(count)s weeks", high) % {"count": _span(low, high)}
    return ngettext("%(count)s day", "%(count)s days", high) % {"count": _span(low, high)}


@register.filter
def downtime(facts: TreatmentFacts) -> str:
    """The days until most people look as usual, typical to cautious: 2 to 5 days."""
    low, high = facts.downtime_typical_days, facts.downtime_cautious_days
    if high == 0:
        return _("None")
    return ngettext("%(count)s day", "%(count)s days", high) % {"count": _span(low, high)}


@register.filter
def typical_days(facts: TreatmentFacts) -> str:
    """The usual downtime: 2 days."""
    return _days(facts.downtime_typical_days)


@register.filter
def cautious_days(facts: TreatmentFacts) -> str:
    """The downtime to count with before an event: 5 days."""
    return _days(facts.downtime_cautious_days)


@register.filter
def pain(facts: TreatmentFacts) -> str:
    """How it feels on a scale from 0 to 10: 2 to 5 of 10."""
    low, high = f"{facts.pain_min.normalize():f}", f"{facts.pain_max.normalize():f}"
    return _("%(pain)s of 10") % {"pain": _span(low, high)}


@register.filter
def price(treatment: Treatment, currency: str) -> str:
    """What one session costs: HK$1,800, or from HK$1,800, or that the examination decides."""
    return priced(treatment, treatment.plan.of(Span.just(1)), currency)


@register.filter
def course_price(treatment: Treatment, currency: str) -> str:
    """What the sessions of one course cost together: HK$7,200, or HK$5,400 to HK$10,800."""
    return priced(treatment, treatment.plan.course, currency)


@register.filter
def first_year_price(treatment: Treatment, currency: str) -> str:
    """What the course and a year of upkeep cost together."""
    return priced(treatment, treatment.plan.over(12), currency)


@register.filter
def planned(treatment: Treatment) -> str:
    """The course as the clinic plans it: 4 sessions, 2 weeks apart."""
    sessions, apart = treatment.plan.sessions, treatment.course_spacing_days
    text = ngettext("%(count)s session", "%(count)s sessions", sessions.most) % {
        "count": _span(sessions.least, sessions.most)
    }
    if sessions.most == 1:
        return text
    gap = spacing(treatment.facts) if apart is None else _apart(apart, apart)
    return _("%(sessions)s, %(gap)s apart") % {"sessions": text, "gap": gap}


@register.filter
def upkeep(treatment: Treatment) -> str:
    """The sessions of upkeep in a year: 1 session a year, or none."""
    upkeep = treatment.plan.upkeep_per_year
    if upkeep.most == 0:
        return _("None planned")
    return ngettext("%(count)s session a year", "%(count)s sessions a year", upkeep.most) % {
        "count": _span(upkeep.least, upkeep.most)
    }


def together(treatments: Sequence[Treatment], costs: Sequence[Span | None], currency: str) -> str:
    """What these cost together; not known where one of them is not, and "from" where one is."""
    known = [cost for cost in costs if cost is not None]
    if len(known) < len(costs):
        return _("Priced after the examination")
    return _stated(amounts(sum(known[1:], known[0]), currency), treatments)


@register.simple_tag
def priced(treatment: Treatment, cost: Span | None, currency: str) -> str:
    """A cost of the treatment in money, as firmly as its price is stated."""
    return together([treatment], [cost], currency)


@register.filter
def amounts(cost: Span, currency: str) -> str:
    """From the least to the most in money: HK$5,400 to HK$10,800."""
    return _span(format_minor(cost.least, currency), format_minor(cost.most, currency))


@register.filter
def strip(facts: TreatmentFacts) -> dict[str, str]:
    """How the treatment is judged on each skin type, as the strip draws it; a type nobody has judged is asked about."""
    judged = {row.phototype: "caution" if row.suits == Suits.CARE else row.suits for row in facts.suitability.all()}
    return {skin_type: judged.get(skin_type, "ask") for skin_type in SkinType}


@register.filter
def days_ahead(days: int) -> str:
    """How long before a session: 4 weeks before, 3 days before, on the day."""
    if days == 0:
        return _("On the day")
    return _("%(time)s before") % {"time": _apart(days, days)}


@register.filter
def phases(facts: TreatmentFacts) -> list[Phase]:
    """The days after a session, as the strip draws them; the last stretch stays open once most people look as usual."""
    stages = list(facts.recovery.all())
    found = []
    for stage in stages:
        look = _look(facts, stage.day_from)
        last_day = None if look == "normal" and stage is stages[-1] else stage.day_to
        found.append(Phase(stage.day_from, last_day, look, words(stage, "text")))
    return found


@register.filter
def days(facts: TreatmentFacts) -> int:
    """How many days the strip shows: two weeks, or four for what takes longer."""
    return 14 if facts.downtime_cautious_days < 14 else 28


@register.filter
def reach(facts: TreatmentFacts) -> list[Reach]:
    """How deep it works, as the section of the skin draws it."""
    return [Reach(plain(facts, "name"), facts.depth_from_um, facts.depth_to_um)]


@register.filter
def of_code(treatments: Iterable[Treatment], code: str) -> list[Treatment]:
    """Those of the treatments that the clinic sells under this code."""
    return [treatment for treatment in treatments if treatment.code == code]


@register.filter
def has_examples(treatments: Iterable[Treatment]) -> bool:
    """Whether any of the prices is an example."""
    return any(treatment.price_is_example for treatment in treatments)


@register.filter
def places(areas: Iterable[Area]) -> list[str]:
    """Where a concern shows, as far as the drawing of the face knows the place."""
    return [area.key for area in areas if area.key in FACE]


@register.filter
def sources(references: dict[str, Reference], tags: Iterable[str]) -> list[Reference]:
    """The references behind these tags, in their order; a tag that nobody has entered is left out."""
    return [references[tag] for tag in tags if tag in references]


def _look(facts: TreatmentFacts, day: int) -> str:
    if day < facts.downtime_typical_days:
        return "visible"
    return "settling" if day < facts.downtime_cautious_days else "normal"


def _stated(text: str, treatments: Iterable[Treatment]) -> str:
    """A price as its treatments state it: fixed, or from so much on."""
    if any(treatment.price_kind == PriceKind.FROM for treatment in treatments):
        return _("from %(price)s") % {"price": text}
    return text


def _days(count: int) -> str:
    return ngettext("%(count)s day", "%(count)s days", count) % {"count": count}


def _span(low: object, high: object) -> str:
    """Both ends, or the one when they are the same: 3 to 6, or 3."""
    return str(low) if low == high else _("%(low)s to %(high)s") % {"low": low, "high": high}
