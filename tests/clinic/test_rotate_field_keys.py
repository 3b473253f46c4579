import base64
import uuid
from collections.abc import Iterator
from typing import Any, ClassVar

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, models, transaction
from django.test.utils import isolate_apps
from pytest_django.plugin import DjangoDbBlocker

from clinic import crypto
from clinic.constraints import AppendOnly
from clinic.fields import Sealed, SealedTextField, key_ring
from clinic.outbox.models import OutboundMessage
from clinic.premises.management.commands import rotate_field_keys
from tests.clinic.mail import NOW, SECRET, enqueue

OLD, NEW = (("1", base64.urlsafe_b64encode(b"o" * 32).decode()), ("2", base64.urlsafe_b64encode(b"n" * 32).decode()))
TEXT = OutboundMessage._meta.get_field("text")

with isolate_apps("clinic.audit"):

    class Kept(models.Model):  # noqa: DJ008
        id = models.UUIDField(primary_key=True, default=uuid.uuid4)
        note = SealedTextField()
        objects: ClassVar[models.Manager["Kept"]] = models.Manager()

        class Meta:
            app_label = "audit"
            db_table = "test_kept"
            constraints = [AppendOnly(name="test_kept_stay")]


@pytest.fixture(scope="module", autouse=True)
def _table(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock():
        with connection.schema_editor() as editor:
            editor.create_model(Kept)
        yield
        with connection.schema_editor() as editor:
            editor.delete_model(Kept)


pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _the_old_key_is_in_use(settings: Any) -> None:
    settings.FIELD_KEYS = [OLD]


def stored() -> dict[str, Any]:
    return dict(OutboundMessage.objects.values_list("key", "text"))


def key_numbers() -> set[int]:
    return {crypto.key_number(blob) for blob in stored().values()}


def test_every_value_comes_under_the_newest_key_and_the_old_one_may_go(
    settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    enqueue()
    copies = [OutboundMessage(key=f"booked:{n}", text=SECRET, created_at=NOW, due_at=NOW) for n in range(2, 502)]
    OutboundMessage.objects.bulk_create(copies)  # more than a batch
    settings.FIELD_KEYS = [NEW, OLD]
    enqueue("booked:new")

    call_command("rotate_field_keys")
    settings.FIELD_KEYS = [NEW]

    assert key_numbers() == {2}
    assert {row.text for row in OutboundMessage.objects.all()} == {SECRET}
    said = capsys.readouterr().out
    assert "outbox.OutboundMessage.text: 501 sealed anew; 502 under key 2\n" in said
    assert said.endswith("Every value is under key 2.\n")


def test_a_second_run_writes_nothing(settings: Any, capsys: pytest.CaptureFixture[str]) -> None:
    enqueue()
    settings.FIELD_KEYS = [NEW, OLD]
    call_command("rotate_field_keys")
    before = stored()

    call_command("rotate_field_keys")

    assert stored() == before
    assert "outbox.OutboundMessage.text: 0 sealed anew; 1 under key 2\n" in capsys.readouterr().out


def test_somebody_elses_write_in_the_meantime_wins(settings: Any) -> None:
    row = enqueue()
    settings.FIELD_KEYS = [NEW, OLD]
    ((read,),) = rotate_field_keys.batches(OutboundMessage, TEXT)
    row.text = "written while the keys were being changed"
    row.save()

    assert rotate_field_keys.reseal(OutboundMessage, TEXT, read) == 0

    assert OutboundMessage.objects.get().text == "written while the keys were being changed"


def test_a_value_that_does_not_open_is_left_and_said(settings: Any, capsys: pytest.CaptureFixture[str]) -> None:
    fine, moved = enqueue("fine"), enqueue("moved")
    foreign = Sealed(crypto.seal(SECRET, bound_to="elsewhere", keys=key_ring()))
    OutboundMessage.objects.filter(pk=moved.pk).update(text=foreign)
    settings.FIELD_KEYS = [NEW, OLD]

    with pytest.raises(CommandError, match=r"1 under key 1\. Keep those keys"):
        call_command("rotate_field_keys")

    assert OutboundMessage.objects.get(pk=fine.pk).text == SECRET
    assert stored()["moved"] == foreign
    assert "because they do not open: 1" in capsys.readouterr().err


def test_an_append_only_table_lets_the_keys_be_changed_and_nothing_else(settings: Any) -> None:
    row = Kept.objects.create(note=SECRET)
    settings.FIELD_KEYS = [NEW, OLD]

    assert rotate_field_keys.rotate(Kept, Kept._meta.get_field("note"), 2) == (1, 0)

    settings.FIELD_KEYS = [NEW]
    assert Kept.objects.get().note == SECRET
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()
