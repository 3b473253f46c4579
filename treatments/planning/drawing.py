"""Where things stand in the drawings: depths in micrometres, days in whole days, places on a face. Pure values only."""

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import cos, log1p, sin, sqrt

# Facial skin, in micrometres: horny layer to about 20, epidermis to about 100, dermis to about 2,000.
HORNY_UM, EPIDERMIS_UM, DERMIS_UM, DEEPEST_UM = 20, 100, 2_000, 5_000
FOLLICLE_UM = 1_200  # an oil gland of the face opens into its follicle about here
_BEND_UM = 30  # where the scale turns from nearly even to logarithmic, so that the epidermis stays visible
_LINE = 14  # pixels from one line of a label to the next
_LABEL_WIDTH = 14  # characters


@dataclass(frozen=True)
class Reach:
    """How far a treatment works into the skin: from top_um to bottom_um micrometres below the surface."""

    name: str
    top_um: int
    bottom_um: int


@dataclass(frozen=True)
class Bar:
    """One treatment in the section: x in percent of the width, the rest in pixels.

    lines are its name, wrapped, each with its y; depth_y is the line after them.
    """

    reach: Reach
    x: int
    top: int
    bottom: int
    lines: tuple[tuple[int, str], ...]
    depth_y: int

    @property
    def height(self) -> int:
        return self.bottom - self.top


@dataclass(frozen=True)
class Section:
    """A section of the skin: its height, where each layer begins, where the follicle ends, and the treatments in it."""

    height: int
    epidermis: int
    dermis: int
    fat: int
    follicle: int
    bars: tuple[Bar, ...]


def depth_to_pixels(depth_um: float, height: float) -> float:
    """Where a depth lies on a scale of this height: 0 at the surface, all of it at 5,000 micrometres or deeper."""
    if depth_um < 0:
        raise ValueError(f"a depth is measured downwards, not {depth_um}")
    return height * log1p(min(depth_um, DEEPEST_UM) / _BEND_UM) / log1p(DEEPEST_UM / _BEND_UM)


def section(reaches: Sequence[Reach], *, scale: int) -> Section:
    """The section for these treatments, shallowest first; `scale` is the height in pixels of 5,000 micrometres.

    Room for the longest label is added below, so that no name is cut off.
    """
    ordered = sorted(reaches, key=lambda reach: (reach.bottom_um, reach.top_um))
    bars: list[Bar] = []
    for place, reach in enumerate(ordered):
        # On a phone a label is as wide as its column: one that would run into the label before it steps down.
        free = bars[-1].depth_y + _LINE // 2 if bars else 0
        bars.append(_bar(reach, _column(place, len(ordered)), scale, free))
    lowest = bars[-1].depth_y if bars else 0
    return Section(
        height=max(scale + 2 * _LINE, lowest + _LINE),
        epidermis=round(depth_to_pixels(HORNY_UM, scale)),
        dermis=round(depth_to_pixels(EPIDERMIS_UM, scale)),
        fat=round(depth_to_pixels(DERMIS_UM, scale)),
        follicle=round(depth_to_pixels(FOLLICLE_UM, scale)),
        bars=tuple(bars),
    )


def _column(place: int, count: int) -> int:
    """The middle of a bar, between the pore at the start and the names of the layers at the end, in percent."""
    if count == 1:
        return 50
    first, last = 26, 78
    return first + round(place * (last - first) / (count - 1))


def _bar(reach: Reach, x: int, scale: int, free: int) -> Bar:
    """The bar of a treatment, its label below it and below `free`."""
    top = round(depth_to_pixels(reach.top_um, scale))
    bottom = max(round(depth_to_pixels(reach.bottom_um, scale)), top + 4)
    words = textwrap.wrap(reach.name, _LABEL_WIDTH, break_long_words=False) or [""]
    label = max(bottom, free)
    lines = tuple((label + _LINE * number, word) for number, word in enumerate(words, start=1))
    return Bar(reach, x, top, bottom, lines, label + _LINE * (len(words) + 1))


LOOKS = ("visible", "settling", "normal")


@dataclass(frozen=True)
class Phase:
    """A stretch of days after a session; day 0 is the day itself, both ends belong to it, last_day None is open.

    look is what others see: "visible", "settling" or "normal".
    """

    first_day: int
    last_day: int | None
    look: str
    text: str


@dataclass(frozen=True)
class Cell:
    """One day of the strip: where it begins and how wide it is, in percent of the strip, and how the skin looks."""

    x: str
    width: str
    look: str


def strip(phases: Iterable[Phase], *, days: int) -> list[Cell]:
    """The first `days` days, one cell each; a day that no phase covers looks normal."""
    known = list(phases)
    wide = 100 / days
    return [Cell(f"{day * wide:.2f}%", f"{wide * 0.93:.2f}%", _look(known, day)) for day in range(days)]


def _look(phases: Iterable[Phase], day: int) -> str:
    for phase in phases:
        if phase.first_day <= day and (phase.last_day is None or day <= phase.last_day):
            return phase.look
    return "normal"


@dataclass(frozen=True)
class Place:
    """A numbered mark on the face, in the drawing's own units (240 wide, 300 high)."""

    number: int
    key: str
    x: int
    y: int


# A place that both sides have is marked on both.
FACE: Mapping[str, tuple[tuple[int, int], ...]] = {
    "forehead": ((120, 70),),
    "temples": ((66, 108), (174, 108)),
    "eyes": ((72, 140), (168, 140)),
    "nose": ((120, 158),),
    "cheeks": ((82, 178), (158, 178)),
    "upper_lip": ((120, 192),),
    "chin": ((120, 246),),
    "jaw": ((80, 224), (160, 224)),
}


def places(keys: Iterable[str]) -> list[Place]:
    """The marks for these areas, numbered in their order; a key that the face does not have is left out."""
    known = [key for key in keys if key in FACE]
    return [Place(number, key, x, y) for number, key in enumerate(known, start=1) for x, y in FACE[key]]


# Small drawings beside an answer, 72 wide and 48 high. A scar is seen from the side, the wound it grew from between two
# marks; pores are seen from above, and their grade is by the distance at which they show (ours, not validated).
SCAR_WOUND = (26, 46)
_SCAR_BASE = 34
_SCARS: Mapping[str, tuple[int, int, int]] = {"none": (26, 46, 0), "hypertrophic": (27, 45, 13), "keloid": (10, 62, 24)}
_PORES: Mapping[str, tuple[int, float]] = {"0": (0, 0), "1": (14, 0.7), "2": (14, 1.3), "3": (30, 1.5), "4": (30, 2.3)}
_GOLDEN_ANGLE = 2.39996


def scar(kind: str) -> str:
    """The outline of the skin with a scar ("none", "hypertrophic", "keloid") as an SVG path; KeyError for another."""
    left, right, height = _SCARS[kind]
    top, pull = _SCAR_BASE - height, (right - left) // 5
    middle = (left + right) // 2
    rise = f"C{left + pull} {_SCAR_BASE} {left} {top} {middle} {top}C{right} {top} {right - pull} {_SCAR_BASE} "
    return f"M2 {_SCAR_BASE}H{left}{rise}{right} {_SCAR_BASE}H70"


@dataclass(frozen=True)
class Pore:
    """One pore of the drawing: its middle and its radius."""

    x: float
    y: float
    r: float


def pores(grade: str) -> list[Pore]:
    """The pores of a grade "0" to "4", spread evenly; a grade of one area keeps to one half. KeyError for another."""
    count, radius = _PORES[grade]
    wide = 13 if grade == "2" else 26
    return [
        Pore(
            round(36 + wide * sqrt(n / count) * cos(n * _GOLDEN_ANGLE), 1),
            round(24 + 16 * sqrt(n / count) * sin(n * _GOLDEN_ANGLE), 1),
            radius,
        )
        for n in range(1, count + 1)
    ]
