"""The rooms of a location, or its devices, of which a visit is given one."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from consultations.scheduling.spans import Span, intersection, union
from consultations.scheduling.starts import Busy, Need, free_at, refused_by_bookings


@dataclass(frozen=True, slots=True)
class Pool:
    """The rooms of one location, or its devices, that a visit may be given: how versatile each is, and when busy."""

    need: Need
    kinds: Mapping[int, int]
    busy: Mapping[int, list[Busy]]
    _refused: dict[int, list[Span]] = field(default_factory=dict)

    def refused(self) -> list[Span]:
        """The starts at which none of them is free."""
        booked = sorted((self.busy[each] for each in self.kinds), key=len)
        return intersection(refused_by_bookings(self.need, each) for each in booked)

    def pick(self, start: int, turn: int) -> int:
        """One that is free at this start: of the least versatile, so that what only one can do stays free.

        Whose turn it is decides between those: two who are booked at the same moment seldom want the same one.
        """
        if not self._refused:
            self._refused.update({each: union(refused_by_bookings(self.need, self.busy[each])) for each in self.kinds})
        free = free_at(start, self._refused)
        least = min(self.kinds[each] for each in free)
        plain = sorted(each for each in free if self.kinds[each] == least)
        return plain[turn % len(plain)]
