"""Sending a photograph in a real browser: from a small phone without a script, readable by everybody."""

import re

import pytest
from playwright.sync_api import expect

from consultations.models import Photograph
from tests import pictures
from tests.browser.test_patient_pages import comes_in
from tests.cast import signed_in
from tests.consultations import photo_scene

NARROW = {"width": 320, "height": 640}
PHONE = {"width": 390, "height": 844}

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def path(cast) -> str:
    photo_scene.course(cast)
    return f"/my/{cast.alices_visit.reference}/"


def test_a_patient_sends_one_and_takes_it_back_without_a_script(open_page, alice, path):
    page = comes_in(open_page("/", viewport=PHONE, java_script_enabled=False), signed_in(alice))
    page.goto(path)
    page.get_by_role("link", name="Send photographs before your visit").click()
    page.get_by_role("button", name="Send the photograph").click()
    file = {"name": "IMG_0001.HEIC", "mimeType": "image/heic", "buffer": b"not what we read"}
    page.get_by_label("Photograph").set_input_files([file])
    page.get_by_role("button", name="Send the photograph").click()
    expect(page.get_by_text("We cannot open this file.").first).to_be_visible()
    file = {"name": "IMG_0002.JPG", "mimeType": "image/jpeg", "buffer": pictures.jpeg()}
    page.get_by_label("Photograph").set_input_files([file])
    page.get_by_label("Seen").select_option("left")
    page.get_by_role("button", name="Send the photograph").click()
    expect(page.get_by_text("The photograph is sent.")).to_be_visible()
    expect(page.locator("img.photograph")).to_have_count(1)
    expect(page.locator("img.photograph")).not_to_have_js_property("naturalWidth", 0)
    page.get_by_role("button", name=re.compile("Remove.*From the left")).click()
    expect(page.get_by_text("The photograph is removed.")).to_be_visible()
    assert not Photograph.objects.exists()


@pytest.mark.parametrize("language", ["", "/zh-hant"])
def test_the_page_fits_a_small_phone_and_every_reader(open_page, axe, alice, path, language):
    page = comes_in(open_page("/", viewport=NARROW), signed_in(alice))
    page.goto(f"{language}{path}photographs/")
    assert page.evaluate("document.documentElement.scrollWidth") == NARROW["width"]
    axe(page)


def test_a_patient_agrees_and_sends_with_one_press_without_a_script(open_page, cast, alice, path):
    client, patient = signed_in(alice), cast.alices_visit.patient
    client.post(f"{path}photographs/withdraw/", {"scope": "record"})
    page = comes_in(open_page("/", viewport=PHONE, java_script_enabled=False), client)
    page.goto(f"{path}photographs/")
    file = {"name": "IMG_0002.JPG", "mimeType": "image/jpeg", "buffer": pictures.jpeg()}
    page.get_by_label("Photograph", exact=True).set_input_files([file])
    page.get_by_role("button", name="Send the photograph").click()
    expect(page.get_by_text("Tick the box if you agree.").first).to_be_visible()
    page.get_by_label("Photograph", exact=True).set_input_files([file])
    page.get_by_label("I have read this and agree").check()
    page.get_by_role("button", name="Send the photograph").click()
    expect(page.get_by_text("The photograph is sent.")).to_be_visible()
    assert patient.picture_consents.open().count() == 1
    assert Photograph.objects.count() == 1
