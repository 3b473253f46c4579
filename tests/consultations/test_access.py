"""Who may see what of a consultation: the patient and theirs, the treating practitioner, the desk, the mailed link."""

from datetime import timedelta

import pytest
from django.db import connection

from clinic.accounts.roles import Role
from clinic.crypto import digest
from consultations import access, booking, visits
from consultations.models import BookingMode, Cancelled, Consultation, IntakeRevision, ManageLink, Relation, Status
from practitioners.models import Practitioner
from tests import factories
from tests.cast import TUESDAY, signed_in
from tests.factories import NOW, at


@pytest.fixture
def requested(cast):
    """A visit that alice has asked for and the clinic has not answered."""
    phone = factories.kind("phone", mode=BookingMode.REQUEST)
    imani = Practitioner.objects.get(user=cast.dr_imani)
    imani.kinds.create(kind=phone.code, fee_minor=40000)
    return factories.consultation(cast.alices_visit.patient, imani, at("15:00", TUESDAY), at_kind=phone)


def reads(user, consultation, now=NOW):
    """Whether the person may read the answers as the treating practitioner."""
    return access.treated_by(user, now).filter(pk=consultation.pk).exists()


def answers(user, consultation, now=NOW):
    """Whether the person may read the answers as the patient or for the patient."""
    return access.answerable_by(user, now).filter(pk=consultation.pk).exists()


def manages(user, consultation):
    return access.visible_to(user).filter(pk=consultation.pk).exists()


# --- the treating practitioner ---------------------------------------------------------------------------------------


def test_only_the_treating_practitioner_reads(cast):
    readers = [cast.alice, cast.bob, cast.dr_imani, cast.dr_reyes, cast.sam, cast.owner]
    assert [user for user in readers if reads(user, cast.alices_visit)] == [cast.dr_imani]


def test_reading_begins_when_the_clinic_confirms(dr_imani, sam, requested):
    assert requested.status == Status.REQUESTED
    assert not reads(dr_imani, requested)
    booking.accept(actor=sam, consultation=requested, now=NOW)
    assert reads(dr_imani, requested)


def test_a_request_that_was_declined_was_never_a_relation(dr_imani, sam, requested):
    booking.cancel(actor=sam, consultation=requested, by=Cancelled.BY_CLINIC, now=NOW)
    assert not reads(dr_imani, requested)


def test_a_visit_that_was_cancelled_after_it_was_confirmed_stays_readable(dr_imani, alice, alices_visit):
    booking.cancel(actor=alice, consultation=alices_visit, by=Cancelled.BY_PATIENT, now=NOW)
    assert reads(dr_imani, alices_visit)


def test_a_hold_is_nobodys_to_read(cast):
    held = factories.held(Practitioner.objects.get(user=cast.dr_imani), at("16:00", TUESDAY))
    assert not reads(cast.dr_imani, held)
    assert not manages(cast.alice, held)
    assert not access.at_reception(cast.sam).filter(pk=held.pk).exists()


def test_reading_ends_a_year_after_the_visit(dr_imani, alices_visit):
    starts = alices_visit.starts
    visits.complete(actor=dr_imani, consultation=alices_visit, now=starts + timedelta(minutes=30))
    assert reads(dr_imani, alices_visit, now=starts + timedelta(days=365) - timedelta(seconds=1))
    assert not reads(dr_imani, alices_visit, now=starts + timedelta(days=365))


def test_reassignment_ends_it_at_once(cast, as_dr_imani, as_dr_reyes):
    visit, page = cast.alices_visit, f"/desk/{cast.alices_visit.reference}/"
    assert as_dr_imani.get(page).status_code == 200
    booking.move(
        actor=cast.sam, consultation=visit, practitioner=Practitioner.objects.get(user=cast.dr_reyes),
        starts=at("14:00", TUESDAY), by=Cancelled.BY_CLINIC, now=NOW,
    )  # fmt: skip
    assert as_dr_imani.get(page).status_code == 404
    assert as_dr_reyes.get(page).status_code == 200


def test_who_no_longer_practises_here_reads_nothing(dr_imani, alices_visit, as_dr_imani):
    dr_imani.groups.clear()
    assert as_dr_imani.get(f"/desk/{alices_visit.reference}/").status_code == 404


def test_whose_sign_in_has_ended_is_out_at_the_next_click(dr_imani, alices_visit, as_dr_imani):
    dr_imani.is_active = False
    dr_imani.save()
    assert as_dr_imani.get(f"/desk/{alices_visit.reference}/").headers["Location"].startswith("/account/login/")


def test_a_practitioner_reads_their_own_intake_as_a_patient_only_by_the_patients_door(cast):
    own = factories.patient("Dr Imani", cast.dr_imani)
    visit = factories.consultation(own, Practitioner.objects.get(user=cast.dr_reyes), at("15:00", TUESDAY))
    assert answers(cast.dr_imani, visit)
    assert not reads(cast.dr_imani, visit)


# --- the patient, and who acts for them ------------------------------------------------------------------------------


def test_only_the_patient_manages_and_reads(cast):
    people = [cast.alice, cast.bob, cast.dr_imani, cast.dr_reyes, cast.sam, cast.owner]
    assert [user for user in people if manages(user, cast.alices_visit)] == [cast.alice]
    assert [user for user in people if answers(user, cast.alices_visit)] == [cast.alice]


def test_a_partner_manages_the_times_and_never_reads(alices_visit):
    partner = factories.user("pat@partners.test")
    factories.access_to(alices_visit.patient, partner, Relation.PARTNER)
    browser, page = signed_in(partner), f"/my/{alices_visit.reference}/"
    assert manages(partner, alices_visit)
    assert not answers(partner, alices_visit)
    assert browser.get(page).status_code == 200
    assert browser.get(f"{page}answers/").status_code == 404
    assert f"{page}answers/" not in browser.get(page).text + browser.get("/my/").text


def test_what_a_partner_may_not_read_no_new_booking_gives_them(alices_visit):
    partner = factories.user("pat@partners.test")
    factories.access_to(alices_visit.patient, partner, Relation.PARTNER)
    again = factories.patient("Alice Wong", partner, relation="self", date_of_birth="1987-11-23", consents=False)
    assert again == alices_visit.patient
    assert not answers(partner, alices_visit)


@pytest.mark.parametrize(("born", "may"), [("2009-05-04", True), ("2009-05-03", False)])
def test_a_guardian_reads_until_the_child_is_eighteen(cast, born, may):
    """Today is the third of May 2027; on their eighteenth birthday the answers are the child's alone."""
    mother = factories.user("mother@patients.test")
    child = factories.patient("Chan Ka Yan", mother, relation="guardian", date_of_birth=born)
    visit = factories.consultation(child, Practitioner.objects.get(user=cast.dr_imani), at("15:00", TUESDAY))
    assert manages(mother, visit)
    assert answers(mother, visit) is may
    page = f"/my/{visit.reference}/answers/"
    assert signed_in(mother).get(page).status_code == (200 if may else 404)


def test_a_guardian_who_is_a_patient_too_keeps_their_own_answers(cast):
    mother = factories.user("mother@patients.test")
    imani = Practitioner.objects.get(user=cast.dr_imani)
    factories.patient("Chan Ka Yan", mother, relation="guardian", date_of_birth="2000-01-01")
    own = factories.consultation(factories.patient("Chan Mei", mother), imani, at("15:00", TUESDAY))
    assert answers(mother, own)


def test_answers_sent_while_the_patient_arrives_are_refused_in_words(as_alice, alices_visit):
    arrived: list[bool] = []

    def arrives(execute, sql, params, many, context):
        if "consultations_intakerevision" in sql and not arrived:
            arrived.append(True)
            Consultation.objects.filter(pk=alices_visit.pk).update(status=Status.ARRIVED)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(arrives):
        page = f"/my/{alices_visit.reference}/answers/goals-plans/"
        answer = as_alice.post(page, {"questions": "Is it too late?"}, follow=True)
    assert "This consultation has changed in the meantime" in answer.text
    assert IntakeRevision.objects.filter(intake__consultation=alices_visit).count() == 1


# --- the desk and the link -------------------------------------------------------------------------------------------


def test_only_the_desk_and_the_owner_stand_at_reception(cast):
    people = [cast.alice, cast.bob, cast.dr_imani, cast.dr_reyes, cast.sam, cast.owner]
    assert [user for user in people if access.at_reception(user).exists()] == [cast.sam, cast.owner]


def test_a_clinical_lead_is_no_receptionist(cast):
    lead = factories.user("lead@clinic.test", Role.CLINICAL_LEAD)
    assert not access.at_reception(lead).exists()


def test_a_link_opens_one_visit_until_a_day_after_it(alices_visit):
    ManageLink.objects.create(consultation=alices_visit, token_hash=digest("secret"), created_at=NOW)
    ends = alices_visit.ends
    assert list(access.by_link("secret", NOW)) == [alices_visit]
    assert access.by_link("secret", ends + timedelta(days=1) - timedelta(seconds=1)).exists()
    assert not access.by_link("secret", ends + timedelta(days=1)).exists()
    assert not access.by_link("another", NOW).exists()
    assert not access.by_link(digest("secret"), NOW).exists()


def test_a_link_of_one_visit_opens_no_other(cast):
    ManageLink.objects.create(consultation=cast.bobs_visit, token_hash=digest("bobs"), created_at=NOW)
    assert list(access.by_link("bobs", NOW)) == [cast.bobs_visit]
