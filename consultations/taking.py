"""Taking a time: the transaction, the locks, and the end of lapsed holds.

The database refuses an overlap whatever stands here; the locks only see to it that the loser learns so at once instead
of by deadlock.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import Q

from clinic.accounts.models import User
from consultations import messages, transitions
from consultations.errors import AlreadyThere, SlotTaken
from consultations.models import Consultation, EventKind, Patient, Status, lapsed

# One statement, in this order always: two who lock the same rows in another order would wait for each other.
LOCK = """
    select (select id from practitioners_practitioner where id = %s for no key update),
           (select id from premises_room where id = %s for no key update),
           (select id from premises_device where id = %s for no key update),
           (select id from consultations_patient where id = %s for no key update),
           (select id from accounts_user where id = %s for no key update)
"""
# PostgreSQL's codes for a deadlock and for a lock that could not be had in time.
LOCK_TROUBLE = {"40P01", "55P03"}


def until(since: datetime, last: datetime, now: datetime) -> datetime:
    """Until when a hold that began at `since` is kept if it is renewed now; never past `last`."""
    limit = since + timedelta(minutes=settings.HOLD_LIMIT_MINUTES)
    return min(now + timedelta(minutes=settings.HOLD_MINUTES), limit, last)


def may_be_kept(held: Consultation) -> bool:
    """Whether renewing the hold can keep the time longer than it is kept now."""
    since, until_now = held.held_since, held.held_until
    return since is not None and until_now is not None and until_now < until(since, held.starts, held.starts)


@contextmanager
def time() -> Iterator[None]:
    """A transaction that takes a time: refused by an overlap rule, deadlocked or waiting too long all mean "taken"."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as refused:
        if "patient_in_one_place" in str(refused):
            raise AlreadyThere from refused
        if "_in_one_place_" in str(refused):
            raise SlotTaken from refused
        raise
    except OperationalError as refused:
        if getattr(refused.__cause__, "pgcode", None) in LOCK_TROUBLE or "database is locked" in str(refused):
            raise SlotTaken from refused
        raise


def lock(
    now: datetime,
    *,
    practitioner: int,
    room: int | None = None,
    device: int | None = None,
    patient: uuid.UUID | None = None,
    person: int | None = None,
    keeping: Consultation | None = None,
    instead_of: Consultation | None = None,
) -> None:
    """Lock the rows a time uses, then end the lapsed holds that still stand on them.

    `person` is who books, and may book only so much; `instead_of` is the hold that the new time replaces.
    """
    uses = {"practitioner": practitioner, "room": room, "device": device, "patient": patient}
    if connection.features.has_select_for_update:  # a transaction of SQLite is alone from its first statement on
        with connection.cursor() as cursor:
            cursor.execute(LOCK, [*uses.values(), person])
    over = lapsed(now) & Q(_connector=Q.OR, **{name: pk for name, pk in uses.items() if pk is not None})
    if instead_of is not None:
        over |= Q(pk=instead_of.pk, status=Status.HELD)
    let_go(Consultation.objects.filter(over).exclude(pk__in=[keeping.pk] if keeping else []), now)


def lock_for(
    consultation: Consultation, now: datetime, *, patient: Patient | None = None, person: User | None = None
) -> None:
    """Lock the rows of the time that the consultation has, or had before it lapsed or was cancelled."""
    lock(
        now,
        practitioner=consultation.practitioner_id,
        room=consultation.room_id,
        device=consultation.device_id,
        patient=patient.pk if patient else consultation.patient_id,
        person=person.pk if person else None,
        keeping=consultation,
    )


def let_go(holds: Any, now: datetime) -> int:
    """End these holds and requests; a request that nobody answered is a clinic's cancellation to its patient.

    Always in the same order, since two who end the same holds wait for each other's rows. Mostly there is none.
    """
    ended = 0
    for pk in list(holds.order_by("pk").values_list("pk", flat=True)):
        held = holds.select_related("patient").filter(pk=pk).first()
        if held is None or not holds.filter(pk=pk, status=held.status).update(status=Status.EXPIRED, status_at=now):
            continue
        ended += 1
        transitions.note(held, EventKind.EXPIRED, None, now, before=held.starts)
        if held.status == Status.REQUESTED:
            messages.request_lapsed(held, now=now)
    return ended
