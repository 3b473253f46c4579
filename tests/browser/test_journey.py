"""The whole booking in a real browser: on a phone with scripts, on a desk without, and in Chinese."""

import pytest

from consultations import intake
from consultations.models import Consultation
from tests.browser.booking import MAIL, Patient, link_in, newest_mail
from tests.factories import clean_answers

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
TOLD = clean_answers(sens_1="0", sens_2="0", sens_3="0", sens_4="0", sens_5="0")

pytestmark = pytest.mark.django_db(transaction=True)


def as_wide_as_the_window(page):
    assert page.evaluate("document.documentElement.scrollWidth") == page.viewport_size["width"], page.url


def the_booked():
    return Consultation.objects.get(patient__full_name="Wong Mei Ling")


def test_a_patient_books_on_a_phone_and_every_page_is_accessible(cast, open_page, axe):
    def looks(page):
        axe(page)
        as_wide_as_the_window(page)

    patient = Patient(open_page("/book/", viewport=PHONE), looks)
    looks(patient.page)
    patient.finds_a_time()
    assert patient.page.get_by_text("Held until").first.is_visible()
    patient.tells_who_they_are()
    patient.answers_what_must_be_answered(TOLD)
    patient.presses(".form__actions button")
    assert "Your consultation is booked" in patient.page.inner_text("h1")

    calendar = patient.page.context.request.get(str(patient.page.locator("a[href$='.ics']").get_attribute("href")))
    assert "BEGIN:VEVENT" in calendar.text()
    patient.page.goto(link_in(newest_mail(MAIL, "booked"), "/visit/"))
    looks(patient.page)
    assert the_booked().reference in patient.page.inner_text("main")
    assert intake.newest(the_booked()).answers["melasma"] == "no"


def test_a_patient_books_without_a_script_and_a_question_opens_with_its_answer(cast, open_page):
    patient = Patient(open_page("/book/", viewport=DESK, java_script_enabled=False), lambda page: None)
    page = patient.page
    patient.finds_a_time()
    page.go_back()
    patient.presses(".form__actions button")
    assert Consultation.objects.filter(status="held").count() == 1, "Back and the same time once more change nothing"
    patient.tells_who_they_are()
    while "medicine-and-scars" not in page.url:
        patient.answers_a_page(TOLD)

    when = page.locator("input[name=isotretinoin_last_dose_date]")
    assert not when.is_visible()
    patient.chooses("isotretinoin_status", "past")
    patient.chooses("isotretinoin_last_dose", "on_a_date")
    assert when.is_visible()
    when.fill("2027-01")
    for name in ("pregnant", "breastfeeding", "keloid_history", "cold_sores"):
        patient.chooses(name, TOLD[name])
    patient.presses()
    patient.answers_what_must_be_answered(TOLD)

    assert "January 2027" in page.inner_text("main")
    patient.presses(".form__actions button")
    assert the_booked().status == "confirmed"
    assert intake.newest(the_booked()).answers["isotretinoin_last_dose"] == "2027-01"


def test_a_patient_books_in_chinese(cast, open_page):
    patient = Patient(open_page("/zh-hant/book/", viewport=PHONE), as_wide_as_the_window)
    patient.finds_a_time()
    patient.tells_who_they_are()
    patient.answers_what_must_be_answered(TOLD)
    patient.presses(".form__actions button")
    assert patient.page.locator("html").get_attribute("lang") == "zh-Hant"
    assert "/zh-hant/book/booked/" in patient.page.url
    assert the_booked().language == "zh-hant"
    assert "/zh-hant/visit/" in link_in(newest_mail(MAIL, "booked"), "/visit/")


def test_what_is_wrong_takes_the_focus_and_nothing_typed_is_lost(cast, open_page, axe):
    patient = Patient(open_page("/book/", viewport=PHONE), lambda page: None)
    page = patient.page
    patient.finds_a_time()
    page.fill("input[name=full_name]", "Wong Mei Ling")
    page.fill("input[name=email]", "not an address")
    patient.presses()
    assert page.evaluate("document.activeElement.className") == "error-summary"
    assert page.input_value("input[name=full_name]") == "Wong Mei Ling"
    assert page.input_value("input[name=email]") == "not an address"
    axe(page)
    page.locator(".error-summary a[href='#id_email']").press("Enter")
    assert page.evaluate("document.activeElement.id") == "id_email"

    patient.tells_who_they_are()
    patient.chooses("fitz_q1", "2")
    patient.presses()
    assert page.evaluate("document.activeElement.className") == "error-summary"
    assert page.locator("input[name=fitz_q1][value='2']").is_checked()
    axe(page)


def test_the_first_step_is_walked_by_keyboard_alone(cast, open_page):
    page = open_page("/book/", viewport=DESK)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    for _ in range(20):
        page.keyboard.press("Tab")
        match page.evaluate("document.activeElement.name"):
            case "concern" | "treatments":
                page.keyboard.press("Space")
            case "go":
                page.keyboard.press("Enter")
                break
    page.wait_for_url("**/book/who/**")
    assert page.locator("h1").count() == 1
