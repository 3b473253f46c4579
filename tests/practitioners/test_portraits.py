"""A photograph on a practitioner's page: put up by staff, read by everybody, gone when it is taken down."""

from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from clinic.audit.models import Action, AuditEntry
from practitioners import portraits
from practitioners.models import Portrait, Practitioner
from tests import pictures
from tests.factories import NOW

LARGE, SMALL = "/practitioners/dr-imani/portrait/large/", "/practitioners/dr-imani/portrait/small/"


@pytest.fixture
def imani(cast):
    return Practitioner.objects.get(slug="dr-imani")


@pytest.fixture
def admin_page(imani):
    return f"/admin/practitioners/practitioner/{imani.pk}/portrait/"


def size_of(answer) -> tuple[int, int]:
    return Image.open(BytesIO(answer.content)).size


def test_staff_put_a_photograph_up_and_everybody_sees_it_in_two_sizes(as_sam, visitor, admin_page):
    wide = pictures.jpeg(size=(3000, 2000))
    assert as_sam.post(admin_page, {"picture": pictures.file(wide)}).status_code == 302
    assert size_of(visitor.get(LARGE)) == (960, 640)
    assert size_of(visitor.get(SMALL)) == (256, 171)
    for page in ("/", "/practitioners/", "/practitioners/dr-imani/"):
        shown = visitor.get(page).text
        assert 'alt="Photograph of Dr Imani"' in shown, page
        assert 'class="monogram' in shown, page
    assert 'src="/practitioners/dr-reyes/portrait/' not in visitor.get("/practitioners/").text


def test_what_the_phone_wrote_into_the_file_is_nowhere(as_sam, visitor, admin_page):
    assert pictures.PLACE in pictures.jpeg()
    as_sam.post(admin_page, {"picture": pictures.file()})
    assert pictures.PLACE not in visitor.get(LARGE).content + visitor.get(SMALL).content
    row = Portrait.objects.get()
    assert pictures.PLACE not in bytes(row.large) + bytes(row.small)


def test_a_photograph_is_taken_down_and_nothing_is_left(as_sam, visitor, admin_page, imani, sam):
    pictures.portrait(imani, by=sam)
    etag = visitor.get(LARGE).headers["ETag"]
    assert as_sam.post(admin_page, {"remove": "1"}).status_code == 302
    assert visitor.get(LARGE).status_code == 404
    assert visitor.get(LARGE, headers={"if-none-match": etag}).status_code == 404
    assert not Portrait.objects.exists()
    assert 'aria-hidden="true">I</span>' in visitor.get("/practitioners/dr-imani/").text
    as_sam.post(admin_page, {"remove": "1"})
    acts = AuditEntry.objects.filter(object_type="practitioner").order_by("at", "action")
    assert sorted(acts.values_list("action", flat=True)) == [Action.PORTRAIT_PUT_UP, Action.PORTRAIT_TAKEN_DOWN]


def test_a_new_photograph_takes_the_place_of_the_old_one(imani, sam, visitor):
    first = pictures.portrait(imani, by=sam, colour="tan").digest
    etag = visitor.get(SMALL).headers["ETag"]
    pictures.portrait(imani, by=sam, colour="peru")
    assert Portrait.objects.get().digest != first
    assert visitor.get(SMALL, headers={"if-none-match": etag}).status_code == 200


@pytest.mark.parametrize("raw", [b"<svg/>", pictures.jpeg()[:200], b"GIF89a"])
def test_what_is_no_picture_is_refused_with_a_sentence(as_sam, admin_page, raw):
    answer = as_sam.post(admin_page, {"picture": pictures.file(raw)})
    assert answer.status_code == 422
    assert "choose a photograph as JPEG, PNG or WebP" in answer.text
    assert not Portrait.objects.exists()


def test_a_browser_that_has_the_picture_is_told_so_without_reading_it(imani, sam, visitor):
    pictures.portrait(imani, by=sam)
    first = visitor.get(LARGE)
    assert first.headers["Content-Type"] == "image/jpeg"
    assert first.headers["Cache-Control"] == "public, no-cache"
    assert first.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in first.headers["Content-Security-Policy"]
    with CaptureQueriesContext(
        connection,
    ) as asked:
        again = visitor.get(LARGE, headers={"if-none-match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert len(asked) == 1
    assert '"large"' not in asked[0]["sql"]


def test_lists_never_read_the_bytes(imani, sam, visitor):
    pictures.portrait(imani, by=sam)
    for page in ("/", "/practitioners/", "/practitioners/dr-imani/"):
        with CaptureQueriesContext(connection) as asked:
            visitor.get(page)
        assert not [query["sql"] for query in asked if '"large"' in query["sql"] or '"small"' in query["sql"]], page


def test_who_has_no_public_page_has_no_public_photograph(imani, sam, visitor, as_sam, admin_page):
    pictures.portrait(imani, by=sam)
    Practitioner.objects.filter(pk=imani.pk).update(is_active=False)
    assert visitor.get(LARGE).status_code == 404
    assert "It shows once the profile is listed." in as_sam.get(admin_page).text
    assert visitor.get("/practitioners/dr-imani/portrait/digest/").status_code == 404


def test_only_staff_put_photographs_up(as_dr_imani, as_alice, visitor, admin_page):
    for browser in (as_dr_imani, as_alice, visitor):
        assert browser.post(admin_page, {"picture": pictures.file()}).status_code in {302, 404}
    assert not Portrait.objects.exists()


def test_the_same_picture_twice_is_one_row(imani, sam):
    for _ in range(2):
        portraits.put_up(actor=sam, practitioner=imani, raw=pictures.jpeg(), now=NOW)
    assert Portrait.objects.count() == 1
