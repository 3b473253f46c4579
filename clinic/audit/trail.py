"""Writing the trail: `from clinic.audit import trail as audit`, then `audit.record(...)` inside the verb's transaction.

What a page shows of a patient's health is recorded before it is shown: no row, no answer.
"""

from contextvars import ContextVar
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.transaction import TransactionManagementError

from clinic.accounts import roles
from clinic.accounts.models import User
from clinic.audit.models import Action, AuditEntry, Outcome

GUEST = "guest"

# Set by the middleware for the length of a request, so that a page's error number leads to its rows.
request_id: ContextVar[str] = ContextVar("request_id", default="")


def record(  # noqa: PLR0913  an entry has that many parts
    *,
    actor: User | None,
    action: Action,
    object_type: str,
    object_id: UUID | int | str,
    patient_id: UUID | None = None,
    reason: str = "",
    outcome: Outcome = Outcome.DONE,
    role: str = "",
    now: datetime,
) -> None:
    """Write one entry in the transaction of what it is about; outside of one it refuses.

    `role` names the hat of somebody without an account, such as "system"; an actor's own roles are found. `reason` is
    a code or a sentence about the act, never about the patient.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("an audit entry stands or falls with what it records: open a transaction")
    AuditEntry.objects.create(
        at=now,
        actor=actor,
        role=role or hat(actor),
        action=action,
        outcome=outcome,
        object_type=object_type,
        object_id=str(object_id),
        patient_id=patient_id,
        reason=reason,
        request_id=request_id.get(),
    )


def hat(actor: User | None) -> str:
    """In which roles the person acts, as the trail keeps it when the roles have long changed."""
    if actor is None:
        return GUEST
    held = sorted(role.value for role in roles.of(actor))
    return ", ".join(held) or ("superuser" if actor.is_superuser else "patient")
