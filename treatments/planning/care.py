"""The days round a session as dates: what to do before, and what to do after. Pure dates of the clinic's calendar."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class CareDay:
    """From the first of these days to the last, both included, do this; before the session or after it."""

    first: date
    last: date
    text: str
    is_before: bool


def before(session: date, steps: Iterable[tuple[int, str]]) -> list[CareDay]:
    """Steps (days before, words) as dates, the earliest first; each holds until the session."""
    days = sorted(steps, key=lambda step: -step[0])
    return [CareDay(session - timedelta(days=ahead), session, text, is_before=True) for ahead, text in days]


def after(session: date, steps: Iterable[tuple[int, int, str]]) -> list[CareDay]:
    """Steps (from day, to day, words), day 0 being that of the session, as dates in their order."""
    return [
        CareDay(session + timedelta(days=first), session + timedelta(days=last), text, is_before=False)
        for first, last, text in steps
    ]
