"""What was agreed to, seen and signed stays so in the database; raw SQL from outside is refused as well."""

import base64
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from clinic.accounts.models import User
from consultations import gradings, notes
from consultations.models import Consent, Consultation, Grading, Note, NoteAmendment
from tests import factories
from tests.cast import Cast
from tests.factories import NOW

MINUTE = timedelta(minutes=1)
SEEN = "canary-note: comedones on both cheeks"


@pytest.fixture
def visit(cast: Cast) -> Consultation:
    return cast.alices_visit


@pytest.fixture
def consent(visit: Consultation) -> Consent:
    found: Consent = Consent.objects.filter(patient=visit.patient).earliest("text__kind")
    return found


@pytest.fixture
def note(visit: Consultation, dr_imani: User) -> Note:
    by: dict[str, Any] = {"actor": dr_imani, "author": visit.practitioner}
    signed = notes.sign(**by, consultation=visit, body=SEEN, now=NOW)
    notes.amend(**by, note=signed, body="Also the nose.", now=NOW + MINUTE)
    return signed


@pytest.fixture
def grading(visit: Consultation, dr_imani: User) -> Grading:
    return gradings.grade(
        actor=dr_imani, practitioner=visit.practitioner, consultation=visit, phototype="V", pores="3", now=NOW
    )


def refuses(statement: str, rule: str) -> None:
    with pytest.raises(IntegrityError, match=rule), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.usefixtures("grading")
@pytest.mark.parametrize("statement", ["update {} set id = id", "delete from {}"])
def test_gradings_are_only_added(statement: str) -> None:
    assert Grading.objects.exists()
    refuses(statement.format(Grading._meta.db_table), "gradings_are_append_only")


@pytest.mark.parametrize("change", ["patient", "text", "given_at", "given_by"])
def test_a_consent_stays_as_it_was_given(consent: Consent, change: str) -> None:
    another: dict[str, Any] = {
        "patient": factories.patient("Carol Ng", factories.user("carol@patients.test"), consents=False),
        "text": Consent.objects.exclude(text=consent.text).values("text")[:1],
        "given_at": consent.given_at - MINUTE,
        "given_by": factories.user("dora@patients.test"),
    }
    with pytest.raises(IntegrityError, match="a_consent_stays_as_it_was_given"), transaction.atomic():
        Consent.objects.filter(pk=consent.pk).update(**{change: another[change]})


@pytest.mark.parametrize("later", [None, NOW + MINUTE])
def test_a_consent_is_withdrawn_once_and_for_good(consent: Consent, later: Any) -> None:
    consents = Consent.objects.filter(pk=consent.pk)
    assert consents.update(withdrawn_at=NOW) == 1
    with pytest.raises(IntegrityError, match="a_withdrawn_consent_stays_withdrawn"), transaction.atomic():
        consents.update(withdrawn_at=later)
    assert consents.get().withdrawn_at == NOW


@pytest.mark.parametrize("change", ["signed_at = null", "signed_at = saved_at, saved_at = null", "author_id = 0"])
def test_nobody_takes_the_signature_off_a_note(note: Note, change: str) -> None:
    refuses(f"update {Note._meta.db_table} set {change}", "a_signed_note_stays_signed")


def test_seals_are_renewed_all_the_same(note: Note, grading: Grading, settings: Any) -> None:
    connection.check_constraints()  # nothing is outstanding when the rule is lifted
    settings.FIELD_KEYS = [("9", base64.urlsafe_b64encode(bytes(32)).decode()), *settings.FIELD_KEYS]
    call_command("rotate_field_keys", stdout=StringIO())
    settings.FIELD_KEYS = settings.FIELD_KEYS[:1]
    assert [Note.objects.get().body, NoteAmendment.objects.get().body] == [SEEN, "Also the nose."]
    assert (Grading.objects.get().phototype, Grading.objects.get().pores) == ("V", "3")
