"""The pages for when something stands in the way."""

import re

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils.translation import override

PAGES = ["400", "403", "403_csrf", "404", "409", "413", "429", "500", "503"]


@pytest.mark.parametrize("page", PAGES)
def test_it_needs_neither_context_nor_database(page):
    html = render_to_string(f"{page}.html")
    assert len(re.findall(r"<h1>[^<]{8,}</h1>", html)) == 1
    assert re.search(r"<title>[^<]{8,}</title>", html)


@pytest.mark.parametrize("page", PAGES)
def test_it_shows_a_way_out_in_the_readers_language(page):
    assert 'class="button" href="/"' in render_to_string(f"{page}.html")
    with override("zh-hant"):
        assert 'class="button" href="/zh-hant/"' in render_to_string(f"{page}.html")


@pytest.mark.parametrize("page", PAGES)
def test_it_never_blames_the_reader(page):
    words = render_to_string(f"{page}.html").lower()
    assert not any(word in words for word in ("illegal", "forbidden", "you did", "your fault", "invalid"))


def test_our_fault_shows_a_number_that_the_log_knows_and_nothing_else():
    request = RequestFactory().get("/practitioners/?secret=1")
    setattr(request, "id", "ab12cd34ef56")  # noqa: B010
    html = render_to_string("500.html", {"request": request})
    assert "ab12cd34ef56" in html
    assert "secret" not in html
