"""How a consultation changes: by compare-and-set along the legal moves, with a line of history and an audit row."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from clinic.accounts.models import User
from clinic.audit import trail as audit
from clinic.audit.models import Action
from consultations.errors import BookingError, MovedOn
from consultations.models import LEGAL_MOVES, Consultation, ConsultationEvent, EventKind, Status


def sources(to: Status) -> set[Status]:
    """The statuses from which a consultation may go to this one."""
    return {status for status in Status if to in LEGAL_MOVES[status]}


def set_status(
    consultation: Consultation,
    allowed: set[Status],
    to: Status,
    now: datetime,
    *,
    unchanged: Mapping[str, Any] | None = None,
    **fields: Any,
) -> None:
    """Move the row from one of the allowed statuses, with other fields, only if nobody moved it first; else MovedOn.

    It has to have been seen in one of them as well: who saw a hold knows of no patient to write to.
    """
    illegal = allowed - sources(to) - {to}
    if illegal:
        raise ValueError(f"no legal move from {sorted(illegal)} to {to}")
    if consultation.status not in allowed:
        raise MovedOn
    row = Consultation.objects.filter(pk=consultation.pk, status__in=allowed, **(unchanged or {}))
    if row.update(status=to, status_at=now, **fields) != 1:
        raise MovedOn
    for name, value in {"status": to, "status_at": now, **fields}.items():
        setattr(consultation, name, value)


def as_seen(consultation: Consultation) -> dict[str, Any]:
    """What a change of time or its taking back rests on: the time as it was read, and what was owed then."""
    return {"ics_sequence": consultation.ics_sequence, "owed_minor": consultation.owed_minor}


@contextmanager
def unless_done(consultation: Consultation, is_done: Callable[[], bool]) -> Iterator[None]:
    """Overlook a refusal when the same request, sent twice at once, has been served; the object then shows the row."""
    try:
        yield
    except BookingError:
        consultation.refresh_from_db()
        if not is_done():
            raise


def note(
    consultation: Consultation,
    kind: EventKind,
    actor: User | None,
    now: datetime,
    *,
    before: datetime | None = None,
    after: datetime | None = None,
    by: str = "",
    why: tuple[str, str] = ("", ""),
) -> None:
    """Add a line to the consultation's history: what happened, to which time, by which side and why.

    `why` is one of the reasons there are, and what somebody typed besides; either may be empty.
    """
    ConsultationEvent.objects.create(
        consultation=consultation,
        kind=kind,
        at=now,
        actor=actor,
        starts_before=before,
        starts_after=after,
        by=by,
        reason=why[0],
        words=why[1],
    )


def record(action: Action, consultation: Consultation, actor: User | None, now: datetime, *, reason: str = "") -> None:
    """Add the audit row: who did what to which consultation, never what it is about."""
    audit.record(
        actor=actor,
        action=action,
        object_type="consultation",
        object_id=consultation.pk,
        patient_id=consultation.patient_id,
        reason=reason,
        now=now,
    )


def record_about(
    action: Action, object_type: str, object_id: UUID | int, patient_id: UUID | None, actor: User | None, now: datetime
) -> None:
    """Add an audit row about something else than a consultation."""
    audit.record(
        actor=actor, action=action, object_type=object_type, object_id=object_id, patient_id=patient_id, now=now
    )
