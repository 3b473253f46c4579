"""Who changed what of the words in the catalogue, in both languages, and the way back to an earlier version."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst, normalize_newlines
from django.utils.translation import gettext as _
from simple_history.admin import SimpleHistoryAdmin

from clinic import editions
from clinic.accounts.admin_base import person, plain
from clinic.accounts.admin_words import LANGUAGE_NAMES
from clinic.premises.models import Clinic
from clinic.premises.money import format_minor

Key = tuple[str, ...]


@dataclass(frozen=True)
class Said:
    """What one column of a version says, with its name and language for the reader."""

    label: str
    text: str
    language: str = ""


@dataclass(frozen=True)
class Difference:
    field: str
    old: str
    new: str
    language: str = ""


def version(record: Any) -> dict[Key, Said]:
    """All that a record of the history says, column by column, then line by line."""
    model = record.instance_type
    said: dict[Key, Said] = {(f.attname,): _said(f, _of_record(record, f)) for f in _fields(model)}
    kept = editions.lines(record) or {}
    for name in kept and model.LINES:
        said |= _of_lines(model._meta.get_field(name), kept.get(name, []))
    return said


def differences(before: dict[Key, Said], after: dict[Key, Said]) -> list[Difference]:
    """What two versions say differently, in the order of the newer one; what is empty in both is no difference."""
    found = []
    for key in [*after, *(key for key in before if key not in after)]:
        said = after.get(key) or before[key]
        old, new = (version[key].text if key in version else "" for version in (before, after))
        if old != new:
            found.append(Difference(said.label, old, new, said.language))
    return found


class Followed(SimpleHistoryAdmin):
    """Words whose every change is kept, with who changed them; any version can be brought back."""

    object_history_list_template = "admin/history_list.html"

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: Any) -> None:
        super().save_related(request, form, formsets, change)
        editions.keep(form.instance)

    def set_history_delta_changes(
        self, request: HttpRequest, historical_records: Sequence[Any], foreign_keys_are_objs: Any = None
    ) -> None:
        """What each version of the page changed of the one before it."""
        records = list(historical_records)
        versions = [version(record) for record in records]
        for record, after, before in zip(records, versions, versions[1:], strict=False):
            record.history_delta_changes = differences(before, after)

    def history_form_view(
        self, request: HttpRequest, object_id: str, version_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """An earlier version, what of it differs from today, and by POST the way back to it."""
        record = self._record(request, object_id, version_id)
        if request.method == "POST" and self._brought_back(request, record):
            return redirect(self._address("change", record.instance.pk))
        newest = type(record).objects.filter(**{record.instance_type._meta.pk.attname: record.instance.pk}).first()
        said = version(record)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Version of %(moment)s") % {"moment": plain(record.history_date)},
            "opts": self.opts,
            "original": record.instance,
            "record": record,
            "rows": [row for row in said.values() if row.text],
            "changes": differences(version(newest), said),
            "is_without_lines": editions.lines(record) is None,
            "may_change": self.has_change_permission(request, record.instance),
            "addresses": {page: self._address(page, record.instance.pk) for page in ("change", "history")},
        }
        return TemplateResponse(request, "admin/edition.html", context)

    def _record(self, request: HttpRequest, object_id: str, version_id: str) -> Any:
        if not version_id.isdigit():
            raise PermissionDenied
        records = self.model.history.model.objects
        record = get_object_or_404(records, **{self.opts.pk.attname: object_id, "history_id": version_id})
        if not self.has_view_permission(request, record.instance):
            raise PermissionDenied
        return record

    def _brought_back(self, request: HttpRequest, record: Any) -> bool:
        """Whether the version is in force again; if not, the page says why."""
        if not self.has_change_permission(request, record.instance):
            raise PermissionDenied
        try:
            row = editions.bring_back(actor=person(request), record=record, now=timezone.now())
        except editions.CannotComeBack as error:
            messages.error(request, _("Nothing was changed.") + " " + " ".join(error.sentences))
            return False
        self.log_change(request, row, [{"changed": {"fields": ["version"]}}])
        words = _("The version of %(moment)s is back.") % {"moment": plain(record.history_date)}
        messages.success(request, words)
        return True

    def _address(self, page: str, key: Any) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}", args=[key])


# --- what a version says ---------------------------------------------------------------------------------------------


def _fields(model: type[models.Model]) -> Iterator[Any]:
    left_out = editions.repeated(model)
    return (f for f in model._meta.concrete_fields if f.attname not in left_out and not isinstance(f, models.AutoField))


def _said(field: Any, value: Any) -> Said:
    original = getattr(field, "translated_field", None)
    if original is None:
        return Said(capfirst(str(field.verbose_name)), _text(field, value))
    name = f"{capfirst(str(original.verbose_name))} ({LANGUAGE_NAMES[field.language]})"
    return Said(name, _text(field, value), field.language.replace("hant", "Hant"))


def _of_record(record: Any, field: Any) -> Any:
    try:
        return getattr(record, field.name)
    except ObjectDoesNotExist:
        return getattr(record, field.attname)


def _of_lines(relation: Any, entries: list[dict[str, Any]]) -> dict[Key, Said]:
    """The lines of one kind, each column under the name of its kind and of its line."""
    model = relation.related_model
    said: dict[Key, Said] = {}
    for place, entry in enumerate(entries, 1):
        head = f"{capfirst(str(model._meta.verbose_name))} {entry.get('position') or place}"
        for field in _fields(model):  # in the model's order: a database may keep an entry in its own
            if field.attname in entry:
                one = _said(field, field.to_python(entry[field.attname]))
                key = (relation.name, str(entry["id"]), field.attname)
                said[key] = Said(f"{head}: {one.label}", one.text, one.language)
    return said


def _text(field: Any, value: Any) -> str:
    if value is None or value == "":
        return ""
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if field.name.endswith("_minor"):
        return format_minor(value, Clinic.objects.the().currency)
    return normalize_newlines(plain(value))  # a browser sends its own
