"""What the clinic sells."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin

from clinic.accounts.admin_base import Amounts, Followed, KeptForGood, ListManners, Published, Words, the_currency
from clinic.premises.money import format_minor
from treatments.admin.lines import Sourced
from treatments.models import PriceKind, Treatment, TreatmentCategory


class OnShow(admin.SimpleListFilter):
    title = _("shown to visitors")
    parameter_name = "shown"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("now", _("Now")), ("later", _("From a later day")), ("no", _("Not shown"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        now = timezone.now()
        chosen = {
            "now": Q(pk__in=queryset.model._default_manager.published(now)),
            "later": Q(published_from__gt=now),
            "no": Q(published_from=None) | Q(published_until__lte=now),
        }
        return queryset.filter(chosen.get(self.value() or "", Q()))


@admin.register(Treatment)
class TreatmentAdmin(Published, Amounts, Words, TranslationAdmin[Treatment], Followed, ListManners):
    list_display = ["name", "category", "facts", "price", "duration_minutes", "is_on_show", "position"]
    list_filter = ["category", OnShow, "price_kind", "facts"]
    list_select_related = ["facts"]
    search_fields = ["name_en", "name_zh_hant", "slug"]
    actions = [*ListManners.actions, "publish", "withdraw"]
    prepopulated_fields = {"slug": ("name",)}
    fieldsets = [
        (
            None,
            {"fields": ["facts", "category", "name", "slug", "summary", "included", "synonyms", "duration_minutes"]},
        ),
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

    @admin.display(description=_("shown"), boolean=True)
    def is_on_show(self, treatment: Treatment) -> bool:
        now = timezone.now()
        begun = treatment.published_from is not None and treatment.published_from <= now
        return begun and (treatment.published_until is None or treatment.published_until > now)

    @admin.action(description=_("Show to visitors from now on"), permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Treatment]) -> None:
        self._show(request, queryset, published_from=timezone.now(), published_until=None)
        self.point_out(request, queryset)

    @admin.action(description=_("Show to visitors no longer"), permissions=["change"])
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Treatment]) -> None:
        self._show(request, queryset, published_from=None, published_until=None)

    def _show(self, request: HttpRequest, queryset: QuerySet[Treatment], **dates: Any) -> None:
        for treatment in queryset:  # row by row: an update of all at once would leave no history
            for field, moment in dates.items():
                setattr(treatment, field, moment)
            treatment.save(update_fields=list(dates))
            self.log_change(request, treatment, [{"changed": {"fields": list(dates)}}])


@admin.register(TreatmentCategory)
class CategoryAdmin(Published, KeptForGood, Sourced, Words, TranslationAdmin[TreatmentCategory], ListManners):
    list_display = ["name", "key", "position"]
    search_fields = ["name_en", "name_zh_hant"]
    readonly_fields = ["key"]
    empty_words = _("The four categories come with the catalogue’s facts; load them first.")
