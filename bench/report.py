"""The table: every workload in floors, beside what it is held to."""

import math
import statistics
from collections.abc import Mapping
from dataclasses import dataclass

from bench.contention import SHARE_OF_A_BOOKING, STALL, Crowds
from bench.measuring import Measured
from bench.thousand import TIMES, WITHIN, Thousand
from bench.workloads import Limits, Workload

SQLITE_SHARE = 0.6  # of the processor gates, which are written down for PostgreSQL
HOLD = "6h book: hold"
EXPONENT_NOISE = 0.05  # two sizes a factor of ten apart, each known to some 10 %
WIDTH = 118


@dataclass(frozen=True)
class Line:
    """One workload on one database: what it takes, and what of it is too much."""

    workload: Workload
    floors: float
    waits: float
    queries: int
    exponent: float
    limits: Limits

    @property
    def broken(self) -> list[str]:
        """What no load of the machine excuses."""
        allowed = self.limits.queries
        return [f"{self.queries} queries, {allowed} allowed"] if allowed is not None and self.queries > allowed else []

    @property
    def over(self) -> list[str]:
        """What is over a gate of time; a busy machine may be the reason, so look twice."""
        gate, growth = self.limits.floors, self.limits.grows
        found = [f"over {gate:.0f} floors"] if gate is not None and self.floors > gate else []
        if growth is not None and self.exponent > growth + EXPONENT_NOISE:
            found.append("grows")
        return found


def lines(
    vendor: str, workloads: list[Workload], found: Mapping[str, Measured], sizes: Mapping[str, int]
) -> list[Line]:
    """Every workload of the large clinic against the floor of the same round, and against the small clinic."""
    bottom = found["floor"].samples["trivial"]
    share = SQLITE_SHARE if vendor == "sqlite" else 1.0
    ratio = math.log(sizes["large"] / sizes["small"])
    told = []
    for workload in workloads:
        large, small = (found[size].samples[workload.name] for size in ("large", "small"))
        own = workload.limits
        gate = Limits(own.floors and own.floors * share, own.goal and own.goal * share, own.queries, own.grows)
        growth = statistics.median(big.cpu / little.cpu for big, little in zip(large, small, strict=True))
        told.append(
            Line(
                workload=workload,
                floors=statistics.median(s.cpu / f.cpu for s, f in zip(large, bottom, strict=True)),
                waits=statistics.median(s.p50 / f.p50 for s, f in zip(large, bottom, strict=True)),
                queries=found["large"].queries[workload.name],
                exponent=math.log(growth) / ratio,
                limits=gate,
            )
        )
    return told


def table(told: list[Line]) -> list[str]:
    """The lines as text."""
    costs, asks, grows = (
        f"{'CPU':>7} {'gate':>6} {'goal':>6}  {'p50':>7}",
        f"{'queries':>8} {'gate':>5}",
        "exponent  gate",
    )
    text = [f"{'in floors':30} {costs}  {asks}  {grows}", "-" * WIDTH]
    for line in told:
        limits = line.limits
        remarks = [*(remark.upper() for remark in line.broken), *line.over]
        text.append(
            f"{line.workload.name:30} {line.floors:6.1f}x {_or_dash(limits.floors, 6)} {_or_dash(limits.goal, 6)}  "
            f"{line.waits:6.1f}x  {line.queries:8} {_or_dash(limits.queries, 5)}  {line.exponent:8.2f} "
            f"{_or_dash(limits.grows, 5, 2)}  {'; '.join(remarks)}"
        )
    return text


def floor_words(vendor: str, found: Mapping[str, Measured]) -> str:
    """What one floor is here and now."""
    trivial, query = (found["floor"].samples[name] for name in ("trivial", "one query"))
    more = statistics.median(q.cpu / t.cpu for q, t in zip(query, trivial, strict=True))
    cpu, p50 = (statistics.median(getattr(sample, name) for sample in trivial) for name in ("cpu", "p50"))
    return f"{vendor}: one floor is {cpu:.2f} ms of processor time, p50 {p50:.2f} ms; with one query {more:.2f} floors"


def crowd_words(crowds: Crowds, found: Mapping[str, Measured]) -> list[str]:
    """What came of the crowds, and how long they waited beside a booking that nobody contends."""
    alone = statistics.median(sample.p50 for sample in found["large"].samples[HOLD]) / 1000
    allowed = min(STALL, SHARE_OF_A_BOOKING * alone)
    p99, worst = crowds.p99(), max(crowds.waits)
    late = "" if p99 <= allowed else "  over"
    each = f"contention: {len(crowds.accepted)} crowds of 50, one accepted in {crowds.accepted.count(1)}"
    time = f"  p99 {p99 * 1000:.0f} ms, {p99 / alone:.0f} times a hold alone ({alone * 1000:.1f} ms); worst "
    return [
        f"{each}, {crowds.overlaps} overlapping pairs, {len(crowds.odd)} answers that are neither yes nor 409",
        f"{time}{worst * 1000:.0f} ms; gate {allowed * 1000:.0f} ms{late}",
        *(f"  BROKEN: {wrong}" for wrong in crowds.broken()),
    ]


def thousand_words(thousand: Thousand) -> list[str]:
    """What became of the thousand, and how long they waited."""
    p95, worst = thousand.p95(), max(thousand.waits)
    late = "" if p95 <= WITHIN else "  over"
    return [
        (
            f"a thousand at once for {TIMES} times: {len(thousand.won)} held, {thousand.booked} booked, "
            f"{thousand.overlaps} overlapping pairs, {len(thousand.odd)} answers that are neither yes nor 409"
        ),
        f"  p95 {p95:.1f} s, worst {worst:.1f} s; gate {WITHIN:.0f} s{late}",
        *(f"  BROKEN: {wrong}" for wrong in thousand.broken()),
    ]


def practitioners_words(told: list[Line]) -> str:
    """How a week grows from one practitioner to fifty."""
    by_name = {line.workload.name.split()[0]: line for line in told}
    growth = math.log(by_name["4"].floors / by_name["4a"].floors) / math.log(50)
    same = by_name["4"].queries == by_name["4a"].queries
    return (
        f"from 1 practitioner to 50: exponent {growth:.2f} (gate 0.70), {'as many queries' if same else 'MORE QUERIES'}"
    )


def _or_dash(value: float | None, width: int, digits: int = 0) -> str:
    return f"{'-':>{width}}" if value is None else f"{value:{width}.{digits}f}"
