"""The parts of a page that stand in an order, and the sources they name."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Field
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationStackedInline, TranslationTabularInline

from clinic.accounts.admin_base import Rows
from clinic.accounts.admin_words import Words
from treatments.models import Reference
from treatments.models.choices import CODE_CHOICES


class SourcesField(forms.CharField):
    """Tags of references, typed with commas between them; its value is the list of tags, each known."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        tags = [tag.strip() for tag in super().clean(value).split(",") if tag.strip()]
        unknown = set(tags) - set(Reference.objects.filter(tag__in=tags).values_list("tag", flat=True))
        if unknown:
            raise ValidationError(_("No reference has the tag %(tags)s."), params={"tags": ", ".join(sorted(unknown))})
        return tags

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class Sourced:
    """The sources of a text are typed as tags."""

    def formfield_for_dbfield(self, db_field: "Field[Any, Any]", request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "refs":
            return SourcesField(
                label=capfirst(db_field.verbose_name),
                required=False,
                help_text=_("Tags of references, for example S1, S4."),
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]


class CombinationForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """The codes of both sides are ticked."""

    first = forms.MultipleChoiceField(
        label=_("First"), choices=CODE_CHOICES, widget=forms.CheckboxSelectMultiple, help_text=_("What comes first.")
    )
    then = forms.MultipleChoiceField(
        label=_("Then"), choices=CODE_CHOICES, widget=forms.CheckboxSelectMultiple, help_text=_("What waits.")
    )


class Lines(Sourced, Words, TranslationStackedInline[Any, Any]):
    """Longer lines, each folded under its name."""

    extra = 0
    classes = ["collapse"]


class ShortLines(Rows, Words, TranslationTabularInline[Any, Any]):
    """Short lines, one in a row of a table."""

    extra = 0
    classes = ["collapse"]
