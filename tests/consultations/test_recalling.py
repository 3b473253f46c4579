"""What a patient told before: kept with its day, offered to themselves only; a changed answer drops the stamp."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction

from clinic.audit.models import Action, AuditEntry
from clinic.premises.models import Clinic
from consultations import intake, recalling
from consultations.models import Intake, Patient, Relation
from tests import factories
from tests.cast import TUESDAY
from tests.factories import HONG_KONG, NOW

TODAY = NOW.astimezone(HONG_KONG).date()
A_WEEK_LATER = NOW + timedelta(days=7)


@pytest.fixture
def patient(cast) -> Patient:
    return Patient.objects.get(full_name="Alice Wong")


def days(visit: Any) -> set[date]:
    return set(intake.days_of(intake.newest(visit).revision, HONG_KONG).values())


def test_every_answer_of_a_booking_is_of_the_day_it_was_booked(alices_visit):
    assert days(alices_visit) == {TODAY}


def test_a_revision_renews_the_day_of_what_it_brings_and_of_nothing_else(alices_visit, alice):
    intake.save(actor=alice, consultation=alices_visit, answers={"melasma": "yes"}, now=A_WEEK_LATER)
    told = intake.days_of(intake.newest(alices_visit).revision, HONG_KONG)
    assert told.pop("melasma") == TODAY + timedelta(days=7)
    assert set(told.values()) == {TODAY}


def test_a_revision_from_before_days_were_kept_is_of_the_day_it_was_saved(alices_visit):
    revision = intake.newest(alices_visit).revision
    revision.answered_on = None
    assert set(intake.days_of(revision, HONG_KONG).values()) == {TODAY}


def test_the_stamp_stays_on_answers_that_are_only_said_to_be_still_true(alices_visit, alice, dr_imani):
    seen = intake.newest(alices_visit)
    practitioner = alices_visit.practitioner
    intake.stamp(
        actor=dr_imani, practitioner=practitioner, consultation=alices_visit, screening=seen.screening.pk, now=NOW
    )
    intake.save(actor=alice, consultation=alices_visit, answers=seen.revision.answers, now=A_WEEK_LATER)
    assert Intake.objects.get(consultation=alices_visit).reviewed_at == NOW
    intake.save(actor=alice, consultation=alices_visit, answers={"melasma": "yes"}, now=A_WEEK_LATER)
    after = Intake.objects.get(consultation=alices_visit)
    assert (after.reviewed_at, after.reviewed_revision) == (None, seen.revision)


def test_a_patient_is_reminded_of_their_newest_answers_and_the_reading_is_written_down(patient, alice, alices_visit):
    intake.save(actor=alice, consultation=alices_visit, answers={"melasma": "yes"}, now=NOW + timedelta(hours=1))
    told = recalling.recall(actor=alice, patient=patient, now=NOW)
    assert told is not None
    assert told["answers"]["melasma"] == "yes"
    assert AuditEntry.objects.get(action=Action.INTAKE_READ).object_id == str(alices_visit.pk)


def test_whoever_may_not_read_them_is_offered_no_answers(patient, bob):
    factories.access_to(patient, bob, Relation.PARTNER)
    assert recalling.recall(actor=bob, patient=patient, now=NOW) is None
    assert not AuditEntry.objects.filter(action=Action.INTAKE_READ).exists()


def test_a_guardian_is_offered_them_until_the_patient_is_of_age(cast):
    mother = factories.user("mother@patients.test")
    child = factories.patient("Dora Ho", mother, date_of_birth=TODAY.replace(year=TODAY.year - 17).isoformat())
    mother.access.update(relation=Relation.GUARDIAN)
    with transaction.atomic():
        assert recalling.recall(actor=mother, patient=child, now=NOW) is None, "there are none yet"
    visit = cast.alices_visit
    visit.patient = child
    visit.save()
    assert recalling.recall(actor=mother, patient=child, now=NOW) is not None
    assert recalling.recall(actor=mother, patient=child, now=NOW + timedelta(days=366)) is None


def test_what_will_be_old_on_the_day_of_the_visit_is_named(alices_visit):
    reading = intake.newest(alices_visit)
    zone = Clinic.objects.the().zone
    assert reading.stale(TUESDAY, zone) == ()
    assert "pregnant" in {item.key for item in reading.stale(TUESDAY + timedelta(days=7), zone)}
