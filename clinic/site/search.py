"""Search: concerns, treatments, comparisons, questions, words and people, in both languages whatever the page's."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from modeltranslation.utils import build_localized_fieldname

from clinic.site import matching
from clinic.site.matching import Entry, Found, Results
from clinic.text import visible
from practitioners.models import Practitioner
from treatments.models import Comparison, Concern, FrequentQuestion, Term, Treatment, TreatmentFacts

LONGEST = 100
_BETWEEN_NAMES = re.compile(r"[,，、;；\n]+")


@dataclass(frozen=True)
class Hit:
    """A row that can be found: where it leads, and which of its fields are its title and its excerpt."""

    kind: "str | Promise"
    row: Model
    url: str
    title: str
    excerpt: str


@dataclass(frozen=True)
class Group:
    """What was found of one kind."""

    kind: "str | Promise"
    hits: list[Hit]


class Typed(forms.CharField):
    """Words without what nobody can see among them."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(visible(value or "")) or "")


class SearchForm(forms.Form):
    q = Typed(
        label=_("Search"),
        required=False,
        max_length=LONGEST,
        error_messages={"max_length": _("Search for at most 100 characters.")},
    )


@require_safe
@cache_control(private=True)
def search(request: HttpRequest) -> HttpResponse:
    """What holds the words that were typed, grouped by kind; and what to do where nothing does."""
    form = SearchForm(request.GET if "q" in request.GET else None)
    typed = form.cleaned_data["q"] if form.is_valid() else ""
    results = matching.find(typed, _shelf(timezone.now())) if typed else Results([])
    context = {"form": form, "typed": typed, "results": results, "groups": _grouped(results.found)}
    return render(request, "site/search.html", context, status=422 if form.errors else 200)


def _grouped(found: list[Found[Hit]]) -> list[Group]:
    """The hits by kind: first the kind of the best hit, inside a kind the best first."""
    groups: dict[str, Group] = {}
    for each in found:
        groups.setdefault(str(each.row.kind), Group(each.row.kind, [])).hits.append(each.row)
    return list(groups.values())


def _shelf(now: datetime) -> Iterator[Entry[Hit]]:
    """Everything that a visitor may find at this moment."""
    concerns = list(Concern.objects.published(now).prefetch_related("causes", "areas", "habits", "home_care"))
    yield from (_concern(concern) for concern in concerns)
    for treatment in Treatment.objects.published(now).with_facts():
        yield _treatment(treatment)
    for facts in Treatment.objects.published(now).facts_beside():
        yield _facts(facts)
    for comparison in Comparison.objects.published(now).prefetch_related("lines"):
        yield _comparison(comparison)
    yield from _questions(concerns, now)
    for term in Term.objects.published(now):
        hit = Hit(_("Words explained"), term, term.get_absolute_url(), "name", "meaning")
        yield Entry(hit, _texts(term, "name"), _names(term), _texts(term, "meaning"))
    for person in Practitioner.objects.listed():
        hit = Hit(_("Practitioners"), person, person.get_absolute_url(), "name", "title")
        yield Entry(hit, _texts(person, "name"), (), _texts(person, "title"))


def _concern(concern: Concern) -> Entry[Hit]:
    lines = [*concern.causes.all(), *concern.areas.all(), *concern.habits.all(), *concern.home_care.all()]
    told = _texts(concern, "summary", "what", "when_to_see", "do_not_combine")
    told += [text for line in lines for text in _texts(line, "name", "text")]
    hit = Hit(_("Concerns"), concern, concern.get_absolute_url(), "name", "summary")
    return Entry(hit, _texts(concern, "name"), _names(concern), told)


def _treatment(treatment: Treatment) -> Entry[Hit]:
    told = _texts(treatment, "summary", "included") + _texts(treatment.facts, "short", "mechanism", "for_pores")
    hit = Hit(_("Treatments"), treatment, treatment.get_absolute_url(), "name", "summary")
    return Entry(hit, _texts(treatment, "name"), _names(treatment) + _texts(treatment.facts, "name"), told)


def _facts(facts: TreatmentFacts) -> Entry[Hit]:
    """A treatment that is explained and not offered."""
    hit = Hit(_("Treatments"), facts, facts.get_absolute_url(), "name", "short")
    return Entry(hit, _texts(facts, "name"), (), _texts(facts, "short", "mechanism", "for_pores"))


def _comparison(comparison: Comparison) -> Entry[Hit]:
    told = _texts(comparison, "intro", "conclusion")
    told += [text for line in comparison.lines.all() for text in _texts(line, "point", "first", "second")]
    hit = Hit(_("Comparisons"), comparison, comparison.get_absolute_url(), "title", "intro")
    return Entry(hit, _texts(comparison, "title"), _texts(comparison, "first", "second"), told)


def _questions(concerns: list[Concern], now: datetime) -> Iterator[Entry[Hit]]:
    """The questions that stand on a page: a guide's on the guide, a category's on its list, others on every guide."""
    guides = {concern.pk: concern.get_absolute_url() for concern in concerns}
    first, shelf = next(iter(guides.values()), ""), reverse("treatments:treatments")
    for question in FrequentQuestion.objects.on_pages(now):
        page = f"{shelf}?category={question.category}" if question.category else guides.get(question.concern_id, first)
        if page:
            hit = Hit(_("Questions people ask"), question, f"{page}#answer-{question.pk}", "question", "answer")
            yield Entry(hit, _texts(question, "question"), (), _texts(question, "answer"))


def _texts(row: Model, *fields: str) -> list[str]:
    """The fields in every language, as far as they are written."""
    columns = [build_localized_fieldname(name, code) for name in fields for code in settings.MODELTRANSLATION_LANGUAGES]
    return [text for column in columns if (text := getattr(row, column))]


def _names(row: Model) -> list[str]:
    """The other names, one by one."""
    return [name for text in _texts(row, "synonyms") for name in map(str.strip, _BETWEEN_NAMES.split(text)) if name]
