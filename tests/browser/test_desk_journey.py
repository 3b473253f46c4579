"""The visit in a real browser: the brief read and signed, the patient's review, and the questions still open."""

from datetime import timedelta

import pytest

from consultations import intake, inviting
from consultations.models import Consultation, Note
from practitioners.models import Practitioner
from tests.browser.booking import Patient, code_sent_to, link_in, newest_mail
from tests.factories import NOW, PASSWORD

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}

pytestmark = pytest.mark.django_db(transaction=True)


def signs_in(page, email):
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", PASSWORD)
    page.locator("main form button").last.click()
    page.wait_for_load_state()


def follows(page, link):
    page.get_by_role("link", name=link).first.click()
    page.wait_for_load_state()


def test_a_practitioner_reads_the_brief_signs_a_note_and_the_patient_writes_a_review(
    cast, monday, alices_visit, open_page, axe
):
    monday.move_to(alices_visit.starts)
    page = open_page("/desk/", viewport=DESK)
    signs_in(page, "imani@clinic.test")
    axe(page)
    follows(page, "Alice Wong")
    axe(page)
    page.get_by_role("button", name="Mark as reviewed").click()
    assert page.get_by_text("Reviewed by Dr Imani").is_visible()

    page.get_by_label("Findings, plan, what was agreed").fill("Agreed to start with home care.")
    page.get_by_role("button", name="Sign the note").click()
    assert page.get_by_text("Signed by Dr Imani").is_visible()
    page.get_by_role("button", name="Add the amendment").click()
    assert page.evaluate("document.activeElement.className") == "error-summary"
    axe(page)
    page.get_by_role("button", name="Complete the visit").click()
    page.wait_for_load_state()
    assert Consultation.objects.get(pk=alices_visit.pk).status == "completed"
    assert Note.objects.get().signed_at == alices_visit.starts

    page.emulate_media(media="print")
    assert page.get_by_text("Agreed to start with home care.").is_visible()
    assert [each.inner_text() for each in page.get_by_role("button").all() if each.is_visible()] == []

    monday.move_to(alices_visit.ends + timedelta(days=3))
    assert inviting.invite(now=alices_visit.ends + timedelta(days=3)) == 1
    _review(open_page(link_in(newest_mail("alice@patients.test", "review"), "/review/"), viewport=PHONE), axe)
    _publish(open_page("/moderation/", viewport=DESK), axe)
    profile = open_page(Practitioner.objects.get(slug="dr-imani").get_absolute_url(), viewport=PHONE)
    assert profile.get_by_text("She took her time.").is_visible()


def _review(page, axe):
    axe(page)
    patient = Patient(page, axe)
    patient.chooses("stars", "4")
    page.fill("textarea[name=text]", "She took her time.")
    page.fill("input[name=author]", "A.")
    patient.presses()
    assert "Your review" in page.inner_text("h1")
    axe(page)


def _publish(page, axe):
    signs_in(page, "sam@clinic.test")
    axe(page)
    follows(page, "She took her time.")
    axe(page)
    staff = Patient(page, axe)
    staff.chooses("decision", "publish")
    staff.presses()


def test_a_patient_signs_in_by_a_mailed_code_and_answers_what_is_open(
    cast, alice, alices_visit, open_page, axe, settings
):
    settings.EMAIL_BACKEND = "clinic.outbox.backend.OutboxEmailBackend"  # the product's own; tests get Django's
    page = open_page("/my/", viewport=PHONE)
    axe(page)
    patient = Patient(page, axe)
    page.get_by_label("E-mail address").first.fill("alice@patients.test")
    page.get_by_role("button", name="Send me a code").click()
    page.wait_for_load_state()
    axe(page)
    page.fill("input[name=code]", code_sent_to("alice@patients.test", "mail:"))
    patient.presses("button")

    follows(page, "Some questions are still open")
    axe(page)
    follows(page, "Answer them now")
    axe(page)
    patient.answers_a_page({})
    assert page.get_by_text("Your answers are saved.").is_visible()
    newest = intake.newest(alices_visit).revision
    assert (newest.number, newest.saved_by, newest.saved_at) == (2, alice, NOW)


def test_the_desk_finds_a_patient_and_her_visit(cast, alices_visit, open_page, axe):
    page = open_page("/reception/?day=2027-05-04", viewport=DESK)
    signs_in(page, "sam@clinic.test")
    axe(page)
    page.get_by_label("Name, phone, reference or e-mail").fill("alice")
    page.get_by_role("button", name="Search").click()
    follows(page, "Alice Wong")
    axe(page)
    assert alices_visit.reference in page.inner_text("main")
    follows(page, "Choose another time")
    axe(page)
