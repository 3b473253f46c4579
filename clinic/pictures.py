"""Photographs that come in: opened by decoding, turned upright, copied into a new picture and written anew as JPEG.

What goes out is made of dots alone: no EXIF, place, comment, colour profile or second picture travels along, and what
was hidden behind the file's end stays behind. The number of dots is read from the file's head and judged before any of
them is decoded. Of a moving picture, and of a phone's file that holds several, the first one counts. No clock, no
settings, no database.
"""

import struct
import zlib
from dataclasses import dataclass
from io import BytesIO

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

MOST_BYTES = 8 * 1024 * 1024
MOST_DOTS = 25_000_000  # a phone's 24 megapixels; decoded, three bytes each
FORMATS = ("JPEG", "PNG", "WEBP")
ACCEPT = "image/jpeg,image/png,image/webp"  # without HEIC on this list, a phone converts by itself
QUALITY = 85
# What Pillow raises over a file that is broken or made to break it.
_BROKEN = (
    ArithmeticError,
    EOFError,
    LookupError,
    OSError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)


class PictureRefused(ValueError):
    """The sentence says what to do; nothing of the file is quoted."""

    sentence: str | Promise = _("This file cannot be used as a picture.")


class TooHeavy(PictureRefused):
    sentence = _("This file is larger than 8 MB. Please choose a smaller one, or save the picture in a smaller size.")


class TooManyDots(PictureRefused):
    sentence = _("This picture has more than 25 million dots. Please save it in a smaller size and choose it again.")


class NotAPicture(PictureRefused):
    sentence = _("We cannot open this file. Please choose a photograph as JPEG, PNG or WebP; it may also be damaged.")


@dataclass(frozen=True, slots=True)
class Picture:
    """A JPEG that holds its dots and nothing else."""

    data: bytes
    width: int
    height: int


def clean(raw: bytes, *, longest: int) -> Picture:
    """The picture in these bytes, upright, its longer edge at most `longest` dots; else a PictureRefused."""
    if len(raw) > MOST_BYTES:
        raise TooHeavy
    try:
        with Image.open(BytesIO(raw), formats=FORMATS) as found:
            if found.width * found.height > MOST_DOTS:
                raise TooManyDots
            return _written(_copied(found, longest))
    except PictureRefused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise TooManyDots from bomb
    except _BROKEN as broken:
        raise NotAPicture from broken


def _copied(found: Image.Image, longest: int) -> Image.Image:
    """A new picture on white that has the dots of the old one, and nothing that hung on it."""
    found.draft("RGB", (longest, longest))  # a JPEG is decoded no finer than it is needed
    found.load()
    turned = ImageOps.exif_transpose(found).convert("RGBA")
    turned.thumbnail((longest, longest))
    copy = Image.new("RGB", turned.size, "white")
    copy.paste(turned, mask=turned)
    return copy


def _written(picture: Image.Image) -> Picture:
    out = BytesIO()
    picture.save(out, "JPEG", quality=QUALITY, optimize=True)
    return Picture(out.getvalue(), picture.width, picture.height)
