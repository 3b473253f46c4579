"""Reads `rule_cases.txt`: for each rule the answers that make it fire, where it fires, and what it then says."""

from dataclasses import dataclass
from datetime import date
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
    policy: dict[str, str]


def rule_cases() -> list[RuleCase]:
    lines = Path(__file__).with_name("rule_cases.txt").read_text(encoding="utf-8").splitlines()
    return [_case(line) for line in lines if line and not line.startswith("#")]


def _case(line: str) -> RuleCase:
    rule_id, says, treatments, differently = (column.strip() for column in line.split("|"))
    level, _, wait = says.partition(" ")
    answers: dict[str, Any] = {}
    for pair in differently.split():
        key, _, value = pair.partition("=")
        answers[key] = [value] if key == "photosensitisers" and value else value or None
    policy = {"iso_policy": answers.pop("iso_policy")} if "iso_policy" in answers else {}
    until = date.fromisoformat(wait) if wait not in ("", "open") else None
    return RuleCase(rule_id, level, until, wait == "open", _codes(treatments), answers, policy)


def _codes(words: str) -> frozenset[str]:
    named, _, but = words.partition(" - ")
    codes = {code for word in named.split() for code in GROUPS.get(word, word).split()}
    return frozenset(codes - set(but.split()))
