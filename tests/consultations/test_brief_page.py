"""The brief's page: read in the open, stamped as it was shown, with a note that is signed once and then amended."""

from datetime import timedelta

import pytest
from django.db import connection

from clinic.audit.models import Action, AuditEntry
from consultations import intake
from consultations.models import Intake, Note
from practitioners.models import Invitation
from tests.cast import ALICE_ASKS, TUESDAY, signed_in
from tests.consultations.bookings import fresh, move
from tests.factories import NOW
from treatments.models import Questionnaire, RuleSet

WORDS = "Looked at nose and cheeks. Agreed to start with home care."


@pytest.fixture
def address(alices_visit):
    return f"/desk/{alices_visit.reference}/"


def shown(page):
    """The screening that the page names in its form."""
    return page.context["screening"].pk


def count(action):
    return AuditEntry.objects.filter(action=action).count()


# --- reading ---------------------------------------------------------------------------------------------------------


def test_the_page_says_what_matters_and_what_the_patient_asks(as_dr_imani, address):
    page = as_dr_imani.get(address).content.decode()
    for words in ("Alice Wong", "39, First visit", "Tuesday 4 May, 10:00", ALICE_ASKS, "10 of 40", "microneedling"):
        assert words in page
    assert "has not been signed by a clinical lead" in page
    assert "microneedling: Not answered; settle before offering." in page
    assert "ASK-sensitivity" in page


def test_it_warns_until_rules_and_questions_are_both_signed(as_dr_imani, address):
    signed = {"signed_by": "Dr Lead", "signed_at": NOW}
    RuleSet.objects.update(**signed)
    page = as_dr_imani.get(address).content.decode()
    assert "questionnaire 1, which these answers were given to, has not been signed by a clinical lead" in page
    Questionnaire.objects.update(**signed)
    assert "signed by a clinical lead" not in as_dr_imani.get(address).content.decode()


def test_nothing_found_is_said_to_be_no_examination(as_dr_imani, alice, alices_visit, address):
    intake.save(actor=alice, consultation=alices_visit, answers={f"sens_{n}": "0" for n in range(1, 6)}, now=NOW)
    page = as_dr_imani.get(address).content.decode()
    assert "Nothing found. No rule fired on the answers given; that is no examination." in page


def test_a_date_is_provisional_while_an_answer_is_missing(as_dr_imani, alice, alices_visit, address):
    intake.save(actor=alice, consultation=alices_visit, answers={"hair_removal_last": "2027-05-01"}, now=NOW)
    assert "From 8 May 2027 (provisional)" in as_dr_imani.get(address).content.decode()
    intake.save(actor=alice, consultation=alices_visit, answers={f"sens_{n}": "0" for n in range(1, 6)}, now=NOW)
    page = as_dr_imani.get(address).content.decode()
    assert "From 8 May 2027" in page
    assert "provisional" not in page


def test_every_reading_is_written_down_before_anything_is_read(as_dr_imani, dr_imani, alices_visit, address):
    with connection.execute_wrapper(_no_answer_before_its_audit_row):
        as_dr_imani.get(address)
        as_dr_imani.get(address)
    entries = AuditEntry.objects.filter(action=Action.BRIEF_READ)
    assert [(e.actor, e.patient_id) for e in entries] == [(dr_imani, alices_visit.patient_id)] * 2


def _no_answer_before_its_audit_row(execute, sql, params, many, context):
    if 'FROM "consultations_intakerevision"' in sql:
        assert count(Action.BRIEF_READ)
    return execute(sql, params, many, context)


def test_a_colleague_the_desk_and_the_patient_find_no_brief(as_dr_reyes, as_sam, as_owner, as_alice, address):
    for browser in (as_dr_reyes, as_sam, as_owner, as_alice):
        for path in ("", "reviewed/", "note/", "amend/", "visit/"):
            assert browser.post(address + path).status_code in ({404} if path else {404, 405})
        assert browser.get(address).status_code == 404
    assert not count(Action.BRIEF_READ)


def test_a_visit_early_in_the_morning_leads_back_to_its_own_day(as_dr_imani, alices_visit, address):
    early = alices_visit.starts.replace(hour=23) - timedelta(days=1)  # seven on Tuesday in Hong Kong
    type(alices_visit).objects.filter(pk=alices_visit.pk).update(
        starts=early,
        ends=early + timedelta(minutes=30),
        blocked_from=early,
        blocked_until=early + timedelta(minutes=30),
    )
    assert f"/desk/?day={TUESDAY}" in as_dr_imani.get(address).content.decode()


def test_what_a_button_is_for_is_not_printed(as_dr_imani, address):
    page = as_dr_imani.get(address).content.decode()
    before_the_note, note = page.split("<h2>Note</h2>")
    for button in before_the_note.split("<main")[1].split("<button")[:-1]:
        assert "no-print" in button or "no-print" in before_the_note.split(button)[0]
    assert 'class="form no-print"' in note


# --- reviewed --------------------------------------------------------------------------------------------------------


def test_reviewed_is_stamped_with_the_name_and_the_moment(as_dr_imani, address, alices_visit):
    page = as_dr_imani.get(address)
    after = as_dr_imani.post(f"{address}reviewed/", {"screening": shown(page)}, follow=True)
    assert "Reviewed by Dr Imani, Monday 3 May, 09:00" in after.content.decode()
    assert "Mark as reviewed" not in after.content.decode()
    assert Intake.objects.get(consultation=alices_visit).reviewed_at == NOW
    assert count(Action.REVIEWED_STAMP) == 1


def test_answers_that_changed_after_they_were_shown_are_not_stamped(as_dr_imani, address, alices_visit, alice):
    page = as_dr_imani.get(address)
    intake.save(actor=alice, consultation=alices_visit, answers={"melasma": "yes"}, now=NOW)
    after = as_dr_imani.post(f"{address}reviewed/", {"screening": shown(page)}, follow=True)
    assert "have changed in the meantime. Please look again." in after.content.decode()
    assert Intake.objects.get(consultation=alices_visit).reviewed_at is None


def test_a_visit_that_moved_after_it_was_shown_is_not_stamped(as_dr_imani, address, alices_visit):
    page = as_dr_imani.get(address)
    move(alices_visit, "15:00", TUESDAY + timedelta(days=30), now=NOW + timedelta(minutes=1))
    as_dr_imani.post(f"{address}reviewed/", {"screening": shown(page)})
    assert Intake.objects.get(consultation=alices_visit).reviewed_at is None


@pytest.mark.parametrize("nonsense", ["", "1", "²", "00000000-0000-0000-0000-000000000000"])
def test_a_stamp_on_nothing_that_was_shown_is_refused_in_words(as_dr_imani, address, alices_visit, nonsense):
    after = as_dr_imani.post(f"{address}reviewed/", {"screening": nonsense}, follow=True)
    assert "Please look again." in after.content.decode()
    assert Intake.objects.get(consultation=alices_visit).reviewed_at is None


# --- the note --------------------------------------------------------------------------------------------------------


def test_a_note_is_drafted_then_signed_then_only_amended(as_dr_imani, address):
    as_dr_imani.post(f"{address}note/", {"body": "First thoughts", "draft": "1"})
    assert Note.objects.get().signed_at is None

    signed = as_dr_imani.post(f"{address}note/", {"body": WORDS, "sign": "1"}, follow=True).content.decode()
    assert "Signed by Dr Imani, Monday 3 May, 09:00" in signed
    assert "Save as a draft" not in signed

    amended = as_dr_imani.post(f"{address}amend/", {"body": "She rang: no allergy."}, follow=True).content.decode()
    assert WORDS in amended
    assert "She rang: no allergy." in amended
    assert [count(action) for action in (Action.NOTE_SAVED, Action.NOTE_SIGNED, Action.NOTE_AMENDED)] == [2, 1, 1]


@pytest.mark.parametrize("button", ["draft", "sign"])
def test_a_signed_note_is_not_written_over_and_what_was_typed_becomes_an_amendment(as_dr_imani, address, button):
    as_dr_imani.post(f"{address}note/", {"body": WORDS, "sign": "1"})
    again = as_dr_imani.post(f"{address}note/", {"body": "From another window", button: "1"})
    assert again.status_code == 409
    assert "This note is signed already. Add an amendment." in again.content.decode()
    assert again.context["amendment_form"].initial["body"] == "From another window"
    assert Note.objects.get().body == WORDS
    assert Note.objects.get().signed_at == NOW


def test_nothing_is_amended_before_it_is_signed(as_dr_imani, address):
    as_dr_imani.post(f"{address}note/", {"body": WORDS, "draft": "1"})
    assert as_dr_imani.post(f"{address}amend/", {"body": "More"}).status_code == 404


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Write something before you save."),
        ("   \n ", "Write something before you save."),
        ("Turned \u202e round", "Please remove the invisible characters from this text."),
        ("x" * 4001, "at most 4000 characters"),
    ],
)
@pytest.mark.parametrize("path", ["note", "amend"])
def test_a_note_that_cannot_be_kept_answers_422_with_everything_still_there(
    as_dr_imani, address, path, typed, sentence
):
    if path == "amend":
        as_dr_imani.post(f"{address}note/", {"body": WORDS, "sign": "1"})
    answer = as_dr_imani.post(f"{address}{path}/", {"body": typed, "draft": "1"})
    assert answer.status_code == 422
    assert answer.content.decode().count(sentence) == 2, "in the summary and at the field"
    assert typed.strip() in answer.content.decode()


def test_a_note_lies_sealed_in_the_database(as_dr_imani, address):
    as_dr_imani.post(f"{address}note/", {"body": WORDS, "draft": "1"})
    stored = Note.objects.values_list("body", flat=True).get()
    assert b"nose and cheeks" not in bytes(stored)  # type: ignore[arg-type]


# --- the visit -------------------------------------------------------------------------------------------------------


def test_a_visit_is_not_completed_before_it_begins_and_what_it_says_is_true(as_dr_imani, address, alices_visit):
    page = as_dr_imani.get(address).content.decode()
    assert not [words for words in ("Start the visit", "Complete the visit", "Did not come") if words in page]
    for change in ("complete", "no_show"):
        answer = as_dr_imani.post(f"{address}visit/", {"change": change})
        assert answer.status_code == 409
        assert "has not begun yet" in answer.content.decode()
    assert fresh(alices_visit).status == "confirmed"
    assert not Invitation.objects.exists()


def test_a_visit_is_started_and_completed_and_leads_to_one_invitation(dr_imani, address, alices_visit, monday):
    monday.move_to(alices_visit.starts)
    as_dr_imani = signed_in(dr_imani)
    as_dr_imani.post(f"{address}visit/", {"change": "start"})
    assert fresh(alices_visit).status == "in_consultation"
    as_dr_imani.post(f"{address}visit/", {"change": "complete"})
    assert fresh(alices_visit).status == "completed"
    assert as_dr_imani.post(f"{address}visit/", {"change": "complete"}).status_code == 409
    assert Invitation.objects.count() == 1


def test_who_did_not_come_gets_no_invitation(dr_imani, address, alices_visit, monday):
    monday.move_to(alices_visit.starts + timedelta(minutes=15))
    as_dr_imani = signed_in(dr_imani)
    as_dr_imani.post(f"{address}visit/", {"change": "no_show"})
    assert fresh(alices_visit).status == "no_show"
    assert not Invitation.objects.exists()


def test_a_change_that_nobody_offers_is_not_there(as_dr_imani, address):
    assert as_dr_imani.post(f"{address}visit/", {"change": "cancelled"}).status_code == 404
    assert as_dr_imani.get(f"{address}visit/").status_code == 405
