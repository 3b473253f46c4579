"""The rules of the place: what the law where a clinic is lets it publish, sell and book. No legal advice.

Whoever has to know asks the profile and never the country: `clinic.law.allows(Matter.DISCOUNTS)` in Python,
`{% if clinic.law.discounts.is_allowed %}` in a template. What each place says stands in data/law.json, with its source
and the day on which somebody read it; where nothing was found, the stricter setting holds.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

DATA = Path(__file__).with_name("data")


class Matter(models.TextChoices):
    """What a rule can be about."""

    TESTIMONIALS = "testimonials", _("Public reviews")
    OUTCOMES = "outcomes", _("Statements about results")
    BEFORE_AFTER = "before_after", _("Pictures from before and after")
    FAMOUS_NAMES = "famous_names", _("Famous people and other persons’ names")
    PUBLIC_QUESTIONS = "public_questions", _("Public questions and answers")
    DISCOUNTS = "discounts", _("Discounts and gifts")
    PREPAYMENT = "prepayment", _("Deposits and prepaid courses")
    MINORS = "minors", _("Booking for under 18")
    COOLING_OFF = "cooling_off", _("Time to decide")


class Setting(models.TextChoices):
    ON = "on", _("On")
    MODIFIED = "modified", _("On, with conditions")
    OFF = "off", _("Off")


@dataclass(frozen=True)
class Words:
    """A text in both languages that reads in the language of the page."""

    en: str
    zh_hant: str

    def __str__(self) -> str:
        return self.zh_hant if (get_language() or "").startswith("zh") else self.en


@dataclass(frozen=True)
class Source:
    """Where something was read; an address only where there is one."""

    title: str
    url: str


@dataclass(frozen=True)
class Notice:
    """What has to stand at the foot of every page."""

    words: Words
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Rule:
    """One matter in one place. No source means that none was found, and the setting is the stricter one.

    `notice` has to stand beside what the rule allows; `hours` is how long a patient has to decide.
    """

    matter: Matter
    setting: Setting
    words: Words
    sources: tuple[Source, ...]
    reviewed_on: date
    notice: Words | None
    hours: int
    is_overridden: bool = False

    @property
    def is_allowed(self) -> bool:
        return self.setting is not Setting.OFF


@dataclass(frozen=True)
class Profile:
    """The rules as they hold for a clinic: those of its place, but for what its owner overrides."""

    place: str
    rules: Mapping[str, Rule]
    notices: tuple[Notice, ...]

    def __getitem__(self, matter: str) -> Rule:
        return self.rules[matter]

    def setting(self, matter: Matter) -> Setting:
        """On, off, or on with conditions."""
        return self.rules[matter].setting

    def allows(self, matter: Matter) -> bool:
        """Whether the matter is on, be it with conditions."""
        return self.rules[matter].is_allowed


def profile(place: str, overridden: Mapping[str, str] | None = None) -> Profile:
    """The rules of a place, with the settings that an owner has put in their stead by matter."""
    there = _places()[place]
    changed = {
        matter: replace(there.rules[matter], setting=Setting(setting), is_overridden=True)
        for matter, setting in (overridden or {}).items()
    }
    return replace(there, rules={**there.rules, **changed}) if changed else there


def cited(keys: list[str]) -> tuple[Source, ...]:
    """The sources of these keys."""
    return tuple(_sources()[key] for key in keys)


def in_both(raw: Mapping[str, str]) -> Words:
    """The words as the data files hold them."""
    return Words(raw["en"], raw["zh-hant"])


@cache
def _read() -> Any:
    return json.loads((DATA / "law.json").read_text(encoding="utf-8"))


@cache
def _sources() -> dict[str, Source]:
    return {key: Source(**source) for key, source in _read()["sources"].items()}


@cache
def _places() -> dict[str, Profile]:
    return {key: _profile(key, place) for key, place in _read()["places"].items()}


def _profile(place: str, raw: Mapping[str, Any]) -> Profile:
    day = date.fromisoformat(raw["reviewed_on"])
    rules = {str(matter): _rule(matter, raw["rules"][matter], day) for matter in Matter}
    notices = tuple(Notice(in_both(notice["words"]), cited(notice["sources"])) for notice in raw["notices"])
    return Profile(place, rules, notices)


def _rule(matter: Matter, raw: Mapping[str, Any], day: date) -> Rule:
    return Rule(
        matter=matter,
        setting=Setting(raw["setting"]),
        words=in_both(raw["words"]),
        sources=cited(raw["sources"]),
        reviewed_on=day,
        notice=in_both(raw["notice"]) if "notice" in raw else None,
        hours=raw.get("hours", 0),
    )
