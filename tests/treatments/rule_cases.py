"""Reads `rule_cases.txt`: which answers make each rule fire, on what, and what the rule then says."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

# The clinical groups, written out a second time so that a slip in the product's own table shows.
GROUPS = {
    "PEELS": "peel_superficial peel_medium peel_deep",
    "PEEL_MD": "peel_medium peel_deep",
    "LIGHT": "laser_nafl laser_afl laser_qs_pico laser_ndyag_lp ipl",
    "FRAC": "laser_nafl laser_afl",
    "PIGLIGHT": "laser_qs_pico laser_ndyag_lp ipl",
    "NEEDLE": "microneedling rf_microneedling",
    "WOUND": "peel_medium peel_deep laser_afl microneedling rf_microneedling",
    "RESURF": "peel_medium peel_deep laser_afl microneedling rf_microneedling laser_nafl",
    "MILD": "peel_superficial microdermabrasion",
}
GROUPS["ALL"] = " ".join([GROUPS["PEELS"], GROUPS["LIGHT"], GROUPS["NEEDLE"], "microdermabrasion"])


@dataclass(frozen=True)
class RuleCase:
    rule_id: str
    level: str
    until: date | None
    open_ended: bool
    treatments: frozenset[str]
    answers: dict[str, Any]
    asked: tuple[str, ...]
    policy: dict[str, str]


def rule_cases() -> list[RuleCase]:
    lines = Path(__file__).with_name("rule_cases.txt").read_text(encoding="utf-8").splitlines()
    return [case for line in lines if not line.startswith("#") for case in _cases(line)]


def _cases(line: str) -> Iterator[RuleCase]:
    rule_id, says, treatments, differently = (column.strip() for column in line.split("|"))
    keys, values = zip(*(pair.split("=") for pair in differently.split()), strict=True)
    for alternative in product(*(value.split("/") for value in values)):
        yield _case(rule_id, says, treatments, zip(keys, alternative, strict=True))


def _case(rule_id: str, says: str, treatments: str, differently: Iterable[tuple[str, str]]) -> RuleCase:
    level, _, wait = says.partition(" ")
    answers: dict[str, Any] = {}
    for key, value in differently:
        answers[key] = [value] if key == "photosensitisers" and value else value or None
    policy = {"iso_policy": answers.pop("iso_policy")} if "iso_policy" in answers else {}
    asked = tuple(answers.pop("asked").split(",")) if "asked" in answers else ()
    until = date.fromisoformat(wait) if wait not in ("", "open") else None
    return RuleCase(rule_id, level, until, wait == "open", _codes(treatments), answers, asked, policy)


def _codes(words: str) -> frozenset[str]:
    named, _, but = words.partition(" - ")
    codes = {code for word in named.split() for code in GROUPS.get(word, word).split()}
    return frozenset(codes - set(but.split()))
