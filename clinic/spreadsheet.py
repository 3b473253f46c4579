"""Spreadsheet files (CSV), in and out: no cell runs as a formula, and each comes back as it was.

A cell that would begin a formula gets a quote before it, and so does one that looks as if it had got one; reading takes
one quote away again. What cannot be read is refused with a sentence for the person who brought it.
"""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LARGEST = 1024 * 1024
LONGEST = 2000
# What a spreadsheet takes for the beginning of a formula, after any blanks; a leading tab or return is one as well.
_FORMULA = re.compile(r"[\s\u200b\ufeff]*[=+\-@＝＋－＠]|\s*[\t\r]")
_QUOTED_FORMULA = re.compile(rf"'+(?:{_FORMULA.pattern})")
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


class Unreadable(Exception):
    """The file is no table that we can read; `sentence` says why."""

    def __init__(self, sentence: str | Promise) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class Line:
    """One row below the headings, by its number in the spreadsheet."""

    number: int
    cells: list[str]


@dataclass(frozen=True)
class Table:
    headings: list[str]
    lines: list[Line]


def csv_safe(text: str) -> str:
    """The text as a spreadsheet shows it instead of running it: what would begin a formula gets a quote before it."""
    return f"'{text}" if _FORMULA.match(text) else text


def defused(text: str) -> str:
    """The text as `restored` gives it back: safe, and told from a text that began with a quote of its own."""
    return f"'{text}" if _FORMULA.match(text) or _QUOTED_FORMULA.match(text) else text


def restored(cell: str) -> str:
    """The text that a cell was written from."""
    return cell[1:] if _QUOTED_FORMULA.match(cell) else cell


def read(content: bytes) -> Table:
    """The table in a file: headings in the first row, and every row below that has something in it."""
    text = _decoded(content)
    rows = _rows(text)
    try:
        headings = [cell.strip() for cell in next(rows, [])]
        found = [Line(number, [restored(cell) for cell in row]) for number, row in enumerate(rows, 2) if any(row)]
    except csv.Error:
        words = _("A quotation mark in this file is opened and never closed, or a cell of it is too long.")
        raise Unreadable(words) from None
    while headings and not headings[-1]:
        headings.pop()
    if not found:
        raise Unreadable(_("The file has no rows below its headings."))
    if len(found) > LONGEST:
        raise Unreadable(_("The file has more than 2,000 rows. Bring it in parts."))
    return Table(headings, [Line(line.number, _as_wide_as(headings, line.cells)) for line in found])


def _decoded(content: bytes) -> str:
    if len(content) > LARGEST:
        raise Unreadable(_("The file is larger than one megabyte. Bring it in parts."))
    if content.startswith(_WORKBOOKS):
        raise Unreadable(_("This is a workbook. Save it as “CSV UTF-8” and bring that file."))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable(_("The letters of this file cannot be read. Save it as “CSV UTF-8”.")) from None
    if "\0" in text:
        raise Unreadable(_("The letters of this file cannot be read. Save it as “CSV UTF-8”."))
    return text


def _rows(text: str) -> Iterator[list[str]]:
    first = text.split("\n", 1)[0]
    between = max(",;\t", key=first.count)  # what separates cells depends on where the spreadsheet thinks it is
    return csv.reader(io.StringIO(text, newline=""), delimiter=between, strict=True)


def _as_wide_as(headings: list[str], cells: list[str]) -> list[str]:
    """The cells without the empty ones that a spreadsheet adds at the end of a row."""
    while len(cells) > len(headings) and not cells[-1].strip():
        cells.pop()
    return cells
