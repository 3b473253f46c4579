"""What is measured: each workload is a number of requests that a round sends one after another."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from bench.browser import Answer, Browser
from bench.journey import Journey

Request = Callable[..., Answer]
COUNTED = {"X_Count_Queries": "1"}


@dataclass(frozen=True, slots=True)
class Limits:
    """What a workload is held to; the processor gate is in floors on PostgreSQL, and 0.6 of it on SQLite."""

    floors: float | None = None
    goal: float | None = None
    queries: int | None = None
    grows: float | None = None


@dataclass(frozen=True, slots=True)
class Workload:
    name: str
    limits: Limits
    requests: Callable[[int], list[Request]]
    a_round: int
    status: int = 200


class Clinic:
    """The workloads of one running clinic, each booking another free time of another practitioner."""

    def __init__(self, port: int, facts: Mapping[str, Any]) -> None:
        self.port, self.facts = port, facts
        self.zone = ZoneInfo(facts["zone"])
        self.times = self._free_times()
        self.held: list[Journey] = []
        self.looking = Journey(port, facts, who="anyone")

    def workloads(self) -> list[Workload]:
        """All of them, in the order in which a round visits them."""
        tomorrow = self.facts["tomorrow"]
        month = self._pages(f"/bench/month/{self.facts['month_of']}/{tomorrow}/")
        many, one = (self._pages(f"/bench/week/{number}/{tomorrow}/") for number in (50, 1))
        listed = self._pages(f"/desk/?day={tomorrow}", self.facts["cookies"])
        return [
            Workload("1  catalogue page, 20 services", Limits(8, 5, 2, 0), self._pages("/treatments/"), 8),
            Workload("2  practitioner page", Limits(), self._pages(f"/practitioners/{self.facts['month_of']}/"), 5),
            Workload("3  month, one practitioner", Limits(15, 9, 4, 0.05), month, 30),
            Workload("4  week, any of 50", Limits(180, 60, 5, 0.05), many, 8),
            Workload("4a week, one practitioner", Limits(), one, 30),
            Workload("4p page of times, any of 50", Limits(), self._look, 3),
            Workload("6h book: hold", Limits(25, 15, 10, 0.05), self._hold, 4, 302),
            Workload("6c book: confirm", Limits(25, 15, 16, 0.05), self._confirm, 4, 302),
            Workload("7  day list, 16 rows", Limits(22, 16, 4, 0.05), listed, 8),
        ]

    def _pages(self, path: str, cookies: Mapping[str, str] | None = None) -> Callable[[int], list[Request]]:
        def requests(number: int) -> list[Request]:
            browser = Browser(self.port, cookies=cookies)
            browser.get(path).must(200)  # connected, and the worker warm
            return [lambda **headers: browser.get(path, **headers)] * number

        return requests

    def _look(self, number: int) -> list[Request]:
        self.looking.times().must(200)
        return [self.looking.times] * number

    def _hold(self, number: int) -> list[Request]:
        """Visitors who have chosen a time and are about to say so; the same ones confirm afterwards."""
        self.held = []
        return [self._holder(*next(self.times)) for _ in range(number)]

    def _holder(self, who: str, starts: datetime) -> Request:
        visitor = Journey(self.port, self.facts, who=who)
        visitor.times(starts.date()).must(200)
        self.held.append(visitor)
        return lambda **headers: visitor.hold(starts, **headers)

    def _confirm(self, number: int) -> list[Request]:
        assert number <= len(self.held)
        for visitor in self.held:
            visitor.answer_everything()
        return [visitor.confirm for visitor in self.held]

    def _free_times(self) -> Iterator[tuple[str, datetime]]:
        """Times that nothing was laid on: after the filled week, each practitioner once before one comes again."""
        first = date.fromisoformat(self.facts["first_empty_day"])
        for turn in count():
            day, half_hour = divmod(turn, 16)
            opens = datetime.combine(first + timedelta(days=day), time(9), self.zone)
            for who in self.facts["practitioners"][2:-2]:
                yield who, opens + timedelta(minutes=30 * half_hour)
