"""The words of the glossary, each with its meaning and its other names in both languages."""

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin

from clinic.accounts.admin_base import ListManners
from clinic.accounts.admin_history import Followed
from clinic.accounts.admin_words import Words
from treatments.admin.publishing import OnShow, Shown
from treatments.models import Term
from treatments.models.choices import CODE_CHOICES


class TermForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """The codes are ticked."""

    codes = forms.MultipleChoiceField(
        label=_("Leads to treatments"),
        choices=CODE_CHOICES,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


@admin.register(Term)
class TermAdmin(Shown, Words, TranslationAdmin[Term], Followed, ListManners):
    list_display = ["name", "topic", "meaning", "concern", "is_on_show", "position"]
    list_filter = ["topic", OnShow, "concern"]
    list_editable = ["position"]
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
