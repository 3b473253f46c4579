"""The brief: what a practitioner must know before the patient comes in, and where each word of it comes from."""

from datetime import date

import pytest

from consultations import briefing, intake, replies
from consultations.models import Consultation
from tests import factories
from tests.cast import ALICE_ASKS
from tests.factories import HONG_KONG, NOW
from treatments.models import Treatment

TOLD = {
    "isotretinoin_status": "past",
    "isotretinoin_last_dose": "2027-04",
    "keloid_history": "keloid",
    "cold_sores": "unsure",
}


@pytest.fixture
def visit(alices_visit, alice):
    """Alice would like to talk about two treatments, and has told what stands in their way."""
    alices_visit.treatments.add(factories.treatment("peel_superficial", "peels"))
    intake.save(actor=alice, consultation=alices_visit, answers=TOLD, now=NOW)
    return alices_visit


def brief_of(visit, language="en"):
    return briefing.brief(intake.newest(visit), visit, language, HONG_KONG)


def words(found):
    """Everything the brief says, in one piece."""
    parts = [found.goal, *found.unanswered, *found.to_confirm, *(text for pair in found.glance for text in pair)]
    for finding in found.findings:
        parts += [finding.heading, finding.reason, finding.note, finding.disagreement, finding.until]
        parts += [citation for _tag, citation in finding.sources]
    parts += [text for group in found.groups for row in group["rows"] for text in row.values()]
    return " ".join(parts)


def test_each_treatment_of_interest_has_a_verdict_and_the_worst_comes_first(visit):
    found = brief_of(visit)
    assert {each.code for each in found.wanted} == {"microneedling", "peel_superficial"}
    assert len(found.others) == 9
    for listed in (found.wanted, found.others):
        levels = [each.verdict.level.severity for each in listed]
        assert levels == sorted(levels, reverse=True)
    assert found.wanted[0].verdict.level == intake.newest(visit).screening.worst


def test_without_a_wish_every_treatment_is_judged(alices_visit):
    alices_visit.treatments.clear()
    found = brief_of(alices_visit)
    assert len(found.wanted) == 11
    assert found.others == []


def test_findings_stand_by_severity_each_once_with_the_treatments_it_touches(visit):
    found = brief_of(visit)
    levels = [finding.level.severity for finding in found.findings]
    assert levels == sorted(levels, reverse=True)
    assert len({finding.rule.id for finding in found.findings}) == len(found.findings)
    assert any(len(finding.treatments) == 2 for finding in found.findings)


def test_a_finding_on_all_of_many_treatments_says_all_and_names_the_exceptions(visit, alice):
    for code, shelf in (("ipl", "lasers"), ("peel_medium", "peels")):
        visit.treatments.add(factories.treatment(code, shelf))
    answers = {"active_skin_infection": "yes", "photosensitisers": ["doxycycline"]}
    intake.save(actor=alice, consultation=visit, answers=answers, now=NOW)
    touched = {finding.rule.id: finding.treatments for finding in brief_of(visit).findings}
    assert (touched["INF-01"], touched["PHS-03"]) == (["All of these"], ["ipl"])


def test_a_finding_tells_its_reason_rule_source_and_what_experts_disagree_about(visit):
    findings = brief_of(visit).findings
    assert all(finding.heading and finding.reason and finding.rule.id for finding in findings)
    assert [finding for finding in findings if finding.sources and all(citation for _tag, citation in finding.sources)]
    assert [finding for finding in findings if finding.disagreement]


def test_a_wait_with_an_end_tells_the_date_and_one_without_tells_until_when(visit, alice):
    waits = [finding.earliest_date for finding in brief_of(visit).findings if finding.level == "defer"]
    assert all(isinstance(day, date) and day > brief_of(visit).as_of for day in waits if day)

    intake.save(actor=alice, consultation=visit, answers={"active_skin_infection": "yes"}, now=NOW)
    ongoing = [finding for finding in brief_of(visit).findings if finding.until]
    assert ongoing
    assert {finding.earliest_date for finding in ongoing} == {None}


def test_what_the_patient_does_not_know_is_listed_as_unanswered_and_asked_about(visit):
    found = brief_of(visit)
    label = intake.newest(visit).questionnaire.by_key["cold_sores"].label.in_language("en")
    assert label in found.unanswered
    assert [finding for finding in found.findings if finding.level == "ask"]


def test_the_patients_own_questions_stand_as_they_were_written(visit):
    reading = intake.newest(visit)
    assert [each.words for each in replies.asked(reading.questionnaire, reading.answers, visit, "en")] == [ALICE_ASKS]


def test_the_phototype_is_shown_with_its_total_and_its_sections(visit):
    found = brief_of(visit).skin.scored
    assert found is not None
    assert (found.total, found.band) == (10, "II")
    assert dict(found.sections) == {"inherited": 4, "sun": 4, "tanning": 2}


def test_one_of_the_ten_unknown_leaves_the_phototype_unknown(visit, alice):
    intake.save(actor=alice, consultation=visit, answers={"fitz_q4": "unsure"}, now=NOW)
    assert brief_of(visit).skin.scored is None


def test_the_brief_says_which_rules_for_which_day_and_that_nobody_signed_them(visit):
    found = brief_of(visit)
    assert (found.rule_set, found.as_of.isoformat(), found.signed_by) == (1, "2027-05-04", "")


@pytest.mark.parametrize(("language", "promises"), [("en", ("safe", "guarantee")), ("zh-hant", ("安全", "保證"))])
def test_the_brief_promises_nothing(visit, language, promises):
    said = words(brief_of(visit, language)).lower()
    assert not [promise for promise in promises if promise in said]


def test_a_brief_is_made_with_a_fixed_number_of_queries(visit, django_assert_num_queries):
    """The wishes, the names of treatments, the overrides and the gradings."""
    reading = intake.newest(visit)
    for treatment in ("ipl", "laser_afl", "microdermabrasion"):
        visit.treatments.add(factories.treatment(treatment, "lasers"))
    same = Consultation.objects.get(pk=visit.pk)
    assert Treatment.objects.count() == 5
    with django_assert_num_queries(4):
        briefing.brief(reading, same, "en", HONG_KONG)
