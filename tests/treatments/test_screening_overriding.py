"""A finding judged otherwise: the verdict follows, and what other rules say stays."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.treatments.shipped import clean_adult, verdicts
from treatments.codes import Level, TreatmentCode
from treatments.screening import Finding, Verdict, overridden

PEEL = TreatmentCode.PEEL_MEDIUM
WAITS = Finding("ISO-01", Level.DEFER, date(2027, 5, 18))
TAKES_CARE = Finding("PIH-01", Level.CAUTION)
FOUND = {PEEL: Verdict(Level.DEFER, (WAITS, TAKES_CARE), date(2027, 5, 18))}


def test_a_verdict_falls_to_the_worst_of_what_is_left():
    [verdict] = overridden(FOUND, {"ISO-01": Level.INFO}).values()
    assert (verdict.level, verdict.earliest_date, verdict.open_ended) == (Level.CAUTION, None, False)
    assert verdict.rule_ids == {"ISO-01", "PIH-01"}


def test_a_verdict_rises_with_a_finding_that_is_graver_than_the_rule_says():
    [verdict] = overridden(FOUND, {"PIH-01": Level.CONTRAINDICATED}).values()
    assert (verdict.level, verdict.earliest_date) == (Level.CONTRAINDICATED, None)


def test_who_makes_a_finding_a_wait_makes_it_one_without_a_date():
    [verdict] = overridden(FOUND, {"PIH-01": Level.DEFER}).values()
    assert (verdict.level, verdict.earliest_date, verdict.open_ended) == (Level.DEFER, date(2027, 5, 18), True)


def test_a_rule_that_did_not_fire_stays_silent():
    assert overridden(FOUND, {"KEL-01": Level.CONTRAINDICATED}) == FOUND


@pytest.mark.parametrize("level", Level)
def test_a_rule_is_judged_otherwise_on_every_treatment_it_touches(level):
    said = verdicts(clean_adult(keloid_history="keloid"))
    heard = overridden(said, {"KEL-01": level})
    for code, verdict in heard.items():
        levels = {finding.rule_id: finding.level for finding in verdict.findings}
        assert levels.get("KEL-01", level) is level
        assert levels.keys() == {finding.rule_id for finding in said[code].findings}


@given(st.dictionaries(st.sampled_from(["KEL-01", "KEL-02", "HSV-02", "HSV-03"]), st.sampled_from(list(Level))))
def test_judging_twice_alike_is_judging_once_and_nothing_judged_changes_nothing(levels):
    said = verdicts(clean_adult(keloid_history="keloid", cold_sores="past"))
    once = overridden(said, levels)
    assert overridden(once, levels) == once
    assert overridden(said, {}) == said
