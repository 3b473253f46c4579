"""Saved answers stay as they were saved: the database refuses a change, and a code that was noted shows one."""

import base64
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from clinic.accounts.models import User
from clinic.constraints import lifted
from consultations import intake, signing
from consultations.models import Consultation, Intake, IntakeRevision, Screening
from tests import factories
from tests.cast import TUESDAY, Cast
from tests.factories import NOW, at

MINUTE = timedelta(minutes=1)
KEPT = [IntakeRevision, Screening]
FORGED = {"number": 7, "saved_by": None, "saved_at": NOW.replace(year=2020), "salt": None, "digest": "0" * 64}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@pytest.fixture
def visit(cast: Cast) -> Consultation:
    return cast.alices_visit


def revision_of(visit: Consultation) -> IntakeRevision:
    found: IntakeRevision = IntakeRevision.objects.filter(intake__consultation=visit).latest("number")
    return found


def said_by(*options: str) -> str:
    said = StringIO()
    call_command("verify_answers", *options, stdout=said)
    return said.getvalue()


def turned(value: Any) -> Any:
    """The same value with the keys of each dictionary in it the other way round."""
    if isinstance(value, dict):
        return {key: turned(value[key]) for key in reversed(value)}
    return [turned(each) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize("model", KEPT)
@pytest.mark.parametrize("statement", ["update {} set id = id", "delete from {}"])
def test_the_database_refuses_to_change_or_remove_what_was_saved(visit: Consultation, model: Any, statement: str):
    assert model.objects.exists()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(model._meta.db_table))


def test_every_revision_has_a_code_of_its_own(visit: Consultation, alice: User):
    first = revision_of(visit)
    second = intake.save(actor=alice, consultation=visit, answers=first.answers, now=NOW)
    codes = {row.digest for row in IntakeRevision.objects.all()}
    assert len(codes) == IntakeRevision.objects.count() > 1
    assert signing.verify().whole == len(codes)
    assert [signing.noted(row.check_code) for row in (first, second)] == [first, second]


@pytest.mark.parametrize("digits", [1, 15])
def test_the_beginning_of_a_code_proves_nothing(visit: Consultation, digits: int):
    assert signing.noted(revision_of(visit).digest[:digits]) is None


def test_a_noted_code_tells_whose_it_is(visit: Consultation, cast: Cast):
    for each in (visit, cast.bobs_visit):
        said = said_by("--noted", revision_of(each).check_code.upper())
        assert f"is revision 1 of {each.reference}, saved {revision_of(each).saved_at}." in said


def test_the_code_is_about_everything_that_is_saved(visit: Consultation):
    columns = {field.name for field in IntakeRevision._meta.concrete_fields} - {"id", "salt", "digest"}
    assert set(signing.copy_of(revision_of(visit))) == {*columns, "consultation"}


@pytest.mark.parametrize("field", FORGED)
def test_a_row_that_was_changed_shows(visit: Consultation, field: str):
    row = revision_of(visit)
    with lifted(IntakeRevision):
        IntakeRevision.objects.filter(pk=row.pk).update(**{field: FORGED[field]})
    assert signing.verify().broken == {str(row.pk): "is not what was saved"}
    with pytest.raises(CommandError, match="1 revisions"):
        call_command("verify_answers", stdout=StringIO())


def test_other_answers_under_the_right_seal_show(visit: Consultation):
    row = revision_of(visit)
    row.answers = {**row.answers, "pregnant": "yes" if row.answers.get("pregnant") == "no" else "no"}
    with lifted(IntakeRevision):
        row.save(update_fields=["answers"])
    assert list(signing.verify().broken) == [str(row.pk)]


def test_answers_moved_from_another_row_show(visit: Consultation, cast: Cast):
    mine, other = revision_of(visit), revision_of(cast.bobs_visit)
    with connection.cursor() as cursor, lifted(IntakeRevision):
        table = IntakeRevision._meta.db_table
        key = IntakeRevision._meta.pk.get_db_prep_value
        cursor.execute(
            f"update {table} set answers = (select answers from {table} where id = %s) where id = %s",
            [key(other.pk, connection), key(mine.pk, connection)],
        )
    assert signing.verify().broken == {str(mine.pk): "does not open"}


def test_answers_laid_to_another_visit_show(visit: Consultation, cast: Cast):
    row, another = revision_of(visit), factories.held(cast.dr_imani.practitioner, at("14:00", TUESDAY))
    Intake.objects.filter(pk=row.intake_id).update(consultation=another)
    assert signing.verify().broken == {str(row.pk): "is not what was saved"}


def test_who_forges_the_code_as_well_cannot_forge_the_one_that_was_noted(visit: Consultation):
    noted = revision_of(visit)
    forged = revision_of(visit)
    forged.answers = {}
    forged.digest = signing.digest(signing.copy_of(forged), forged.salt or "")
    with lifted(IntakeRevision):
        forged.save(update_fields=["answers", "digest"])
    assert signing.verify().broken == {}
    with pytest.raises(CommandError, match="No saved answers have this check code"):
        said_by("--noted", noted.check_code)


def test_revisions_from_before_there_were_codes_are_counted_and_not_judged(visit: Consultation):
    with lifted(IntakeRevision):
        IntakeRevision.objects.update(digest="", salt=None)
    before = IntakeRevision.objects.count()
    assert f"{before} are from before there were check codes" in said_by()


def test_a_code_that_was_taken_off_shows(visit: Consultation, alice: User):
    later = intake.save(actor=alice, consultation=visit, answers=revision_of(visit).answers, now=NOW + MINUTE)
    with lifted(IntakeRevision):
        IntakeRevision.objects.filter(pk=later.pk).update(digest="", salt=None)
    assert signing.verify().broken == {str(later.pk): "is not what was saved"}


def test_the_command_tells_no_answer(visit: Consultation):
    row = revision_of(visit)
    said = said_by("--noted", row.check_code)
    assert f"{IntakeRevision.objects.count()} revisions of answers are as they were saved." in said
    assert row.answers
    assert not any(str(value) in said for value in row.answers.values() if len(str(value)) > 3)


def test_the_patient_and_the_practitioner_read_the_same_code(
    visit: Consultation, as_alice: Client, as_dr_imani: Client
):
    code = revision_of(visit).check_code
    assert len(code.replace(" ", "")) == 16
    assert code in as_alice.get(reverse("my:answers", args=[visit.reference])).content.decode()
    assert code in as_dr_imani.get(reverse("desk:brief", args=[visit.reference])).content.decode()


def test_keys_may_change_and_the_codes_still_hold(visit: Consultation, settings: Any):
    settings.FIELD_KEYS = [("9", base64.urlsafe_b64encode(bytes(32)).decode()), *settings.FIELD_KEYS]
    call_command("rotate_field_keys", stdout=StringIO())
    settings.FIELD_KEYS = settings.FIELD_KEYS[:1]
    assert signing.verify() == signing.Verdict(IntakeRevision.objects.count(), 0, {})


@given(copy=st.dictionaries(st.text(max_size=6), JSON, max_size=5), salt=st.text(max_size=10))
def test_the_order_of_keys_does_not_count_and_everything_else_does(copy: dict[str, Any], salt: str):
    code = signing.digest(copy, salt)
    assert signing.digest(turned(copy), salt) == code
    assert signing.digest({**copy, "one more": 1}, salt) != code
    assert signing.digest(copy, salt + "x") != code
    for key in copy:
        assert signing.digest({**copy, key: ["other", copy[key]]}, salt) != code
        assert signing.digest({name: value for name, value in copy.items() if name != key}, salt) != code
