"""Model fields whose column holds ciphertext: health answers, notes, photographs, dates of birth, phone numbers.

A value is sealed when its row is saved, bound to "table:column:row uuid", and opened when the attribute is first read;
a list page that never reads it never opens it. `.values()` and `.values_list()` give the ciphertext. Nothing but
`__isnull` can be asked of such a column. `update()` and `bulk_update()` cannot know the row, so they refuse a value:
assign it and `save(update_fields=[...])`. Left out of `dumpdata`, which would write it in clear.

The uuid is the row's primary key, or its `seal_id` where the key is something else. Renaming the table or the column
means sealing every value anew.
"""

import json
import uuid
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from django import forms
from django.apps import apps
from django.conf import settings
from django.core import checks
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.query_utils import DeferredAttribute
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from clinic import crypto
from clinic.crypto import KeyRing

_SetType = TypeVar("_SetType", contravariant=True)
_GetType = TypeVar("_GetType", covariant=True)

if TYPE_CHECKING:
    TypedField = models.Field
else:

    class TypedField(models.Field):
        """Django's field, which takes type parameters only in its stubs."""

        def __class_getitem__(cls, item: object) -> type:
            return cls


class Sealed(bytes):
    """Ciphertext as the database holds it, not yet opened."""


def key_ring() -> KeyRing:
    """The clinic's keys, from the setting FIELD_KEYS."""
    return _parsed(tuple((number, key) for number, key in settings.FIELD_KEYS))


@lru_cache(maxsize=8)
def _parsed(spec: tuple[tuple[str, str], ...]) -> KeyRing:
    return KeyRing.parse(spec)


class OpensWhenRead(DeferredAttribute):
    """The attribute of a sealed field: keeps what it is given, opens ciphertext when it is asked for it."""

    field: "SealedField[Any, Any]"

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        value = super().__get__(instance, cls)
        if isinstance(value, Sealed):
            value = instance.__dict__[self.field.attname] = self.field.open(value, instance)
        return value

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class SealedField(TypedField[_SetType, _GetType]):
    """What the sealed fields share; a kind of them says how its values become text and back."""

    descriptor_class = OpensWhenRead

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.serialize = False

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("serialize")
        return name, path, args, kwargs

    # --- text and back ---

    def encode(self, value: Any) -> bytes:
        """The value as the bytes to seal: those of its text."""
        return self.dump(value).encode()

    def decode(self, raw: bytes) -> Any:
        """The value of opened bytes."""
        return self.load(raw.decode())

    def dump(self, value: Any) -> str:
        """The value as the text to seal; TypeError, which never quotes it, when it is of another kind."""
        raise NotImplementedError

    def load(self, text: str) -> Any:
        """The value of an opened text."""
        raise NotImplementedError

    def seal(self, value: Any, instance: models.Model) -> Sealed:
        """The value as ciphertext for this row."""
        return Sealed(crypto.seal_bytes(self.encode(value), bound_to=self.place(instance), keys=key_ring()))

    def open(self, blob: Sealed, instance: models.Model) -> Any:
        """The value of this row's ciphertext; SealBroken when it does not open."""
        return self.decode(crypto.unseal_bytes(blob, bound_to=self.place(instance), keys=key_ring()))

    def reseal(self, blob: Sealed, instance: models.Model) -> Sealed:
        """This row's ciphertext under the ring's first key."""
        keys, here = key_ring(), self.place(instance)
        opened = crypto.unseal_bytes(blob, bound_to=here, keys=keys)
        return Sealed(crypto.seal_bytes(opened, bound_to=here, keys=keys))

    def place(self, instance: models.Model) -> str:
        """Where a value belongs, as it is bound into its ciphertext: "table:column:row uuid"."""
        row = uuid.UUID(str(getattr(instance, "seal_id", None) or instance.pk))
        return f"{self.model._meta.db_table}:{self.column}:{row}"

    # --- the database ---

    def get_internal_type(self) -> str:
        return "BinaryField"

    def from_db_value(self, value: Any, expression: Any, connection: BaseDatabaseWrapper) -> Sealed | None:
        return None if value is None else Sealed(value)

    def pre_save(self, model_instance: models.Model, add: bool) -> Sealed | None:  # noqa: FBT001  Django's signature
        value = model_instance.__dict__.get(self.attname)
        if value is None:
            return None
        if isinstance(value, Sealed):
            # Never read. A copy of a row under a new key must not carry ciphertext that only opens in the old one.
            self.open(value, model_instance)
            return value
        return self.seal(value, model_instance)

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:  # noqa: FBT001, FBT002
        if value is None:
            return None
        if not (isinstance(value, bytes) and crypto.is_sealed(value)):
            raise TypeError(f"{self}: only sealed values reach the database; assign to the row and save it")
        return bytes(value)

    def get_lookup(self, lookup_name: str) -> Any:
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        return [*super().check(**kwargs), *self._check_row_uuid()]

    def _check_row_uuid(self) -> list[checks.CheckMessage]:
        meta = self.model._meta
        named = [field for field in meta.get_fields() if field.name == "seal_id"]
        identity: Any = named[0] if named else meta.pk
        while identity.remote_field:
            identity = identity.target_field
        if isinstance(identity, models.UUIDField):
            return []
        hint = "Give the model a UUIDField as primary key, or one named seal_id."
        return [checks.Error("A sealed field is bound to its row's uuid.", hint=hint, obj=self, id="clinic.E010")]


class SealedTextField(SealedField[_SetType, _GetType]):
    """Text, sealed at rest; `max_length` counts its characters."""

    description = _("Text, sealed at rest")
    _pyi_private_set_type: str
    _pyi_private_get_type: str

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.max_length is not None:
            self.validators.append(MaxLengthValidator(self.max_length))

    def dump(self, value: Any) -> str:
        if not isinstance(value, str):
            raise TypeError(f"{self}: a {type(value).__name__} is not text")
        return value

    def load(self, text: str) -> str:
        return text

    def formfield(self, **kwargs: Any) -> Any:
        widget = {} if self.choices else {"widget": forms.Textarea}
        return super().formfield(**{"max_length": self.max_length, **widget, **kwargs})


class SealedJSONField(SealedField[_SetType, _GetType]):
    """A value made of dicts, lists, text, numbers and dates, sealed at rest as JSON."""

    description = _("JSON, sealed at rest")
    empty_strings_allowed = False
    _pyi_private_set_type: Any
    _pyi_private_get_type: Any

    def dump(self, value: Any) -> str:
        return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":"))

    def load(self, text: str) -> Any:
        return json.loads(text)

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": forms.JSONField, "encoder": DjangoJSONEncoder, **kwargs})


class SealedBytesField(SealedField[_SetType, _GetType]):
    """Bytes, such as those of a photograph, sealed at rest; no form shows them."""

    description = _("Bytes, sealed at rest")
    empty_strings_allowed = False
    _pyi_private_set_type: bytes
    _pyi_private_get_type: bytes

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "editable": False})

    def encode(self, value: Any) -> bytes:
        if not isinstance(value, bytes):
            raise TypeError(f"{self}: a {type(value).__name__} is not bytes")
        return value

    def decode(self, raw: bytes) -> bytes:
        return raw


class SealedDateField(SealedField[_SetType, _GetType]):
    """A date, sealed at rest."""

    description = _("Date, sealed at rest")
    empty_strings_allowed = False
    default_error_messages = {"invalid": _("Enter a valid date.")}
    _pyi_private_set_type: date
    _pyi_private_get_type: date

    def dump(self, value: Any) -> str:
        if not isinstance(value, date) or isinstance(value, datetime):
            raise TypeError(f"{self}: a {type(value).__name__} is not a date")
        return value.isoformat()

    def load(self, text: str) -> date:
        return date.fromisoformat(text)

    def to_python(self, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        try:
            parsed = parse_date(value)
        except ValueError:  # such as 31 February; its words quote the value
            parsed = None
        if parsed is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return parsed

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": forms.DateField, **kwargs})


def sealed_columns() -> Iterator[tuple[type[models.Model], SealedField[Any, Any]]]:
    """Every installed model's sealed fields, each with the model whose table holds it."""
    for model in apps.get_models():
        for field in model._meta.local_concrete_fields:
            if isinstance(field, SealedField):
                yield model, field
