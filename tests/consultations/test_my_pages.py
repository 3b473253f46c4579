"""The patient's own pages: what is to come, what was answered, and what may still be changed."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clinic.audit.models import Action, AuditEntry
from clinic.premises.models import Clinic
from consultations import intake, visits
from consultations.models import Intake, IntakeRevision, Patient, Relation
from practitioners.models import Practitioner
from tests import factories
from tests.cast import ALICE_ASKS, TUESDAY, signed_in
from tests.consultations.bookings import cancel, confirm, hold
from tests.factories import NOW


@pytest.fixture
def address(alices_visit):
    return f"/my/{alices_visit.reference}/"


def revisions(visit):
    return IntakeRevision.objects.filter(intake__consultation=visit).count()


def test_what_is_to_come_stands_apart_from_what_was(as_alice, alices_visit):
    alice = Patient.objects.get(full_name="Alice Wong")
    cancel(confirm(hold("15:00", Practitioner.objects.get(slug="dr-reyes")), alice))
    page = as_alice.get("/my/").content.decode()
    coming, past = page.split("Past and cancelled")
    assert "Tuesday 4 May, 10:00" in coming
    assert "Tuesday 4 May, 15:00" in past
    assert "Bob Chan" not in page


def test_five_consultations_take_as_many_queries_as_one(as_alice, django_assert_num_queries):
    as_alice.get("/my/")
    with CaptureQueriesContext(connection) as first:
        as_alice.get("/my/")
    Clinic.objects.update(open_visits=5)
    alice = Patient.objects.get(full_name="Alice Wong")
    for half in range(4):
        confirm(hold(f"{12 + half}:00", Practitioner.objects.get(slug="dr-reyes")), alice)
    with django_assert_num_queries(len(first)):
        as_alice.get("/my/")


def test_somebody_elses_consultation_is_not_there(as_bob, address):
    for path in ("", "move/", "cancel/", "answers/", "answers/skin-sun/"):
        assert as_bob.get(address + path).status_code == 404


def test_a_visitor_is_asked_to_sign_in_first(visitor, address):
    assert visitor.get(f"{address}answers/").headers["Location"].startswith("/account/login/")


def test_a_cancellation_is_taken_back_from_the_own_page_for_a_quarter_of_an_hour(as_alice, alice, address, monday):
    as_alice.post(f"{address}cancel/")
    page = as_alice.get(address).content.decode()
    assert page.index("Undo the cancellation") < page.index("Dr Imani"), "it ends soon: before all else"
    assert "stands again" in as_alice.post(f"{address}undo/", follow=True).content.decode()
    assert "Undo the cancellation" not in as_alice.get(address).content.decode()
    as_alice.post(f"{address}cancel/")
    monday.shift(timedelta(minutes=15))
    as_alice = signed_in(alice)
    assert "Undo the cancellation" not in as_alice.get(address).content.decode()
    assert "It is too late" in as_alice.post(f"{address}undo/", follow=True).content.decode()


# --- answers ---------------------------------------------------------------------------------------------------------


def test_the_answers_are_read_back_and_the_reading_is_written_down(as_alice, alice, address):
    assert ALICE_ASKS in as_alice.get(f"{address}answers/").content.decode()
    assert AuditEntry.objects.get(action=Action.INTAKE_READ).actor == alice


def test_open_questions_lead_to_the_first_of_them(as_alice, alice, address, alices_visit):
    intake.save(actor=alice, consultation=alices_visit, answers={"goal_expectation": None}, now=NOW)
    assert not Intake.objects.get(consultation=alices_visit).is_complete
    assert "Some questions are still open" in as_alice.get("/my/").content.decode()
    assert f"{address}answers/goals-concern/" in as_alice.get(f"{address}answers/").content.decode()


def test_a_page_of_answers_is_saved_as_a_new_revision(as_alice, alice, address, alices_visit):
    page = {f"fitz_q{n}": "2" for n in range(5, 9)}
    after = as_alice.post(f"{address}answers/skin-sun/", page, follow=True).content.decode()
    assert "Your answers are saved." in after
    newest = intake.newest(alices_visit).revision
    assert (newest.number, newest.saved_by, newest.answers["fitz_q5"]) == (2, alice, "2")
    assert newest.answers["questions"] == ALICE_ASKS, "the other pages stay"


def test_questions_to_ask_are_picked_read_back_in_words_and_taken_back(as_alice, address, alices_visit):
    plans = {"downtime_max_days": "3", "sun_after_planned": "no", "questions": "Does it hurt?"}
    page = as_alice.post(
        f"{address}answers/goals-plans/", {**plans, "questions_picked": ["nothing", "cause"]}, follow=True
    )
    words = page.content.decode()
    for said in ("What if we do nothing?", "What is causing my pores, and would creams do?", "Does it hurt?"):
        assert said in words
    as_alice.post(f"{address}answers/goals-plans/", plans)
    assert not intake.newest(alices_visit).answers["questions_picked"]


def test_a_page_with_an_error_answers_422_keeps_what_was_typed_and_saves_nothing(as_alice, address, alices_visit):
    typed = {"event_date": "31 February", "questions": "Does it hurt?"}
    answer = as_alice.post(f"{address}answers/goals-plans/", typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="31 February"' in page
    assert "Does it hurt?" in page
    assert page.count("Enter a date as year, month, day") == 2
    assert revisions(alices_visit) == 1


def test_an_answer_to_a_question_that_does_not_show_is_dropped(as_alice, address, alices_visit):
    hidden = {"last_peel_depth": "none", "last_peel_date": "on_a_date", "last_peel_date_date": "2020"}
    as_alice.post(f"{address}answers/recent-procedures/", hidden)
    assert revisions(alices_visit) == 2
    assert "last_peel_date" not in intake.newest(alices_visit).revision.answers


def test_a_page_of_questions_that_is_none_is_not_there(as_alice, address):
    assert as_alice.get(f"{address}answers/no-such-page/").status_code == 404


def test_once_arrived_the_answers_are_read_only_also_for_a_page_opened_before(
    alice, address, alices_visit, dr_imani, monday
):
    monday.move_to(alices_visit.starts)
    as_alice = signed_in(alice)
    visits.arrive(actor=dr_imani, consultation=alices_visit, now=alices_visit.starts)
    assert "your answers stay as they are" in as_alice.get(f"{address}answers/").content.decode()
    assert as_alice.get(f"{address}answers/skin-sun/").status_code == 302
    late = as_alice.post(f"{address}answers/skin-sun/", {f"fitz_q{n}": "2" for n in range(5, 9)}, follow=True)
    assert "changed in the meantime" in late.content.decode()
    assert revisions(alices_visit) == 1


# --- families --------------------------------------------------------------------------------------------------------


def test_a_partner_manages_the_time_and_is_not_shown_the_way_to_the_answers(cast, bob, address, alices_visit):
    assert alices_visit.patient is not None
    factories.access_to(alices_visit.patient, bob)
    browser = signed_in(bob)
    assert browser.get(f"{address}answers/").status_code == 404
    assert browser.get(f"{address}answers/skin-sun/").status_code == 404
    assert f"{address}answers/" not in browser.get(address).content.decode()
    assert f"{address}answers/" not in browser.get("/my/").content.decode()


def test_a_guardian_reads_and_changes_the_answers(cast, bob, address, alices_visit):
    assert alices_visit.patient is not None
    factories.access_to(alices_visit.patient, bob, Relation.GUARDIAN)
    alices_visit.patient.date_of_birth = TUESDAY - timedelta(days=365 * 12)
    alices_visit.patient.save()
    assert ALICE_ASKS in signed_in(bob).get(f"{address}answers/").content.decode()


def test_once_the_visit_has_begun_the_page_leads_to_answers_and_replies_and_offers_no_change(
    as_alice, alice, address, alices_visit, dr_imani, monday
):
    assert "See or change your answers" in as_alice.get(address).content.decode()
    visits.complete(actor=dr_imani, consultation=alices_visit, now=alices_visit.starts)
    monday.move_to(alices_visit.starts)
    page = signed_in(alice).get(address).content.decode()
    assert "See or change your answers" not in page
    assert "Your answers, and the replies to your questions" in page
