"""Everything the interface says is said in Traditional Chinese too, and what is compiled is what is written."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from django.utils.translation.template import templatize

from tests.house import ROOT, modules

WORDS = ROOT / "clinic" / "locale" / "zh_Hant" / "LC_MESSAGES" / "django.po"
# Where the context, the message and its plural stand among the arguments.
MARKERS = {
    "_": (None, 0, None),
    "gettext": (None, 0, None),
    "gettext_lazy": (None, 0, None),
    "gettext_noop": (None, 0, None),
    "ngettext": (None, 0, 1),
    "ngettext_lazy": (None, 0, 1),
    "pgettext": (0, 1, None),
    "pgettext_lazy": (0, 1, None),
    "npgettext": (0, 1, 2),
}
Message = tuple[str | None, str, str | None]  # context, words, plural

FORBIDDEN = {
    "a promise that no clinic can make": ["安全", "保證", "最好", "最佳", "根治", "永久"],
    "a word that Hong Kong does not use": [
        "雷射",
        "隱私",
        "醫師",
        "視訊",
        "肝斑",
        "電波",
        "郵箱",
        "默認",
        "信息",
        "您",
    ],
    "a simplified character": list(
        "时间为这们过还没对说话请约诊疗肤题术后医护员选择数据错误发码邮电预订变动开关闭现见写读签让"
    ),
}


@pytest.fixture(scope="module")
def written() -> polib.POFile:
    return polib.pofile(WORDS)


def texts(entry: polib.POEntry) -> list[str]:
    return [*entry.msgstr_plural.values()] if entry.msgid_plural else [entry.msgstr]


def message(call: ast.Call) -> Message | None:
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    places = MARKERS.get(name)
    if places is None:
        return None
    said = [str(argument.value) if isinstance(argument, ast.Constant) else None for argument in call.args]
    context, words, plural = (None if place is None else said[place] for place in places)
    return None if words is None else (context, words, plural)


def messages(source: str) -> Iterator[Message]:
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    return (found for call in calls if (found := message(call)))


def of_template(path: Path) -> Iterator[Message]:
    """What a template says: Django turns it into calls between a filling of Xs, which Python can read one by one."""
    turned = templatize(path.read_text())
    literal = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
    for call in re.findall(rf"\b(?:_|n?p?gettext)\((?:\s*{literal}\s*,?)+(?:\s*count)?\s*\)", turned):
        yield from messages(call)


def spoken() -> set[Message]:
    templates = [path for path in (ROOT / "templates").rglob("*") if path.suffix in {".html", ".txt"}]
    found = {message for path in modules() for message in messages(path.read_text())}
    return found | {message for path in templates for message in of_template(path)}


def test_every_word_of_the_source_is_in_the_catalogue_and_no_other(written):
    kept = {(entry.msgctxt, entry.msgid, entry.msgid_plural or None) for entry in written if not entry.obsolete}
    said = spoken()
    assert said - kept == set(), "not in the catalogue: ./run translate, then write the Chinese"
    assert kept - said == set(), "no longer said: ./run translate"


def test_every_word_is_translated_and_none_is_a_guess(written):
    assert [entry.msgid for entry in written if entry.fuzzy or not all(texts(entry))] == []


def test_a_translation_keeps_the_places_that_values_fill(written):
    def places(text: str) -> list[str]:
        return sorted(set(re.findall(r"%\(\w+\)[sd]|%[sd]|\{\w*\}|</?strong>|manage\.py \w+", text)))

    differing = [entry.msgid for entry in written for text in texts(entry) if places(text) != places(entry.msgid)]
    assert differing == []


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_translation_holds(written, what):
    found = [(text, word) for entry in written for text in texts(entry) for word in FORBIDDEN[what] if word in text]
    assert found == []


def test_the_compiled_catalogue_says_what_the_written_one_says(written):
    compiled = {(e.msgctxt, e.msgid): texts(e) for e in polib.mofile(WORDS.with_suffix(".mo"))}
    assert compiled == {(e.msgctxt, e.msgid): texts(e) for e in written if not e.obsolete}
