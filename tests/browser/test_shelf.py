"""The public pages in a real browser: no violation, nothing too wide, and the filters work without a script."""

import pytest
from django.utils import timezone

from tests.site import street
from treatments import loading
from treatments.models import Treatment

PHONE = {"width": 390, "height": 844}
NARROW = {"width": 320, "height": 640}
DESK = {"width": 1280, "height": 900}
PAGES = [
    "/", "/concerns/", "/concerns/enlarged-pores/", "/treatments/?category=peels&downtime=0", "/treatments/?budget=-5",
    "/treatments/microneedling-face/", "/practitioners/", "/practitioners/dr-imani/", "/about/", "/privacy/",
    "/zh-hant/", "/zh-hant/concerns/enlarged-pores/", "/zh-hant/treatments/", "/zh-hant/practitioners/dr-imani/",
]  # fmt: skip

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _an_open_clinic():
    street.opened()
    loading.load_catalogue(now=timezone.now())
    dr_imani = street.at_work("Dr Imani")
    street.reviewed(dr_imani, 5, 4, 2)
    dr_imani.offerings.create(treatment=Treatment.objects.get(slug="microneedling-face"), since_year=2019)


def test_no_public_page_has_a_violation_or_is_wider_than_the_window(open_page, axe):
    page = open_page("/", viewport=PHONE)
    for path in PAGES:
        page.goto(path)
        for size in (NARROW, PHONE, DESK):
            page.set_viewport_size(size)
            assert page.evaluate("document.documentElement.scrollWidth") == size["width"], (path, size)
        axe(page)


def test_a_visitor_narrows_the_list_and_drops_a_wish_without_a_script(open_page):
    page = open_page("/treatments/", viewport=PHONE, java_script_enabled=False)
    page.get_by_label("Kind of treatment").select_option("peels")
    page.get_by_label("Skin type").select_option("IV")
    page.get_by_role("button", name="Show").click()
    assert page.get_by_role("status").inner_text() == "3 treatments"
    page.get_by_role("link", name="Kind of treatment: Peels").click()
    assert "category" not in page.url
    assert "skin_type=IV" in page.url


def test_a_visitor_walks_from_a_concern_to_a_treatment_to_a_person(open_page):
    page = open_page("/")
    page.get_by_role("link", name="Enlarged pores").click()
    page.get_by_role("link", name="Microneedling", exact=True).first.click()
    assert page.get_by_role("heading", level=1).inner_text().startswith("Microneedling")
    page.get_by_role("link", name="Dr Imani").click()
    assert "?practitioner=dr-imani" in str(page.get_by_role("link", name="Book with Dr Imani").get_attribute("href"))


def test_an_answer_of_the_guide_opens_without_a_script(open_page):
    page = open_page("/concerns/enlarged-pores/", java_script_enabled=False)
    answer = page.get_by_text("No treatment removes pores", exact=False).first
    assert not answer.is_visible()
    page.get_by_text("Can enlarged pores be reduced for good?").click()
    assert answer.is_visible()
