"""A staff member's day in the catalogue, in a browser: import, preview, history, what is due, both languages."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from clinic.accounts.roles import Role
from tests import factories
from tests.browser.test_admin import PASSWORD, OpenPage, sign_in
from tests.clinic import desk
from treatments.models import CheckedLink, Concern, Treatment

pytestmark = pytest.mark.django_db(transaction=True)

WIDTHS = pytest.mark.parametrize("width", [1280, 390])


@pytest.fixture
def pores() -> Concern:
    factories.clinic()
    factories.user("sam@clinic.test", Role.STAFF, name="Sam", password=PASSWORD)
    CheckedLink.objects.create(
        url="https://a-rather-long-name-of-a-register.example/of/practitioners?number=M1234567890", tried_at=desk.NOW
    )
    desk.treatment(slug="polish")
    made = desk.concern(published_from=None)
    made.causes.create(name="Genes", text="Inherited.", evidence_grade="B")
    made.what = "Something else.\n\nFor long."
    made.save()
    return made


@WIDTHS
def test_the_pages_of_the_catalogue_are_whole_at_every_width(
    pores: Concern, open_page: OpenPage, live_server: LiveServer, axe: Callable[[Page], None], width: int
) -> None:
    page = open_page("/admin/", viewport={"width": width, "height": 900})
    sign_in(page)
    for path in (
        desk.the_page(pores), desk.the_list(Treatment), desk.the_list(Concern), desk.the_list(CheckedLink),
        reverse("admin:treatments_concern_preview", args=[pores.pk]), reverse("admin:due"),
        reverse("admin:treatments_concern_history", args=[pores.pk]),
        reverse("admin:treatments_concern_simple_history", args=[pores.pk, pores.history.earliest().pk]),
        reverse("admin:treatments_treatment_import"),
    ):  # fmt: skip
        answer = page.goto(f"{live_server.url}{path}")
        page.wait_for_load_state("networkidle")
        assert (path, answer and answer.status) == (path, 200)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        axe(page)


@WIDTHS
def test_english_stands_left_of_chinese_and_above_it_on_a_phone(
    pores: Concern, open_page: OpenPage, live_server: LiveServer, width: int
) -> None:
    page = open_page("/admin/", viewport={"width": width, "height": 900})
    sign_in(page)
    page.goto(f"{live_server.url}{desk.the_page(pores)}")
    english, chinese = (box(page, f"#id_what_{language}") for language in ("en", "zh_hant"))
    if width > 1000:
        assert english["x"] + english["width"] < chinese["x"]
        assert abs(english["y"] - chinese["y"]) < 10
    else:
        assert english["y"] + english["height"] < chinese["y"]
        assert english["x"] == chinese["x"]


def box(page: Page, selector: str) -> Any:
    return page.locator(selector).bounding_box()


@WIDTHS
def test_a_file_is_read_corrected_and_imported(
    pores: Concern, open_page: OpenPage, tmp_path: Path, axe: Callable[[Page], None], width: int
) -> None:
    page = open_page("/admin/", viewport={"width": width, "height": 900})
    sign_in(page)
    file = tmp_path / "prices.csv"
    for minutes in ("an hour", "60"):
        page.goto(page.url.split("/admin/")[0] + reverse("admin:treatments_treatment_import"))
        file.write_text(f"slug,minutes\npolish,{minutes}\n", encoding="utf-8")
        page.set_input_files("input[type=file]", file)
        page.get_by_role("button", name="Read the file").click()
        page.wait_for_selector("h1:has-text('What the file would change')")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        axe(page)
    page.get_by_role("button", name="Import all of this").click()
    page.wait_for_selector(".messagelist .success")
    assert Treatment.objects.get(slug="polish").duration_minutes == 60


def test_a_version_is_brought_back_with_one_press(pores: Concern, open_page: OpenPage, live_server: LiveServer) -> None:
    page = open_page("/admin/")
    sign_in(page)
    page.goto(f"{live_server.url}{reverse('admin:treatments_concern_history', args=[pores.pk])}")
    page.locator("#change-history tbody a").last.click()
    page.get_by_role("button", name="Bring this version back").click()
    page.wait_for_selector(".messagelist .success")
    assert Concern.objects.get().what == "What it is."
