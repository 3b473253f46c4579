"""Several treatments in one plan: in which order, on which days, and how many days one looks treated.

Treatments follow one another, each with its whole course. Between the last session of one and the first of any later
one lies the longest wait that a pairing states for the two, as the rules on earlier procedures do. A pair of which no
pairing speaks has no plan: unknown means ask.
"""

from bisect import bisect_right
from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations, permutations, starmap

_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Wait:
    """So many days or calendar months; a month from the 31st ends on the last day of a shorter month."""

    days: int = 0
    months: int = 0

    def after(self, day: date) -> date:
        """The first day on which the wait is over."""
        year, month = divmod(day.month - 1 + self.months, _MONTHS)
        last = monthrange(day.year + year, month + 1)[1]
        return date(day.year + year, month + 1, min(day.day, last)) + timedelta(days=self.days)


@dataclass(frozen=True, slots=True)
class Pairing:
    """What holds after a treatment of the first codes for one of the others; wait None says nothing of time."""

    key: int
    first: frozenset[str]
    then: frozenset[str]
    wait: Wait | None = None
    is_order: bool = False
    is_refused: bool = False

    def speaks_of(self, first: str, then: str) -> bool:
        return first in self.first and then in self.then


@dataclass(frozen=True, slots=True)
class Part:
    """One treatment of a plan; spacing and downtime are in days."""

    key: str
    code: str
    sessions: int
    spacing: int
    typical: int
    cautious: int


@dataclass(frozen=True, slots=True)
class Sitting:
    """One session of a part, counted from one, on a day."""

    part: Part
    number: int
    day: date


@dataclass(frozen=True, slots=True)
class Gap:
    """How long one part waits for another, and the pairing that says so."""

    earlier: Part
    later: Part
    wait: Wait
    pairing: int


@dataclass(frozen=True, slots=True)
class Course:
    """Parts in their order with the day of each session, and the waits between them."""

    parts: tuple[Part, ...]
    sittings: tuple[Sitting, ...]
    gaps: tuple[Gap, ...]

    @property
    def typical_days(self) -> int:
        """How many days in all most people look treated."""
        return sum(part.sessions * part.typical for part in self.parts)

    @property
    def cautious_days(self) -> int:
        """How many days in all to plan for."""
        return sum(part.sessions * part.cautious for part in self.parts)

    @property
    def settled_on(self) -> date:
        """The first day after the last session's cautious downtime."""
        return max(sitting.day + timedelta(days=sitting.part.cautious) for sitting in self.sittings)


class NotTogether(ValueError):
    """Two parts that make no plan; pairing None where nothing is known of them."""

    def __init__(self, one: Part, other: Part, pairing: int | None) -> None:
        super().__init__(f"{one.key} and {other.key}")
        self.one, self.other, self.pairing = one, other, pairing


def arrange(parts: Sequence[Part], pairings: Iterable[Pairing], start: date) -> Course:
    """The plan of these parts, two or more of different codes, that is over soonest; the first session is on `start`.

    Orders that a pairing asks for are kept. Of plans that end on the same day the one in the given order comes first.
    """
    known = list(pairings)
    for one, other in combinations(parts, 2):
        _refuse(one, other, known)
    orders = [order for order in permutations(parts) if _keeps(order, known)] or [tuple(parts)]
    return min((_laid(order, known, start) for order in orders), key=lambda course: course.settled_on)


def start_by(parts: Sequence[Part], pairings: Iterable[Pairing], event: date, earliest: date) -> date | None:
    """The last day on which the plan may begin so that its cautious downtime is over on the day of the event.

    None if not even a plan that begins on `earliest` is over by then. A later beginning never ends sooner, which is
    what the search leans on.
    """
    known = list(pairings)
    days = range(earliest.toordinal(), event.toordinal() + 1)
    in_time = bisect_right(days, event, key=lambda day: arrange(parts, known, date.fromordinal(day)).settled_on)
    return date.fromordinal(days[in_time - 1]) if in_time else None


def wait_between(first: str, then: str, pairings: Iterable[Pairing]) -> tuple[Wait, int] | None:
    """The longest wait between two codes with the key of the pairing that states it; None where none speaks of it.

    Of two that ask for the same, the one that also gives the order says more.
    """
    stated = [(each.wait, each.is_order, each.key) for each in pairings if each.wait and each.speaks_of(first, then)]
    longest = max(stated, key=lambda found: (found[0].after(date.min), found[1]), default=None)
    return (longest[0], longest[2]) if longest else None


def _refuse(one: Part, other: Part, pairings: list[Pairing]) -> None:
    if one.code == other.code:
        raise NotTogether(one, other, None)
    for each in pairings:
        if each.is_refused and (each.speaks_of(one.code, other.code) or each.speaks_of(other.code, one.code)):
            raise NotTogether(one, other, each.key)
    if wait_between(one.code, other.code, pairings) is None or wait_between(other.code, one.code, pairings) is None:
        raise NotTogether(one, other, None)


def _keeps(order: Sequence[Part], pairings: list[Pairing]) -> bool:
    """Whether no part comes before one that a pairing puts first."""
    return not any(
        each.is_order and each.speaks_of(later.code, earlier.code)
        for earlier, later in combinations(order, 2)
        for each in pairings
    )


def _laid(order: Sequence[Part], pairings: list[Pairing], start: date) -> Course:
    sittings: list[Sitting] = []
    gaps: list[Gap] = []
    last: dict[str, date] = {}
    for place, part in enumerate(order):
        found = [_gap(earlier, part, pairings) for earlier in order[:place]]
        gaps.extend(found[-1:])
        first = max((gap.wait.after(last[gap.earlier.key]) for gap in found), default=start)
        days = [first + timedelta(days=number * part.spacing) for number in range(part.sessions)]
        sittings.extend(starmap(lambda number, day, part=part: Sitting(part, number, day), enumerate(days, 1)))
        last[part.key] = days[-1]
    return Course(tuple(order), tuple(sittings), tuple(gaps))


def _gap(earlier: Part, later: Part, pairings: list[Pairing]) -> Gap:
    found = wait_between(earlier.code, later.code, pairings)
    if found is None:
        raise NotTogether(earlier, later, None)
    return Gap(earlier, later, *found)
