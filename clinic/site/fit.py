"""Fit: some questions, and what the answers say of every treatment, before anybody books."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clinic import window
from clinic.premises.models import Clinic
from consultations import fitting
from consultations.fitting import Fit, Reason
from consultations.forms.fit import FitForm
from consultations.forms.intake import QuestionsForm
from consultations.models import Draft
from consultations.views.steps import SECRET, begun, journey, or_anew
from treatments.codes import Level, TreatmentCode
from treatments.models import Reference, Treatment
from treatments.planning.events import LastDays, last_days


@dataclass(frozen=True, slots=True)
class Fitted:
    """What the fit says of one treatment: the level with its reasons, and how it meets the plans that were told.

    `too_long` and `too_dear` are None where nothing was told, or nothing is known.
    """

    treatment: Treatment
    level: Level
    earliest_date: date | None
    open_ended: bool
    reasons: list[Reason]
    too_long: bool | None
    too_dear: bool | None
    by_event: LastDays | None
    today: date

    @property
    def is_course(self) -> bool:
        return self.treatment.plan.sessions.most > 1


def of(request: HttpRequest) -> Fit | None:
    """The fit of this browser, or None; a page that shows it is nobody else's."""
    session = getattr(request, "session", None)
    if session is None or not session.get(window.PERSONAL):
        return None
    clinic, now = Clinic.objects.the(), timezone.now()
    draft = _draft(request)
    found = draft and fitting.fit(draft=draft, clinic=clinic, today=clinic.today(now))
    if found:
        window.mark_personal(request)
    return found or None


def fitted(fit: Fit, treatment: Treatment) -> Fitted:
    """The fit of one treatment."""
    verdict, facts = fit.verdicts[TreatmentCode(treatment.code)], treatment.facts
    price = treatment.plan.price_minor
    return Fitted(
        treatment=treatment,
        level=verdict.level,
        earliest_date=verdict.earliest_date,
        open_ended=verdict.open_ended,
        reasons=fit.reasons(treatment.code),
        too_long=None if fit.spare_days is None else facts.downtime_cautious_days > fit.spare_days,
        too_dear=None if fit.budget_minor is None or price is None else price > fit.budget_minor,
        by_event=last_days(fit.event, treatment.recovery) if fit.event else None,
        today=fit.as_of,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@or_anew
def fit(request: HttpRequest) -> HttpResponse:
    """The questions, and below them what follows for each treatment."""
    window.mark_personal(request)
    clinic, now = Clinic.objects.the(), timezone.now()
    today, draft = clinic.today(now), _draft(request)
    form = _form(request, clinic, draft, today)
    if request.method == "POST" and form.is_valid():
        draft = draft or begun(request).draft
        fitting.tell(draft=draft, answers=form.answers, given=form.given, budget_minor=form.budget_minor, now=now)
        request.session[window.PERSONAL] = True
        return redirect("fit")
    found = fitting.fit(draft=draft, clinic=clinic, today=today) if draft else None
    offered = Treatment.objects.published(now).with_facts() if found else []
    cards = [fitted(found, treatment) for treatment in offered] if found else []
    context = {"clinic": clinic, "form": form, "fit": found, "cards": cards, "references": _references(cards)}
    return render(request, "site/fit.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@or_anew
def skin_type(request: HttpRequest) -> HttpResponse:
    """The ten questions that work out the skin type, for whoever does not know it."""
    window.mark_personal(request)
    now = timezone.now()
    today, draft = Clinic.objects.the().today(now), _draft(request)
    form = QuestionsForm(
        request.POST if request.method == "POST" else None,
        items=fitting.skin_type_items(),
        stored=draft.answers if draft else {},
        language=get_language() or "en",
        today=today,
    )
    if request.method == "POST" and form.is_valid():
        fitting.tell_skin_type(draft=draft or begun(request).draft, answers=form.answers, now=now)
        request.session[window.PERSONAL] = True
        return redirect("fit")
    return render(request, "site/fit_skin_type.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
def clear(request: HttpRequest) -> HttpResponse:
    """Clear what was told, at one press."""
    draft = _draft(request)
    if draft:
        fitting.forget(draft=draft, now=timezone.now())
    request.session.pop(window.PERSONAL, None)
    flash.success(request, _("Your answers have been cleared."))
    return redirect("fit")


def _draft(request: HttpRequest) -> Draft | None:
    """The draft of this browser that is not booked yet and not somebody else's."""
    if not request.session.get(SECRET):
        return None
    found = journey(request)
    return found.draft if found and not found.booked else None


def _form(request: HttpRequest, clinic: Clinic, draft: Draft | None, today: date) -> FitForm:
    told: dict[str, Any] = draft.steps.get("fit", {}) if draft else {}
    return FitForm(
        request.POST if request.method == "POST" else None,
        items=fitting.items(),
        stored=draft.answers if draft else {},
        language=get_language() or "en",
        today=today,
        given=told.get("given", {}),
        budget_minor=told.get("budget_minor"),
        currency=clinic.currency,
    )


def _references(cards: list[Fitted]) -> dict[str, Reference]:
    tags = dict.fromkeys(tag for card in cards for reason in card.reasons for tag in reason.rule.refs)
    found: dict[str, Reference] = Reference.objects.by_tag(tags) if tags else {}
    return found
