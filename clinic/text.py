"""What no typed text may hold."""

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def printable(text: str) -> None:
    """Refuse control characters and marks that reverse the direction of writing."""
    if any(c in BIDI or (unicodedata.category(c) == "Cc" and c not in "\n\t\r") for c in text):
        raise ValidationError(_("Please remove the invisible characters from this text."), code="invisible")
