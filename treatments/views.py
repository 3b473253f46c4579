"""The public shelf: what brings people here, and what we offer."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clinic import window
from clinic.localtime import local
from clinic.premises.models import Clinic
from clinic.premises.templatetags.words import plain, words
from clinic.reminders import Reminders, calendar_file
from treatments.forms import CLOSED_CHOICES, MOST_BESIDE, Comparing, SessionDay, TreatmentFilter
from treatments.models import (
    Combination,
    Comparison,
    Concern,
    FrequentQuestion,
    Reference,
    Term,
    Topic,
    Treatment,
    TreatmentCategory,
)
from treatments.planning import care as care_days
from treatments.planning.care import CareDay
from treatments.templatetags.glossary import Glossary


@require_safe
@window.kept()
def concerns(request: HttpRequest) -> HttpResponse:
    """What would you like help with?"""
    return render(request, "treatments/concerns.html", {"concerns": Concern.objects.published(timezone.now())})


@require_safe
@window.kept()
def concern(request: HttpRequest, slug: str) -> HttpResponse:
    """The guide to one concern, with the treatments that may help and every source."""
    now = timezone.now()
    return concern_page(request, get_object_or_404(Concern.objects.published(now).with_guide(now), slug=slug), now)


def concern_page(request: HttpRequest, concern: Concern, now: datetime, **besides: Any) -> HttpResponse:
    """The guide's page, for a visitor or for staff who look at a draft."""
    context = {
        "concern": concern,
        "treatments": Treatment.objects.published(now).with_facts().matching(concern=concern.slug),
        "general_questions": FrequentQuestion.objects.published(now).general(),
        "references": Reference.objects.by_tag(concern.cited),
        "glossary": Glossary(Term.objects.published(timezone.now()), about=[concern.name]),
    }
    return render(request, "treatments/concern.html", context | besides)


@require_safe
@window.kept(**CLOSED_CHOICES, concern=(), budget=())
def treatments(request: HttpRequest) -> HttpResponse:
    """What we offer, narrowed by what the visitor states; the address holds the whole state of the page."""
    clinic, now = Clinic.objects.the(), timezone.now()
    form = TreatmentFilter(request.GET, concerns=Concern.objects.published(now), currency=clinic.currency)
    wishes = form.wishes
    offered = Treatment.objects.published(now).with_facts()
    context = {"clinic": clinic, "filter": form, "treatments": offered.matching(**wishes)}
    if "category" in wishes:
        context |= _about(str(wishes["category"]), now)
    return render(request, "treatments/treatments.html", context)


def _about(key: str, now: datetime) -> dict[str, Any]:
    """The words of a category and the questions about it, with every source."""
    category = TreatmentCategory.objects.filter(key=key).first()
    questions = FrequentQuestion.objects.published(now).about(key)
    cited = [tag for part in ([category] if category else []) + list(questions) for tag in part.refs]
    return {"category": category, "questions": questions, "references": Reference.objects.by_tag(dict.fromkeys(cited))}


@require_safe
@window.kept()
def treatment(request: HttpRequest, slug: str) -> HttpResponse:
    """One treatment: what it does, what it asks of you, what it costs, who does it."""
    now = timezone.now()
    return treatment_page(request, get_object_or_404(Treatment.objects.published(now).with_page(now), slug=slug), now)


def treatment_page(request: HttpRequest, treatment: Treatment, now: datetime, **besides: Any) -> HttpResponse:
    """The treatment's page, for a visitor or for staff who look at a draft."""
    shelf = reverse("treatments:treatments")
    questions = FrequentQuestion.objects.published(now).about(treatment.category)
    combinations = Combination.objects.about(treatment.code)
    cited = [*treatment.facts.refs, *(tag for each in [*questions, *combinations] for tag in each.refs)]
    context = {
        "trail": [
            (_("Treatments"), shelf),
            (treatment.get_category_display(), f"{shelf}?category={treatment.category}"),
        ],
        "treatment": treatment,
        "facts": treatment.facts,
        "questions": questions,
        "combinations": combinations,
        "references": Reference.objects.by_tag(dict.fromkeys(cited)),
        "glossary": Glossary(Term.objects.published(now), about=[treatment.name, treatment.facts.name]),
    }
    return render(request, "treatments/treatment.html", context | besides)


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Two to four treatments side by side; the address holds which, so that it can be shared."""
    clinic, offered = Clinic.objects.the(), Treatment.objects.published(timezone.now())
    form = Comparing(request.GET if "treatment" in request.GET else None, treatments=offered)
    chosen = form.cleaned_data["treatment"] if form.is_valid() else []
    found = {treatment.slug: treatment for treatment in offered.with_comparison().filter(slug__in=chosen)}
    treatments = [found[slug] for slug in chosen if slug in found]
    context = {
        "clinic": clinic,
        "form": form,
        "treatments": treatments,
        "columns": [(words(treatment, "name"), treatment.get_absolute_url()) for treatment in treatments],
        "asked": _naming(treatments),
        "book_about": f"{reverse('booking:what')}?{_naming(treatments)}",
        "comparisons": Comparison.objects.published(timezone.now()),
    }
    return render(request, "treatments/compare.html", context, status=422 if form.errors else 200)


@require_safe
@window.kept()
def comparison(request: HttpRequest, slug: str) -> HttpResponse:
    """One question that people ask about several treatments, answered side by side."""
    now = timezone.now()
    found = get_object_or_404(Comparison.objects.published(now).with_page(), slug=slug)
    return comparison_page(request, found, now)


def comparison_page(request: HttpRequest, comparison: Comparison, now: datetime, **besides: Any) -> HttpResponse:
    """The comparison's page, for a visitor or for staff who look at a draft."""
    treatments = list(Treatment.objects.published(now).filter(facts__in=comparison.codes))
    context = {
        "comparison": comparison,
        "treatments": treatments,
        "asked": _naming(_one_of_each(treatments)[:MOST_BESIDE]),
        "references": Reference.objects.by_tag(comparison.refs),
    }
    return render(request, "treatments/comparison.html", context | besides)


def _naming(treatments: Sequence[Treatment]) -> str:
    """The query that names these treatments."""
    return urlencode([("treatment", treatment.slug) for treatment in treatments])


def _one_of_each(treatments: Sequence[Treatment]) -> list[Treatment]:
    """The first treatment of each code."""
    return list({treatment.code: treatment for treatment in reversed(treatments)}.values())[::-1]


@require_safe
@window.kept()
def glossary(request: HttpRequest) -> HttpResponse:
    """The words that patients meet, in both languages, and where each leads."""
    now = timezone.now()
    offered = list(Treatment.objects.published(now))
    entries = [
        {
            "term": term,
            "guide": term.guide(now),
            "treatments": [treatment for treatment in offered if treatment.code in term.codes],
        }
        for term in Term.objects.published(now).select_related("concern")
    ]
    shelves = [
        {"topic": topic, "entries": [each for each in entries if each["term"].topic == topic]} for topic in Topic
    ]
    return render(request, "treatments/glossary.html", {"shelves": [shelf for shelf in shelves if shelf["entries"]]})


@require_safe
@window.kept(on=())
def care(request: HttpRequest, slug: str) -> HttpResponse:
    """What to do round a session, with dates once a day is named; to print, or for a calendar."""
    now = timezone.now()
    treatment = get_object_or_404(Treatment.objects.published(now).with_page(now), slug=slug)
    today = local(now, Clinic.objects.the().zone).date()
    form = SessionDay(request.GET or None, today=today)
    on = form.cleaned_data["on"] if form.is_bound and form.is_valid() else None
    context = {
        "treatment": treatment,
        "facts": treatment.facts,
        "form": form,
        "on": on,
        "days": _days_round(on, treatment) if on else [],
    }
    return render(request, "treatments/care.html", context, status=422 if form.errors else 200)


@require_safe
def care_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """The same days as a calendar file; without a day, back to the list that asks for one."""
    now = timezone.now()
    treatment = get_object_or_404(Treatment.objects.published(now).with_page(now), slug=slug)
    form = SessionDay(request.GET, today=local(now, Clinic.objects.the().zone).date())
    if not form.is_valid():
        return redirect("treatments:care", slug=slug)
    days = _days_round(form.cleaned_data["on"], treatment)
    written = calendar_file(
        Reminders(
            uid=f"{treatment.slug}@complexion",
            days=tuple((first, "\n".join(each.text for each in group)) for first, group in _by_first_day(days)),
            made_at=now,
            summary=_("Care of your skin"),
            language=get_language() or "en",
        )
    )
    response = HttpResponse(written, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="care-{treatment.slug}.ics"'
    return response


def _days_round(session: date, treatment: Treatment) -> list[CareDay]:
    facts = treatment.facts
    ahead = [(step.days_before, plain(step, "text")) for step in facts.before_care.all()]
    behind = [(step.day_from, step.day_to, plain(step, "text")) for step in facts.aftercare.all()]
    return [*care_days.before(session, ahead), *care_days.after(session, behind)]


def _by_first_day(days: list[CareDay]) -> Iterator[tuple[date, Iterator[CareDay]]]:
    return groupby(sorted(days, key=lambda each: each.first), key=lambda each: each.first)
