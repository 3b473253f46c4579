"""What comes in as a picture, and what goes out: dots and nothing else."""

import struct
import tracemalloc
import zlib
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from clinic import pictures
from clinic.pictures import NotAPicture, PictureRefused, TooHeavy, TooManyDots
from tests.examples import examples

CANARY = b"canary-in-the-file"
WHITE, RED, BLUE = (255, 255, 255), (200, 30, 30), (30, 30, 200)


def written(image: Image.Image, kind: str, **how: object) -> bytes:
    out = BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


def halves(size: tuple[int, int] = (400, 200)) -> Image.Image:
    """Red on the left, blue on the right."""
    image = Image.new("RGB", size, RED)
    image.paste(BLUE, (size[0] // 2, 0, *size))
    return image


def opened(picture: pictures.Picture) -> Image.Image:
    found = Image.open(BytesIO(picture.data))
    found.load()
    assert (found.format, found.mode, found.size) == ("JPEG", "RGB", (picture.width, picture.height))
    return found


def near(found: Image.Image, where: tuple[int, int], colour: tuple[int, int, int]) -> bool:
    dot = found.getpixel(where)
    assert isinstance(dot, tuple)
    return all(abs(one - other) < 12 for one, other in zip(dot, colour, strict=True))


def loaded_jpeg() -> bytes:
    """A phone's picture: turned, with a place, a comment, a profile and a script behind its end."""
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter
    exif[0x010E] = CANARY.decode()
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (22.0, 16.0, 41.0)
    raw = written(halves(), "JPEG", exif=exif, comment=CANARY, icc_profile=b"ICC" + CANARY)
    packet = b"http://ns.adobe.com/xap/1.0/\x00<x:xmpmeta>" + CANARY + b"</x:xmpmeta>"
    raw = raw[:2] + b"\xff\xe1" + struct.pack(">H", len(packet) + 2) + packet + raw[2:]
    return raw + b"<script>" + CANARY + b"</script>"


def loaded_png() -> bytes:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", CANARY.decode())
    notes.add_itxt("XML:com.adobe.xmp", CANARY.decode())
    return written(halves(), "PNG", pnginfo=notes) + CANARY


def loaded_webp() -> bytes:
    exif = Image.Exif()
    exif[0x010E] = CANARY.decode()
    return written(halves(), "WEBP", exif=exif, xmp=CANARY, icc_profile=CANARY) + CANARY


@pytest.mark.parametrize("raw", [loaded_jpeg(), loaded_png(), loaded_webp()], ids=["jpeg", "png", "webp"])
def test_nothing_that_hung_on_a_picture_goes_out(raw):
    assert CANARY in raw
    picture = pictures.clean(raw, longest=300)
    found = opened(picture)
    assert CANARY not in picture.data
    assert set(found.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert dict(found.getexif()) == {}
    assert picture.data.endswith(b"\xff\xd9")
    assert not any(mark in picture.data for mark in (b"Exif", b"http", b"ICC_PROFILE", b"GPS"))


def test_a_picture_is_turned_upright_before_what_says_so_is_gone():
    found = opened(pictures.clean(loaded_jpeg(), longest=400))
    assert found.size == (200, 400)
    assert near(found, (100, 50), RED)
    assert near(found, (100, 350), BLUE)


def test_the_longer_edge_is_brought_down_and_never_up():
    assert opened(pictures.clean(written(halves((3000, 1500)), "JPEG"), longest=1200)).size == (1200, 600)
    assert opened(pictures.clean(written(halves((40, 20)), "PNG"), longest=1200)).size == (40, 20)
    assert opened(pictures.clean(written(halves((1, 1)), "PNG"), longest=1200)).size == (1, 1)
    assert opened(pictures.clean(written(halves((4000, 1)), "PNG"), longest=100)).size == (100, 1)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16", "YCbCr"])
def test_every_kind_of_dots_is_understood(mode):
    kind = "JPEG" if mode in {"CMYK", "YCbCr"} else "PNG"
    assert opened(pictures.clean(written(Image.new(mode, (30, 20)), kind), longest=100)).size == (30, 20)


def test_what_can_be_seen_through_lies_on_white():
    assert near(opened(pictures.clean(written(Image.new("RGBA", (20, 20)), "PNG"), longest=20)), (10, 10), WHITE)


@pytest.mark.parametrize(("kind", "how"), [("PNG", {}), ("WEBP", {"lossless": True})])
def test_of_a_moving_picture_the_first_one_counts(kind, how):
    more = [Image.new("RGB", (20, 20))]
    raw = written(Image.new("RGB", (20, 20), RED), kind, save_all=True, append_images=more, **how)
    assert near(opened(pictures.clean(raw, longest=20)), (10, 10), RED)


def test_of_a_phones_file_with_two_pictures_the_first_one_counts():
    raw = written(Image.new("RGB", (20, 20), RED), "MPO", save_all=True, append_images=[Image.new("RGB", (20, 20))])
    assert near(opened(pictures.clean(raw, longest=20)), (10, 10), RED)


def test_a_polyglot_loses_its_other_self():
    pdf = b"%PDF-1.7 " + CANARY + b" %%EOF"
    raw = written(halves(), "JPEG", comment=b"*/<html><script>alert(1)</script>") + b"PK\x03\x04" + pdf
    assert not any(mark in pictures.clean(raw, longest=400).data for mark in (b"PK\x03", b"%PDF", b"<html", b"script"))


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"x",
        b"GIF89a",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!doctype html><script>alert(1)</script>",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n",
        b"\xff\xd8\xff\xe0 nearly a picture",
        written(halves(), "GIF"),
        written(halves(), "BMP"),
        written(halves(), "TIFF"),
        written(halves(), "JPEG")[:-400],
        written(halves((300, 300)), "PNG")[:200],
        written(halves(), "WEBP")[:60],
    ],
)
def test_what_is_no_whole_jpeg_png_or_webp_is_refused(raw):
    with pytest.raises(NotAPicture):
        pictures.clean(raw, longest=100)


def huge_png(width: int, height: int) -> bytes:
    """The head of a picture of so many dots, which would unpack from very little."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", len(head)) + b"IHDR" + head + struct.pack(">I", zlib.crc32(b"IHDR" + head))
    data = zlib.compress(b"\x00" * 1_000_000)
    idat = struct.pack(">I", len(data)) + b"IDAT" + data + struct.pack(">I", zlib.crc32(b"IDAT" + data))
    return b"\x89PNG\r\n\x1a\n" + chunk + idat


@pytest.mark.parametrize(("width", "height"), [(5001, 5000), (13_000, 13_000), (60_000, 60_000), (30_000_000, 1)])
def test_a_flood_of_dots_is_refused_before_any_is_decoded(width, height):
    raw = huge_png(width, height)
    tracemalloc.start()
    try:
        with pytest.raises(TooManyDots):
            pictures.clean(raw, longest=100)
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 2_000_000


def test_a_heavy_file_is_refused_before_it_is_opened():
    with pytest.raises(TooHeavy):
        pictures.clean(written(halves(), "JPEG") + b"\x00" * pictures.MOST_BYTES, longest=100)


def test_each_refusal_says_what_to_do():
    assert len({str(each.sentence) for each in (TooHeavy, TooManyDots, NotAPicture)}) == 3
    assert all("lease" in str(each.sentence) for each in (TooHeavy, TooManyDots, NotAPicture))


GOOD = [written(halves((60, 40)), "JPEG"), loaded_png(), loaded_webp(), loaded_jpeg()]


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow says that what it skips is damaged
@settings(max_examples=examples(300))
@given(st.sampled_from(GOOD), st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), max_size=12))
def test_a_damaged_file_is_a_picture_or_refused_and_nothing_else(raw, damage):
    broken = bytearray(raw)
    for where, value in damage:
        broken[where % len(broken)] = value
    try:
        picture = pictures.clean(bytes(broken), longest=64)
    except PictureRefused:
        return
    opened(picture)
    assert CANARY not in picture.data


@given(st.binary(max_size=400))
def test_noise_is_refused(noise):
    with pytest.raises(PictureRefused):
        pictures.clean(noise, longest=64)
