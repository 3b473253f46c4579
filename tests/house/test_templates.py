"""What the content security policy forbids is not even written."""

import re
import subprocess
import sys

import pytest

from tests.house import ROOT, templates

FORBIDDEN = {
    "an inline style": r"<style\b|\sstyle\s*=",
    "an inline script": r"<script(?![^>]*\bsrc=)(?![^>]*application/ld\+json)[^>]*>",
    "an inline handler": r"\son[a-z]+\s*=\s*[\"']",
    "a script address": r"javascript:",
    "something from another host": r"(?:src|href)\s*=\s*[\"'](?:https?:)?//",
    "unescaped output": r"\|\s*safe\b|autoescape off",
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_template_holds(what):
    found = [
        f"{path.relative_to(ROOT)}:{number} {line.strip()}"
        for path in templates()
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if re.search(FORBIDDEN[what], line, re.IGNORECASE)
    ]
    assert found == []


def test_no_template_joins_words_with_a_mark_of_one_language():
    """Chinese has a semicolon of its own: `translate` finds it."""
    joins = re.compile(r"not forloop\.last %}; {% endif %}")
    assert [str(path.relative_to(ROOT)) for path in templates() if joins.search(path.read_text())] == []


def test_no_page_of_a_patients_opens_a_window_over_itself():
    """A dialog is for the desk's grid alone, and there the same move is a page."""
    modal = re.compile(r"<dialog\b|aria-modal|role=[\"']dialog|hx-confirm", re.IGNORECASE)
    holding = [str(path.relative_to(ROOT)) for path in templates() if modal.search(path.read_text())]
    assert holding == ["templates/consultations/reception/day.html"]
    scripts = {path.name: path.read_text() for path in (ROOT / "clinic/static/js").glob("*.js")}
    asking = re.compile(r"\b(?:alert|confirm|prompt|showModal)\(")
    assert [name for name, text in scripts.items() if asking.search(text)] == ["reception.js"]


def test_no_script_reckons_with_dates():
    """Days and weekdays come from the server; a browser only shows a moment, or how many minutes of it are left."""
    scripts = list((ROOT / "clinic/static/js").glob("*.js"))
    reckoning = re.compile(r"\.(?:set|get)(?:UTC)?(?:Date|Day|Month|FullYear|Hours|TimezoneOffset)\(")
    assert scripts
    assert [path.name for path in scripts if reckoning.search(path.read_text())] == []


def test_the_template_linter_has_no_complaint():
    command = [sys.executable, "-m", "djlint", "--lint", "--quiet", "templates"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout
