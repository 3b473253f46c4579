"""The rules of each place as data: complete, in both languages, sourced, and never laxer than what was found."""

import json
from datetime import date
from itertools import product
from typing import Any

import pytest
from django.utils.translation import override

from clinic.premises import law
from clinic.premises.law import Matter, Setting
from clinic.premises.models import Clinic, Jurisdiction
from tests.house import ROOT

RULES = [(place, matter) for place, matter in product(Jurisdiction.values, Matter)]
STRICTEST = {matter: Setting.ON if matter is Matter.COOLING_OFF else Setting.OFF for matter in Matter}
FILES = ("law.json", "wording.json")


def texts(raw: Any) -> list[dict[str, str]]:
    """Everything in a file that is said in two languages."""
    if isinstance(raw, list):
        return [text for part in raw for text in texts(part)]
    if not isinstance(raw, dict):
        return []
    return [raw] if "en" in raw else [text for part in raw.values() for text in texts(part)]


@pytest.mark.parametrize(("place", "matter"), RULES)
def test_every_place_says_something_about_every_matter(place, matter):
    rule = law.profile(place)[matter]
    assert rule.matter is matter
    assert rule.reviewed_on >= date(2026, 11, 27)


@pytest.mark.parametrize(("place", "matter"), RULES)
def test_where_nothing_was_found_the_stricter_setting_holds(place, matter):
    rule = law.profile(place)[matter]
    assert rule.sources or rule.setting is STRICTEST[matter]


@pytest.mark.parametrize("name", FILES)
def test_every_word_stands_in_both_languages(name):
    found = texts(json.loads((law.DATA / name).read_text(encoding="utf-8")))
    assert len(found) > 30
    assert [text for text in found if sorted(text) != ["en", "zh-hant"] or not all(text.values())] == []


def test_every_source_is_cited_somewhere():
    raw = json.loads((law.DATA / "law.json").read_text(encoding="utf-8"))
    wording = (law.DATA / "wording.json").read_text(encoding="utf-8")
    said = json.dumps(raw["places"]) + wording
    assert [key for key in raw["sources"] if f'"{key}"' not in said] == []


def test_a_clinic_for_which_nobody_chose_gets_the_strictest_rules():
    profile = law.profile(Clinic(name="New").jurisdiction)
    assert {matter: profile.setting(matter) for matter in Matter} == STRICTEST


def test_what_is_shown_with_conditions_has_its_notice():
    """Reviews and pictures that a place allows never stand without what has to be said beside them."""
    shown = [law.profile(place)[m] for place, m in RULES if m in {Matter.TESTIMONIALS, Matter.BEFORE_AFTER}]
    assert [rule for rule in shown if rule.is_allowed and rule.notice is None] == []
    assert all(law.profile(place).notices for place in Jurisdiction.values)


def test_hong_kong_shows_reviews_with_a_notice_and_gives_a_day_to_decide():
    profile = law.profile("HK")
    assert profile.allows(Matter.TESTIMONIALS)
    assert profile["testimonials"].notice
    assert profile["cooling_off"].hours == 24
    assert not profile.allows(Matter.PREPAYMENT)


@pytest.mark.parametrize(("place", "matter"), [
    ("TW", Matter.BEFORE_AFTER), ("TW", Matter.DISCOUNTS), ("TW", Matter.PREPAYMENT), ("AU", Matter.TESTIMONIALS),
    ("TW", Matter.FAMOUS_NAMES), ("TW", Matter.PUBLIC_QUESTIONS), ("AU", Matter.FAMOUS_NAMES),
    ("GB", Matter.FAMOUS_NAMES),
])  # fmt: skip
def test_what_a_place_bars_is_off(place, matter):
    assert not law.profile(place).allows(matter)


def test_only_australia_asks_for_longer_under_18_and_says_who_says_so():
    longer = {place: law.profile(place)["minors"] for place in Jurisdiction.values}
    assert {place: rule.hours for place, rule in longer.items() if rule.hours} == {"AU": 7 * 24}
    assert all(source.url for source in longer["AU"].sources if "Board" in source.title)


def test_a_rule_reads_in_the_language_of_the_page():
    words = law.profile("HK")["cooling_off"].words
    assert str(words) == words.en
    with override("zh-hant"):
        assert str(words) == words.zh_hant


def test_an_override_changes_its_own_matter_only_and_keeps_the_rule_in_sight():
    usual, changed = law.profile("TW"), law.profile("TW", {"discounts": "on"})
    assert changed.setting(Matter.DISCOUNTS) is Setting.ON
    assert changed["discounts"].is_overridden
    assert changed["discounts"].words == usual["discounts"].words
    assert {**changed.rules, "discounts": None} == {**usual.rules, "discounts": None}
    assert not usual.allows(Matter.DISCOUNTS), "the place's own rules are shared and must not change"


def test_templates_ask_the_profile_and_never_the_country():
    admin = ROOT / "templates" / "admin"
    pages = [page for page in (ROOT / "templates").rglob("*.html") if admin not in page.parents]
    assert len(pages) > 100
    assert [page.name for page in pages if "jurisdiction" in page.read_text(encoding="utf-8").lower()] == []
