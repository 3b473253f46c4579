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


def test_the_template_linter_has_no_complaint():
    command = [sys.executable, "-m", "djlint", "--lint", "--quiet", "templates"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout
