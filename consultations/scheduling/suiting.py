"""Which of the free times suit somebody: where, on which weekdays, in which parts of the day on the clinic's clock."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

NOON, EVENING = 12, 18


class DayPart(StrEnum):
    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


def part_of(wall: datetime) -> DayPart:
    """The part of the day in which a wall time lies: morning until 12:00, evening from 18:00 on."""
    if wall.hour < NOON:
        return DayPart.MORNING
    return DayPart.AFTERNOON if wall.hour < EVENING else DayPart.EVENING


@dataclass(frozen=True, slots=True)
class Suits:
    """A location by its id, weekdays (Monday is 0) and parts of the day; what is not named may be any.

    `but` is a start, aware, that they have already.
    """

    location_id: int | None = None
    weekdays: frozenset[int] = frozenset()
    parts: frozenset[DayPart] = frozenset()
    but: datetime | None = None

    @property
    def any_hour(self) -> bool:
        """Whether every hour of every day would do."""
        return not self.weekdays and not self.parts

    def fits(self, wall: datetime) -> bool:
        """Tell whether a start suits, given as wall time of the clinic."""
        return (not self.weekdays or wall.weekday() in self.weekdays) and (
            not self.parts or part_of(wall) in self.parts
        )


ANY_TIME = Suits()
