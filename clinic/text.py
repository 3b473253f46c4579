"""What no typed text may hold."""

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def visible(text: str) -> str:
    """The text with a blank in the place of everything that nobody can see."""
    return "".join(" " if _is_invisible(c) else c for c in text)


def printable(text: str) -> None:
    """Refuse control characters and marks that reverse the direction of writing."""
    if any(map(_is_invisible, text)):
        raise ValidationError(_("Please remove the invisible characters from this text."), code="invisible")


def _is_invisible(c: str) -> bool:
    return c in BIDI or (unicodedata.category(c) == "Cc" and c not in "\n\t\r")
