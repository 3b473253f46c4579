"""Searching and looking words up in a real browser: with no script, on a phone and on a desk, with no violation."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.site import street
from treatments import loading

NARROW = {"width": 320, "height": 640}
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
PAGES = [
    "/glossary/", "/zh-hant/glossary/", "/search/", "/search/?q=open+pores", "/zh-hant/search/?q=微針",
    "/search/?q=elephants", "/concerns/enlarged-pores/",
]  # fmt: skip

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _an_open_clinic():
    street.opened()
    loading.load_catalogue(now=timezone.now())


def test_no_page_has_a_violation_or_is_wider_than_the_window(open_page, axe):
    page = open_page("/glossary/", viewport=PHONE)
    for path in PAGES:
        page.goto(path)
        for size in (NARROW, PHONE, DESK):
            page.set_viewport_size(size)
            assert page.evaluate("document.documentElement.scrollWidth") == size["width"], (path, size)
            if size != NARROW:
                axe(page)


@pytest.mark.parametrize("size", [NARROW, PHONE, DESK], ids=["narrow", "phone", "desk"])
def test_a_visitor_searches_from_the_header_without_a_script(open_page, axe, size):
    page = open_page("/", viewport=size, java_script_enabled=False)
    page.get_by_role("button", name="Search").click()
    field = page.get_by_label("Search this site")
    expect(field).to_be_visible()
    field.fill("黑臉娃娃")
    field.press("Enter")
    assert page.get_by_role("heading", level=1).inner_text() == "Search"
    page.get_by_role("link", name="Carbon laser", exact=True).click()
    assert page.url.endswith("/treatments/carbon-laser/")


def test_the_panel_of_the_header_has_no_violation_and_closes_by_a_key(open_page, axe):
    page = open_page("/", viewport=PHONE)
    button = page.get_by_role("button", name="Search")
    button.click()
    axe(page)
    page.keyboard.press("Tab")
    expect(page.get_by_label("Search this site")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_label("Search this site")).not_to_be_visible()


def test_a_word_of_a_guide_leads_to_its_meaning_and_back_to_a_guide(open_page):
    page = open_page("/concerns/enlarged-pores/", viewport=PHONE)
    page.get_by_role("link", name="collagen", exact=True).click()
    assert page.url.endswith("/glossary/#collagen")
    expect(page.locator("#collagen")).to_be_in_viewport()
    page.locator("#collagen").get_by_role("link", name=re.compile("Guide")).click()
    assert page.url.endswith("/concerns/texture-and-fine-lines/")


def test_an_answer_that_was_found_is_open_when_its_page_comes(open_page):
    page = open_page("/search/?q=steam+ice")
    page.get_by_role("link", name="Do pores open with steam and close with ice?").click()
    expect(page.locator(f"#{page.url.partition('#')[2]}")).to_be_visible()
