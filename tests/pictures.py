"""Photographs as people choose them from a phone, and what is made of them."""

from datetime import date, datetime
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from PIL import Image

from clinic.accounts.models import User
from practitioners import portraits, stories
from practitioners.models import Portrait, Practitioner, Story
from tests.factories import NOW
from treatments.models import Treatment

# What a phone writes beside the dots, and nobody may find again.
PLACE = b"canary-taken-at-home"


def jpeg(colour: str = "tan", size: tuple[int, int] = (640, 480)) -> bytes:
    """A JPEG of one colour that says where it was taken."""
    out = BytesIO()
    exif = Image.Exif()
    exif[0x010E] = PLACE.decode()
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (22.0, 16.0, 41.0)
    Image.new("RGB", size, colour).save(out, "JPEG", exif=exif, comment=PLACE)
    return out.getvalue()


def file(raw: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile("IMG_0001.JPG", jpeg() if raw is None else raw, content_type="image/jpeg")


def portrait(who: Practitioner, *, by: User, colour: str = "tan", now: datetime = NOW) -> Portrait:
    return portraits.put_up(actor=by, practitioner=who, raw=jpeg(colour), now=now)


def story(who: Practitioner, treatment: Treatment, *, now: datetime = NOW, **words: Any) -> Story:
    """A story without a patient behind it, as the public side knows it; it waits for a moderator."""
    said = stories.Words(**{"text": "Finer when I look closely.", "author": "A.", "language": "en", **words})
    course = stories.Course(who, treatment, sessions=2, days_since=60)
    with transaction.atomic():
        return stories.submit(course=course, words=said, until=date(2028, 5, 3), now=now)
