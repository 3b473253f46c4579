"""The cost planner: what treatments cost over one and three years, with the first visit and what is taken off."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from crispy_forms.layout import Div, Layout
from django import forms
from django.db.models import Max, Min, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from clinic import window
from clinic.premises.models import Clinic
from clinic.premises.money_field import MoneyField
from practitioners.models import KindCode
from treatments.forms import SomeTreatments, Wished
from treatments.models import Treatment
from treatments.planning.costs import MONTHS_A_YEAR, Plan, Span, with_consultation

HORIZONS = (1, 3)  # years
_MOST = 10_000_000  # whole money; far beyond any plan


@dataclass(frozen=True, slots=True)
class Costed:
    """A treatment with what it costs in minor units; None where only an examination tells, or nobody offers it.

    `fee` is what a first visit costs with those who offer it; `totals` are with the fee, over each horizon.
    """

    treatment: Treatment
    plan: Plan
    fee: Span | None
    totals: tuple[Span | None, ...]
    is_within: bool | None


class CostWishes(Wished):
    """Which treatments to cost, and how much there is to spend on each."""

    treatment = SomeTreatments(help_text=_("None chosen means all of them."))
    years = forms.TypedChoiceField(
        label=_("For this many years"),
        required=False,
        coerce=int,
        choices=[(1, _("The first year")), (3, _("Three years"))],
    )

    def __init__(self, data: Any, *, treatments: Iterable[Treatment], currency: str) -> None:
        super().__init__(data)
        cast("SomeTreatments", self.fields["treatment"]).offer(treatments)
        self.fields["budget"] = MoneyField(
            label=_("Budget for one treatment"), currency=currency, required=False, max_value=_MOST
        )
        self.helper.layout = Layout(Div("budget", "years", css_class="grid-3"))  # the treatments are folded below

    @property
    def wishes(self) -> dict[str, Any]:
        """What is asked for, as far as it makes sense."""
        self.is_valid()
        kept = {"treatment": [], "budget": None, **self.cleaned_data}
        return {**kept, "years": kept.get("years") or HORIZONS[0]}


@require_safe
@window.kept(treatment=(), budget=(), years=())
def costs(request: HttpRequest) -> HttpResponse:
    """What a course and its upkeep cost, for the treatments that are asked about."""
    clinic = Clinic.objects.the()
    offered = list(_with_fees(timezone.now()))
    form = CostWishes(request.GET, treatments=offered, currency=clinic.currency)
    chosen, budget, years = form.wishes["treatment"], form.wishes["budget"], form.wishes["years"]
    costed = [
        _costed(treatment, clinic, budget, HORIZONS.index(years))
        for treatment in offered
        if not chosen or treatment.slug in chosen
    ]
    context = {
        "clinic": clinic,
        "form": form,
        "budget": budget,
        "years": years,
        "has_examples": any(each.treatment.price_is_example for each in costed),
        "groups": _grouped(costed),
    }
    return render(request, "site/costs.html", context, status=422 if form.errors else 200)


def _with_fees(now: Any) -> Iterable[Treatment]:
    """The treatments on sale, with the least and most that a first visit costs with those who offer them."""
    asked = Q(practitioners__is_active=True, practitioners__kinds__kind=KindCode.FIRST_VISIT)
    fees = {
        "fee_least": Min("practitioners__kinds__fee_minor", filter=asked),
        "fee_most": Max("practitioners__kinds__fee_minor", filter=asked),
    }
    found: Iterable[Treatment] = Treatment.objects.published(now).with_facts().annotate(**fees)
    return found


def _costed(treatment: Any, clinic: Clinic, budget: int | None, horizon: int) -> Costed:
    plan = treatment.plan
    fee = None if treatment.fee_least is None else Span(treatment.fee_least, treatment.fee_most)
    totals = tuple(_total(plan, fee, years, credited=clinic.credits_first_visit) for years in HORIZONS)
    total = totals[horizon]
    is_within = None if budget is None or total is None else total.most <= budget
    return Costed(treatment, plan, fee, totals, is_within)


def _total(plan: Plan, fee: Span | None, years: int, *, credited: bool) -> Span | None:
    treated = plan.over(years * MONTHS_A_YEAR)
    if treated is None or fee is None:
        return treated
    return with_consultation(treated, fee, credited=credited)


def _grouped(costed: list[Costed]) -> list[tuple[str, list[Costed]]]:
    """Cheapest first, what fits the budget before what does not; what only an examination tells comes last."""
    by_total = sorted(costed, key=lambda each: (each.totals[0] is None, each.totals[0].most if each.totals[0] else 0))
    groups = {
        "within": [each for each in by_total if each.plan.is_priced and each.is_within is not False],
        "beyond": [each for each in by_total if each.is_within is False],
        "unknown": [each for each in by_total if not each.plan.is_priced],
    }
    return [(name, group) for name, group in groups.items() if group]
