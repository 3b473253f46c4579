"""Lay what ships with the product into the database: the catalogue, the questionnaire and the rules.

Loading adds what is missing and leaves alone what is there, since staff edit it; so it may run at every start.
Restoring brings entries back to the files under `treatments/data/`. The first questionnaire and rules come into force;
later ones are offered, and a clinical lead decides. `read` and `put` serve other files of that shape.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TypeVar

from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.db import models, transaction
from django.db.models import Max
from django.utils.translation import override
from modeltranslation.utils import build_localized_fieldname
from simple_history.utils import bulk_create_with_history

from clinic import editions
from treatments import questionnaire, screening
from treatments.codes import TreatmentCode, resolve
from treatments.models import (
    Combination,
    Comparison,
    Concern,
    FrequentQuestion,
    Questionnaire,
    RecoveryStage,
    Reference,
    RuleSet,
    Term,
    Treatment,
    TreatmentCategory,
    TreatmentFacts,
    Version,
    VersionStatus,
)

DATA: Final = Path(__file__).parent / "data"
# What the files know and no model keeps yet. Any other name that a model does not have is a mistake in the file.
NOT_KEPT: Final[Mapping[type[models.Model], frozenset[str]]] = {
    TreatmentFacts: frozenset({"depth_source", "evidence_summary", "position"}),
    RecoveryStage: frozenset({"stage"}),
}
_LANGUAGES: Final = frozenset(settings.MODELTRANSLATION_LANGUAGES)

Entry = Mapping[str, Any]
Row = TypeVar("Row", bound=models.Model)


class UnknownField(ValueError):
    """A file names something that the model does not have."""


@dataclass(frozen=True)
class Loaded:
    """How many entries of each kind the files hold, and the versions that wait for a clinical lead."""

    codes: int
    treatments: int
    concerns: int
    references: int
    offered: list[Version]


def load_catalogue(*, now: datetime, folder: Path = DATA) -> Loaded:
    """Add what the files of the folder have and the database has not: all of it or nothing."""
    return _lay(add, add_lines, now, folder)


def restore_catalogue(*, now: datetime, folder: Path = DATA) -> Loaded:
    """Bring the catalogue in line with the files of the folder, over what staff have edited: all of it or nothing."""
    return _lay(put, put_lines, now, folder)


def _lay(one: Callable[..., Any], lines: Callable[..., None], now: datetime, folder: Path) -> Loaded:
    """Lay each entry of the files by `one` and the questions of each concern by `lines`."""
    shelf, shown = folder / "catalogue", {"published_from": now}
    with transaction.atomic():
        categories = read(shelf / "categories.json")
        for entry in categories:
            one(TreatmentCategory, _without(entry, "questions"), key="key")
        references = [one(Reference, entry, key="tag") for entry in read(shelf / "references.json")]
        codes = [one(TreatmentFacts, _by_row(entry), key="code") for entry in read(shelf / "codes.json")]
        offers = [one(Treatment, _of_code(entry), key="slug", **shown) for entry in read(shelf / "treatments.json")]
        concerns = [one(Concern, _guide(entry), key="slug", **shown) for entry in read(shelf / "concerns.json")]
        comparisons = [one(Comparison, entry, key="slug", **shown) for entry in read(shelf / "comparisons.json")]
        for entry in read(shelf / "combinations.json"):
            one(Combination, _of_groups(entry), key="position")
        for entry in read(shelf / "terms.json"):
            one(Term, entry, key="slug", published_from=now)
        questions = read(shelf / "faqs.json")
        for concern in [*concerns, None]:
            lines(FrequentQuestion, {"concern": concern, "category": ""}, _asked_about(concern, questions), **shown)
        for entry in categories:
            lines(FrequentQuestion, {"concern": None, "category": entry["key"]}, entry["questions"], **shown)
        for row in [*codes, *concerns, *comparisons]:
            editions.keep(row)
        versions = [
            _newest(Questionnaire, questionnaire.load, folder.glob("questionnaire_v*.json"), now),
            _newest(RuleSet, screening.load, folder.glob("rules_v*.json"), now),
        ]
    offered = [version for version in versions if version is not None]
    return Loaded(len(codes), len(offers), len(concerns), len(references), offered)


def read(path: Path) -> Any:
    """What a file holds: mostly a list of entries."""
    return json.loads(path.read_text(encoding="utf-8"))


def add(model: type[Row], entry: Entry, *, key: str, **at_first: Any) -> Row:
    """The row with the entry's key as it is; made, with `at_first` as well, if it is missing."""
    row = model._default_manager.filter(**{key: entry[key]}).first()
    return put(model, entry, key=key, **at_first) if row is None else row


def add_lines(model: type[models.Model], owner: Entry, entries: Sequence[Entry], **at_first: Any) -> None:
    """Make the entries the lines that `owner` has, unless it has some."""
    if not model._default_manager.filter(**owner).exists():
        put_lines(model, owner, entries, **at_first)


def put(model: type[Row], entry: Entry, *, key: str, **at_first: Any) -> Row:
    """The row with the entry's key: made if it is missing, with `at_first` as well; saved only if the entry differs.

    A pair of languages goes to the columns of both; a list of entries replaces the lines that point at the row.
    """
    manager = model._default_manager
    relations = {relation.get_accessor_name(): relation for relation in model._meta.related_objects}
    lists = {name: value for name, value in entry.items() if name in relations}
    values = _values(model, {name: value for name, value in entry.items() if name not in relations})
    with override(settings.MODELTRANSLATION_DEFAULT_LANGUAGE):
        row = manager.filter(**{key: entry[key]}).first()
        if row is None:
            row = manager.create(**at_first | values)
        elif not _agrees(row, values):
            for name, value in values.items():
                setattr(row, name, value)
            row.save()
    for name, lines in lists.items():
        relation = relations[name]
        put_lines(relation.related_model, {relation.field.name: row}, lines)
    return row


def put_lines(model: type[models.Model], owner: Entry, entries: Sequence[Entry], **at_first: Any) -> None:
    """Make the entries, in their order, all the lines that `owner` (the values they share) has.

    What has to be made anew gets `at_first` as well.
    """
    if any(field.name == "position" for field in model._meta.fields):
        entries = [{"position": place, **entry} for place, entry in enumerate(entries, 1)]
    wanted = [_values(model, entry) for entry in entries]
    lines = model._default_manager.filter(**owner).order_by("pk")
    with override(settings.MODELTRANSLATION_DEFAULT_LANGUAGE):
        if len(lines) == len(wanted) and all(_agrees(line, values) for line, values in zip(lines, wanted, strict=True)):
            return
        lines.delete()
        made = [model(**at_first, **owner, **values) for values in wanted]
        if hasattr(model, "history"):
            bulk_create_with_history(made, model)
        else:
            model._default_manager.bulk_create(made)


def _by_row(entry: Entry) -> Entry:
    """The facts of a code with their suitability, a mapping in the file, as rows."""
    judged = entry["suitability"].items()
    return {**entry, "suitability": [{"phototype": phototype, "suits": suits} for phototype, suits in judged]}


def _guide(entry: Entry) -> Entry:
    return {**entry, "options": [_of_code(option) for option in entry["options"]]}


def _of_code(entry: Entry) -> Entry:
    """The entry, which names a treatment code, as a row that points at the facts of that code."""
    return {"facts_id" if name == "code" else name: value for name, value in entry.items()}


def _of_groups(entry: Entry) -> Entry:
    """The entry with the codes that its groups name, in the order of the codes."""
    named = {name: resolve(entry[name]) for name in ("first", "then")}
    return {**entry, **{name: [str(code) for code in TreatmentCode if code in codes] for name, codes in named.items()}}


def _without(entry: Entry, *names: str) -> Entry:
    return {name: value for name, value in entry.items() if name not in names}


def _asked_about(concern: Concern | None, questions: Sequence[Entry]) -> list[Entry]:
    slug = concern.slug if concern else None
    return [_without(question, "concern", "key") for question in questions if question["concern"] == slug]


def _newest(
    model: type[Version], check: Callable[[Any], object], paths: Iterable[Path], now: datetime
) -> Version | None:
    """Take the newest version of the files in, and tell which one waits for a decision.

    The first is put to use unsigned. Where a version is in force, another comes under the clinic's next number and
    changes nothing by itself; what a lead has discarded does not come again.
    """
    manager: Any = model.objects
    data = max(map(read, paths), key=lambda each: int(each["version"]))
    check(data)  # refuses what does not hold together, before a patient meets it
    shipped, known = data["version"], manager.aggregate(Max("shipped_as"), Max("version"))
    if known["shipped_as__max"] is None or known["shipped_as__max"] < shipped:
        if manager.current() is None:
            published = {"status": VersionStatus.PUBLISHED, "published_at": now}
            manager.create(version=shipped, data=data, shipped_as=shipped, **published)
        else:
            manager.filter(status=VersionStatus.OFFERED).update(status=VersionStatus.DISCARDED)
            number = known["version__max"] + 1
            offered = {"data": {**data, "version": number}, "status": VersionStatus.OFFERED}
            manager.create(version=number, shipped_as=shipped, **offered)
    waiting: Version | None = manager.offered()
    return waiting


def _agrees(row: models.Model, values: Entry) -> bool:
    return all(getattr(row, column) == value for column, value in values.items())


def _values(model: type[models.Model], entry: Entry) -> dict[str, Any]:
    """The entry by the model's columns, as Python values of the fields."""
    values: dict[str, Any] = {}
    for name, value in entry.items():
        for column, content in _by_column(name, value):
            try:
                values[column] = _python(model._meta.get_field(column), content)
            except FieldDoesNotExist:
                if name not in NOT_KEPT.get(model, ()):
                    raise UnknownField(f"{model.__name__} has no field {column}") from None
    return values


def _python(field: Any, content: Any) -> Any:
    """The content as the field keeps it; a row of a model with slugs may be named by its slug."""
    target = field.related_model
    if target is not None and isinstance(content, str) and hasattr(target, "slug"):
        return target._default_manager.get(slug=content)
    return field.to_python(content)


def _by_column(name: str, value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, dict) and value and value.keys() <= _LANGUAGES:
        return [(build_localized_fieldname(name, language), text) for language, text in value.items()]
    return [(name, value)]
