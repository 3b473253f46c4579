"""A day drawn in columns: what each minute of somebody's day is, and the rows on which all columns meet.

Every number is a minute since the epoch. A column is an unbroken run of blocks from the first minute of the day that is
shown to its last, so that a table can draw it with cells that span rows.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

from consultations.scheduling.spans import Span, holds, union
from consultations.scheduling.starts import Busy


class What(StrEnum):
    VISIT = "visit"
    FREE = "free"
    BUFFER = "buffer"
    AWAY = "away"
    CLOSED = "closed"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a column; of a visit, which of those given, and several where they meet."""

    first: int
    end: int
    what: What
    visits: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Hours:
    """When somebody works, is away, and the house is closed: spans sorted and apart."""

    open: Sequence[Span] = ()
    away: Sequence[Span] = ()
    closed: Sequence[Span] = ()


def column(hours: Hours, visits: Sequence[Busy], step: int, shown: Span) -> list[Block]:
    """The blocks of one column. Free time is cut at every `step` minutes; visits that meet share a block."""
    blocks: list[Block] = []
    at = shown[0]
    buffers = union((blocked_from, blocked_until) for _, _, blocked_from, blocked_until in visits)
    for first, end, which in _met(visits):
        blocks += _between(hours, buffers, range(shown[0], shown[1], step), (at, first))
        blocks.append(Block(first, end, What.VISIT, which))
        at = end
    return blocks + _between(hours, buffers, range(shown[0], shown[1], step), (at, shown[1]))


def rows(columns: Iterable[Sequence[Block]], step: int, shown: Span) -> list[Span]:
    """The rows that all columns share: a line at every step, and wherever a block begins."""
    lines = {block.first for blocks in columns for block in blocks} | {*range(shown[0], shown[1], step), shown[1]}
    return list(pairwise(sorted(lines)))


def shown(spans: Sequence[Span], zone: ZoneInfo) -> Span:
    """The part of a day worth drawing: from the first of these to the last, out to whole hours on the clock."""
    first, end = min(first for first, _ in spans), max(end for _, end in spans)
    return first - _past_the_hour(first, zone), end + -_past_the_hour(end, zone) % 60


def _met(visits: Sequence[Busy]) -> list[tuple[int, int, tuple[int, ...]]]:
    """The visits in the order of the clock, those that meet as one."""
    found: list[tuple[int, int, tuple[int, ...]]] = []
    for number, (first, end, _, _) in sorted(enumerate(visits), key=lambda each: each[1]):
        if found and first < found[-1][1]:
            before = found.pop()
            found.append((before[0], max(before[1], end), (*before[2], number)))
        else:
            found.append((first, end, (number,)))
    return found


def _between(hours: Hours, buffers: Sequence[Span], grid: range, gap: Span) -> list[Block]:
    """What lies between two visits."""
    first, end = gap
    edges = {edge for spans in (hours.open, hours.away, hours.closed, buffers) for span in spans for edge in span}
    lines = {first, end} | {edge for edge in edges if first < edge < end}
    lines |= {line for line in grid if first < line < end}
    blocks: list[Block] = []
    for begins, ends in pairwise(sorted(lines)):
        what = _what(hours, buffers, begins)
        goes_on = blocks and blocks[-1].what == what != What.FREE
        blocks.append(Block(blocks.pop().first if goes_on else begins, ends, what))
    return blocks


def _what(hours: Hours, buffers: Sequence[Span], minute: int) -> What:
    for what, spans in ((What.CLOSED, hours.closed), (What.AWAY, hours.away), (What.BUFFER, buffers)):
        if holds(spans, minute):
            return what
    return What.FREE if holds(hours.open, minute) else What.OFF


def _past_the_hour(minute: int, zone: ZoneInfo) -> int:
    return datetime.fromtimestamp(minute * 60, zone).minute
