"""Two languages in the admin: English on the left, Chinese on the right, and a list of what is not translated."""

from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from modeltranslation.admin import TranslationBaseModelAdmin
from modeltranslation.translator import translator
from modeltranslation.utils import build_localized_fieldname

LANGUAGE_NAMES = dict(settings.LANGUAGES)


class Words(TranslationBaseModelAdmin[Any] if TYPE_CHECKING else object):  # type: ignore[misc]
    """Fields of two languages, beside each other; each says which it is, to the reader and to the screen reader."""

    formfield_overrides: ClassVar[Any] = {models.TextField: {"widget": forms.Textarea(attrs={"rows": 4, "cols": 80})}}

    def patch_translation_field(self, db_field: Any, field: forms.Field, request: HttpRequest, **kwargs: Any) -> None:
        super().patch_translation_field(db_field, field, request, **kwargs)
        if original := getattr(db_field, "translated_field", None):
            field.label = f"{capfirst(original.verbose_name)} ({LANGUAGE_NAMES[db_field.language]})"
            field.widget.attrs["lang"] = db_field.language.replace("hant", "Hant")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """The languages of a field in one row; in a table they are columns as it is."""
        fieldsets: Any = super().get_fieldsets(request, obj)
        if isinstance(self, admin.TabularInline):
            return fieldsets
        pairs = {names[0]: names for names in translated(self.model)}
        return [(title, {**about, "fields": list(_beside(about["fields"], pairs))}) for title, about in fieldsets]


def translated(model: type[models.Model]) -> list[tuple[str, ...]]:
    """The columns of each field that the model keeps in all languages, English first."""
    if model not in translator.get_registered_models():
        return []
    return [
        tuple(build_localized_fieldname(name, language) for language in settings.MODELTRANSLATION_LANGUAGES)
        for name in translator.get_options_for_model(model).all_fields
    ]


def _beside(fields: Sequence[Any], pairs: dict[str, tuple[str, ...]]) -> Iterator[Any]:
    others = {name for names in pairs.values() for name in names[1:]}
    for field in fields:
        if field in pairs:
            yield pairs[field]
        elif field not in others:
            yield field


class Untranslated(admin.SimpleListFilter):
    """Rows that say something in one language and leave it open in another, in themselves or in their lines."""

    title = gettext_lazy("translation")
    parameter_name = "translation"

    def __init__(self, request: HttpRequest, params: Any, model: Any, model_admin: Any) -> None:
        self.inlines = [inline for inline in model_admin.inlines if translated(inline.model)]
        super().__init__(request, params, model, model_admin)

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("missing", _("Missing in part")), ("complete", _("Complete"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "missing":
            return queryset.filter(self._is_missing(queryset.model))
        return queryset.exclude(self._is_missing(queryset.model)) if self.value() == "complete" else queryset

    def _is_missing(self, model: type[models.Model]) -> Q:
        lines = (Q(Exists(_lines_of(inline.model, model))) for inline in self.inlines)
        return reduce(or_, lines, _half_said(model))


def _lines_of(line: type[models.Model], owner: type[models.Model]) -> QuerySet[Any]:
    key = next(field for field in line._meta.fields if field.related_model is owner)
    return line._default_manager.filter(_half_said(line), **{key.name: OuterRef("pk")}).order_by()


def _half_said(model: type[models.Model]) -> Q:
    return reduce(or_, (_is_half_said(names) for names in translated(model)))


def _is_half_said(names: Iterable[str]) -> Q:
    """Empty in one language and not in another; a column keeps nothing as NULL or as an empty text."""
    empty = [Q(**{name: ""}) | Q(**{f"{name}__isnull": True}) for name in names]
    return reduce(or_, empty) & reduce(or_, (~each for each in empty))
