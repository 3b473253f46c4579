"""What brings people here: the guides to concerns, their questions, and the sources."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from modeltranslation.admin import TranslationAdmin

from clinic.accounts.admin_base import Followed, ListManners, Published, Words
from treatments.admin.lines import CombinationForm, Lines, ShortLines, Sourced
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
class ConcernAdmin(Published, Sourced, Words, TranslationAdmin[Concern], Followed, ListManners):
    """The guide to a concern. Its questions have a list of their own: many belong to no concern."""

    list_display = ["name", "summary", "is_published", "position"]
    list_filter = ["is_published"]
    search_fields = ["name_en", "name_zh_hant", "slug"]
    prepopulated_fields = {"slug": ("name",)}
    inlines = [CauseInline, AreaInline, HabitInline, HomeCareInline, OptionInline, ExpectationInline]
    fieldsets = [
        (None, {"fields": ["name", "slug", "summary", "what"]}),
        (_("Further words"), {"fields": ["when_to_see", "do_not_combine", "synonyms", "refs"]}),
        (_("Publication"), {"fields": ["is_published", "position"]}),
    ]
    empty_words = _("No concern has a guide yet. Add the one that brings most people here.")


class ComparisonLineInline(ShortLines):
    model = ComparisonLine


@admin.register(Comparison)
class ComparisonAdmin(Published, Sourced, Words, TranslationAdmin[Comparison], Followed, ListManners):
    list_display = ["title", "evidence_grade", "is_published", "position"]
    list_filter = ["is_published", "evidence_grade"]
    search_fields = ["title_en", "title_zh_hant", "slug"]
    prepopulated_fields = {"slug": ("title",)}
    inlines = [ComparisonLineInline]
    fieldsets = [
        (None, {"fields": ["title", "slug", "intro", ("first", "second"), "conclusion"]}),
        (_("Evidence"), {"fields": ["evidence_grade", "refs", "codes"]}),
        (_("Publication"), {"fields": ["is_published", "position"]}),
    ]
    empty_words = _("No comparison is written yet. Add one that patients keep asking for.")


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
class QuestionAdmin(Published, Sourced, Words, TranslationAdmin[FrequentQuestion], ListManners):
    list_display = ["question", "concern", "category", "evidence_grade", "position"]
    list_filter = ["concern", "category", "evidence_grade"]
    list_select_related = ["concern"]
    search_fields = ["question_en", "question_zh_hant", "answer_en", "answer_zh_hant"]
    fields = ["concern", "category", "question", "answer", "evidence_grade", "refs", "position"]
    empty_words = _("No question is answered yet. Add one that patients keep asking.")


@admin.register(Reference)
class ReferenceAdmin(ListManners):
    list_display = ["tag", "citation", "status"]
    list_filter = ["status"]
    search_fields = ["tag", "citation"]
    empty_words = _("No source is listed yet. Texts name their sources by the tags that stand here.")

    def get_readonly_fields(self, request: object, obj: Reference | None = None) -> list[str]:
        """Texts name a source by its tag, so a tag stays once it is given."""
        return ["tag"] if obj else []
