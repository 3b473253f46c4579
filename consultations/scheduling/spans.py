"""Sets of whole minutes, written as half-open spans `(first, end)`."""

import sys
from bisect import bisect_right
from collections.abc import Iterable, Sequence

Span = tuple[int, int]

ALWAYS: Span = (-sys.maxsize, sys.maxsize)


def union(spans: Iterable[Span]) -> list[Span]:
    """Return the same minutes as sorted spans that neither overlap nor touch; empty spans vanish."""
    joined: list[Span] = []
    last_first, last_end = 0, -sys.maxsize - 1
    for first, end in sorted(spans):
        if first >= end:
            continue
        if first <= last_end:
            if end > last_end:
                last_end = end
                joined[-1] = (last_first, end)
        else:
            last_first, last_end = first, end
            joined.append((first, end))
    return joined


def intersection(sets: Iterable[Iterable[Span]]) -> list[Span]:
    """Return the minutes that lie in every one of the sets; of no sets at all, every minute there is.

    Sets are taken one by one, and no further once nothing is left.
    """
    shared = [ALWAYS]
    for spans in sets:
        shared = _shared(shared, union(spans))
        if not shared:
            break
    return shared


def holds(spans: Sequence[Span], minute: int) -> bool:
    """Tell whether the minute lies in one of the spans, which are sorted and apart as `union` leaves them."""
    before = bisect_right(spans, (minute, sys.maxsize))
    return before > 0 and minute < spans[before - 1][1]


def _shared(left: list[Span], right: list[Span]) -> list[Span]:
    shared: list[Span] = []
    i = j = 0
    while i < len(left) and j < len(right):
        first = max(left[i][0], right[j][0])
        end = min(left[i][1], right[j][1])
        if first < end:
            shared.append((first, end))
        if left[i][1] < right[j][1]:
            i += 1
        else:
            j += 1
    return shared
