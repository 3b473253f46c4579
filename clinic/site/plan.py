"""The planner: two or three treatments as one course, in order, with dates, days of downtime and cost."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, cast
from urllib.parse import urlencode

from crispy_forms.layout import Div, Layout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from clinic.premises.models import Clinic
from treatments.forms import ComingDay, SomeTreatments, Wished
from treatments.models import Combination, Reference, SameDay, Treatment
from treatments.planning import courses
from treatments.planning.courses import Course, NotTogether, Pairing, Part, Wait
from treatments.planning.timeline import timeline
from treatments.templatetags.shelf import together

FEWEST, MOST = 2, 3
FROM_NOW = timedelta(days=14)  # a consultation comes first, and time to decide


@dataclass(frozen=True, slots=True)
class Refusal:
    """Two treatments that make no plan, and why, where somebody has said so."""

    one: Treatment
    other: Treatment
    why: Combination | None
    is_same: bool


class PlanWishes(Wished):
    """What to combine, from which day, and by when it must be over."""

    treatment = SomeTreatments(
        fewest=FEWEST, most=MOST, too_few=_("Choose two or three treatments."), help_text=_("Choose two or three.")
    )
    start = ComingDay(
        label=_("First session not before"),
        required=False,
        help_text=_("Empty: in two weeks, since a consultation comes first."),
    )
    event = ComingDay(label=_("Look as usual by"), required=False, help_text=_("A wedding, a trip; if there is one."))

    def __init__(self, data: Any, *, treatments: Iterable[Treatment], today: date) -> None:
        super().__init__(data)
        self.today = today
        cast("SomeTreatments", self.fields["treatment"]).offer(treatments)
        for name in ("start", "event"):
            cast("ComingDay", self.fields[name]).today = today
        self.helper.layout = Layout(Div("start", "event", css_class="grid-3"), "treatment")

    def clean_start(self) -> date:
        """The day of the first session; in two weeks if none is named."""
        named: date | None = self.cleaned_data["start"]
        return named or self.today + FROM_NOW


@require_safe
def plan(request: HttpRequest) -> HttpResponse:
    """What two or three treatments make together, or why they make no plan."""
    clinic, now = Clinic.objects.the(), timezone.now()
    offered = list(Treatment.objects.published(now).with_facts())
    form = PlanWishes(
        request.GET if "treatment" in request.GET else None,
        treatments=offered,
        today=clinic.today(now),
    )
    context: dict[str, Any] = {"clinic": clinic, "form": form}
    if form.is_valid():
        by_slug = {treatment.slug: treatment for treatment in offered}
        chosen = [by_slug[slug] for slug in form.cleaned_data["treatment"]]
        context |= _planned(chosen, clinic, form.cleaned_data["start"], form.cleaned_data["event"])
    return render(request, "site/plan.html", context, status=422 if form.errors else 200)


def _planned(chosen: Sequence[Treatment], clinic: Clinic, start: date, event: date | None) -> dict[str, Any]:
    rows = {row.pk: row for row in Combination.objects.all()}
    pairings = [_pairing(row) for row in rows.values()]
    parts = [_part(treatment, pairings) for treatment in chosen]
    by_slug = {treatment.slug: treatment for treatment in chosen}
    try:
        course = courses.arrange(parts, pairings, start)
    except NotTogether as refused:
        one, other = by_slug[refused.one.key], by_slug[refused.other.key]
        why = rows.get(refused.pairing) if refused.pairing is not None else None
        refusal = Refusal(one, other, why, is_same=one.code == other.code)
        return {"refusal": refusal, "references": _cited([why] if why else [])}
    spoken = [rows[gap.pairing] for gap in course.gaps]
    apart = [row for row in rows.values() if row.same_day != SameDay.SILENT and _is_about(row, course)]
    query = urlencode([("treatment", part.key) for part in course.parts])
    return {
        "course": course,
        "timeline": timeline(course),
        "steps": _steps(course, by_slug),
        "gaps": [
            (by_slug[gap.earlier.key], by_slug[gap.later.key], gap.wait, rows[gap.pairing]) for gap in course.gaps
        ],
        "apart": apart,
        "cost": together(chosen, [treatment.plan.course for treatment in chosen], clinic.currency),
        "event": event,
        "begin_by": courses.start_by(parts, pairings, event, start) if event else None,
        "book_url": f"{reverse('booking:what')}?{query}",
        "costs_url": f"{reverse('costs')}?{query}",
        "references": _cited([*spoken, *apart]),
    }


def _pairing(row: Combination) -> Pairing:
    stated = row.wait_days is not None or row.wait_months is not None
    wait = Wait(days=row.wait_days or 0, months=row.wait_months or 0) if stated else None
    first, then = frozenset(row.first), frozenset(row.then)
    return Pairing(row.pk, first, then, wait, is_order=row.comes_first, is_refused=row.is_refused)


def _part(treatment: Treatment, pairings: list[Pairing]) -> Part:
    """The treatment as the clinic plans it; never closer than what holds between two sessions of its code."""
    recovery = treatment.recovery
    own = courses.wait_between(treatment.code, treatment.code, pairings)
    least = own[0].days if own else 0
    return Part(
        key=treatment.slug,
        code=treatment.code,
        sessions=recovery.sessions,
        spacing=max(recovery.spacing, least),
        typical=recovery.typical,
        cautious=recovery.cautious,
    )


def _steps(course: Course, by_slug: dict[str, Treatment]) -> list[tuple[Treatment, int, list[date]]]:
    """Each treatment in order, with its place and the days of its sessions."""
    return [
        (by_slug[part.key], place, [each.day for each in course.sittings if each.part is part])
        for place, part in enumerate(course.parts)
    ]


def _is_about(row: Combination, course: Course) -> bool:
    """Whether the row speaks of two treatments of the plan."""
    codes = [part.code for part in course.parts]
    return any(one != other and one in row.first and other in row.then for one in codes for other in codes)


def _cited(rows: Sequence[Combination]) -> dict[str, Reference]:
    found: dict[str, Reference] = Reference.objects.by_tag(dict.fromkeys(tag for row in rows for tag in row.refs))
    return found
