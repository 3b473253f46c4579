"""The control: a page that complains, and one that shuts somebody out, are seen."""

import pytest

from tests.browser.console import Console


def test_a_script_that_fails_is_a_complaint(browser):
    page = browser.new_page()
    console = Console(page)
    page.set_content("<script>missing()</script>")
    assert [text for _, text in console.complaints] == ["missing is not defined"]


def test_a_missing_part_of_a_page_is_a_complaint_and_a_missing_page_is_none(browser, live_server):
    page = browser.new_page()
    console = Console(page)
    page.goto(f"{live_server.url}/no-such-page#main")
    assert console.complaints == []
    page.set_content(f'<img src="{live_server.url}/static/no-such-image.png">')
    page.wait_for_load_state("networkidle")
    assert [url for url, _ in console.complaints] == [f"{live_server.url}/static/no-such-image.png"]


def test_an_image_without_words_is_a_violation(browser, axe):
    page = browser.new_page()
    page.set_content('<html lang="en"><title>A page</title><main><h1>A page</h1><img src="data:,"></main></html>')
    with pytest.raises(AssertionError, match="image-alt"):
        axe(page)


def test_every_test_of_this_folder_is_marked_by_itself(request):
    here = [item for item in request.session.items if item.path.parent == request.path.parent]
    assert request.node in here
    assert all(item.get_closest_marker("browser") for item in here)
