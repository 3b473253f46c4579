"""The practitioner's note: kept as a draft, signed once, and from then on only amended."""

from datetime import datetime

from django.db import transaction

from clinic.accounts.models import User
from clinic.audit.models import Action
from consultations import transitions
from consultations.errors import MovedOn
from consultations.models import Consultation, Note, NoteAmendment
from practitioners.models import Practitioner


def write(*, actor: User, author: Practitioner, consultation: Consultation, body: str, now: datetime) -> Note:
    """Save the draft of the note; a signed note is not written over."""
    with transaction.atomic():
        note, created = Note.objects.select_for_update(no_key=True).get_or_create(
            consultation=consultation, defaults={"author": author, "body": body, "saved_at": now}
        )
        if note.signed_at is not None:
            raise MovedOn
        if not created:
            note.body, note.saved_at, note.author = body, now, author
            note.save(update_fields=["body", "saved_at", "author"])
        transitions.record(Action.NOTE_SAVED, consultation, actor, now)
    return note


def sign(*, actor: User, author: Practitioner, consultation: Consultation, body: str, now: datetime) -> Note:
    """Sign the note as it stands here; what comes later is an amendment."""
    with transaction.atomic():
        note = write(actor=actor, author=author, consultation=consultation, body=body, now=now)
        note.signed_at = now
        note.save(update_fields=["signed_at"])
        transitions.record(Action.NOTE_SIGNED, consultation, actor, now)
    return note


def amend(*, actor: User, author: Practitioner, note: Note, body: str, now: datetime) -> NoteAmendment:
    """Add to a signed note, in the open; the same words sent again are added once."""
    if note.signed_at is None:
        raise MovedOn
    with transaction.atomic():
        newest = _locked(note).amendments.order_by("-signed_at", "-pk").first()
        if newest is not None and (newest.author_id, newest.body) == (author.pk, body):
            return newest
        amendment = NoteAmendment.objects.create(note=note, author=author, body=body, signed_at=now)
        transitions.record(Action.NOTE_AMENDED, note.consultation, actor, now)
    return amendment


def _locked(note: Note) -> Note:
    found: Note = Note.objects.select_for_update(no_key=True).get(pk=note.pk)
    return found
