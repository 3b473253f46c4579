"""A file on its way in touches no disk, and no more of it is kept than is needed to refuse it."""

import tempfile
from io import BytesIO

import pytest
from django.core.files.uploadedfile import InMemoryUploadedFile, SimpleUploadedFile
from django.test import RequestFactory

from clinic import pictures
from clinic.uploads import PictureField


def posted(data: bytes) -> InMemoryUploadedFile:
    file = SimpleUploadedFile("a.jpg", data, content_type="image/jpeg")
    found = RequestFactory().post("/", {"picture": file}).FILES["picture"]
    assert isinstance(found, InMemoryUploadedFile)
    return found


@pytest.fixture
def _no_disk(monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("a temporary file")

    monkeypatch.setattr(tempfile, "NamedTemporaryFile", refuse)


@pytest.mark.usefixtures("_no_disk")
@pytest.mark.parametrize("size", [1, 100_000, 3_000_000, pictures.MOST_BYTES])
def test_a_file_arrives_whole_in_memory(size):
    data = bytes(n % 251 for n in range(1000)) * (size // 1000 + 1)
    assert posted(data[:size]).read() == data[:size]


@pytest.mark.usefixtures("_no_disk")
def test_of_a_heavy_file_only_a_byte_too_much_is_kept_and_the_form_says_so():
    found = posted(b"x" * (pictures.MOST_BYTES + 4_000_000))
    assert found.size == pictures.MOST_BYTES + 1
    with pytest.raises(Exception, match="larger than 8 MB"):
        PictureField().clean(found)


def test_the_field_gives_the_bytes_and_names_the_kinds_it_takes():
    assert PictureField().clean(posted(b"abc")) == b"abc"
    assert PictureField().widget.attrs["accept"] == "image/jpeg,image/png,image/webp"
    assert PictureField(required=False).clean(None) is None
    with pytest.raises(Exception, match="Choose a photograph"):
        PictureField().clean(None)


def test_an_empty_file_is_refused():
    empty = InMemoryUploadedFile(BytesIO(), "picture", "a.jpg", "image/jpeg", 0, None)
    with pytest.raises(Exception, match="empty"):
        PictureField().clean(empty)
