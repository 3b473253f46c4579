"""The words of the glossary, each with its meaning and its other names in both languages."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin

from clinic.accounts.admin_base import Followed, ListManners, Published, Words
from treatments.admin.catalogue import OnShow
from treatments.models import Term
from treatments.models.choices import CODE_CHOICES


class Untranslated(admin.SimpleListFilter):
    title = _("Chinese")
    parameter_name = "chinese"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("missing", _("Missing"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Term]) -> QuerySet[Term]:
        if self.value() != "missing":
            return queryset
        return queryset.filter(
            Q(name_zh_hant=None) | Q(name_zh_hant="") | Q(meaning_zh_hant=None) | Q(meaning_zh_hant="")
        )


class TermForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """The codes are ticked."""

    codes = forms.MultipleChoiceField(
        label=_("Leads to treatments"),
        choices=CODE_CHOICES,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


@admin.register(Term)
class TermAdmin(Published, Words, TranslationAdmin[Term], Followed, ListManners):
    list_display = ["name", "topic", "meaning", "concern", "is_on_show", "position"]
    list_filter = ["topic", OnShow, Untranslated, "concern"]
    list_select_related = ["concern"]
    search_fields = ["name_en", "name_zh_hant", "synonyms_en", "synonyms_zh_hant", "slug"]
    prepopulated_fields = {"slug": ("name",)}
    form = TermForm
    fieldsets = [
        (None, {"fields": ["topic", "name", "slug", "meaning", "synonyms"]}),
        (_("Where it leads"), {"fields": ["concern", "codes", "is_linked"]}),
        (_("Publication"), {"fields": ["published_from", "published_until", "position"]}),
    ]
    empty_words = _("No word is explained yet. Add one that patients ask about.")

    @admin.display(description=_("shown"), boolean=True)
    def is_on_show(self, term: Term) -> bool:
        now = timezone.now()
        begun = term.published_from is not None and term.published_from <= now
        return begun and (term.published_until is None or term.published_until > now)
