import json
import uuid
from collections.abc import Iterator
from datetime import date
from typing import Any, ClassVar

import pytest
from django import forms
from django.core import serializers
from django.core.exceptions import FieldError, ValidationError
from django.db import connection, models, transaction
from django.db.models import F, Q, Value
from django.test.utils import CaptureQueriesContext, isolate_apps
from pytest_django.plugin import DjangoDbBlocker

from clinic import crypto, fields
from clinic.crypto import SealBroken
from clinic.fields import Sealed, SealedDateField, SealedJSONField, SealedTextField

SECRET = "keloid after a burn 蟹足腫"

with isolate_apps("clinic.audit"):

    class Chart(models.Model):  # noqa: DJ008
        id = models.UUIDField(primary_key=True, default=uuid.uuid4)
        note = SealedTextField(max_length=40)
        phone = SealedTextField(null=True, blank=True)
        answers = SealedJSONField(default=dict, blank=True)
        born = SealedDateField(null=True, blank=True)
        open_word = models.CharField(max_length=20, default="open")
        objects: ClassVar[models.Manager["Chart"]] = models.Manager()

        class Meta:
            app_label = "audit"
            db_table = "test_chart"

    class Leaf(models.Model):  # noqa: DJ008
        seal_id = models.UUIDField(default=uuid.uuid4)
        note = SealedTextField()
        objects: ClassVar[models.Manager["Leaf"]] = models.Manager()

        class Meta:
            app_label = "audit"
            db_table = "test_leaf"

    class Loose(models.Model):  # noqa: DJ008
        note = SealedTextField()

        class Meta:
            app_label = "audit"


class ChartForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Chart
        fields = ["note", "phone", "answers", "born"]


@pytest.fixture(scope="module", autouse=True)
def _tables(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock():
        with connection.schema_editor() as editor:
            editor.create_model(Chart)
            editor.create_model(Leaf)
        yield
        with connection.schema_editor() as editor:
            editor.delete_model(Leaf)
            editor.delete_model(Chart)


pytestmark = pytest.mark.django_db


def chart(**values: Any) -> Chart:
    return Chart.objects.create(**{"note": SECRET, **values})


def stored(row: Chart, column: str = "note") -> bytes:
    return bytes(Chart.objects.values_list(column, flat=True).get(pk=row.pk))


def test_text_json_and_dates_come_back_as_they_were_saved() -> None:
    answers = {"scars": ["thick", "蟹足腫"], "weeks": 6, "none": None}
    chart(phone="+852 5555 0100", answers=answers, born=date(1990, 2, 28))

    row = Chart.objects.get()

    assert (row.note, row.phone, row.answers, row.born) == (SECRET, "+852 5555 0100", answers, date(1990, 2, 28))


def test_the_column_holds_ciphertext_bound_to_table_column_and_row() -> None:
    row = chart()
    blob = stored(row)

    assert b"keloid" not in blob
    assert crypto.unseal(blob, bound_to=f"test_chart:note:{row.pk}", keys=fields.key_ring()) == SECRET


def test_an_empty_text_is_sealed_and_nothing_at_all_is_null() -> None:
    row = chart(note="", phone=None)

    assert crypto.is_sealed(stored(row))
    assert Chart.objects.filter(phone__isnull=True, note__isnull=False).get().note == ""


def test_values_give_the_ciphertext() -> None:
    chart()

    (blob,) = Chart.objects.values_list("note", flat=True)

    assert isinstance(blob, Sealed)
    assert crypto.is_sealed(blob)


def test_a_value_that_nobody_reads_is_never_opened(settings: Any) -> None:
    chart()
    settings.FIELD_KEYS = [("9", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk=")]

    row = Chart.objects.get()

    assert row.open_word == "open"
    with pytest.raises(SealBroken):
        row.note  # noqa: B018  reading is the act


def test_a_value_of_another_row_does_not_open_here() -> None:
    alice, bob = chart(note="alice"), chart(note="bob")
    Chart.objects.filter(pk=bob.pk).update(note=Sealed(stored(alice)))

    with pytest.raises(SealBroken, match="another place"):
        Chart.objects.get(pk=bob.pk).note  # noqa: B018


def test_a_value_of_another_column_does_not_open_here() -> None:
    row = chart()
    Chart.objects.update(phone=F("note"))

    with pytest.raises(SealBroken, match="another place"):
        Chart.objects.get(pk=row.pk).phone  # noqa: B018


def test_a_deferred_field_is_fetched_and_opened_when_it_is_read() -> None:
    chart()
    row = Chart.objects.defer("note").get()

    with CaptureQueriesContext(connection) as queries:
        assert row.note == SECRET
        assert row.note == SECRET

    assert len(queries) == 1


def test_refresh_from_db_brings_the_stored_value_back() -> None:
    row = chart()
    row.note = "typed but not saved"

    row.refresh_from_db()

    assert row.note == SECRET


def test_a_change_inside_an_opened_json_value_is_saved() -> None:
    row = Chart.objects.get(pk=chart(answers={"q": 1}).pk)
    row.answers["q"] = 2
    row.save()

    assert Chart.objects.get().answers == {"q": 2}


def test_saving_a_row_keeps_a_value_that_was_not_read() -> None:
    before = stored(chart())
    row = Chart.objects.get()
    row.open_word = "changed"
    row.save()

    assert stored(row) == before


def test_a_copy_of_a_row_is_sealed_anew_once_read_and_refused_while_sealed() -> None:
    chart()
    read, unread = Chart.objects.get(), Chart.objects.get()
    assert (read.note, read.answers) == (SECRET, {})

    for copy in (read, unread):
        copy.pk = uuid.uuid4()
        copy._state.adding = True
    read.save()

    assert Chart.objects.get(pk=read.pk).note == SECRET
    with pytest.raises(SealBroken), transaction.atomic():
        unread.save()


def test_bulk_create_seals_each_row_for_itself() -> None:
    Chart.objects.bulk_create([Chart(note="one"), Chart(note="two")])

    assert {row.note for row in Chart.objects.all()} == {"one", "two"}


@pytest.mark.parametrize("plain", [SECRET, SECRET.encode(), {"q": 1}, 7])
def test_update_refuses_anything_that_is_not_sealed(plain: object) -> None:
    row = chart()

    with pytest.raises(TypeError, match="only sealed values") as refused, transaction.atomic():
        Chart.objects.update(note=plain)

    assert str(plain) not in str(refused.value)
    assert Chart.objects.get(pk=row.pk).note == SECRET


def test_update_can_empty_a_column() -> None:
    chart(phone="+852 5555 0100")
    Chart.objects.update(phone=None)

    assert Chart.objects.get().phone is None


def test_bulk_update_refuses_plaintext() -> None:
    row = chart()
    row.note = "changed"

    with pytest.raises(TypeError, match="only sealed values"), transaction.atomic():
        Chart.objects.bulk_update([row], ["note"])


@pytest.mark.parametrize(
    "question", [Q(note=SECRET), Q(note__contains="kel"), Q(note__in=[SECRET]), Q(note=None), Q(note=Value(b"x"))]
)
def test_nothing_but_is_null_can_be_asked(question: Q) -> None:
    with pytest.raises(FieldError):
        Chart.objects.filter(question).exists()


@pytest.mark.parametrize(
    "values", [{"note": b"bytes"}, {"note": 7}, {"born": "1990-02-31"}, {"answers": {"q": object()}}]
)
def test_a_value_of_the_wrong_kind_is_refused_without_quoting_it(values: dict[str, Any]) -> None:
    with pytest.raises(TypeError) as refused, transaction.atomic():
        chart(**values)

    assert not any(str(value) in str(refused.value) for value in values.values())
    assert not Chart.objects.exists()


def test_a_model_form_saves_and_shows_what_it_seals() -> None:
    form = ChartForm({"note": SECRET, "phone": "", "answers": '{"q": [1, 2]}', "born": "1990-02-28"})
    row = form.save()

    fresh = Chart.objects.get(pk=row.pk)
    assert (fresh.note, fresh.answers, fresh.born) == (SECRET, {"q": [1, 2]}, date(1990, 2, 28))
    assert SECRET in str(ChartForm(instance=fresh)["note"])


def test_a_model_form_holds_text_to_its_length() -> None:
    form = ChartForm({"note": "x" * 41, "answers": "{}"})

    assert "note" in form.errors


def test_full_clean_judges_the_text_and_not_its_ciphertext() -> None:
    Chart(note="x" * 40, born="1990-02-28").full_clean()

    with pytest.raises(ValidationError) as refused:
        Chart(note="x" * 41, born="1990-02-31").full_clean()

    assert set(refused.value.message_dict) == {"note", "born"}
    assert "1990" not in str(refused.value)


def test_a_dump_leaves_sealed_fields_out() -> None:
    chart(born=date(1990, 2, 28))

    (row,) = json.loads(serializers.serialize("json", Chart.objects.all()))

    assert row["fields"] == {"open_word": "open"}


def test_a_model_with_another_key_is_sealed_by_its_seal_id() -> None:
    leaf = Leaf.objects.create(note=SECRET)
    blob = bytes(Leaf.objects.values_list("note", flat=True).get())

    assert Leaf.objects.get().note == SECRET
    assert crypto.unseal(blob, bound_to=f"test_leaf:note:{leaf.seal_id}", keys=fields.key_ring()) == SECRET


def test_a_model_without_a_uuid_fails_the_system_check() -> None:
    assert [message.id for message in Loose.check()] == ["clinic.E010"]
    assert Chart.check() == Leaf.check() == []


def test_a_migration_sees_a_sealed_field_as_it_was_declared() -> None:
    field = Chart._meta.get_field("note")

    assert field.deconstruct() == ("note", "clinic.fields.SealedTextField", [], {"max_length": 40})
