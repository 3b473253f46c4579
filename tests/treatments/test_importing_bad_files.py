"""Files that are no table, and rows that make no sense: each gets a sentence, and nothing breaks."""

import pytest

from clinic.accounts.roles import Role
from tests import factories
from tests.clinic import desk
from tests.pages import words
from tests.treatments.test_importing import bring, told
from treatments.models import CatalogueImport

pytestmark = pytest.mark.django_db


@pytest.fixture
def sam():
    factories.clinic()
    return desk.at_work(Role.STAFF)


HEAD = b"slug,minutes\n"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"PK\x03\x04rest of a workbook", "This is a workbook."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "This is a workbook."),
        ("slug,name (Chinese)\nx,毛孔\n".encode("big5"), "The letters of this file cannot be read."),
        ("slug,minutes\nx,30\n".encode("utf-16"), "The letters of this file cannot be read."),
        (HEAD + b"x\0,30\n", "The letters of this file cannot be read."),
        (HEAD, "The file has no rows below its headings."),
        (b"\n\n\n", "The file has no rows below its headings."),
        (b"slug,colour\nx,red\n", "These headings are not known: “colour”."),
        (b"slug,price of a session in USD\nx,1\n", "These headings are not known: “price of a session in USD”."),
        (b"minutes\n30\n", "There is no column “slug”"),
        (b"slug,slug\nx,x\n", "A heading stands there twice."),
        (HEAD + b'"x,30\n', "A quotation mark in this file"),
        (HEAD + b'"x"y,30\n', "A quotation mark in this file"),
        (HEAD + b"x," + b"9" * 200_000 + b"\n", "or a cell of it is too long."),
        (HEAD + b"x,30\n" * 2001, "The file has more than 2,000 rows."),
        (HEAD + b"x,30\n" * 300_000, "The file is larger than one megabyte."),
        (b"", "The file is empty."),
    ],
)  # fmt: skip
def test_a_file_that_is_no_table_is_refused_with_a_sentence(sam, content, sentence):
    page = bring(sam, content)
    assert sentence in words(page, 422)
    assert not CatalogueImport.objects.exists()


@pytest.mark.parametrize(
    "row",
    [
        b"polish", b"polish,30,40", b"polish,-1", b"polish,99999999999999999999", b"polish,1e9", b"polish,\xc2\xa0",
        b"<script>alert(1)</script>,30", b"../../etc,30", b"polish%s,%d", "毛孔,30".encode(), b"'=polish,30",
        b"polish,%(value)s", "polish,\u202e30".encode(),
    ],
)  # fmt: skip
def test_a_row_that_makes_no_sense_is_named_and_nothing_breaks(sam, row):
    desk.treatment(slug="polish")
    page = bring(sam, HEAD + row + b"\n")
    assert page.status_code == 200
    assert {number for number, _column, _sentence in told(page)} == {2}
    assert "<script>alert" not in page.content.decode()


def test_blank_rows_and_blank_cells_at_the_end_are_nothing_and_still_count_as_rows(sam):
    desk.treatment(slug="polish", duration_minutes=20)
    page = bring(sam, b"slug,minutes,,\n,,,\npolish,30,,\n\nnobody,30,,\n")
    assert [row.number for row in page.context["report"].changed] == [3]
    assert {number for number, _column, _sentence in told(page)} == {5}
