"""A browser that notices complaints: Debian's Chromium through Playwright, axe-core, and an empty console."""

import os
import shutil
from collections.abc import Callable, Iterator
from ctypes import CDLL
from pathlib import Path
from typing import Any, Protocol

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.browser.console import Console

NO_BROWSER = "browser tests need Chromium and libatomic (apt-get install chromium libatomic1), or CHROME_PATH"
CHROMIUM_OPTIONS = [
    "--no-sandbox",  # Chromium's own sandbox refuses to run as root
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]


@pytest.hookimpl(tryfirst=True)  # before `-m` chooses
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever lies in this folder is a browser test."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)


class OpenPage(Protocol):
    """Open a page of the live server in a fresh browser profile."""

    def __call__(self, path: str = "/", **context: Any) -> Page: ...


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; without it the test is skipped, or fails where REQUIRE_BROWSER is set."""
    executable = chromium()
    if executable is None:
        (pytest.fail if os.environ.get("REQUIRE_BROWSER") else pytest.skip)(NO_BROWSER)
    # Playwright's synchronous API keeps an event loop in this thread, which Django takes for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_OPTIONS)
        yield browser
        browser.close()


def chromium() -> Path | str | None:
    try:
        CDLL("libatomic.so.1")  # Playwright's driver is linked to it, and a bare Debian has none
    except OSError:
        return None
    return next(filter(None, [os.environ.get("CHROME_PATH"), *map(shutil.which, ("chromium", "google-chrome"))]), None)


@pytest.fixture
def open_page(browser: Browser, live_server: LiveServer) -> Iterator[OpenPage]:
    """Opens pages; at the end of the test each must have left the console empty.

    Keyword arguments go to the browser context: `viewport={"width": 320, "height": 640}`, `java_script_enabled=False`.
    """
    opened: list[tuple[BrowserContext, Console]] = []

    def open_page(path: str = "/", **options: Any) -> Page:
        context = browser.new_context(base_url=live_server.url, **options)
        page = context.new_page()
        opened.append((context, Console(page)))
        page.goto(path)
        return page

    yield open_page
    for context, _ in opened:
        context.close()
    assert [complaint for _, console in opened for complaint in console.complaints] == []


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """`axe(page)` fails with every accessibility violation that axe-core sees on the page."""

    def axe(page: Page) -> None:
        violations = Axe().run(page, options={"preload": False}).response["violations"]
        words = [
            f"{found['id']}: {node['html']} {node['failureSummary']}" for found in violations for node in found["nodes"]
        ]
        assert words == [], "\n".join(words)

    return axe
