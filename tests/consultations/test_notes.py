"""A practitioner's note: written over as a draft, signed once, and from then on only added to."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from consultations import notes
from consultations.errors import MovedOn
from consultations.models import Consultation, Note, NoteAmendment
from tests.cast import Cast
from tests.consultations.bookings import audited
from tests.factories import NOW

MINUTE = timedelta(minutes=1)
SEEN = "canary-note: comedones on both cheeks"


@pytest.fixture
def visit(cast: Cast) -> Consultation:
    return cast.alices_visit


@pytest.fixture
def by_imani(cast: Cast, visit: Consultation) -> dict[str, Any]:
    return {"actor": cast.dr_imani, "author": cast.dr_imani.practitioner, "consultation": visit}


def test_a_draft_is_written_over(visit, by_imani) -> None:
    first = notes.write(**by_imani, body="Begun.", now=NOW)
    again = notes.write(**by_imani, body=SEEN, now=NOW + MINUTE)
    assert first.pk == again.pk
    assert (Note.objects.get().body, Note.objects.get().saved_at, Note.objects.get().signed_at) == (
        SEEN,
        NOW + MINUTE,
        None,
    )
    assert audited(visit).count("note_saved") == 2


def test_a_signed_note_stays_as_it_was_signed(visit, by_imani) -> None:
    notes.write(**by_imani, body="Begun.", now=NOW)
    signed = notes.sign(**by_imani, body=SEEN, now=NOW + MINUTE)
    assert (signed.body, signed.signed_at) == (SEEN, NOW + MINUTE)
    for verb in (notes.write, notes.sign):
        with pytest.raises(MovedOn):
            verb(**by_imani, body="Never mind.", now=NOW + 2 * MINUTE)
    assert (Note.objects.get().body, Note.objects.get().signed_at) == (SEEN, NOW + MINUTE)
    assert audited(visit).count("note_signed") == 1


def test_amendments_stand_beside_the_signed_note_in_their_order(visit, by_imani, cast) -> None:
    signed = notes.sign(**by_imani, body=SEEN, now=NOW)
    for minutes, body in ((1, "Also the nose."), (2, "Left cheek only.")):
        notes.amend(
            actor=cast.dr_imani, author=cast.dr_imani.practitioner, note=signed, body=body, now=NOW + minutes * MINUTE
        )
    assert [one.body for one in signed.amendments.all()] == ["Also the nose.", "Left cheek only."]
    assert Note.objects.get().body == SEEN
    assert audited(visit).count("note_amended") == 2


@pytest.mark.parametrize("statement", ["update {} set id = id", "delete from {}"])
def test_the_database_refuses_to_change_or_remove_an_amendment(by_imani, cast, statement) -> None:
    signed = notes.sign(**by_imani, body=SEEN, now=NOW)
    notes.amend(actor=cast.dr_imani, author=cast.dr_imani.practitioner, note=signed, body="Also the nose.", now=NOW)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(NoteAmendment._meta.db_table))


def test_a_draft_is_not_amended(by_imani, cast) -> None:
    draft = notes.write(**by_imani, body="Begun.", now=NOW)
    with pytest.raises(MovedOn):
        notes.amend(actor=cast.dr_imani, author=cast.dr_imani.practitioner, note=draft, body="More.", now=NOW)


def test_what_is_written_lies_sealed(by_imani, cast) -> None:
    signed = notes.sign(**by_imani, body=SEEN, now=NOW)
    notes.amend(actor=cast.dr_imani, author=cast.dr_imani.practitioner, note=signed, body=SEEN, now=NOW)
    for table in ("consultations_note", "consultations_noteamendment"):
        with connection.cursor() as cursor:
            cursor.execute(f"select body from {table}")
            (body,) = cursor.fetchone()
        assert SEEN.encode() not in bytes(body)
