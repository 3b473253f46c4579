"""The patient's own pages in a real browser: on a small phone, without a script, in both languages, by every reader."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client

from consultations import enquiries, suggestions
from tests.browser.booking import Patient
from tests.cast import signed_in, told
from tests.factories import NOW
from treatments.models import Treatment

NARROW = {"width": 320, "height": 640}
PAGES = ("", "answers/", "answers/still-true/", "answers/goals-plans/", "prepare/", "questions-for-you/", "suggestion/")

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def visit(alices_visit, dr_imani):
    """A visit with old answers, questions from the practitioner and a suggestion."""
    told(timedelta(days=30))
    by = {"actor": dr_imani, "practitioner": alices_visit.practitioner, "consultation": alices_visit, "now": NOW}
    enquiries.ask(
        **by, items=["skincare", "metal_allergy"], written=["Which cream?"], language="en", due_at=alices_visit.starts
    )
    suggestions.make(**by, treatments=list(Treatment.objects.all()), not_before=None, words="Something gentler first.")
    return alices_visit


def comes_in(page, client: Client):
    """Be the person who has signed in with this client."""
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": page.url}])
    return page


@pytest.mark.parametrize("language", ["", "/zh-hant"])
def test_every_page_of_a_visit_fits_a_small_phone_and_every_reader(open_page, axe, visit, alice, language):
    page = comes_in(open_page(f"{language}/", viewport=NARROW), signed_in(alice))
    for path in PAGES:
        page.goto(f"{language}/my/{visit.reference}/{path}")
        assert page.url.endswith(path), "no page led elsewhere"
        assert page.evaluate("document.documentElement.scrollWidth") == NARROW["width"], path
        axe(page)


def test_a_returning_patient_confirms_puts_aside_and_goes_on_without_a_script(open_page, visit, alice):
    page = comes_in(open_page("/", viewport=NARROW, java_script_enabled=False), signed_in(alice))
    page.goto("/book/")
    alice_again = Patient(page, lambda shown: None)
    alice_again.finds_a_time()
    alice_again.chooses("patient")
    alice_again.presses()
    alice_again.chooses("data")
    alice_again.presses()
    assert page.url.endswith("/intake/still-true/")
    alice_again.presses("button[name=all]")
    assert page.locator("text=Last time, ").count() > 0
    alice_again.presses("button[name=later]")
    assert page.locator("h1").inner_text() == "Everything is kept for now"
    page.goto("/my/")
    alice_again.presses("button")
    assert "/book/intake/" in page.url
