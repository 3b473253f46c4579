"""The clinical lead's way from the questions in force to words of their own, in a browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from clinic.accounts.roles import Role
from tests import factories
from tests.browser.test_admin import PASSWORD, OpenPage, sign_in
from treatments.models import Questionnaire, VersionStatus

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def _house() -> None:
    """Questions in force, and others that ship and wait."""
    factories.clinic()
    factories.in_force()
    data = {**Questionnaire.objects.get().data, "version": 2}
    Questionnaire.objects.create(version=2, data=data, status=VersionStatus.OFFERED, shipped_as=2)
    factories.user("lead@clinic.test", Role.CLINICAL_LEAD, name="Dr Lead", password=PASSWORD)


@pytest.mark.usefixtures("_house")
@pytest.mark.parametrize("width", [1280, 390])
def test_the_lead_words_a_question_better_and_publishes(
    open_page: OpenPage, live_server: LiveServer, axe: Callable[[Page], None], width: int
) -> None:
    page = open_page("/admin/", viewport={"width": width, "height": 900})

    def looks_right() -> None:
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
        axe(page)

    sign_in(page, "lead@clinic.test")
    page.goto(f"{live_server.url}/admin/treatments/questionnaire/")
    looks_right()
    page.get_by_role("link", name="Read version 2").click()
    looks_right()
    in_force = Questionnaire.objects.current()
    page.goto(f"{live_server.url}/admin/treatments/questionnaire/{in_force.pk}/change/")
    page.get_by_role("button", name="Make a draft from this version").click()
    looks_right()
    page.get_by_role("link", name="sex_at_birth").click()
    page.get_by_label("Options: female: Words (English)").fill("Woman")
    page.get_by_role("button", name="Save in the draft").click()
    assert "Nothing was changed." in page.inner_text(".errornote")
    looks_right()
    page.get_by_label("Why this is changed").fill("Plainer.")
    page.get_by_role("button", name="Save in the draft").click()
    page.get_by_role("link", name="Changes and reasons").click()
    assert "Woman" in page.inner_text(".reading")
    looks_right()
    page.get_by_role("link", name="Vignettes").click()
    page.get_by_role("button", name="Run the vignettes").click()
    looks_right()
    page.get_by_role("link", name="Go on to publish").click()
    looks_right()
    page.get_by_role("button", name="Publish version 3 under my name").click()
    page.get_by_text("Version 3 is in force.").wait_for()
    looks_right()
    assert Questionnaire.objects.current().signed_by == "Dr Lead"
