"""What a treatment costs over time: a course, then upkeep every year. Pure arithmetic in whole minor units.

Over some months a treatment costs its course and, for each begun year of them, a year of upkeep; so a plan over
12 months has one year of upkeep and one over 36 months three. Nothing is discounted, and no price is guessed.
"""

from dataclasses import dataclass
from math import ceil
from typing import Self

MONTHS_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class Span:
    """From the least to the most: amounts in minor units, or sessions."""

    least: int
    most: int

    def __post_init__(self) -> None:
        if not 0 <= self.least <= self.most:
            raise ValueError(f"a span runs upwards from 0, not from {self.least} to {self.most}")

    @classmethod
    def just(cls, amount: int) -> Self:
        """A span whose ends are the same."""
        return cls(amount, amount)

    def __add__(self, other: "Span") -> "Span":
        return Span(self.least + other.least, self.most + other.most)

    def __mul__(self, times: int) -> "Span":
        return Span(self.least * times, self.most * times)


@dataclass(frozen=True, slots=True)
class Plan:
    """How a treatment is taken, and what a session costs in minor units; None where only an examination tells."""

    price_minor: int | None
    sessions: Span
    upkeep_per_year: Span

    @property
    def is_priced(self) -> bool:
        return self.price_minor is not None

    @property
    def course(self) -> Span | None:
        """What the sessions of the course cost together; None where no price is stated."""
        return self.of(self.sessions)

    def over(self, months: int) -> Span | None:
        """What course and upkeep cost within so many months, one or more; None where no price is stated."""
        return self.of(self.sessions_over(months))

    def sessions_over(self, months: int) -> Span:
        """How many sessions fall within so many months: the course, and upkeep for each begun year."""
        if months < 1:
            raise ValueError(f"a plan covers a month at least, not {months}")
        return self.sessions + self.upkeep_per_year * ceil(months / MONTHS_A_YEAR)

    def of(self, sessions: Span) -> Span | None:
        """What so many sessions cost; None where no price is stated."""
        return None if self.price_minor is None else sessions * self.price_minor


def with_consultation(treatment: Span, fee: Span, *, credited: bool) -> Span:
    """A treatment's cost with the fee of the first visit, which a clinic may take off the treatment that follows.

    What is credited never exceeds what the treatment costs.
    """
    if not credited:
        return treatment + fee
    return Span(max(treatment.least, fee.least), max(treatment.most, fee.most))
