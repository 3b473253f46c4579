"""The clinical lead's way from the rules in force to a published version, in a browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from clinic.accounts.roles import Role
from tests import factories
from tests.browser.test_admin import PASSWORD, OpenPage, sign_in
from treatments.models import RuleSet

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def _house() -> None:
    factories.clinic()
    factories.in_force()
    factories.user("lead@clinic.test", Role.CLINICAL_LEAD, name="Dr Lead", password=PASSWORD)


@pytest.mark.usefixtures("_house")
@pytest.mark.parametrize("width", [1280, 390])
def test_the_lead_lengthens_a_window_and_publishes(
    open_page: OpenPage, live_server: LiveServer, axe: Callable[[Page], None], width: int
) -> None:
    page = open_page("/admin/", viewport={"width": width, "height": 900})

    def looks_right() -> None:
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
        axe(page)

    sign_in(page, "lead@clinic.test")
    page.goto(f"{live_server.url}/admin/treatments/ruleset/{RuleSet.objects.get().pk}/change/")
    looks_right()
    page.get_by_role("button", name="Make a draft from this version").click()
    page.get_by_label("Search").fill("sunbed")
    page.get_by_role("button", name="Show", exact=True).click()
    page.get_by_role("link", name="TAN-01").click()
    looks_right()
    page.get_by_role("link", name="Edit this rule").click()
    page.get_by_label("Window after").fill("42")
    page.get_by_role("button", name="Save in the draft").click()
    assert "Nothing was changed." in page.inner_text(".errornote")
    looks_right()
    page.get_by_label("Why this is changed").fill("Darker summers.")
    page.get_by_role("button", name="Save in the draft").click()
    page.get_by_role("link", name="Differences").click()
    assert "42 days" in page.inner_text(".reading")
    looks_right()
    page.get_by_role("link", name="Vignettes").click()
    page.get_by_role("button", name="Run the vignettes").click()
    looks_right()
    page.get_by_role("link", name="Go on to publish").click()
    looks_right()
    page.get_by_role("button", name="Publish version 2 under my name").click()
    page.wait_for_url("**/admin/rescreening/")
    looks_right()
    assert RuleSet.objects.current().signed_by == "Dr Lead"
