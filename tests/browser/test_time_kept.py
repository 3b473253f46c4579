"""A held time near its end is kept by one press; the clock of a device elsewhere is shown beside the clinic’s."""

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from consultations.models import Consultation
from tests import factories
from tests.browser.booking import Patient

pytestmark = pytest.mark.django_db(transaction=True)
ABROAD: dict[str, Any] = {"timezone_id": "America/New_York", "locale": "en-GB"}
AT_HOME: dict[str, Any] = {"timezone_id": "Asia/Hong_Kong", "locale": "en-GB"}


@pytest.fixture
def come_to_details(cast, open_page):
    def come(**options: Any) -> Page:
        page: Page = open_page("/book/", **options)
        Patient(page, looks=lambda page: None).finds_a_time()
        return page

    return come


def test_a_time_that_is_nearly_over_is_kept_with_what_is_being_typed(come_to_details, axe) -> None:
    page = come_to_details()
    expect(page.get_by_role("button", name="Keep it longer")).to_be_hidden()
    held = Consultation.objects.get(status="held")
    assert held.held_until is not None
    Consultation.objects.update(held_until=held.held_until - timedelta(minutes=12))
    page.reload()
    page.fill("input[name=full_name]", "Wong Mei Ling")
    expect(page.locator("[data-soon]")).to_have_text("Your time is kept for less than 5 minutes more.")
    axe(page)
    page.get_by_role("button", name="Keep it longer").click()
    expect(page.locator("[data-minutes-left]")).to_have_text("(15 min left)")
    assert page.input_value("input[name=full_name]") == "Wong Mei Ling"
    held.refresh_from_db()
    assert held.status == "held"


def test_who_asks_too_late_is_told_and_keeps_what_they_typed(come_to_details) -> None:
    page = come_to_details()
    held = Consultation.objects.get(status="held")
    assert held.held_until is not None
    Consultation.objects.update(held_until=held.held_until - timedelta(minutes=12))
    page.reload()
    page.fill("input[name=full_name]", "Wong Mei Ling")
    Consultation.objects.update(held_until=held.held_until - timedelta(minutes=16))
    factories.held(held.practitioner, held.starts, now=held.held_until)
    page.get_by_role("button", name="Keep it longer").click()
    expect(page.get_by_role("alert")).to_contain_text("Your time has gone to somebody else")
    assert page.input_value("input[name=full_name]") == "Wong Mei Ling"


def test_a_device_of_another_zone_is_shown_beside_the_clinics_clock(come_to_details, axe) -> None:
    page = come_to_details(**ABROAD)
    page.goto("/book/when/")
    line = page.locator("[data-device-time]")
    expect(line).to_be_visible()
    expect(line).to_contain_text("Your device is set to another time zone and shows")
    expect(line).to_contain_text("The clinic’s clock counts.")
    axe(page)
    page.emulate_media(media="print")
    expect(line).to_be_hidden()


def test_a_device_of_the_clinics_own_zone_says_nothing(come_to_details) -> None:
    page = come_to_details(**AT_HOME)
    page.goto("/book/when/")
    expect(page.locator("[data-device-time]")).to_be_hidden()
