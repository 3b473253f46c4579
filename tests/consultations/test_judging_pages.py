"""What a practitioner sends from the brief: every form with its errors, its refusal, and its effect on the page."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clinic.audit.models import Action, AuditEntry
from consultations import intake
from consultations.models import Consultation, Enquiry, Grading, Override, Suggestion
from practitioners.models import Practitioner
from tests.cast import TUESDAY, signed_in
from tests.consultations.bookings import fresh, move
from tests.factories import NOW

MINUTE = timedelta(minutes=1)
ASK = {"items": ["metal_allergy"], "written": "Which earrings?\n\nSince when?", "due_at": "2027-05-03T18:00"}
SUGGEST = {"not_before": "2027-05-12", "words": "Let us wait a week."}
WHY = "Spoke with her dermatologist."
KELOID = {"keloid_history": "keloid"}


@pytest.fixture
def address(alices_visit, alice, monday):
    """Alice's brief; she forms keloids, and a minute has passed."""
    intake.save(actor=alice, consultation=alices_visit, answers=KELOID, now=NOW + MINUTE)
    monday.move_to(NOW + 2 * MINUTE)
    return f"/desk/{alices_visit.reference}/"


def override(page, **differently):
    return {
        "screening": page.context["screening"].pk,
        "rule": "KEL-01",
        "level": "caution",
        "reason": WHY,
        **differently,
    }


def send(browser, address, path, data):
    return browser.post(f"{address}{path}/", data, follow=True)


# --- need more -------------------------------------------------------------------------------------------------------


def test_questions_are_chosen_and_written_and_wait_on_the_brief(as_dr_imani, address):
    page = send(as_dr_imani, address, "ask", ASK).text
    assert Enquiry.objects.get().questions == {
        "items": ["metal_allergy"],
        "written": ["Which earrings?", "Since when?"],
        "language": "en",
    }
    assert "Waiting for answers until Monday 3 May, 18:00" in page
    assert "Asked by Dr Imani" in page
    assert 'action="' + f"{address}ask/" + '"' not in page, "one at a time"
    assert "The questions are withdrawn." in send(as_dr_imani, address, "ask/withdraw", {}).text
    assert f"{address}ask/" in as_dr_imani.get(address).text


def test_what_tells_nothing_yet_stands_first_among_the_questions(as_dr_imani, address, alice, alices_visit):
    intake.save(actor=alice, consultation=alices_visit, answers={"melasma": "unsure"}, now=NOW + 2 * MINUTE)
    form = as_dr_imani.get(address).context["ask_form"]
    assert "melasma" in dict(form.fields["open_items"].choices)
    assert "melasma" not in dict(form.fields["items"].choices)
    assert len(form.fields["items"].choices) > 50


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"items": [], "written": " \n "}, "Choose a question or write one."),
        ({"written": "\n".join("123456")}, "Ask at most five questions of your own."),
        ({"written": "x" * 301}, "A question may have at most 300 characters."),
        ({"written": "Turned \u202e round"}, "Please remove the invisible characters from this text."),
        ({"due_at": "2027-05-04T10:01"}, "Choose a moment from now until the visit."),
        ({"due_at": "2027-05-03T08:00"}, "Choose a moment from now until the visit."),
        ({"due_at": "soon"}, "Enter a day and a time."),
        ({"items": ["dob"]}, "Select a valid choice."),
        ({"items": ["fst_practitioner"]}, "Select a valid choice."),
    ],
)
def test_questions_that_cannot_be_sent_answer_422_with_what_was_typed(as_dr_imani, address, changed, sentence):
    answer = as_dr_imani.post(f"{address}ask/", {**ASK, **changed})
    assert answer.status_code == 422
    assert answer.text.count(sentence) == 2, "in the summary and at the field"
    assert '<details class="no-print" open>' in answer.text
    assert {**ASK, **changed}["written"].strip() in answer.text
    assert not Enquiry.objects.exists()


# --- other treatment or date -----------------------------------------------------------------------------------------


def test_a_suggestion_is_sent_waits_and_is_withdrawn(as_dr_imani, address):
    page = send(as_dr_imani, address, "suggest", {**SUGGEST, "treatments": ["microneedling"]}).text
    assert Suggestion.objects.get().treatments == ["microneedling"]
    assert "Suggestion waiting for an answer" in page
    assert "12 May 2027" in page
    assert "The suggestion is withdrawn." in send(as_dr_imani, address, "suggest/withdraw", {}).text


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"not_before": ""}, "Choose a treatment or a date."),
        ({"words": ""}, "Write a few words to the patient."),
        ({"not_before": str(TUESDAY)}, "Choose a day after the visit"),
        ({"not_before": "2028-01-01"}, "until when times can be booked"),
        ({"not_before": "2027-02-30"}, "Enter the whole date as year, month, day"),
        ({"treatments": ["no-such"]}, "Select a valid choice."),
    ],
)
def test_a_suggestion_that_cannot_be_sent_answers_422(as_dr_imani, address, changed, sentence):
    answer = as_dr_imani.post(f"{address}suggest/", {**SUGGEST, **changed})
    assert answer.status_code == 422
    assert answer.text.count(sentence) == 2
    assert not Suggestion.objects.exists()


# --- override --------------------------------------------------------------------------------------------------------


def test_an_override_stands_beside_the_struck_finding_with_name_and_reason(as_dr_imani, address, monday):
    page = send(as_dr_imani, address, "override", override(as_dr_imani.get(address))).text
    assert "Your judgement stands beside the finding." in page
    assert "Dr Imani, Monday 3 May, 09:02, Hong Kong time:" in page
    assert WHY in page
    assert "<s>" in page.split('class="findings"')[1]
    monday.move_to(NOW + 3 * MINUTE)
    made = Override.objects.get()
    after = send(as_dr_imani, address, "override/withdraw", {"override": made.pk}).text
    assert "The finding stands again as the rule says it." in after
    assert WHY not in after


def test_an_override_that_no_longer_stands_says_so_with_its_words(as_dr_imani, address, alice, alices_visit):
    send(as_dr_imani, address, "override", override(as_dr_imani.get(address)))
    intake.save(actor=alice, consultation=alices_visit, answers={"keloid_history": "none"}, now=NOW + 5 * MINUTE)
    page = as_dr_imani.get(address).text
    assert "An earlier override no longer stands" in page
    assert WHY in page


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"reason": ""}, "Write why you judge it otherwise."),
        ({"reason": "Too short"}, "at least 10 characters"),
        ({"reason": "x" * 501}, "at most 500 characters"),
        ({"level": "contraindicated"}, "The rule says this already. Choose another level."),
        ({"level": "fine"}, "Select a valid choice."),
        ({"rule": "PRG-01"}, "Select a valid choice."),
        ({"rule": ""}, "Choose a finding."),
    ],
)
def test_an_override_that_says_too_little_answers_422(as_dr_imani, address, changed, sentence):
    answer = as_dr_imani.post(f"{address}override/", override(as_dr_imani.get(address), **changed))
    assert answer.status_code == 422
    assert answer.text.count(sentence) == 2
    assert not Override.objects.exists()


def test_nobody_overrides_what_they_have_not_seen(as_dr_imani, address, alice, alices_visit):
    seen = override(as_dr_imani.get(address))
    intake.save(actor=alice, consultation=alices_visit, answers={"cold_sores": "past"}, now=NOW + 3 * MINUTE)
    assert "changed in the meantime" in send(as_dr_imani, address, "override", seen).text
    assert not Override.objects.exists()


# --- grading ---------------------------------------------------------------------------------------------------------


def test_a_grading_stands_beside_the_score_with_the_difference(as_dr_imani, address):
    page = send(as_dr_imani, address, "grade", {"phototype": "IV", "pores": "3"}).text
    assert "2 types darker" in page
    assert "Far apart: take type IV for settings of light." in page
    assert as_dr_imani.get(address).context["grading_form"].initial == {"phototype": "IV", "pores": "3"}


@pytest.mark.parametrize(
    ("data", "sentence"),
    [({}, "Choose a grade."), ({"phototype": "VII"}, "Select a valid"), ({"pores": "5"}, "Select a valid")],
)
def test_a_grade_that_there_is_not_answers_422(as_dr_imani, address, data, sentence):
    answer = as_dr_imani.post(f"{address}grade/", data)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert not Grading.objects.exists()


# --- whose brief it is -----------------------------------------------------------------------------------------------

PATHS = ("ask", "ask/withdraw", "suggest", "suggest/withdraw", "override", "override/withdraw", "grade", "reply")


@pytest.mark.parametrize("path", PATHS)
def test_for_everybody_else_there_is_nothing_there(path, address, as_dr_reyes, as_sam, as_owner, as_alice, as_bob):
    everything = {
        **ASK,
        **SUGGEST,
        "phototype": "V",
        "rule": "KEL-01",
        "level": "info",
        "reason": WHY,
        "reply_0": "Yes",
    }
    for browser in (as_dr_reyes, as_sam, as_owner, as_alice, as_bob):
        assert browser.post(f"{address}{path}/", everything).status_code == 404
    assert not AuditEntry.objects.filter(action=Action.BRIEF_READ).exists()


def test_a_visit_that_went_to_a_colleague_is_lost_at_once(cast, address, alices_visit, as_dr_imani):
    move(alices_visit, "15:00", to=Practitioner.objects.get(slug="dr-reyes"), now=NOW + 2 * MINUTE)
    for path in PATHS:
        assert as_dr_imani.post(f"{address}{path}/", ASK).status_code == 404
    assert send(signed_in(cast.dr_reyes), address, "ask", ASK).status_code == 200
    assert fresh(alices_visit).enquiries.get().asked_by.name == "Dr Reyes"


def test_once_the_visit_has_begun_nothing_is_sent_any_more(cast, address, alices_visit, monday):
    Consultation.objects.filter(pk=alices_visit.pk).update(status="arrived")
    monday.move_to(alices_visit.starts)
    page = signed_in(cast.dr_imani).get(address).text
    assert f"{address}ask/" not in page
    assert f"{address}suggest/" not in page
    assert f"{address}grade/" in page


def test_the_brief_takes_as_many_queries_with_much_on_it_as_with_more(
    as_dr_imani, address, monday, alices_visit, alice
):
    send(as_dr_imani, address, "override", override(as_dr_imani.get(address)))
    send(as_dr_imani, address, "ask", ASK)
    as_dr_imani.get(address)
    with CaptureQueriesContext(connection) as first:
        as_dr_imani.get(address)
    intake.save(actor=alice, consultation=alices_visit, answers={"cold_sores": "past"}, now=NOW + 5 * MINUTE)
    monday.move_to(NOW + 6 * MINUTE)
    rules = {"rule": "HSV-02", "level": "info"}
    send(as_dr_imani, address, "override", override(as_dr_imani.get(address), **rules))
    with CaptureQueriesContext(connection) as second:
        as_dr_imani.get(address)
    assert len(second) == len(first)
    assert len(first) < 40
