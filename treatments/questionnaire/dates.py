"""Dates as people remember them: a day, a month or a year; and the two ways the rules count forward from one.

Counting follows the clinical definition of the screening windows: months are clipped to the end of the month, a
birthday on 29 February is kept on 1 March, and a half-remembered date means its latest possible day.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

NEVER = "never"
CURRENT = "current"

# Nobody alive remembers an earlier date, so an earlier one is a slip of the keyboard.
EARLIEST_YEAR = 1900

_SHAPE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
_WRITTEN = re.compile(r"\d{4}(?:[-/.年]\d{1,2}(?:[-/.月]\d{1,2})?)?[年月日]?", re.ASCII)
_NUMBER = re.compile(r"\d+", re.ASCII)


@dataclass(frozen=True, slots=True)
class RememberedDate:
    """The first and the last day that "2026-06-01", "2026-06" or "2026" can mean."""

    first: date
    last: date

    @property
    def is_full(self) -> bool:
        return self.first == self.last


def remembered(text: str) -> RememberedDate | None:
    """The days that YYYY-MM-DD, YYYY-MM or YYYY can mean; None when it is malformed, impossible or before 1900."""
    shape = _SHAPE.fullmatch(text)
    if shape is None:
        return None
    year, month, day = shape.groups()
    try:
        first = date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None
    if first.year < EARLIEST_YEAR:
        return None
    last_month = int(month or 12)
    return RememberedDate(first, date(first.year, last_month, int(day or monthrange(first.year, last_month)[1])))


def latest_past_day(text: str, as_of: date) -> date | None:
    """The latest day up to `as_of` that the text can mean; None when it means only later days, or nothing."""
    meant = remembered(text)
    if meant is None or meant.first > as_of:
        return None
    return min(meant.last, as_of)


def canonical(text: str) -> str:
    """A date as people write it, year first ("2026/6/1", "2026.6", "2026年6月"), as YYYY[-MM[-DD]]; else unchanged."""
    if _WRITTEN.fullmatch(text) is None:
        return text
    year, *rest = _NUMBER.findall(text)
    return "-".join([year, *(number.zfill(2) for number in rest)])


def add_months(day: date, months: int) -> date:
    """The same day number `months` later, clipped to the month's last day: 31 March + 6 months is 30 September."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def birthday(born: date, age: int) -> date:
    """The day on which somebody born on `born` turns `age`; 29 February counts as 1 March in common years."""
    year = born.year + age
    if (born.month, born.day) == (2, 29) and monthrange(year, 2)[1] == 28:
        return date(year, 3, 1)
    return born.replace(year=year)
