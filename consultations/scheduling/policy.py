"""What a change of time costs, as a function of values: shown before the button and applied behind it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Change(StrEnum):
    MOVE = "move"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class ChangePolicy:
    """The clinic's terms for changes that patients make by themselves.

    Moving is free until `free_move` before the visit, cancelling until `free_cancel`, both within `grace` of booking;
    later the fee is owed. From `closes` before the visit on, only a person at the clinic can change it.
    """

    free_move: timedelta
    free_cancel: timedelta
    closes: timedelta
    grace: timedelta
    fee_minor: int

    def notice(self, change: Change) -> timedelta:
        """How long before the visit this change stops being free."""
        return self.free_move if change is Change.MOVE else self.free_cancel


@dataclass(frozen=True, slots=True)
class Terms:
    """What a change made now would mean.

    `free_until` is the exact last moment at which it is free, `possible_until` the one at which patients can no longer
    make it by themselves.
    """

    possible: bool
    late: bool
    owed_minor: int
    free_until: datetime
    possible_until: datetime


def terms(
    change: Change,
    *,
    starts: datetime,
    booked_at: datetime,
    moved_by_clinic_at: datetime | None,
    now: datetime,
    policy: ChangePolicy,
) -> Terms:
    """Give the terms of a patient's own change at `now`, all instants aware.

    What has begun cannot be changed. A time that the clinic chose is not one the patient agreed to: until they change
    it themselves, or the visit begins, they may do so for free. A change made by the clinic is always free and does not
    ask here.
    """
    grace_ends = booked_at + policy.grace
    possible_until = starts if moved_by_clinic_at else min(starts, max(starts - policy.closes, grace_ends))
    free_until = starts if moved_by_clinic_at else max(starts - policy.notice(change), grace_ends)
    late = now > free_until
    return Terms(
        possible=now < possible_until,
        late=late,
        owed_minor=policy.fee_minor if late else 0,
        free_until=free_until,
        possible_until=possible_until,
    )
