"""Finding a patient by the number they call from, although numbers lie sealed.

Beside a sealed number stands a keyed digest of its last digits, by which it is found whole and never guessed: whoever
has the database without the key of the house learns nothing from it. Under another key the worker writes it anew.
"""

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.crypto import salted_hmac

from consultations.models import Patient

# With or without the code of the country, and however it is written, a number ends in these.
COUNTED = 8
FEWEST = 6
BATCH = 200
SALT = "consultations.calling"
WRITTEN_WITH = str.maketrans("", "", "+ -()")


def digest(number: str) -> str:
    """What is kept beside a number: which key, and the digest of the last eight digits; the key alone without one."""
    ends = _ends(number)
    return _key(settings.SECRET_KEY) + (salted_hmac(SALT, ends, algorithm="sha256").hexdigest() if ends else "")


def who_has(term: str) -> Q:
    """The patients who have this number, if it is one; else nobody."""
    digits = term.translate(WRITTEN_WITH)
    is_number = digits.isascii() and digits.isdigit() and len(digits) >= FEWEST
    return Q(phone_digest=digest(digits)) if is_number else Q(pk__in=[])


def catch_up() -> int:
    """Write the digests that are missing or under another key, a few at a time. Returns how many."""
    lacking: QuerySet[Any] = Patient.objects.exclude(phone_digest__startswith=_key(settings.SECRET_KEY))[:BATCH]
    for patient in (found := list(lacking)):
        # Whoever gave another number meanwhile wrote its digest with it.
        Patient.objects.filter(pk=patient.pk, phone_digest=patient.phone_digest).update(
            phone_digest=digest(patient.phone)
        )
    return len(found)


def _ends(number: str) -> str:
    return "".join(sign for sign in number if sign.isascii() and sign.isdigit())[-COUNTED:]


@lru_cache(maxsize=4)
def _key(secret: str) -> str:
    """By which a digest tells the key that it was made with."""
    return salted_hmac(SALT, "which key", secret=secret, algorithm="sha256").hexdigest()[:8] + ":"
