"""A thousand visitors at once for fifty times, over HTTP: fifty book, everybody else is shown other times."""

import json
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from threading import Barrier
from typing import Any

from bench.browser import Answer, Browser
from bench.contention import half_hours, is_other_times, is_won
from bench.journey import Journey

VISITORS, TIMES = 1000, 50
AT_ONCE = 8  # of those who come to the page of times before the start, and of those who go on afterwards
WITHIN = 10.0  # seconds in which 95 of 100 are answered


@dataclass
class Thousand:
    """What became of everybody."""

    won: Counter[datetime] = field(default_factory=Counter)
    odd: list[str] = field(default_factory=list)  # answers that are neither yes nor "taken, here are other times"
    waits: list[float] = field(default_factory=list)
    booked: int = 0  # winners who went on to the end
    standing: int = 0  # consultations that block the practitioner's time in the end
    overlaps: int = 0  # pairs of consultations in each other's way, by SQL

    def p95(self) -> float:
        return sorted(self.waits)[int(len(self.waits) * 0.95) - 1]

    def broken(self) -> list[str]:
        """Every promise that was not kept, but for the time it took."""
        wrong = [f"{starts} was given to {count}" for starts, count in self.won.items() if count != 1]
        if (len(self.won), self.booked, self.standing) != (TIMES, TIMES, TIMES):
            wrong.append(f"of {TIMES} times {len(self.won)} were held, {self.booked} booked, {self.standing} stand")
        if self.overlaps:
            wrong.append(f"{self.overlaps} overlapping pairs in the table")
        return wrong + self.odd[:5]


def rush(port: int, facts: Mapping[str, Any]) -> Thousand:
    """Send the thousand at one moment to a practitioner nobody else uses, and the fifty winners on to their booking."""
    who, found = facts["practitioners"][-2], Thousand()
    times = [*half_hours(facts, TIMES)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        crowd = list(pool.map(lambda _: Journey(port, facts, who=who), range(VISITORS)))
    wanting = [(visitor, times[number % TIMES]) for number, visitor in enumerate(crowd)]
    winners = []
    for (visitor, starts), answer in zip(wanting, _all_at_once(wanting), strict=True):
        found.waits.append(answer.seconds)
        if is_won(answer):
            found.won[starts] += 1
            winners.append(visitor)
        elif not is_other_times(answer):
            found.odd.append(f"{answer.status} {answer.location} {answer.body[:80]!r}")
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found.booked = sum(pool.map(_books, winners))
    truth = Browser(port)
    found.overlaps = json.loads(truth.get("/bench/overlaps/").must(200).body)["pairs"]
    standing = json.loads(truth.get(f"/bench/standing/{who}/").must(200).body)["starts"]
    found.standing = len({datetime.fromisoformat(each) for each in standing} & set(times))
    return found


def _all_at_once(wanting: list[tuple[Journey, datetime]]) -> list[Answer]:
    gate = Barrier(len(wanting))

    def ask(one: tuple[Journey, datetime]) -> Answer:
        visitor, starts = one
        visitor.browser.get("/static/staticfiles.json")  # connected: the crowd is not to wait for that
        gate.wait()
        return visitor.hold(starts)

    with ThreadPoolExecutor(len(wanting)) as pool:
        return list(pool.map(ask, wanting))


def _books(winner: Journey) -> bool:
    """Go on to the end with the time that was won."""
    winner.answer_everything()
    return winner.confirm().location.endswith("/book/booked/")
