"""What brings people here: the guides to concerns, their questions, and the sources."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from modeltranslation.admin import TranslationAdmin

from clinic.accounts.admin_base import ListManners, Published
from clinic.accounts.admin_history import Followed
from clinic.accounts.admin_words import Words
from treatments import views
from treatments.admin.lines import CombinationForm, Lines, ShortLines, Sourced
from treatments.admin.publishing import OnShow, Previewed
from treatments.admin.reviewing import STAMP, ReviewDue, Reviewed
from treatments.models import (
    Area,
    Cause,
    Combination,
    Comparison,
    ComparisonLine,
    Concern,
    Expectation,
    FrequentQuestion,
    Habit,
    HomeCare,
    ProfessionalOption,
    Reference,
    Treatment,
)


class CauseInline(Lines):
    model = Cause


class AreaInline(Lines):
    model = Area


class HabitInline(Lines):
    model = Habit


class HomeCareInline(Lines):
    model = HomeCare


class ExpectationInline(ShortLines):
    model = Expectation


class OptionInline(Lines):
    model = ProfessionalOption


@admin.register(Concern)
class ConcernAdmin(Reviewed, Previewed, Sourced, Words, TranslationAdmin[Concern], Followed, ListManners):
    """The guide to a concern. Its questions have a list of their own: many belong to no concern."""

    list_display = ["name", "summary", "is_on_show", "next_review_on", "position"]
    list_editable = ["position"]
    list_filter = [OnShow, ReviewDue]
    search_fields = ["name_en", "name_zh_hant", "slug"]
    prepopulated_fields = {"slug": ("name",)}
    inlines = [CauseInline, AreaInline, HabitInline, HomeCareInline, OptionInline, ExpectationInline]
    fieldsets = [
        (None, {"fields": ["name", "slug", "summary", "what"]}),
        (_("Further words"), {"fields": ["when_to_see", "do_not_combine", "synonyms", "refs"]}),
        STAMP,
        (_("Publication"), {"fields": ["published_from", "published_until", "position"]}),
    ]
    empty_words = _("No concern has a guide yet. Add the one that brings most people here.")

    def page(self, request: HttpRequest, pk: int, now: datetime, **besides: Any) -> HttpResponse:
        """The guide's public page."""
        return views.concern_page(request, Concern.objects.with_guide(now).get(pk=pk), now, **besides)


class ComparisonLineInline(ShortLines):
    model = ComparisonLine


@admin.register(Comparison)
class ComparisonAdmin(Reviewed, Previewed, Sourced, Words, TranslationAdmin[Comparison], Followed, ListManners):
    list_display = ["title", "evidence_grade", "is_on_show", "next_review_on", "position"]
    list_editable = ["position"]
    list_filter = [OnShow, ReviewDue, "evidence_grade"]
    search_fields = ["title_en", "title_zh_hant", "slug"]
    prepopulated_fields = {"slug": ("title",)}
    inlines = [ComparisonLineInline]
    fieldsets = [
        (None, {"fields": ["title", "slug", "intro", ("first", "second"), "conclusion"]}),
        (_("Evidence"), {"fields": ["evidence_grade", "refs", "codes"]}),
        STAMP,
        (_("Publication"), {"fields": ["published_from", "published_until", "position"]}),
    ]
    empty_words = _("No comparison is written yet. Add one that patients keep asking for.")

    def page(self, request: HttpRequest, pk: int, now: datetime, **besides: Any) -> HttpResponse:
        """The comparison's public page."""
        return views.comparison_page(request, Comparison.objects.with_page().get(pk=pk), now, **besides)


@admin.register(Combination)
class CombinationAdmin(Published, Sourced, Words, TranslationAdmin[Combination], Followed, ListManners):
    list_display = ["reason", "firsts", "thens", "wait", "same_day", "comes_first", "is_refused", "position"]
    list_filter = ["same_day", "comes_first", "is_refused", "evidence_grade"]
    search_fields = ["reason_en", "reason_zh_hant", "first", "then"]
    form = CombinationForm
    fieldsets = [
        (None, {"fields": ["first", "then", ("wait_days", "wait_months"), "reason"]}),
        (_("How they are planned"), {"fields": ["same_day", "comes_first", "is_refused"]}),
        (_("Evidence"), {"fields": ["evidence_grade", "refs"]}),
        (_("Publication"), {"fields": ["position"]}),
    ]
    empty_words = _("No pair of treatments is described yet, so the planner plans none.")

    @admin.display(description=_("first"))
    def firsts(self, row: Combination) -> str:
        return ", ".join(row.first)

    @admin.display(description=_("then"))
    def thens(self, row: Combination) -> str:
        return ", ".join(row.then)

    @admin.display(description=_("wait"))
    def wait(self, row: Combination) -> str:
        if row.wait_months:
            return ngettext("%d month", "%d months", row.wait_months) % row.wait_months
        return ngettext("%d day", "%d days", row.wait_days) % row.wait_days if row.wait_days else ""


@admin.register(FrequentQuestion)
class QuestionAdmin(Reviewed, Previewed, Sourced, Words, TranslationAdmin[FrequentQuestion], Followed, ListManners):
    list_display = ["question", "concern", "category", "evidence_grade", "is_on_show", "next_review_on", "position"]
    list_editable = ["position"]
    list_filter = ["concern", "category", OnShow, ReviewDue, "evidence_grade"]
    list_select_related = ["concern"]
    search_fields = ["question_en", "question_zh_hant", "answer_en", "answer_zh_hant"]
    fieldsets = [
        (None, {"fields": ["concern", "category", "question", "answer"]}),
        (_("Evidence"), {"fields": ["evidence_grade", "refs"]}),
        STAMP,
        (_("Publication"), {"fields": ["published_from", "published_until", "position"]}),
    ]
    empty_words = _("No question is answered yet. Add one that patients keep asking.")

    def page(self, request: HttpRequest, pk: int, now: datetime, **besides: Any) -> HttpResponse:
        """A page that will answer it: the guide to its concern, a treatment of its category, or any guide."""
        question = FrequentQuestion.objects.get(pk=pk)
        shown = FrequentQuestion.objects.published(now) | FrequentQuestion.objects.filter(pk=pk)
        if question.category:
            offered = Treatment.objects.published(now).with_page(now).filter(category=question.category)
            answers = shown.about(question.category)
            return views.treatment_page(request, self._first(offered), now, questions=answers, **besides)
        guides = Concern.objects.with_guide(now, questions=shown)
        one = guides.filter(pk=question.concern_id) if question.concern_id else guides.published(now)
        return views.concern_page(request, self._first(one), now, general_questions=shown.general(), **besides)

    def get_view_on_site_url(self, obj: FrequentQuestion | None = None) -> None:
        """It stands on pages of others."""

    def _first(self, pages: Any) -> Any:
        page = pages.first()
        if page is None:
            raise PermissionDenied  # no page answers it yet
        return page


@admin.register(Reference)
class ReferenceAdmin(Followed, ListManners):
    list_display = ["tag", "citation", "status"]
    list_filter = ["status"]
    search_fields = ["tag", "citation"]
    empty_words = _("No source is listed yet. Texts name their sources by the tags that stand here.")

    def get_readonly_fields(self, request: object, obj: Reference | None = None) -> list[str]:
        """Texts name a source by its tag, so a tag stays once it is given."""
        return ["tag"] if obj else []
