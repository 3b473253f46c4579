"""A practitioner's profile on a phone, with no review, with three and with three hundred."""

import pytest
from playwright.sync_api import expect

from practitioners.models import Practitioner, Review
from tests.site import street
from tests.site.test_reading_reviews import MANY, written

pytestmark = pytest.mark.django_db(transaction=True)

LONG = "Averyverylongwordwithoutaspace" * 4


@pytest.fixture
def profile() -> str:
    street.opened()
    found: str = street.at_work("Dr Imani").get_absolute_url()
    return found


@pytest.mark.parametrize("count", [0, 3, MANY])
@pytest.mark.parametrize("width", [320, 390])
def test_nothing_is_wider_than_the_phone(open_page, axe, profile, count, width):
    written(Practitioner.objects.get(), count)
    Review.objects.update(text=LONG, author=LONG[:40])
    for prefix in ("", "/zh-hant"):
        page = open_page(f"{prefix}{profile}", viewport={"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") == width
    axe(page)


def test_the_way_to_the_next_page_keeps_the_place(open_page, profile):
    written(Practitioner.objects.get(), MANY)
    page = open_page(f"{profile}?order=lowest", viewport={"width": 390, "height": 800})
    page.get_by_role("link", name="Further in the list").click()
    page.wait_for_url("**order=lowest&page=2#reviews")
    expect(page.get_by_role("heading", name="Reviews", exact=True)).to_be_in_viewport()
    assert page.get_by_text("Page 2 of 30").count() == 1
