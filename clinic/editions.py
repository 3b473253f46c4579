"""Earlier versions of a page: the row as django-simple-history keeps it, and the lines that stand below it.

A model names its lines in `LINES`, by the names under which the row reaches them. They are kept on the record that the
row's own saving has made; a record without lines has those of the newest record before it. Bringing a version back
makes a new version that says the same: nothing of the history is lost by it.
"""

import json
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.utils.text import capfirst
from django.utils.translation import override
from modeltranslation.translator import translator

Lines = dict[str, list[dict[str, Any]]]


class WithLines(models.Model):
    """What a record of the history keeps beside the row."""

    lines = models.JSONField(null=True, editable=False)

    class Meta:
        abstract = True


class CannotComeBack(Exception):
    """The version says something that the catalogue as it is now does not take; `sentences` tell what."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__(*sentences)
        self.sentences = sentences


def keep(row: Any) -> None:
    """See that the newest version of the row has its lines as they are; where they have changed since, as a new one."""
    if not getattr(row, "LINES", ()):
        return
    now = _lines_of(row)
    newest = row.history.first()
    if newest is None or (newest.lines is not None and newest.lines != now):
        row.save()
        newest = row.history.first()
    if newest.lines is None:
        newest.lines = now
        newest.save(update_fields=["lines"])


def lines(record: Any) -> Lines | None:
    """The lines of a version; None where they were not kept yet."""
    if not hasattr(record, "lines"):
        return {}
    if record.lines is not None:
        return dict(record.lines)
    key = record.instance_type._meta.pk.attname
    kept = type(record).objects.filter(**{key: getattr(record, key)}, history_id__lt=record.history_id)
    before: Lines | None = kept.exclude(lines=None).order_by("-history_id").values_list("lines", flat=True).first()
    return before


def bring_back(*, actor: Any, record: Any, now: datetime) -> models.Model:
    """Make the row, and its lines if they were kept, what they were; a row that was deleted is there again."""
    row, then = record.instance, lines(record)
    with transaction.atomic(), override(settings.MODELTRANSLATION_DEFAULT_LANGUAGE):
        there = type(row)._default_manager.filter(pk=row.pk).select_for_update(no_key=True)
        row._state.adding = not there
        try:
            row.full_clean()
        except ValidationError as error:
            raise CannotComeBack(_sentences(row, error)) from None
        row._history_user, row._change_reason = actor, f"Version of {record.history_date:%Y-%m-%d %H:%M} UTC"
        row._history_date = now
        row.save()
        if then is not None:
            for name, entries in then.items():
                _put(row, name, entries)
        keep(row)
    made: models.Model = row
    return made


def _sentences(row: models.Model, error: ValidationError) -> list[str]:
    names = {field.name: capfirst(str(field.verbose_name)) for field in row._meta.concrete_fields}
    return [
        f"{names[name]}: {sentence}" if name in names else sentence
        for name, sentences in error.message_dict.items()
        for sentence in sentences
    ]


def _put(row: Any, name: str, entries: list[dict[str, Any]]) -> None:
    manager = getattr(row, name)
    manager.all().delete()
    fields = {field.attname: field for field in manager.model._meta.concrete_fields}
    known = [{key: fields[key].to_python(value) for key, value in entry.items() if key in fields} for entry in entries]
    manager.bulk_create([manager.model(**{manager.field.attname: row.pk}, **entry) for entry in known])


def _lines_of(row: Any) -> Lines:
    managers = {name: getattr(row, name) for name in row.LINES}
    found = {name: [_entry(line, lines.field) for line in lines.order_by("pk")] for name, lines in managers.items()}
    plain: Lines = json.loads(json.dumps(found, cls=DjangoJSONEncoder))
    return plain


def _entry(line: models.Model, owner: Any) -> dict[str, Any]:
    """The columns of a line, without its owner and without those that repeat the words of one language."""
    left_out = {owner.attname, *repeated(type(line))}
    return {f.attname: getattr(line, f.attname) for f in line._meta.concrete_fields if f.attname not in left_out}


def repeated(model: type[models.Model]) -> set[str]:
    """The columns that say again what the column of one language says."""
    if model not in translator.get_registered_models():
        return set()
    return set(translator.get_options_for_model(model).all_fields)
