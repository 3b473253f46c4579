"""What follows from the rules that fire. The dates were worked out by hand from the clinical definition."""

from datetime import date

import pytest

from tests.treatments.shipped import clean_adult, verdict, verdicts
from treatments import screening
from treatments.codes import Level, TreatmentCode
from treatments.screening import Finding, UnknownPolicy, Verdict

WORKED = """
laser_afl         | 2026-11-14 | defer 2026-11-15      | ISO-02        | isotretinoin_status=past isotretinoin_last_dose=2026-05-15
laser_afl         | 2026-11-15 | clear                 |               | isotretinoin_status=past isotretinoin_last_dose=2026-05-15
peel_medium       | 2026-09-01 | defer 2026-09-30      | ISO-01        | isotretinoin_status=past isotretinoin_last_dose=2026-03-31
laser_nafl        | 2026-07-20 | defer 2026-07-29      | TAN-01        | tan_last_exposure=2026-07-01
peel_superficial  | 2026-07-20 | defer 2026-08-03      | RET-01 RET-02 | fst=IV retinoid_topical=prescription retinoid_last_use=current
rf_microneedling  | 2026-07-20 | defer 2026-07-29      | FIL-02        | filler_last=2026-07-01
rf_microneedling  | 2026-07-29 | caution               | FIL-03        | filler_last=2026-07-01
laser_afl         | 2026-07-20 | defer 2026-07-30      | SUR-01        | facial_surgery_date=2026-04
ipl               | 2026-07-20 | defer 2026-07-30 open | SBN-01 STN-01 | sunburn_now=yes self_tanner_last=2026-07-16
microneedling     | 2026-07-20 | contraindicated       | FIL-01 KEL-01 | keloid_history=keloid filler_last=2026-07-15
ipl               | 2026-07-20 | defer 2030-03-01      | AGE-01        | dob=2012-02-29
microdermabrasion | 2026-07-20 | ask                   | ASK-filler    | filler_last=unsure
"""  # noqa: E501


@pytest.mark.parametrize("row", WORKED.strip().splitlines())
def test_the_worked_dates_come_out(row):
    treatment, as_of, says, rule_ids, differently = (column.strip() for column in row.split("|"))
    answers = clean_adult(**dict(pair.split("=") for pair in differently.split()))
    found = verdict(answers, treatment, as_of=date.fromisoformat(as_of))
    waits = [str(found.earliest_date)] if found.earliest_date else []
    assert [found.level, *waits, *["open"] * found.open_ended] == says.split()
    assert found.rule_ids == frozenset(rule_ids.split())


def test_the_levels_run_from_contraindicated_down_to_clear():
    assert sorted(Level, key=lambda level: -level.severity) == [
        "contraindicated", "defer", "ask", "caution", "info", "clear",
    ]  # fmt: skip


def test_the_gravest_finding_stands_first_and_gives_the_level():
    found = verdict(clean_adult(pih_tendency="yes", sunscreen_daily="no", open_wound=None, tanned_now="yes"), "ipl")
    assert [finding.rule_id for finding in found.findings] == ["TAN-03", "ASK-wound", "PIH-01", "SUN-01"]
    assert found.level is Level.DEFER


def test_a_known_defer_is_provisional_while_an_answer_is_unknown():
    found = verdict(clean_adult(filler_last="2026-11-20", botulinum_last=None), "laser_nafl")
    assert (found.level, found.earliest_date, found.provisional) == ("defer", date(2026, 12, 4), True)


def test_a_verdict_that_merely_asks_is_not_called_provisional():
    assert not verdict(clean_adult(botulinum_last=None), "laser_nafl").provisional


def test_current_isotretinoin_waits_without_a_date():
    found = verdict(clean_adult(isotretinoin_status="current"), "peel_medium")
    assert (found.level, found.earliest_date, found.open_ended) == ("defer", None, True)


def test_under_the_traditional_policy_mild_treatments_wait_six_months_after_isotretinoin():
    answers = clean_adult(isotretinoin_status="past", isotretinoin_last_dose="2026-09-10")
    found = verdicts(answers, "ipl", policy={"iso_policy": "traditional_6m"})[TreatmentCode.IPL]
    assert found.rule_ids == {"ISO-04"}
    assert (found.level, found.earliest_date) == (Level.DEFER, date(2027, 3, 10))


@pytest.mark.parametrize("policy", [{"iso_policy": "whatever"}, {"moon_policy": "full"}])
def test_a_policy_the_rules_do_not_know_is_refused_rather_than_ignored(policy):
    with pytest.raises(UnknownPolicy):
        verdicts(clean_adult(), "ipl", policy=policy)


def test_a_man_is_neither_asked_about_pregnancy_nor_held_to_it():
    man = clean_adult(sex_at_birth="male", pregnant="yes", breastfeeding=None)
    assert {each.level for each in verdicts(man).values()} == {"clear"}


@pytest.mark.parametrize("sex", [None, "prefer_not_to_say", "intersex", "something else"])
def test_whose_sex_at_birth_is_not_known_to_be_male_is_asked_about_pregnancy(sex):
    found = verdict(clean_adult(sex_at_birth=sex, pregnant=None, breastfeeding="unsure"), "ipl")
    assert found.rule_ids == {"ASK-pregnant", "ASK-breastfeeding"}


def test_a_possible_pregnancy_asks():
    assert verdict(clean_adult(pregnant="possible"), "peel_superficial").rule_ids == {"ASK-pregnant"}


@pytest.mark.parametrize(
    ("answers", "asks"),
    [
        ({"isotretinoin_status": "past", "isotretinoin_last_dose": None}, "ASK-isotretinoin"),
        ({"cancer_treatment": "past", "cancer_treatment_end": "unsure"}, "ASK-cancer_treatment"),
        ({"retinoid_topical": "otc_retinol", "retinoid_last_use": "2026-11-23"}, "ASK-retinoid"),
        ({"last_peel_depth": "unsure", "last_peel_date": "2020"}, "ASK-last_peel"),
        ({"last_peel_depth": "deep", "last_peel_date": "2026-02-30"}, "ASK-last_peel"),
        ({"last_laser_type": "ipl", "last_laser_date": "last spring"}, "ASK-last_laser"),
        ({"photosensitisers": ["other"]}, "ASK-photosensitisers"),
        ({"tanned_now": "unsure"}, "ASK-tan"),
        ({"bdd_preoccupied": "yes", "bdd_weight_only": "no", "bdd_impact": None, "bdd_hours": "gt3"}, "ASK-bdd"),
        ({"filler_last": "current"}, "ASK-filler"),
        ({"keloid_history": "perhaps"}, "ASK-keloid"),
    ],
)
def test_half_an_answer_asks_for_the_rest(answers, asks):
    assert verdict(clean_adult(**answers), "laser_nafl").rule_ids == {asks}


def test_vitiligo_with_no_date_asks_and_keeps_its_caution():
    found = verdict(clean_adult(vitiligo="yes", vitiligo_last_change=None), "ipl")
    assert found.level is Level.ASK
    assert found.rule_ids == {"ASK-vitiligo", "KOE-02"}


def test_an_unsure_medicine_beside_a_known_one_hides_neither():
    found = verdict(clean_adult(photosensitisers=["doxycycline", "unsure"]), "peel_superficial")
    assert found.rule_ids == {"PHS-05", "ASK-photosensitisers"}


@pytest.mark.parametrize(
    ("event", "fires"), [("2026-11-21", False), ("2026-11-22", True), ("2026-11-28", True), ("2026-11-29", False)]
)
def test_an_event_matters_from_today_until_the_downtime_has_passed(event, fires):
    """A superficial peel may show for seven days."""
    found = verdict(clean_adult(event_date=event), "peel_superficial")
    assert found.rule_ids == ({"DWN-01"} if fires else frozenset())


def test_two_treatments_count_as_a_combination_only_when_both_are_asked_about():
    answers = clean_adult(same_day_combo="yes")
    assert verdict(answers, "peel_superficial").level == "clear"
    together = verdicts(answers, "peel_superficial", "microdermabrasion")
    assert {code: each.rule_ids for code, each in together.items()} == {
        "peel_superficial": {"CMB-03"}, "microdermabrasion": {"CMB-03"},
    }  # fmt: skip


def test_a_treatment_asked_about_twice_is_asked_about_once():
    found = verdicts(clean_adult(same_day_combo="yes"), "laser_nafl", "laser_nafl")
    assert {code: each.level for code, each in found.items()} == {"laser_nafl": "clear"}


def test_a_treatment_that_is_no_code_is_refused():
    with pytest.raises(ValueError, match="leeches"):
        verdicts(clean_adult(), "leeches")


def test_verdicts_come_in_the_order_asked():
    assert list(verdicts(clean_adult(), "microneedling", "ipl")) == ["microneedling", "ipl"]


def test_a_verdict_survives_being_kept_as_json():
    answers = clean_adult(dob="2011-06-01", active_dermatitis="yes", fst=None)
    for before in verdicts(answers).values():
        assert Verdict.from_json(before.as_json()) == before


def test_a_verdict_as_json_can_be_read_by_itself():
    before = Verdict(Level.DEFER, (Finding("TAN-01", Level.DEFER, date(2026, 12, 1)),), date(2026, 12, 1))
    waits = {"level": "defer", "earliest_date": "2026-12-01", "open_ended": False}
    assert before.as_json() == {**waits, "findings": [{"rule_id": "TAN-01", **waits}]}


def test_the_worst_of_no_levels_is_clear():
    assert screening.worst([]) is Level.CLEAR
    assert screening.worst([Level.INFO, Level.ASK, Level.CAUTION]) is Level.ASK
