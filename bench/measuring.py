"""Rounds that visit the floor and every workload in turn, so that whatever else the machine does hits all of them."""

import statistics
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bench.browser import Browser, Unexpected
from bench.server import Server
from bench.workloads import COUNTED, Clinic, Request, Workload

FLOOR_REQUESTS, QUERY_REQUESTS = 500, 300


@dataclass(frozen=True, slots=True)
class Sample:
    """Milliseconds a request in one visit: processor time of application and database, and the median wait."""

    cpu: float
    p50: float


@dataclass
class Measured:
    """The samples of every workload, a list entry for each round, and the queries of one request."""

    samples: dict[str, list[Sample]] = field(default_factory=lambda: defaultdict(list))
    queries: dict[str, int] = field(default_factory=dict)


def send(server: Server, requests: list[Request], status: int) -> Sample:
    """Send the requests one after another and take what they cost."""
    before = server.cpu()
    waits = [request().must(status).seconds for request in requests]
    spent = server.cpu() - before
    return Sample(cpu=spent * 1000 / len(requests), p50=statistics.median(waits) * 1000)


def floor(server: Server, path: str, number: int) -> Sample:
    """What the floor costs just now."""
    browser = Browser(server.port)
    browser.get(path).must(200)
    try:
        return send(server, [lambda: browser.get(path)] * number, 200)
    finally:
        browser.close()


def rounds(
    number: int,
    bottom: Server,
    servers: Mapping[str, Server],
    clinics: Mapping[str, Clinic],
    say: Callable[[str], None],
) -> dict[str, Measured]:
    """Measure so many rounds after one that only warms up; by size of the clinic, the floor beside them."""
    found = {name: Measured() for name in ("floor", *clinics)}
    work = {size: clinic.workloads() for size, clinic in clinics.items()}
    for size, clinic in work.items():
        for workload in clinic:
            found[size].queries[workload.name] = queries_of(workload)
    for turn in range(number + 1):
        say(f"round {turn} of {number}" if turn else "warming up")
        for size, name, sample in one_round(bottom, servers, work):
            if turn:
                found[size].samples[name].append(sample)
    return found


def one_round(
    bottom: Server, servers: Mapping[str, Server], work: Mapping[str, list[Workload]]
) -> list[tuple[str, str, Sample]]:
    """Visit the floor and every workload of every clinic once."""
    visits = [
        ("floor", "trivial", floor(bottom, "/", FLOOR_REQUESTS)),
        ("floor", "one query", floor(bottom, "/one-query/", QUERY_REQUESTS)),
    ]
    for alike in zip(*work.values(), strict=True):
        for size, workload in zip(work, alike, strict=True):
            requests = workload.requests(workload.a_round)
            visits.append((size, workload.name, send(servers[size], requests, workload.status)))
    return visits


def queries_of(workload: Workload) -> int:
    """How many queries a request of the workload takes once its worker is warm: what most of a few take."""
    answers = [request(**COUNTED).must(workload.status) for request in workload.requests(4)]
    counted = statistics.mode(answer.queries for answer in answers)
    if counted < 0:
        raise Unexpected("the server did not count its queries")
    return counted
