"""Cells that leave the house and come back: no formula runs, and no letter is lost."""

import csv
import io

from hypothesis import example, given
from hypothesis import strategies as st

from clinic import spreadsheet

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


@given(TEXTS)
@example("=1+1")
@example("'=1+1")
@example("''＝1")
@example("'")
@example("'毛孔")
@example("\t=1")
@example("'\r")
def test_every_text_comes_back_as_it_was_and_runs_nothing(text: str) -> None:
    cell = spreadsheet.defused(text)
    assert spreadsheet.restored(cell) == text
    assert spreadsheet.csv_safe(cell) == cell


@given(st.lists(st.lists(TEXTS, min_size=2, max_size=2), min_size=1, max_size=5))
def test_a_table_that_was_written_is_read_as_it_was(rows: list[list[str]]) -> None:
    file = io.StringIO()
    lines = csv.writer(file, quoting=csv.QUOTE_ALL)
    lines.writerow(["slug", "name"])
    lines.writerows([spreadsheet.defused(cell) for cell in row] for row in rows)
    filled = [row for row in rows if any(row)]
    if filled:
        table = spreadsheet.read(file.getvalue().encode("utf-8-sig"))
        assert [line.cells for line in table.lines] == filled
