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
    TreatmentFacts,
)
from treatments.models.choices import CATEGORY_CHOICES, CODE_CHOICES
from treatments.planning import care as care_days
from treatments.planning.care import CareDay
from treatments.templatetags.glossary import Glossary

Combined = tuple[Combination, list[str]]


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
    general = besides.get("general_questions", FrequentQuestion.objects.published(now).general())
    cited = [*concern.cited, *(tag for question in general for tag in question.refs)]
    context = {
        "concern": concern,
        "treatments": Treatment.objects.published(now).with_facts().matching(concern=concern.slug),
        "general_questions": general,
        "references": Reference.objects.by_tag(dict.fromkeys(cited)),
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
    beside = offered.facts_beside()
    context = {"clinic": clinic, "filter": form, "treatments": offered.matching(**wishes)}
    context["elsewhere"] = beside.filter(category=wishes["category"]) if "category" in wishes else beside
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
    context = _known(treatment.facts, treatment, now) | {"treatment": treatment}
    return render(request, "treatments/treatment.html", context | besides)


@require_safe
@window.kept()
def facts(request: HttpRequest, code: str) -> HttpResponse:
    """What is known of a treatment that is not offered here; once it is, the way to where it stands."""
    now = timezone.now()
    offered = Treatment.objects.published(now)
    sold = offered.filter(facts=code).first()
    if sold:
        return redirect(sold)
    found = get_object_or_404(offered.facts_with_page(now), code=code)
    return render(request, "treatments/facts.html", _known(found, found, now))


def _known(facts: TreatmentFacts, page: Treatment | TreatmentFacts, now: datetime) -> dict[str, Any]:
    """What a page says of a code: its facts, the questions about its category, how it combines, every source."""
    shelf = reverse("treatments:treatments")
    questions = FrequentQuestion.objects.published(now).about(page.category)
    here, elsewhere = _combined(facts.code, now)
    cited = [facts, *questions, *(row for row, _names in here + elsewhere)]
    return {
        "trail": [(_("Treatments"), shelf), (page.get_category_display(), f"{shelf}?category={page.category}")],
        "facts": facts,
        "questions": questions,
        "here": here,
        "elsewhere": elsewhere,
        "references": Reference.objects.by_tag(dict.fromkeys(tag for each in cited for tag in each.refs)),
        "glossary": Glossary(Term.objects.published(now), about=[page.name, facts.name]),
    }


def _combined(code: str, now: datetime) -> tuple[list[Combined], list[Combined]]:
    """What holds with other treatments, each with their names: with those on sale, and with none of them."""
    sold = set(Treatment.objects.published(now).values_list("facts", flat=True))
    here: list[Combined] = []
    elsewhere: list[Combined] = []
    for row in Combination.objects.about(code):
        others = row.others(code)
        shown = (others & sold or others) - {code} or {code}
        names = [str(name) for key, name in CODE_CHOICES if key in shown]
        if shown >= sold - {code}:
            names = [_("Every other treatment here")]
        (here if others & sold else elsewhere).append((row, names))
    return here, elsewhere


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
def questions(request: HttpRequest) -> HttpResponse:
    """Every question with its answer, by what it is about."""
    now = timezone.now()
    asked = list(FrequentQuestion.objects.on_pages(now))
    shelf = reverse("treatments:treatments")
    themes = [
        *((words(each, "name"), each.get_absolute_url(), (each.pk, "")) for each in Concern.objects.published(now)),
        (_("Whatever brings you here"), "", (None, "")),
        *((label, f"{shelf}?category={key}", (None, key)) for key, label in CATEGORY_CHOICES),
    ]
    context = {
        "themes": [
            {"label": label, "url": url, "questions": found}
            for label, url, about in themes
            if (found := [each for each in asked if (each.concern_id, each.category) == about])
        ],
        "asked": asked,
        "references": Reference.objects.by_tag(dict.fromkeys(tag for each in asked for tag in each.refs)),
        "glossary": Glossary(Term.objects.published(now), about=[]),
    }
    return render(request, "treatments/questions.html", context)


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
    today = Clinic.objects.the().today(now)
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
    form = SessionDay(request.GET, today=Clinic.objects.the().today(now))
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
