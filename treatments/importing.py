"""Many treatments from one file: what it would do, row by row, then all of it or nothing.

A row names its treatment by the slug; a slug that nobody has yet makes a new one. Columns that the file leaves out
stay as they are, and treatments that it does not name are not touched. Whoever confirms confirms what they have read:
if the catalogue has changed since, they are shown the new report instead.
"""

import json
from collections import Counter
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from django import forms
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from clinic import spreadsheet
from clinic.accounts.models import User
from clinic.audit import trail as audit
from clinic.audit.models import Action
from clinic.crypto import digest
from clinic.premises.models import Clinic
from clinic.premises.money_field import MoneyField
from clinic.spreadsheet import Line, Unreadable
from treatments.models import CatalogueImport, PriceKind, Treatment
from treatments.models.choices import CATEGORY_CHOICES, CODE_CHOICES

# The headings stay the same in every language of the admin, so that a file goes from one clinic to another.
COLUMNS: Final[Mapping[str, str]] = {
    "slug": "slug",
    "code": "facts",
    "category": "category",
    "name (English)": "name_en",
    "name (Chinese)": "name_zh_hant",
    "summary (English)": "summary_en",
    "summary (Chinese)": "summary_zh_hant",
    "price includes (English)": "included_en",
    "price includes (Chinese)": "included_zh_hant",
    "kind of price": "price_kind",
    "price of a session in {currency}": "price_minor",
    "example price (yes or no)": "price_is_example",
    "minutes": "duration_minutes",
    "sessions of a course": "course_sessions",
    "days between sessions": "course_spacing_days",
    "sessions of upkeep a year": "upkeep_per_year",
    "published from": "published_from",
    "published until": "published_until",
    "position": "position",
}
_MOMENT: Final = "%Y-%m-%d %H:%M"
_YES_OR_NO: Final = [("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))]
# What a cell of a new treatment means when it is empty.
_AT_FIRST: Final = {"price_kind": PriceKind.FIXED.value, "price_is_example": "no", "position": "0"}
_OFFERED: Final[Mapping[str, list[str]]] = {
    name: [str(value) for value, _label in choices]
    for name, choices in {
        "facts": CODE_CHOICES,
        "category": CATEGORY_CHOICES,
        "price_kind": PriceKind.choices,
        "price_is_example": _YES_OR_NO,
    }.items()
}


class ImportRefused(Exception):
    """Nothing was imported; `sentence` says why."""

    sentence: str | Promise


class HasBadRows(ImportRefused):
    sentence = gettext_lazy("Nothing was imported: some rows are not in order.")


class ReadAgain(ImportRefused):
    sentence = gettext_lazy(
        "Nothing was imported: the catalogue has changed since you read this. Please read it again."
    )


class AlreadyImported(ImportRefused):
    sentence = gettext_lazy("This file was imported before.")


@dataclass(frozen=True)
class Problem:
    """Why a row cannot be imported: where it stands in the file, in which column, and what is wrong."""

    row: int
    column: str
    sentence: str


@dataclass(frozen=True)
class Change:
    column: str
    old: str
    new: str


@dataclass
class Row:
    """What a row of the file would do: to which treatment, what changes of it, and what stands in the way."""

    number: int
    treatment: Treatment
    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)  # what the changes write, by field

    @property
    def is_new(self) -> bool:
        return self.treatment.pk is None


@dataclass(frozen=True)
class Report:
    rows: list[Row]

    @cached_property
    def problems(self) -> list[Problem]:
        return [problem for row in self.rows for problem in row.problems]

    @cached_property
    def bad(self) -> list[Row]:
        return [row for row in self.rows if row.problems]

    @cached_property
    def added(self) -> list[Row]:
        return [row for row in self.rows if row.is_new and not row.problems]

    @cached_property
    def changed(self) -> list[Row]:
        return [row for row in self.rows if row.changes and not (row.is_new or row.problems)]

    @cached_property
    def fingerprint(self) -> str:
        """What somebody agrees to when they confirm this report."""
        told = [(row.number, row.is_new, [(c.column, c.old, c.new) for c in row.changes]) for row in self.rows]
        return digest(json.dumps(told))


class RowForm(forms.ModelForm):  # type: ignore[type-arg]
    """A row as a form, so that it is judged by the same rules and in the same words as what is typed in the admin."""

    price_is_example = forms.TypedChoiceField(choices=_YES_OR_NO, coerce=lambda word: word == "yes")

    class Meta:
        model = Treatment
        fields = list(COLUMNS.values())

    def __init__(self, data: Mapping[str, str], *, currency: str, instance: Treatment) -> None:
        super().__init__(data, instance=instance)
        said = {"invalid": _("Write a price as 1800 or 1800.50.")}
        self.fields["price_minor"] = MoneyField(currency=currency, required=False, error_messages=said)
        said = {"invalid": _("Write a moment as 2027-03-01 09:00.")}
        for name in ("published_from", "published_until"):
            self.fields[name] = forms.DateTimeField(required=False, input_formats=[_MOMENT], error_messages=said)
        for name, offered in _OFFERED.items():
            words = _("“%(typed)s” is none of: %(offered)s.")
            refusal = words % {"typed": data.get(name, ""), "offered": ", ".join(offered)}
            self.fields[name].error_messages["invalid_choice"] = refusal.replace("%", "%%")


def export(*, clinic: Clinic) -> tuple[list[str], list[list[str]]]:
    """The whole catalogue of treatments, as `bring` takes it back: headings, and a row for each."""
    columns = _columns(clinic)
    rows = [[_text(name, _value(each, name), clinic) for name in columns.values()] for each in _rows_of_the_catalogue()]
    return list(columns), [[spreadsheet.defused(cell) for cell in row] for row in rows]


def bring(*, actor: User, name: str, content: bytes, clinic: Clinic, now: datetime) -> CatalogueImport:
    """Keep a file that can be read, in place of what the same person brought before and never confirmed."""
    _read(content, clinic)
    with transaction.atomic():
        CatalogueImport.objects.filter(brought_by=actor, applied_at=None).delete()
        brought: CatalogueImport = CatalogueImport.objects.create(
            name=name[:120], content=content, brought_by=actor, brought_at=now
        )
        return brought


def report(brought: CatalogueImport, *, clinic: Clinic) -> Report:
    """What the file would do to the catalogue as it stands; nothing is changed."""
    headings, lines = _read(bytes(brought.content), clinic)
    at = headings.index("slug")
    named = Counter(line.cells[at].strip() for line in lines if at < len(line.cells))
    there = {each.slug: each for each in _rows_of_the_catalogue().filter(slug__in=named)}
    with timezone.override(clinic.zone):
        return Report([_row(line, headings, named, there, clinic) for line in lines])


def apply(*, actor: User, brought: CatalogueImport, seen: str, clinic: Clinic, now: datetime) -> Report:
    """Do what the report said that somebody has seen, by its fingerprint: every row of it, or nothing."""
    try:
        with transaction.atomic():
            file = CatalogueImport.objects.select_for_update(no_key=True).get(pk=brought.pk)
            if file.applied_at:
                raise AlreadyImported
            list(Treatment.objects.order_by("pk").select_for_update(no_key=True).values_list("pk"))
            found = report(file, clinic=clinic)
            if found.problems:
                raise HasBadRows
            if found.fingerprint != seen:
                raise ReadAgain
            for row in [*found.added, *found.changed]:
                _write(row, actor, f"Import {file.pk}: {file.name}"[:100])
            file.applied_at, file.added, file.changed = now, len(found.added), len(found.changed)
            file.save(update_fields=["applied_at", "added", "changed"])
            audit.record(
                actor=actor,
                action=Action.CATALOGUE_IMPORTED,
                object_type=file._meta.label_lower,
                object_id=file.pk,
                reason=f"{file.added} added, {file.changed} changed",
                now=now,
            )
    except IntegrityError:  # somebody has added a treatment of the same slug while this one was written
        raise ReadAgain from None
    return found


def _write(row: Row, actor: User, why: str) -> None:
    treatment: Any = row.treatment
    for name, value in row.values.items():
        setattr(treatment, name, value)
    treatment._history_user, treatment._change_reason = actor, why
    with override(settings.MODELTRANSLATION_DEFAULT_LANGUAGE):
        treatment.save()


# --- reading ---------------------------------------------------------------------------------------------------------


def _read(content: bytes, clinic: Clinic) -> tuple[list[str], list[Line]]:
    """The fields that the file's columns stand for, and its rows; a file that is no catalogue is refused."""
    table, columns = spreadsheet.read(content), _columns(clinic)
    fields = {heading.casefold(): name for heading, name in columns.items()}
    headings = [" ".join(heading.split()).casefold() for heading in table.headings]
    unknown = [typed for typed, heading in zip(table.headings, headings, strict=True) if heading not in fields]
    if unknown:
        words = _("These headings are not known: %(unknown)s. Known are: %(known)s.")
        raise Unreadable(words % {"unknown": ", ".join(map(_named, unknown)), "known": ", ".join(columns)})
    if "slug" not in headings:
        raise Unreadable(_("There is no column “slug”, so nobody can tell which treatment a row is about."))
    if len(set(headings)) < len(headings):
        raise Unreadable(_("A heading stands there twice."))
    return [fields[heading] for heading in headings], table.lines


def _named(heading: str) -> str:
    return f"“{heading[:60]}”"


def _columns(clinic: Clinic) -> dict[str, str]:
    return {heading.format(currency=clinic.currency): name for heading, name in COLUMNS.items()}


def _rows_of_the_catalogue() -> Any:
    return Treatment.objects.order_by("position", "pk")


def _row(line: Line, headings: list[str], named: Counter[str], there: Mapping[str, Treatment], clinic: Clinic) -> Row:
    cells = {name: cell.strip() for name, cell in zip(headings, line.cells, strict=False)}
    slug = cells.get("slug", "")
    row = Row(line.number, there.get(slug) or Treatment(slug=slug))
    if len(line.cells) != len(headings):
        words = _("The row has %(cells)s cells, and there are %(headings)s headings.")
        said = words % {"cells": len(line.cells), "headings": len(headings)}
        row.problems.append(Problem(line.number, "", said))
    elif slug and named[slug] > 1:
        row.problems.append(Problem(line.number, "slug", _("Another row of the file has this slug as well.")))
    else:
        _judge(row, cells, clinic)
    return row


def _judge(row: Row, cells: Mapping[str, str], clinic: Clinic) -> None:
    """Tell what the cells change of the treatment, or what is wrong with them."""
    columns = {name: heading for heading, name in _columns(clinic).items()}
    old = {name: _text(name, _value(row.treatment, name), clinic) for name in columns}
    if row.is_new:
        before = {**_AT_FIRST, **{name: cell for name, cell in cells.items() if cell}}
    else:
        before = {**old, **cells}
        if before == old:
            return
    form = RowForm(before, currency=clinic.currency, instance=copy(row.treatment))
    for name, sentences in form.errors.items():
        row.problems += [Problem(row.number, columns.get(name, ""), str(sentence)) for sentence in sentences]
    if row.problems:
        return
    for name, value in form.cleaned_data.items():
        new = _text(name, value.pk if name == "facts" else value, clinic)
        if row.is_new or new != old[name]:
            row.values[name] = value
            row.changes.append(Change(columns[name], "" if row.is_new else old[name], new))


def _value(treatment: Treatment, name: str) -> Any:
    return treatment.facts_id if name == "facts" else getattr(treatment, name)


def _text(name: str, value: Any, clinic: Clinic) -> str:
    """A value as its cell writes it."""
    if value is None:
        return ""
    if name == "price_minor":
        return str(MoneyField(currency=clinic.currency).prepare_value(value))  # as people write it: 1800, 1800.50
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value.astimezone(clinic.zone):{_MOMENT}}"
    return str(value).replace("\r\n", "\n").strip()
