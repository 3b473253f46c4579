"""Fifty visitors want one time at the same moment, over HTTP: exactly one gets it, and the others learn so at once."""

import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from threading import Barrier
from typing import Any
from zoneinfo import ZoneInfo

from bench.browser import Answer, Browser
from bench.journey import Journey

CROWD, SAME_START, OVERLAPPING = 50, 20, 5
STALL = 1.0  # seconds: what a deadlock that is only ended by its timeout looks like
# 50 clients on two cores: the last of them waits for 25 bookings, and half as long again.
SHARE_OF_A_BOOKING = 1.5 * CROWD / 2


@dataclass
class Crowds:
    """What came of all crowds together."""

    accepted: list[int] = field(default_factory=list)  # how many of each crowd were let in
    odd: list[str] = field(default_factory=list)  # answers that are neither yes nor "taken, here are other times"
    waits: list[float] = field(default_factory=list)
    standing: int = 0  # consultations that block the crowds' times in the end
    overlaps: int = 0  # pairs of consultations in each other's way, by SQL

    def p99(self) -> float:
        return sorted(self.waits)[int(len(self.waits) * 0.99) - 1]

    def broken(self) -> list[str]:
        """Every promise that was not kept; what the machine's load may cause is not among them."""
        wrong = [f"crowd {n}: {count} accepted" for n, count in enumerate(self.accepted, 1) if count != 1]
        if self.overlaps:
            wrong.append(f"{self.overlaps} overlapping pairs in the table")
        if self.standing != len(self.accepted):
            wrong.append(f"{self.standing} consultations stand for {len(self.accepted)} crowds")
        return wrong + self.odd[:5]


Wanting = tuple[Journey, datetime]


def contend(port: int, facts: Mapping[str, Any]) -> Crowds:
    """Send one crowd after another to a clinic nobody else uses: on the same start, then on overlapping ones."""
    who = facts["practitioners"][-1]
    found = Crowds()
    crowd = [Journey(port, facts, who=who) for _ in range(CROWD)]
    for starts in half_hours(facts, SAME_START):
        _meet(found, [(visitor, starts) for visitor in crowd])
        crowd = _without_winner(port, facts, who, crowd)
    early = [Journey(port, facts, who=who, kind="follow_up") for _ in range(CROWD // 2)]
    # A follow-up takes fifty minutes: begun half an hour earlier it is in the way of a first visit.
    for starts in [*half_hours(facts, 2 * OVERLAPPING, days_later=2)][1::2]:
        earlier = [(visitor, starts - timedelta(minutes=30)) for visitor in early]
        _meet(found, [*earlier, *((visitor, starts) for visitor in crowd[CROWD // 2 :])])
        crowd = _without_winner(port, facts, who, crowd)
        early = _without_winner(port, facts, who, early, kind="follow_up")
    truth = Browser(port)
    found.overlaps = json.loads(truth.get("/bench/overlaps/").must(200).body)["pairs"]
    standing = json.loads(truth.get(f"/bench/standing/{who}/").must(200).body)["starts"]
    found.standing = len(standing) - facts["laid_on_last"]
    return found


def is_won(answer: Answer) -> bool:
    """Whether the time is held now."""
    return answer.status == 302 and answer.location.endswith("/book/details/")


def is_other_times(answer: Answer) -> bool:
    """Whether somebody else has it, and other times are offered."""
    return answer.status == 409 and 'name="starts"' in answer.body


def half_hours(facts: Mapping[str, Any], number: int, days_later: int = 0) -> Iterator[datetime]:
    """Free half-hours after the filled week."""
    first, zone = date.fromisoformat(facts["first_empty_day"]) + timedelta(days=days_later), ZoneInfo(facts["zone"])
    for turn in range(number):
        day, half_hour = divmod(turn, 16)
        yield datetime.combine(first + timedelta(days=day), time(9), zone) + timedelta(minutes=30 * half_hour)


def _meet(found: Crowds, crowd: list[Wanting]) -> None:
    """Let a crowd go at once, each on a connection that stands already, and note what each was told."""
    gate = Barrier(len(crowd))

    def ask(wanting: Wanting) -> Answer:
        visitor, starts = wanting
        visitor.browser.get("/static/staticfiles.json")  # connected: the crowd is not to wait for that
        gate.wait()
        return visitor.hold(starts)

    with ThreadPoolExecutor(len(crowd)) as pool:
        answers = list(pool.map(ask, crowd))
    won = 0
    for (visitor, _), answer in zip(crowd, answers, strict=True):
        found.waits.append(answer.seconds)
        if is_won(answer):
            won += 1
            visitor.won = True
        elif not is_other_times(answer):
            found.odd.append(f"{answer.status} {answer.location} {answer.body[:80]!r}")
    found.accepted.append(won)


def _without_winner(
    port: int, facts: Mapping[str, Any], who: str, crowd: list[Journey], kind: str = "first_visit"
) -> list[Journey]:
    """Who holds a time would give it back for the next one, so somebody new comes in their place."""
    return [Journey(port, facts, who=who, kind=kind) if visitor.won else visitor for visitor in crowd]
