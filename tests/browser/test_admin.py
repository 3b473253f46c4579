"""The admin in a browser: its own pages and Django's run under the strict policy without a complaint."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from clinic.accounts.models import User
from clinic.accounts.roles import Role
from consultations.models import Consultation
from practitioners.models import Practitioner, Roster, WorkingHours
from tests import factories
from tests.clinic import desk
from treatments.models import Treatment

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "correct horse battery staple"
OpenPage = Callable[..., Page]


@pytest.fixture
def house() -> dict[str, Any]:
    """A clinic with one row of each kind that the pages below show, and sam at the desk."""
    factories.clinic()
    factories.user("sam@clinic.test", Role.STAFF, name="Sam", password=PASSWORD)
    pores, polish = desk.concern(), desk.treatment()
    who = desk.consultation().practitioner
    WorkingHours.objects.create(practitioner=who, location=desk.location(), weekday=0, opens="09:00", closes="13:00")
    return {"concern": pores, "treatment": polish, "practitioner": who}


def sign_in(page: Page, email: str = "sam@clinic.test") -> None:
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("#user-tools")


def test_the_way_in_leads_over_the_one_sign_in_page_to_the_front_page(
    house: dict[str, Any], open_page: OpenPage, axe: Callable[[Page], None]
) -> None:
    page = open_page("/admin/")
    assert page.url.endswith("/account/login/?next=/admin/")
    sign_in(page)
    assert page.locator("h1").inner_text() == "Today"
    assert page.locator(".tile").count() == 10
    axe(page)


@pytest.mark.parametrize("width", [1280, 390])
def test_lists_forms_and_history_leave_the_console_empty(
    house: dict[str, Any], open_page: OpenPage, live_server: LiveServer, width: int
) -> None:
    page = open_page("/admin/", viewport={"width": width, "height": 900})
    sign_in(page)
    who, pores = house["practitioner"], house["concern"]
    for path in (
        desk.the_list(Treatment), desk.the_list(Consultation), desk.the_page(house["treatment"]), desk.the_page(pores),
        desk.the_page(who), reverse("admin:treatments_concern_history", args=[pores.pk]),
        reverse("admin:treatments_concern_simple_history", args=[pores.pk, pores.history.latest().pk]),
        reverse("admin:practitioners_practitioner_invite", args=[who.pk]), desk.the_page(Consultation.objects.get()),
        reverse("admin:premises_clinic_law"),
    ):  # fmt: skip
        answer = page.goto(f"{live_server.url}{path}")
        assert (path, answer and answer.status) == (path, 200)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_a_screen_reader_finds_its_way_in_lists_and_forms(
    house: dict[str, Any], open_page: OpenPage, live_server: LiveServer, axe: Callable[[Page], None]
) -> None:
    page = open_page("/admin/")
    sign_in(page)
    for path in (
        desk.the_list(Consultation),
        desk.the_list(User),
        desk.the_page(house["treatment"]),
        reverse("admin:premises_clinic_law"),
    ):
        page.goto(f"{live_server.url}{path}")
        page.wait_for_load_state("networkidle")
        axe(page)


def test_another_row_of_hours_is_added_and_saved(
    house: dict[str, Any], open_page: OpenPage, live_server: LiveServer
) -> None:
    page = open_page("/admin/")
    sign_in(page)
    who = house["practitioner"]
    page.goto(f"{live_server.url}{desk.the_page(Roster(pk=who.pk))}")
    page.get_by_text("Add another Working hours").click()
    page.select_option("[name=hours-1-location]", index=1)
    page.select_option("[name=hours-1-weekday]", "1")
    page.fill("[name=hours-1-opens]", "14:00")
    page.fill("[name=hours-1-closes]", "18:00")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_selector(".messagelist .success")
    assert Practitioner.objects.get(pk=who.pk).hours.count() == 2
