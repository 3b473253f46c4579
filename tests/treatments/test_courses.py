"""Several treatments in one plan: order, waits and days, held against the rules that screen a patient."""

from datetime import date, timedelta
from itertools import pairwise, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.treatments.shipped import clean_adult, rules, shipped, verdicts
from treatments.codes import TreatmentCode, resolve
from treatments.planning.courses import (
    NotTogether,
    Pairing,
    Part,
    Wait,
    arrange,
    start_by,
    wait_between,
)
from treatments.planning.timeline import timeline

START = date(2027, 1, 11)
LAST: dict[str, dict[str, str | None]] = {
    "peel_superficial": {"last_peel_depth": "superficial", "last_peel_date": None},
    "peel_medium": {"last_peel_depth": "medium", "last_peel_date": None},
    "peel_deep": {"last_peel_depth": "deep", "last_peel_date": None},
    "laser_nafl": {"last_laser_type": "nafl", "last_laser_date": None},
    "laser_afl": {"last_laser_type": "afl", "last_laser_date": None},
    "laser_qs_pico": {"last_laser_type": "qs_pico", "last_laser_date": None},
    "laser_ndyag_lp": {"last_laser_type": "ndyag_lp", "last_laser_date": None},
    "ipl": {"last_laser_type": "ipl", "last_laser_date": None},
    "microneedling": {"last_needling_date": None},
    "rf_microneedling": {"last_needling_date": None},
    "microdermabrasion": {"last_microdermabrasion_date": None},
}


def shipped_pairings():
    return [
        Pairing(
            row["position"],
            resolve(row["first"]),
            resolve(row["then"]),
            Wait(days=row["wait_days"] or 0, months=row["wait_months"] or 0)
            if row["wait_days"] or row["wait_months"]
            else None,
            is_order=row["comes_first"],
            is_refused=row["is_refused"],
        )
        for row in shipped("catalogue/combinations.json")
    ]


PAIRINGS = shipped_pairings()


def part(code, sessions=1, spacing=28, typical=1, cautious=3, key=""):
    return Part(key or code, code, sessions, spacing, typical, cautious)


@pytest.mark.parametrize("first", TreatmentCode)
@pytest.mark.parametrize("then", TreatmentCode)
def test_no_wait_is_shorter_than_the_rules_on_earlier_procedures(first, then):
    """A patient who had the first on START may have the other on the day on which the plan puts it."""
    found = wait_between(first, then, PAIRINGS)
    assert found is not None, "every pair is spoken of"
    had = {name: value or START.isoformat() for name, value in LAST[first].items()}
    day = found[0].after(START)
    fired = verdicts(clean_adult(**had), then, as_of=day)[then].rule_ids
    assert not {rule for rule in fired if rule.startswith("PRV")}, (first, then, day)


def test_the_wait_is_over_on_its_last_day():
    assert Wait(days=14).after(date(2027, 2, 20)) == date(2027, 3, 6)
    assert Wait(months=3).after(date(2027, 11, 30)) == date(2028, 2, 29)
    assert Wait(months=1).after(date(2027, 12, 31)) == date(2028, 1, 31)


def test_a_peel_comes_before_the_laser_and_the_laser_two_weeks_after_its_last_session():
    peel, laser = part("peel_superficial", 4, 14), part("laser_nafl", 3, 28, 4, 7)
    course = arrange([laser, peel], PAIRINGS, START)
    assert [each.code for each in course.parts] == ["peel_superficial", "laser_nafl"]
    days = [sitting.day for sitting in course.sittings]
    by_hand = [date(2027, 1, 11), date(2027, 1, 25), date(2027, 2, 8), date(2027, 2, 22)]
    by_hand += [date(2027, 3, 8), date(2027, 4, 5), date(2027, 5, 3)]
    assert days == by_hand
    assert course.settled_on == date(2027, 5, 10)
    assert (course.typical_days, course.cautious_days) == (4 * 1 + 3 * 4, 4 * 3 + 3 * 7)
    assert course.gaps[0].wait == Wait(days=14)


def test_without_an_order_the_plan_that_is_over_sooner_wins():
    """After an ablative laser everything waits six weeks; before it, light asks for two."""
    course = arrange([part("laser_afl", 1, 42, 8, 14), part("laser_qs_pico")], PAIRINGS, START)
    assert [each.code for each in course.parts] == ["laser_qs_pico", "laser_afl"]


def test_a_wait_counts_from_every_earlier_treatment_not_only_the_last():
    first, middle, last = part("microneedling"), part("microdermabrasion"), part("rf_microneedling")
    course = arrange([first, middle, last], PAIRINGS, START)
    needles = [each.day for each in course.sittings if "needling" in each.part.code]
    assert (needles[1] - needles[0]).days >= 28


def test_two_of_one_code_are_not_planned():
    with pytest.raises(NotTogether) as refused:
        arrange([part("microneedling", key="face"), part("microneedling", key="nose")], PAIRINGS, START)
    assert refused.value.pairing is None


def test_a_deep_peel_goes_with_nothing_and_says_why():
    with pytest.raises(NotTogether) as refused:
        arrange([part("microneedling"), part("peel_deep")], PAIRINGS, START)
    assert refused.value.pairing == 190


def test_a_pair_that_nobody_speaks_of_is_not_planned():
    silent = [each for each in PAIRINGS if "ipl" not in each.then]
    with pytest.raises(NotTogether) as refused:
        arrange([part("ipl"), part("microneedling")], silent, START)
    assert refused.value.pairing is None


codes = st.lists(st.sampled_from(sorted(set(TreatmentCode) - {"peel_deep"})), min_size=2, max_size=3, unique=True)
shapes = st.lists(st.tuples(st.integers(1, 6), st.integers(28, 60), st.integers(0, 14)), min_size=3, max_size=3)
starts = st.dates(date(2026, 1, 1), date(2032, 12, 31))


def drawn(chosen, shaped):
    return [
        part(code, sessions, spacing, typical=rest // 2, cautious=rest)
        for code, (sessions, spacing, rest) in zip(chosen, shaped, strict=False)
    ]


@given(codes, shapes, starts)
def test_a_plan_keeps_every_session_and_every_wait(chosen, shaped, start):
    parts = drawn(chosen, shaped)
    course = arrange(parts, PAIRINGS, start)
    assert sorted(course.parts, key=parts.index) == parts
    assert len(course.sittings) == sum(each.sessions for each in parts)
    days = [each.day for each in course.sittings]
    assert days == sorted(days)
    assert days[0] == start
    for earlier, later in [(a, b) for a, b in pairwise(course.sittings) if a.part is b.part]:
        assert (later.day - earlier.day).days == earlier.part.spacing
    for one, other in permutations(course.sittings, 2):
        if one.part is not other.part and one.day <= other.day:
            stated = wait_between(one.part.code, other.part.code, PAIRINGS)
            assert stated is not None
            assert stated[0].after(one.day) <= other.day


@given(codes, shapes, starts)
def test_the_order_of_the_boxes_changes_no_end(chosen, shaped, start):
    parts = drawn(chosen, shaped)
    assert arrange(parts, PAIRINGS, start).settled_on == arrange(parts[::-1], PAIRINGS, start).settled_on


@given(codes, shapes, starts, st.integers(0, 900))
def test_no_plan_that_is_said_to_be_in_time_ends_after_the_event(chosen, shaped, earliest, days):
    parts, event = drawn(chosen, shaped), earliest + timedelta(days=days)
    begin = start_by(parts, PAIRINGS, event, earliest)
    if begin is None:
        assert arrange(parts, PAIRINGS, earliest).settled_on > event
        return
    assert earliest <= begin <= event
    assert arrange(parts, PAIRINGS, begin).settled_on <= event
    assert arrange(parts, PAIRINGS, begin + timedelta(days=1)).settled_on > event


@given(codes, shapes, starts)
def test_the_drawing_stays_within_its_width(chosen, shaped, start):
    drawing = timeline(arrange(drawn(chosen, shaped), PAIRINGS, start))
    assert drawing.marks[0].x == 0
    assert all(mark.x >= 0 and mark.x + mark.width <= 100.01 for mark in drawing.marks)
    assert all(0 < month.x < 100 for month in drawing.months)
    assert sum(month.is_named for month in drawing.months) <= 4
    assert all(month.x <= 85 for month in drawing.months if month.is_named)  # no date is cut off at the edge


def test_the_rules_know_every_procedure_that_the_plan_knows():
    assert set(LAST) == set(TreatmentCode)
    assert any(rule.id == "PRV-01" for rule in rules().rules)
