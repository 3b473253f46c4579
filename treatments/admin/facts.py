"""What we know: the facts of each treatment code."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin

from clinic.accounts.admin_base import KeptForGood, ListManners, Published, Rows
from clinic.accounts.admin_history import Followed
from clinic.accounts.admin_words import Words
from treatments.admin.lines import ShortLines, Sourced
from treatments.admin.reviewing import STAMP, ReviewDue, Reviewed
from treatments.models import AftercareStep, BeforeCareStep, RecoveryStage, SideEffect, Suitability, TreatmentFacts


class SuitabilityInline(Rows, admin.TabularInline[Suitability, TreatmentFacts]):
    model = Suitability
    extra = 0
    max_num = 6
    classes = ["collapse"]


class SideEffectInline(ShortLines):
    model = SideEffect


class BeforeCareInline(ShortLines):
    model = BeforeCareStep


class AftercareInline(ShortLines):
    model = AftercareStep


class RecoveryInline(ShortLines):
    model = RecoveryStage


@admin.register(TreatmentFacts)
class FactsAdmin(
    Reviewed, Published, KeptForGood, Sourced, Words, TranslationAdmin[TreatmentFacts], Followed, ListManners
):
    """The codes are a closed set that rules and questionnaires speak: none is added or removed here."""

    list_display = [
        "name",
        "code",
        "category",
        "sessions",
        "downtime",
        "evidence_grade",
        "reviewed_on",
        "next_review_on",
    ]
    list_filter = ["category", "evidence_grade", ReviewDue]
    search_fields = ["name_en", "name_zh_hant", "code"]
    readonly_fields = ["code"]
    inlines = [SuitabilityInline, SideEffectInline, BeforeCareInline, RecoveryInline, AftercareInline]
    fieldsets = [
        (None, {"fields": ["code", "category", "name", "short", "mechanism", "for_pores"]}),
        (_("Depth"), {"fields": [("depth_from_um", "depth_to_um"), "depth_note"]}),
        (
            _("Course and recovery"),
            {
                "fields": [
                    ("sessions_min", "sessions_max"),
                    ("spacing_min_days", "spacing_max_days"),
                    ("downtime_typical_days", "downtime_cautious_days"),
                    ("pain_min", "pain_max"),
                    "pain_note",
                    "longevity",
                    ("upkeep_per_year_min", "upkeep_per_year_max"),
                ]
            },
        ),
        (_("Who it is for"), {"fields": ["suitability_note", "sensitivity_note", "who_should_not", "device_note"]}),
        (_("Evidence"), {"fields": ["evidence_grade", "refs"]}),
        STAMP,
    ]
    view_on_site = False  # visitors read them on the pages of the treatments
    empty_words = _("The facts of the eleven codes come with the catalogue; load them first.")

    @admin.display(description=_("sessions"))
    def sessions(self, facts: Any) -> str:
        return f"{facts.sessions_min}–{facts.sessions_max}"

    @admin.display(description=_("downtime in days"), ordering="downtime_cautious_days")
    def downtime(self, facts: Any) -> str:
        return f"{facts.downtime_typical_days}–{facts.downtime_cautious_days}"
