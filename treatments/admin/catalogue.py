"""What the clinic sells."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin

from clinic.accounts.admin_base import Amounts, KeptForGood, ListManners, Published, the_currency
from clinic.accounts.admin_history import Followed
from clinic.accounts.admin_words import Words
from clinic.premises.money import format_minor
from treatments import views
from treatments.admin.importing import Imports
from treatments.admin.lines import Sourced
from treatments.admin.publishing import OnShow, Previewed
from treatments.models import PriceKind, Treatment, TreatmentCategory


@admin.register(Treatment)
class TreatmentAdmin(Imports, Previewed, Amounts, Words, TranslationAdmin[Treatment], Followed, ListManners):
    list_display = ["name", "category", "facts", "price", "duration_minutes", "is_on_show", "position"]
    list_editable = ["position"]
    list_filter = ["category", OnShow, "price_kind", "facts"]
    list_select_related = ["facts"]
    search_fields = ["name_en", "name_zh_hant", "slug"]
    prepopulated_fields = {"slug": ("name",)}
    fieldsets = [
        (None, {"fields": ["facts", "category", "name", "slug", "summary", "included", "synonyms"]}),
        (_("Visit"), {"fields": ["duration_minutes", "device_kind"]}),
        (_("Price"), {"fields": ["price_kind", "price_minor", "price_is_example"]}),
        (_("Course"), {"fields": [("course_sessions", "course_spacing_days"), "upkeep_per_year"]}),
        (_("Publication"), {"fields": ["published_from", "published_until", "position"]}),
    ]
    empty_words = _("The clinic sells nothing yet. Add the first treatment: choose its code, then write its words.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Treatment]:
        treatments: QuerySet[Treatment] = super().get_queryset(request)
        return treatments.annotate(currency=the_currency())

    def has_delete_permission(self, request: HttpRequest, obj: Treatment | None = None) -> bool:
        """A treatment is withdrawn: deleting it would take it out of what patients asked to discuss."""
        return False

    @admin.display(description=_("price"), ordering="price_minor")
    def price(self, treatment: Any) -> str:
        if treatment.price_minor is None:
            return str(PriceKind.AFTER_EXAMINATION.label)
        amount = format_minor(treatment.price_minor, treatment.currency)
        return amount if treatment.price_kind == PriceKind.FIXED else f"{treatment.get_price_kind_display()} {amount}"

    def page(self, request: HttpRequest, pk: int, now: datetime, **besides: Any) -> HttpResponse:
        """The treatment's public page."""
        return views.treatment_page(request, Treatment.objects.with_page(now).get(pk=pk), now, **besides)


@admin.register(TreatmentCategory)
class CategoryAdmin(Published, KeptForGood, Sourced, Words, TranslationAdmin[TreatmentCategory], Followed, ListManners):
    list_display = ["name", "key", "position"]
    list_editable = ["position"]
    search_fields = ["name_en", "name_zh_hant"]
    readonly_fields = ["key"]
    empty_words = _("The four categories come with the catalogue’s facts; load them first.")
