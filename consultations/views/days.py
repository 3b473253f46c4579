"""The day that an address asks for."""

from datetime import date

from django.http import HttpRequest
from django.utils.dateparse import parse_date

# Far enough for every visit; beyond lie days that a neighbour or a zone can push out of the calendar.
FIRST, LAST = date(1970, 1, 1), date(2199, 12, 31)


def day_asked(request: HttpRequest) -> date | None:
    """The day in the address, or None when there is none or it is no day."""
    return day_in(request.GET.get("day", ""))


def day_in(text: str) -> date | None:
    """The day that a text names, such as 2027-05-04."""
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return day if day and FIRST <= day <= LAST else None
