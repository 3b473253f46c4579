"""Sending what is due: claim, hand over, note what came of it.

A row is claimed by compare-and-set with a lease, so that no lock is held while a mail server thinks, and its number of
attempts tells one claim from the next: whoever comes back after the lease has run out finds it changed and notes
nothing.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import F

from clinic.outbox.composing import compose
from clinic.outbox.models import PURGED, OutboundMessage, State, WorkerHeartbeat
from clinic.outbox.post import WORKER
from clinic.outbox.transport import InDoubt, Refused, Transport

log = logging.getLogger(__name__)

TRIES = 8
FIRST_WAIT = timedelta(seconds=30)
BATCH = 20


def deliver_due(
    *, transport: Transport, lease: timedelta, clock: Callable[[], datetime], stopped: Callable[[], bool]
) -> int:
    """Try the messages that are due, a batch at most, until told to stop; the number tried.

    Unreachable, from the transport, leaves those that are left as they were.
    """
    give_up(now=clock())
    tried = 0
    for pk in OutboundMessage.objects.due(clock()).order_by("due_at", "pk").values_list("pk", flat=True)[:BATCH]:
        if stopped():
            break
        transport.ready()
        message = claim(pk, now=clock(), lease=lease)
        if message is not None:
            _send(message, transport, clock)
            tried += 1
    return tried


def give_up(*, now: datetime) -> None:
    """Mark what is not sent any more: where a repeat would be worse than a loss, and where it comes too late."""
    in_doubt, too_late = OutboundMessage.objects.in_doubt(now, TRIES), OutboundMessage.objects.too_late(now)
    if in_doubt.exists():  # asked first, because an UPDATE of nothing takes SQLite's write lock as well
        in_doubt.update(state=State.UNSURE, lease_until=None)
        log.warning("messages may or may not have been sent: see those marked unsure")
    if too_late.exists():
        too_late.update(state=State.WITHDRAWN, error="too late to be of use", **PURGED)


def claim(pk: UUID, *, now: datetime, lease: timedelta) -> OutboundMessage | None:
    """Take a due message for the length of the lease; None when somebody else was first or it was withdrawn."""
    row = OutboundMessage.objects.due(now).filter(pk=pk)
    if not row.update(state=State.SENDING, lease_until=now + lease, attempts=F("attempts") + 1):
        return None
    # Read after the claim, so that a withdrawal in between is seen.
    message: OutboundMessage | None = OutboundMessage.objects.filter(pk=pk, state=State.SENDING).first()
    return message


def beat(*, now: datetime, problem: str = "") -> None:
    """Note that the worker is alive, and what keeps it from sending."""
    WorkerHeartbeat.objects.update_or_create(name=WORKER, defaults={"beat_at": now, "problem": problem[:200]})


def _send(message: OutboundMessage, transport: Transport, clock: Callable[[], datetime]) -> None:
    try:
        mail = compose(message, sender=settings.DEFAULT_FROM_EMAIL)
        # Asked once more at the door: what was taken back while the mail was written does not leave.
        if not OutboundMessage.objects.filter(pk=message.pk, attempts=message.attempts, state=State.SENDING).exists():
            return
        transport.hand_over(message, mail)
    except InDoubt as doubt:
        if message.once:
            _note(message, state=State.UNSURE, error=str(doubt)[:200])
        else:
            _try_later(message, str(doubt), clock())
    except (Refused, ValueError) as refusal:  # ValueError: it cannot be composed, or its seal is broken
        _try_later(message, str(refusal), clock())
    else:
        # What went out is noted as sent, even when it was withdrawn or given up in the meantime.
        mine = OutboundMessage.objects.filter(pk=message.pk, attempts=message.attempts)
        mine = mine.filter(state__in=[State.SENDING, State.WITHDRAWN, State.UNSURE])
        mine.update(state=State.SENT, sent_at=clock(), lease_until=None, error="", **PURGED)


def _try_later(message: OutboundMessage, error: str, now: datetime) -> None:
    # A server may quote the address in its refusal: its words are kept with the message, for staff, and not logged.
    log.warning("message %s was not taken, attempt %s of %s", message.pk, message.attempts, TRIES)
    if message.attempts >= TRIES:
        _note(message, state=State.FAILED, error=error[:200])
    else:
        wait = FIRST_WAIT * 2 ** (message.attempts - 1)
        _note(message, state=State.PENDING, due_at=now + wait, error=error[:200])


def _note(message: OutboundMessage, **fields: Any) -> None:
    mine = OutboundMessage.objects.filter(pk=message.pk, attempts=message.attempts, state=State.SENDING)
    mine.update(lease_until=None, **fields)
