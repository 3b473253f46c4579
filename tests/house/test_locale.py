"""The words in Traditional Chinese: whole, certain, and compiled as they stand."""

import re
from pathlib import Path

import polib
import pytest

from tests.house import ROOT

SOURCES = sorted((ROOT / "clinic" / "locale").rglob("*.po"))
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def translations(file: polib.POFile | polib.MOFile) -> dict[tuple[str | None, str], tuple[str, ...]]:
    """What each message says, by its context and id; plurals in the order of their forms."""
    said = {
        (entry.msgctxt, entry.msgid): tuple(form for _, form in sorted(entry.msgstr_plural.items())) or (entry.msgstr,)
        for entry in file
    }
    return {message: forms for message, forms in said.items() if all(forms)}


def test_there_are_words_to_look_at():
    assert SOURCES


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_every_message_is_translated_and_none_is_a_guess(path: Path):
    words = polib.pofile(str(path))
    assert [entry.msgid for entry in words.untranslated_entries()] == []
    assert [entry.msgid for entry in words.fuzzy_entries()] == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_the_compiled_words_are_the_written_ones(path: Path):
    compiled = path.with_suffix(".mo")
    assert compiled.exists()
    assert translations(polib.mofile(str(compiled))) == translations(polib.pofile(str(path)))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_a_translation_keeps_its_placeholders(path: Path):
    torn = [
        form
        for entry in polib.pofile(str(path)).translated_entries()
        for form in entry.msgstr_plural.values() or [entry.msgstr]
        if placeholders(form) != placeholders(entry.msgid_plural or entry.msgid)
    ]
    assert torn == []


def placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))
