"""Bring every sealed value under the newest key, while the clinic works."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import models
from django.db.models import BinaryField, F, Q, Value
from django.db.models.lookups import Exact

from clinic import crypto
from clinic.constraints import lifted
from clinic.crypto import SealBroken
from clinic.fields import SealedField, key_ring, sealed_columns

BATCH = 100  # rows in memory at once; a photograph has some 300 kB
Field = SealedField[Any, Any]


class Command(BaseCommand):
    help = (
        "Seal every value that is under an older key of FIELD_KEYS under the first one. Put the new key first, restart "
        "the clinic, run this, and remove the old key when no value is left under it. Safe to stop and run again."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        newest = key_ring().current
        left: Counter[int] = Counter()
        for model, field in sealed_columns():
            resealed, broken = rotate(model, field, newest)
            under = values_per_key(model, field)
            self.stdout.write(f"{field}: {resealed} sealed anew; " + (in_words(under) or "no values"))
            if broken:
                self.stderr.write(f"{field}: left as they are, because they do not open: {broken}")
            left += under
        del left[newest]
        if left:
            raise CommandError(f"Values are left under older keys: {in_words(left)}. Keep those keys.")
        self.stdout.write(f"Every value is under key {newest}.")


def rotate(model: type[models.Model], field: Field, newest: int) -> tuple[int, int]:
    """Seal a column's values anew, a batch a transaction; how many were, and how many do not open."""
    resealed = broken = 0
    for batch in batches(model, field):
        old = [row for row in batch if crypto.key_number(ciphertext(row, field)) != newest]
        if not old:
            continue
        with lifted(model):
            for row in old:
                try:
                    resealed += reseal(model, field, row)
                except SealBroken:
                    broken += 1
    return resealed, broken


def reseal(model: type[models.Model], field: Field, row: models.Model) -> int:
    """Replace one value, unless somebody wrote it since it was read: theirs is under the newest key already."""
    read = ciphertext(row, field)
    unchanged = Exact(F(field.attname), Value(read, BinaryField()))
    return model._base_manager.filter(unchanged, pk=row.pk).update(**{field.attname: field.reseal(read, row)})


def batches(model: type[models.Model], field: Field) -> Iterator[list[models.Model]]:
    """The rows that have a value, in order of their keys, each with what its seal is bound to."""
    needed = {"pk", field.attname, *(["seal_id"] if hasattr(model, "seal_id") else [])}
    after = Q()
    while batch := list(
        model._base_manager.filter(after, **{f"{field.name}__isnull": False}).order_by("pk").only(*needed)[:BATCH]
    ):
        yield batch
        after = Q(pk__gt=batch[-1].pk)


def ciphertext(row: models.Model, field: Field) -> Any:
    """The value as it was read, not opened."""
    return vars(row)[field.attname]


def values_per_key(model: type[models.Model], field: Field) -> Counter[int]:
    """How many of a column's values each key has."""
    stored = model._base_manager.filter(**{f"{field.name}__isnull": False}).values_list(field.attname, flat=True)
    return Counter(crypto.key_number(blob) for blob in stored.iterator())


def in_words(under: Counter[int]) -> str:
    """Such as "1200 under key 2, 3 under key 1"."""
    return ", ".join(f"{count} under key {number}" for number, count in sorted(under.items(), reverse=True))
