"""The check code of saved answers: shows later that nobody has changed them, not even who holds the keys of the house.

The database refuses to change a revision, and what is sealed opens only where it belongs. Both are in the hands of
whoever runs the clinic's computer; the code that a patient has noted is not.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Min

from clinic import crypto
from clinic.crypto import SealBroken
from consultations.models import IntakeRevision
from consultations.models.intake import CHECK_CODE


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many revisions are as they were saved, how many have no code, and by row what is wrong with the others."""

    whole: int
    without: int
    broken: Mapping[str, str]


def add(revision: IntakeRevision) -> IntakeRevision:
    """Save a new revision with its code, inside the transaction of a verb."""
    sign(revision)
    revision.save(force_insert=True)
    return revision


def sign(revision: IntakeRevision) -> IntakeRevision:
    """Give a revision that is not saved yet its code."""
    revision.salt = crypto.token()
    revision.digest = digest(copy_of(revision), revision.salt)
    return revision


def copy_of(revision: IntakeRevision) -> dict[str, Any]:
    """What the code is about: the answers, to which questions, of which visit, when and by whom."""
    return {
        "consultation": str(revision.intake.consultation_id),
        "intake": str(revision.intake_id),
        "number": revision.number,
        "questionnaire": revision.questionnaire_id,
        "answers": revision.answers,
        "answered_on": revision.answered_on,
        "saved_at": revision.saved_at.astimezone(UTC).isoformat(),
        "saved_by": None if revision.saved_by_id is None else str(revision.saved_by_id),
    }


def digest(copy: Mapping[str, Any], salt: str) -> str:
    """SHA-256 in 64 hex digits of a copy as JSON (keys sorted, no spaces, UTF-8), the salt before it.

    Most questions have a few possible answers, by trying which a bare digest would give them away. The salt is 256
    random bits and lies under seal.
    """
    text = json.dumps(copy, sort_keys=True, separators=(",", ":"), ensure_ascii=False, cls=DjangoJSONEncoder)
    return hashlib.sha256(f"{salt}\n{text}".encode()).hexdigest()


def verify() -> Verdict:
    """Hold every revision against its code; one has none only if it was saved before the first code was made."""
    whole = without = 0
    broken: dict[str, str] = {}
    since = IntakeRevision.objects.exclude(digest="").aggregate(first=Min("saved_at"))["first"]
    for revision in IntakeRevision.objects.select_related("intake").order_by("pk").iterator(chunk_size=200):
        if not revision.digest and (since is None or revision.saved_at < since):
            without += 1
        elif wrong := _wrong(revision):
            broken[str(revision.pk)] = wrong
        else:
            whole += 1
    return Verdict(whole, without, broken)


def noted(code: str) -> IntakeRevision | None:
    """The revision that has a noted code, spaces aside; None when there is none, or too little was noted."""
    begins = "".join(code.split()).casefold()
    if len(begins) < CHECK_CODE:
        return None
    return IntakeRevision.objects.filter(digest__startswith=begins).select_related("intake__consultation").first()


def _wrong(revision: IntakeRevision) -> str:
    try:
        same = digest(copy_of(revision), revision.salt or "") == revision.digest
    except SealBroken:
        return "does not open"
    return "" if same else "is not what was saved"
