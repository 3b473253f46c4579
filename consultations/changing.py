"""What a change by the patient means now: the page shows it, the verbs of booking apply it."""

from datetime import datetime, timedelta

from clinic.accounts.models import User
from clinic.accounts.roles import Role, holds
from clinic.premises.models import Clinic
from consultations.errors import TooLate
from consultations.models import Cancelled, Consultation, ConsultationQuerySet, Kind, Status
from consultations.scheduling.policy import Change, ChangePolicy, Terms, terms

UNDO_FOR = timedelta(minutes=15)


def terms_now(change: Change, consultation: Consultation, clinic: Clinic, now: datetime) -> Terms:
    """What moving or cancelling by the patient would mean at this moment; what the clinic has not confirmed is free."""
    if consultation.status == Status.REQUESTED:
        until = consultation.starts
        return Terms(possible=now < until, late=False, owed_minor=0, free_until=until, possible_until=until)
    move, cancel = _hours(consultation.kind, clinic)
    return terms(
        change,
        starts=consultation.starts,
        booked_at=consultation.booked_at or now,
        moved_by_clinic_at=consultation.moved_by_clinic_at,
        now=now,
        policy=ChangePolicy(
            free_move=timedelta(hours=move),
            free_cancel=timedelta(hours=cancel),
            closes=timedelta(hours=clinic.online_change_hours),
            grace=timedelta(minutes=clinic.grace_minutes),
            fee_minor=clinic.late_fee_minor,
        ),
    )


def free_hours(kind: Kind, clinic: Clinic) -> int:
    """Hours before a visit of this kind until which every change by its patient is free."""
    return max(_hours(kind, clinic))


def _hours(kind: Kind, clinic: Clinic) -> tuple[int, int]:
    """Hours before the visit until which moving is free, and cancelling.

    A kind is kinder than the clinic or as the clinic is, never less: what public pages say of all visits stays true.
    """
    move, cancel = clinic.free_move_hours, clinic.free_cancel_hours
    return (
        move if kind.free_move_hours is None else min(kind.free_move_hours, move),
        cancel if kind.free_cancel_hours is None else min(kind.free_cancel_hours, cancel),
    )


def terms_for(by: Cancelled, change: Change, consultation: Consultation, now: datetime, *, actor: User | None) -> Terms:
    """The terms that a change by this side is made on; TooLate when the patient can no longer make it.

    What a patient asks for by phone is their change, made by somebody who can make it until the visit begins.
    """
    if by == Cancelled.BY_CLINIC:
        return Terms(possible=True, late=False, owed_minor=0, free_until=now, possible_until=now)
    found = terms_now(change, consultation, Clinic.objects.the(), now)
    if found.possible or (now < consultation.starts and actor and holds(actor, Role.STAFF, Role.OWNER)):
        return found
    raise TooLate


def may_undo(consultation: Consultation, now: datetime) -> bool:
    """Whether the patient may still take their cancellation back."""
    return (
        consultation.status == Status.CANCELLED
        and consultation.cancelled_by == Cancelled.BY_PATIENT
        and now < min(consultation.status_at + UNDO_FOR, consultation.held_until or consultation.starts)
    )


def undoable(now: datetime) -> ConsultationQuerySet:
    """What patients have just cancelled: for fifteen minutes they may think again, so nobody else is asked about it."""
    found: ConsultationQuerySet = Consultation.objects.filter(
        status=Status.CANCELLED,
        cancelled_by=Cancelled.BY_PATIENT,
        status_at__gt=now - UNDO_FOR,
        starts__gt=now,
    )
    return found
