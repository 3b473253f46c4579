"""What a change of time costs, as a function of values: shown before the button and applied behind it."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class ChangePolicy:
    """The clinic's terms: free until `notice` before the visit and within `grace` of booking; else a fee is owed."""

    notice: timedelta
    grace: timedelta
    fee_minor: int


@dataclass(frozen=True, slots=True)
class Terms:
    """What a change made now would mean. `free_until` is the exact last moment at which it is free."""

    possible: bool
    late: bool
    owed_minor: int
    free_until: datetime


def terms(*, starts: datetime, booked_at: datetime, now: datetime, policy: ChangePolicy) -> Terms:
    """Give the terms of a patient's own change at `now`, all instants aware.

    A visit that has begun cannot be changed. A change made by the clinic is always free and does not ask here.
    """
    free_until = max(starts - policy.notice, booked_at + policy.grace)
    late = now > free_until
    return Terms(possible=now < starts, late=late, owed_minor=policy.fee_minor if late else 0, free_until=free_until)
