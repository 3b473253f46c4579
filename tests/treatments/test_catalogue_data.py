"""The catalogue as shipped: complete, in two languages, in order, and in words we are willing to say."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.db.models import CharField, Model

from clinic.premises.models import Clinic, Device, Location, Room
from consultations.models import Kind
from practitioners.models import Practitioner
from practitioners.models.profile import KindCode, Language
from treatments import models
from treatments.codes import CATEGORY_OF, LIGHT, MILD, PEEL_MD, SkinType, TreatmentCode
from treatments.models.choices import GRADE_CHOICES

DATA = Path(__file__).parents[2] / "treatments" / "data" / "catalogue"
FILES = sorted(path.name for path in DATA.glob("*.json"))
GRADES = {grade for grade, _ in GRADE_CHOICES}

# The cautious downtime that the event rule counts with, in days.
CAUTIOUS_DAYS = {
    "peel_superficial": 7, "peel_medium": 14, "peel_deep": 21, "laser_nafl": 7, "laser_afl": 14, "laser_qs_pico": 3,
    "laser_ndyag_lp": 2, "ipl": 7, "microneedling": 5, "rf_microneedling": 5, "microdermabrasion": 2,
}  # fmt: skip

# What the phototype rules leave for skin types IV, V and VI; a treatment that is not offered reads "ask".
DARKER_SKIN = {
    "peel_superficial": "usual care care", "peel_medium": "care care care", "peel_deep": "ask ask ask",
    "laser_nafl": "care care care", "laser_afl": "care care care", "laser_qs_pico": "care care care",
    "laser_ndyag_lp": "usual care care", "ipl": "care ask ask", "microneedling": "usual care care",
    "rf_microneedling": "usual care care", "microdermabrasion": "usual care care",
}  # fmt: skip

# The fewest days that the rules on earlier procedures leave between two sessions of one kind.
LEAST_GAP = {
    "peel_superficial": 14, "peel_medium": 92, "laser_nafl": 28, "laser_afl": 42, "laser_qs_pico": 14,
    "laser_ndyag_lp": 14, "ipl": 14, "microneedling": 28, "rf_microneedling": 28, "microdermabrasion": 7,
}  # fmt: skip

NEVER_SAID = {
    "en": re.compile(r"\b(un)?safe\w*|\bbest\b|\bguarantee\w*|\brisk-free\b|\bpainless\b|\bmiracle\w*", re.I),
    "zh-hant": re.compile("安全|保證|最好|最佳|零風險|無風險|無痛|根治"),
}
SIMPLIFIED = set("与种价网适洁宁怀机极构荐体")  # of those that Big5 knows; all others fail to encode
OF_HONG_KONG = set("裏着啫酰")  # everyday in Hong Kong, beyond Big5
HALF_WIDTH = re.compile("[\u4e00-\u9fff][,;:?!()]|[,;:?!()][\u4e00-\u9fff]")


def load(name: str) -> Any:
    return json.loads((DATA / name).read_text(encoding="utf-8"))


def pairs(value: Any) -> Iterator[dict[str, str]]:
    """Every text of a file, each as a dict from language to words."""
    if isinstance(value, dict) and value.keys() & {"en", "zh-hant"}:
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from pairs(inner)


def found(value: Any, key: str) -> Iterator[Any]:
    """Every value that stands under this key, at any depth."""
    if isinstance(value, dict):
        yield from (inner for name, inner in value.items() if name == key)
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from found(inner, key)


CODES: dict[str, dict[str, Any]] = {facts["code"]: facts for facts in load("codes.json")}
CONCERNS: dict[str, dict[str, Any]] = {concern["slug"]: concern for concern in load("concerns.json")}
TREATMENTS: dict[str, dict[str, Any]] = {treatment["slug"]: treatment for treatment in load("treatments.json")}
PRACTITIONERS: dict[str, dict[str, Any]] = {person["slug"]: person for person in load("practitioners.json")}
LOCATIONS: dict[str, dict[str, Any]] = {place["slug"]: place for place in load("clinic.json")["locations"]}
each_file = pytest.mark.parametrize("name", FILES)
each_code = pytest.mark.parametrize("facts", CODES.values(), ids=CODES.keys())
each_concern = pytest.mark.parametrize("concern", CONCERNS.values(), ids=CONCERNS.keys())
each_treatment = pytest.mark.parametrize("treatment", TREATMENTS.values(), ids=TREATMENTS.keys())
each_practitioner = pytest.mark.parametrize("person", PRACTITIONERS.values(), ids=PRACTITIONERS.keys())


@each_file
def test_every_text_stands_in_both_languages(name):
    for text in pairs(load(name)):
        assert text.keys() == {"en", "zh-hant"}, text
        assert all(words and words == words.strip() for words in text.values()), text


@each_file
def test_no_text_says_a_word_we_never_say(name):
    said = [
        text[language] for text in pairs(load(name)) for language in text if NEVER_SAID[language].search(text[language])
    ]
    assert said == []


@each_file
def test_chinese_is_written_in_traditional_characters_with_full_width_marks(name):
    for text in pairs(load(name)):
        letters = set(re.findall("[\u4e00-\u9fff]", text["zh-hant"]))
        assert letters, text
        assert {c for c in letters - OF_HONG_KONG if c in SIMPLIFIED or not c.encode("big5", "ignore")} == set()
        assert HALF_WIDTH.findall(text["zh-hant"]) == []


@each_file
def test_every_source_named_is_listed(name):
    listed = {reference["tag"] for reference in load("references.json")}
    assert {tag for refs in found(load(name), "refs") for tag in refs} <= listed


@each_file
def test_every_strength_of_evidence_is_one_of_the_grades(name):
    assert set(found(load(name), "evidence_grade")) <= GRADES


def test_every_text_fits_its_column():
    def fits(model: type[Model], rows: list[dict[str, Any]]) -> None:
        for field in (field for field in model._meta.get_fields() if isinstance(field, CharField) and field.max_length):
            for words in (row[field.name] for row in rows if field.name in row):
                for text in words.values() if isinstance(words, dict) else [words]:
                    assert len(text) <= (field.max_length or 0), (model, field.name, text)

    codes, concerns, clinic = list(CODES.values()), list(CONCERNS.values()), load("clinic.json")
    fits(models.TreatmentFacts, codes)
    fits(models.SideEffect, [row for facts in codes for row in facts["side_effects"]])
    fits(models.RecoveryStage, [row for facts in codes for row in facts["recovery"]])
    fits(models.AftercareStep, [row for facts in codes for row in facts["aftercare"]])
    fits(models.TreatmentCategory, load("categories.json"))
    fits(models.Treatment, list(TREATMENTS.values()))
    fits(models.Concern, concerns)
    fits(models.Habit, [row for concern in concerns for row in concern["habits"]])
    fits(models.HomeCare, [row for concern in concerns for row in concern["home_care"]])
    fits(models.FrequentQuestion, load("faqs.json"))
    fits(models.Reference, load("references.json"))
    fits(Practitioner, list(PRACTITIONERS.values()))
    fits(Kind, load("kinds.json"))
    fits(Clinic, [clinic])
    fits(Location, clinic["locations"])
    fits(Room, [room for place in clinic["locations"] for room in place["rooms"]])
    fits(Device, [device for place in clinic["locations"] for device in place["devices"]])


def test_every_code_is_described_once_on_its_own_shelf():
    assert Counter(facts["code"] for facts in load("codes.json")) == Counter(TreatmentCode)
    assert {code: facts["category"] for code, facts in CODES.items()} == CATEGORY_OF
    assert {category["key"] for category in load("categories.json")} == set(CATEGORY_OF.values())


@each_code
def test_ranges_run_upwards(facts):
    for low, high in (("depth_from_um", "depth_to_um"), ("sessions_min", "sessions_max"), ("pain_min", "pain_max"),
                      ("spacing_min_days", "spacing_max_days"), ("upkeep_per_year_min", "upkeep_per_year_max"),
                      ("downtime_typical_days", "downtime_cautious_days")):  # fmt: skip
        assert 0 <= facts[low] <= facts[high], low
    assert facts["pain_max"] <= 10
    assert facts["downtime_cautious_days"] == CAUTIOUS_DAYS[facts["code"]]
    assert facts["depth_source"] in {"source", "GK"}


@each_code
def test_suitability_agrees_with_the_phototype_rules(facts):
    assert list(facts["suitability"]) == list(SkinType)
    lighter = ["ask"] * 3 if facts["code"] == "peel_deep" else ["usual"] * 3
    assert list(facts["suitability"].values()) == lighter + DARKER_SKIN[facts["code"]].split()


@each_code
def test_recovery_leaves_no_day_out_and_settles_with_the_downtime(facts):
    days = {day: row["stage"] for row in facts["recovery"] for day in range(row["day_from"], row["day_to"] + 1)}
    assert all(after["day_from"] == before["day_to"] + 1 for before, after in pairwise(facts["recovery"]))
    assert min(days) == 0
    assert max(days) >= 14
    typical, cautious = facts["downtime_typical_days"], facts["downtime_cautious_days"]
    assert days == {d: "visible" if d < typical else "fading" if d < cautious else "settled" for d in days}


@each_code
def test_aftercare_begins_on_the_day_and_runs_forwards(facts):
    steps = facts["aftercare"]
    assert steps[0]["day_from"] == 0
    assert all(step["day_from"] <= step["day_to"] for step in steps)
    assert all(after["day_from"] == before["day_to"] + 1 for before, after in pairwise(steps))


@each_code
def test_side_effects_are_named_with_their_likelihood(facts):
    order = ["common", "uncommon", "rare"]
    ranks = [order.index(effect["likelihood"]) for effect in facts["side_effects"]]
    assert set(ranks) == {0, 1, 2}
    assert ranks == sorted(ranks)


@each_code
def test_before_care_asks_for_the_windows_of_the_rules(facts):
    code, days = facts["code"], {row["topic"]: row["days_before"] for row in facts["before_care"]}
    assert days["acids"] == 3
    assert days["visit"] == 0
    assert days["sun"] == (28 if code in LIGHT | PEEL_MD else 14)
    assert days["hair_removal"] == (14 if code in PEEL_MD else 7)
    assert days["retinoid"] == (3 if "needling" in code else 7)
    assert days.get("filler") == {"peel_superficial": None, "rf_microneedling": 28}.get(code, 14)


def test_the_guide_to_enlarged_pores_is_whole():
    pores = CONCERNS["enlarged-pores"]
    assert {area["key"] for area in pores["areas"]} == {"nose", "cheeks", "chin"}
    assert [row["week"] for row in pores["expectations"]] == [2, 4, 8, 12]
    assert {cause["name"]["en"] for cause in pores["causes"]} == {
        "Oil",
        "Genes and sex",
        "Age",
        "Hormones",
        "Sun",
        "Acne",
    }
    assert len(pores["home_care"]) >= 8
    assert len(pores["options"]) == len(TreatmentCode) - 1  # a deep peel is no option for pores
    assert {"permanence", "side-effects", "combining", "skin-types"} <= {row["key"] for row in load("faqs.json")}


@each_concern
def test_a_concern_has_every_part_and_names_only_known_codes(concern):
    parts = ("causes", "areas", "habits", "home_care", "expectations", "options")
    assert all(concern[part] for part in parts)
    codes = [option["code"] for option in concern["options"]]
    assert len(codes) == len(set(codes) & set(CODES))


def test_questions_belong_to_a_concern_or_to_all():
    assert {row["concern"] for row in load("faqs.json")} <= {None, *CONCERNS}


@each_treatment
def test_a_treatment_is_priced_and_planned_within_the_facts_of_its_code(treatment):
    facts = CODES[treatment["code"]]
    assert treatment["category"] == facts["category"]
    assert treatment["price_is_example"]
    assert (treatment["price_minor"] is None) == (treatment["price_kind"] == "after_examination")
    assert facts["sessions_min"] <= treatment["course_sessions"] <= facts["sessions_max"]
    assert facts["spacing_min_days"] <= treatment["course_spacing_days"] <= facts["spacing_max_days"]
    assert treatment["course_spacing_days"] >= LEAST_GAP[treatment["code"]]
    assert facts["upkeep_per_year_min"] <= treatment["upkeep_per_year"] <= facts["upkeep_per_year_max"]


def test_the_shelf_covers_every_code_but_the_deep_peel():
    sold = Counter(treatment["code"] for treatment in load("treatments.json"))
    assert set(sold) == set(TreatmentCode) - {TreatmentCode.PEEL_DEEP}
    assert max(sold.values()) > 1  # a code is not a treatment: one code may be sold in several forms
    assert len(TREATMENTS) == sold.total()


@each_practitioner
def test_a_practitioner_offers_what_their_licence_and_their_devices_allow(person):
    assert person["registration_number"].startswith("FICTIONAL-")
    assert set(person["languages"]) <= set(Language.values)
    offered = [TREATMENTS[offering["treatment"]]["code"] for offering in person["offerings"]]
    assert set(offered) <= MILD or person["title"]["en"] != "Registered nurse"  # below the epidermis: doctors
    reachable = [device["name"] for row in person["hours"] for device in LOCATIONS[row["location"]]["devices"]]
    assert all(offering["device"] in reachable for offering in person["offerings"] if "device" in offering)
    assert {row["kind"] for row in person["kinds"]} >= {"first_visit", "follow_up", "treatment_visit"}


@each_practitioner
def test_a_working_day_is_in_one_place_and_has_a_break(person):
    for weekday in range(7):
        spans = [row for row in person["hours"] if row["weekday"] == weekday]
        assert len({row["location"] for row in spans}) <= 1
        clock = [moment for row in spans for moment in (row["opens"], row["closes"])]
        assert clock == sorted(set(clock))
        assert all(int(row["closes"][:2]) - int(row["opens"][:2]) <= 5 for row in spans)


def test_there_is_a_room_for_everyone_on_duty_and_someone_for_every_treatment():
    people = PRACTITIONERS.values()
    on_duty = Counter(place for p in people for place in {(row["location"], row["weekday"]) for row in p["hours"]})
    assert all(count <= len(LOCATIONS[location]["rooms"]) for (location, _), count in on_duty.items())
    assert {offering["treatment"] for p in people for offering in p["offerings"]} == set(TREATMENTS)
    assert len({p["registration_number"] for p in people}) == len(PRACTITIONERS) == 6


def test_every_kind_of_visit_is_described_and_only_staff_book_treatments():
    kinds = {kind["code"]: kind for kind in load("kinds.json")}
    assert set(kinds) == set(KindCode.values)
    assert {code for code, kind in kinds.items() if kind["mode"] == "staff_only"} == {"treatment_visit"}


def test_consent_is_asked_for_data_and_for_each_use_of_photographs_apart():
    asked = [(consent["kind"], consent["version"]) for consent in load("clinic.json")["consents"]]
    assert asked == [("data", 1), ("photo", 1), ("shown", 1), ("public", 1)]
