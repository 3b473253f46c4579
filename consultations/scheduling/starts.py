"""The starts that can be offered, and the reasons why others cannot.

A visit that starts at minute S lasts [S, S + length) and blocks [S - before, S + length + after).
Every reason against it is turned into the same thing, a span of refused starts; what is left of the
grid inside the openings is free. One sweep over sorted integers then answers for any number of reasons.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from consultations.scheduling.spans import Span, holds, union

Busy = tuple[int, int, int, int]
"""An existing consultation in epoch minutes: starts, ends, blocked_from, blocked_until."""

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Need:
    """What a visit asks of the calendar, in minutes: its length, the buffers round it and the step of its grid.

    So much of what comes `after` as `overrun` says may lie beyond the opening.
    """

    length: int
    before: int = 0
    after: int = 0
    step: int = 15
    overrun: int = 0

    def __post_init__(self) -> None:
        if self.length < 1 or self.step < 1 or self.before < 0 or not 0 <= self.overrun <= self.after:
            raise ValueError(f"No calendar can hold {self!r}")


def refused_by_bookings(need: Need, bookings: Iterable[Busy]) -> list[Span]:
    """Return the starts refused by what the same practitioner, room or device is already booked for.

    Neighbours share the larger of the two buffers between them, which is two rules, the database's own:
    [S, S + length + after) must not meet [starts, blocked_until), and [S - before, S + length) must not
    meet [blocked_from, ends). Each refuses one unbroken run of starts, both runs contain the booking's
    own start, and so together they refuse one run.
    """
    length, before, after = need.length, need.before, need.after
    return [
        (min(starts - after, blocked_from) - length + 1, max(blocked_until, ends + before))
        for starts, ends, blocked_from, blocked_until in bookings
    ]


def refused_by_absences(need: Need, absences: Iterable[Span]) -> list[Span]:
    """Return the starts refused by time off and other closed hours, which not even a buffer may touch."""
    return [(first - need.after - need.length + 1, end + need.before) for first, end in absences]


def refused_by_visits(need: Need, visits: Iterable[Span]) -> list[Span]:
    """Return the starts refused by the patient's other visits, whose buffers are no concern of the patient."""
    return [(starts - need.length + 1, ends) for starts, ends in visits]


def free_starts(openings: Iterable[Span], refused: Iterable[Span], need: Need, window: Span) -> list[int]:
    """Return every start in the window, ascending, that fits an opening and is not refused.

    The whole blocked range, but for its overrun, lies inside one opening. Starts lie on a grid of `need.step`
    minutes that begins `need.before` after the opening does. The window runs from the first start that still gives
    enough notice to the first that is too far ahead; a window of one minute asks about a single start,
    and the answer is the same by construction. Openings are sorted and apart (`hours.openings`
    makes them so); refusals come in any order and may overlap.
    """
    earliest, latest = window
    runs = [*union(refused), (latest, latest)]  # the last one refuses nothing and saves a bounds check
    found: list[int] = []
    run = 0
    for opens, closes in openings:
        origin = opens + need.before
        stop = min(latest, closes - (need.after - need.overrun) - need.length + 1)
        start = _on_grid(max(origin, earliest), origin, need.step)
        while start < stop:
            while runs[run][1] <= start:
                run += 1
            refused_from, refused_until = runs[run]
            found += range(start, min(stop, refused_from), need.step)
            start = stop if refused_from >= stop else _on_grid(refused_until, origin, need.step)
    return found


def free_at(start: int, refused: Mapping[Key, Sequence[Span]]) -> list[Key]:
    """Return those of the rooms or devices, in the order given, whose refusals, sorted and apart, spare this start."""
    return [key for key, spans in refused.items() if not holds(spans, start)]


def _on_grid(minute: int, origin: int, step: int) -> int:
    return minute + (origin - minute) % step
