"""A practitioner's photograph on their public page: put up and taken down by staff."""

import hashlib
from datetime import datetime

from django.db import transaction

from clinic import pictures
from clinic.accounts.models import User
from clinic.audit import trail as audit
from clinic.audit.models import Action
from practitioners.models import Portrait, PortraitSize, Practitioner


def put_up(*, actor: User, practitioner: Practitioner, raw: bytes, now: datetime) -> Portrait:
    """Show this picture, written anew in both sizes, in the place of the one before; else a PictureRefused."""
    sizes = {size.value: pictures.clean(raw, longest=size.longest).data for size in PortraitSize}
    digest = hashlib.sha256(sizes[PortraitSize.LARGE]).hexdigest()
    with transaction.atomic():
        portrait, _is_new = Portrait.objects.update_or_create(
            practitioner=practitioner, defaults={**sizes, "digest": digest, "put_up_at": now, "put_up_by": actor}
        )
        _record(actor, Action.PORTRAIT_PUT_UP, practitioner, now)
    return portrait


def take_down(*, actor: User, practitioner: Practitioner, now: datetime) -> None:
    """Show the monogram again; of the picture nothing is left."""
    with transaction.atomic():
        gone, _rows = Portrait.objects.filter(practitioner=practitioner).delete()
        if gone:
            _record(actor, Action.PORTRAIT_TAKEN_DOWN, practitioner, now)


def _record(actor: User, action: Action, practitioner: Practitioner, now: datetime) -> None:
    audit.record(actor=actor, action=action, object_type="practitioner", object_id=practitioner.pk, now=now)
