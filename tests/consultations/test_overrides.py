"""A finding judged otherwise: by whom, why, what follows, and when it no longer stands."""

from datetime import timedelta

import pytest

from clinic.audit.models import Action, AuditEntry
from consultations import briefing, gradings, intake, overrides
from consultations.errors import MovedOn
from consultations.models import Override, Screening
from tests import factories
from tests.consultations.bookings import audited, cancel, move, stored
from tests.factories import HONG_KONG, NOW
from treatments.codes import Level

WHY = "canary: spoke with her dermatologist about the scar."
KELOID = "KEL-01"  # contraindicated on microneedling, for keloid_history = keloid
MINUTE = timedelta(minutes=1)
CLEAN = {f"sens_{number}": "0" for number in range(1, 6)}


@pytest.fixture
def clock():
    """Each verb a minute after the one before."""
    moments = (NOW + n * MINUTE for n in range(1, 100))
    return lambda: next(moments)


@pytest.fixture
def visit(alices_visit, alice, clock):
    """Alice forms keloids, and everything else is well."""
    save(alices_visit, alice, clock, **CLEAN, keloid_history="keloid")
    return alices_visit


@pytest.fixture
def judge(visit, dr_imani, clock):
    def judge(level=Level.CAUTION, rule_id=KELOID, screening=None):
        return overrides.make(
            actor=dr_imani,
            practitioner=visit.practitioner,
            consultation=visit,
            screening=screening or intake.newest(visit).screening.pk,
            rule_id=rule_id,
            level=level,
            reason=WHY,
            now=clock(),
        )

    return judge


def save(visit, person, clock, **answers):
    return intake.save(actor=person, consultation=visit, answers=answers, now=clock())


def brief_of(visit):
    return briefing.brief(intake.newest(visit), visit, "en", HONG_KONG)


def finding(visit, rule_id=KELOID):
    return next(each for each in brief_of(visit).findings if each.rule.id == rule_id)


def needling(visit):
    return next(each.verdict.level for each in brief_of(visit).wanted if each.code == "microneedling")


def stands(visit):
    return finding(visit).override is not None


# --- making ----------------------------------------------------------------------------------------------------------


def test_the_verdict_and_the_level_of_the_day_follow_and_what_the_rule_said_stays(judge, visit):
    before = intake.newest(visit).screening
    assert (needling(visit), before.worst) == ("contraindicated", "contraindicated")
    made = judge()
    after = intake.newest(visit).screening
    assert (needling(visit), after.worst) == ("caution", "caution")
    assert after.findings == before.findings
    assert (finding(visit).level, finding(visit).said, finding(visit).override) == ("caution", "contraindicated", made)


def test_who_why_and_when_are_kept_under_seal_and_the_trail_holds_no_value(judge, visit, dr_imani):
    judge()
    kept = stored(Override, "rule_id", "level", "reason")
    assert not [word for word in (b"KEL-01", b"caution", b"canary") if word in kept]
    assert Action.FINDING_OVERRIDDEN in audited(visit)
    entry = AuditEntry.objects.get(action=Action.FINDING_OVERRIDDEN)
    assert (entry.actor, entry.reason) == (dr_imani, "")


def test_a_finding_can_be_made_graver(judge, visit):
    judge(Level.CAUTION)
    judge(Level.DEFER)
    assert (finding(visit).level, finding(visit).earliest_date) == ("defer", None)
    assert Override.objects.made().count() == 1, "the newest counts, the one before is taken back"


@pytest.mark.parametrize("rule_id", ["PRG-01", "KEL-99", ""])
def test_a_rule_that_did_not_fire_is_not_judged(judge, rule_id):
    with pytest.raises(MovedOn):
        judge(rule_id=rule_id)


def test_the_level_that_the_rule_says_is_no_override(judge):
    with pytest.raises(MovedOn):
        judge(Level.CONTRAINDICATED)


def test_nobody_judges_answers_that_they_have_not_seen(judge, visit, alice, clock):
    seen = intake.newest(visit).screening.pk
    save(visit, alice, clock, cold_sores="past")
    with pytest.raises(MovedOn):
        judge(screening=seen)


def test_a_visit_that_is_off_is_not_judged(judge, visit, clock):
    cancel(visit, now=clock())
    with pytest.raises(MovedOn):
        judge()


# --- standing --------------------------------------------------------------------------------------------------------


def test_it_stands_while_other_answers_change_and_when_the_visit_moves(judge, visit, alice, clock):
    judge()
    save(visit, alice, clock, cold_sores="past", questions="Will it show?")
    move(visit, "15:00", now=clock())
    assert stands(visit)
    assert intake.newest(visit).screening.worst == "caution"


@pytest.mark.parametrize("answer", ["none", "hypertrophic", "unsure", None])
def test_it_falls_with_the_answer_that_its_rule_reads_and_says_so_with_its_words(judge, visit, alice, clock, answer):
    judge()
    save(visit, alice, clock, keloid_history=answer)
    [fallen] = brief_of(visit).fallen
    assert fallen.override.reason == WHY
    assert fallen.heading == "Keloid scars" or fallen.heading
    assert all(each.override is None for each in brief_of(visit).findings)


def test_it_stands_again_when_the_answer_is_again_what_it_was(judge, visit, alice, clock):
    judge()
    save(visit, alice, clock, keloid_history="none")
    save(visit, alice, clock, keloid_history="keloid")
    assert stands(visit)


def test_it_falls_when_the_practitioner_grades_the_skin_otherwise(judge, visit, alice, dr_imani, clock):
    def grade(phototype):
        gradings.grade(
            actor=dr_imani,
            practitioner=visit.practitioner,
            consultation=visit,
            phototype=phototype,
            pores="",
            now=clock(),
        )

    visit.treatments.add(factories.treatment("ipl", "lasers"))
    grade("V")
    by_phototype = next(each.rule.id for each in brief_of(visit).findings if each.rule.id.startswith("FST"))
    judge(Level.INFO, rule_id=by_phototype)
    assert finding(visit, by_phototype).override is not None
    grade("VI")
    assert [each.override.rule_id for each in brief_of(visit).fallen] == [by_phototype]


# --- withdrawing -----------------------------------------------------------------------------------------------------


def test_withdrawing_lets_the_finding_stand_as_the_rule_says(judge, visit, dr_imani, clock):
    made = judge()
    overrides.withdraw(actor=dr_imani, consultation=visit, override=made.pk, now=clock())
    assert (needling(visit), stands(visit)) == ("contraindicated", False)
    assert intake.newest(visit).screening.worst == "contraindicated"
    with pytest.raises(MovedOn):
        overrides.withdraw(actor=dr_imani, consultation=visit, override=made.pk, now=clock())
    assert AuditEntry.objects.filter(action=Action.OVERRIDE_WITHDRAWN).count() == 1


def test_an_override_is_withdrawn_from_its_own_visit_only(judge, visit, bobs_visit, dr_reyes, clock):
    made = judge()
    with pytest.raises(MovedOn):
        overrides.withdraw(actor=dr_reyes, consultation=bobs_visit, override=made.pk, now=clock())
    assert stands(visit)


def test_screenings_are_only_added(judge, visit, dr_imani, clock):
    before = set(Screening.objects.values_list("pk", flat=True))
    overrides.withdraw(actor=dr_imani, consultation=visit, override=judge().pk, now=clock())
    assert before < set(Screening.objects.values_list("pk", flat=True))


def test_ten_overrides_take_as_many_queries_as_one(judge, visit, alice, clock, django_assert_num_queries):
    save(visit, alice, clock, cold_sores="past", diabetes="controlled", smoker="yes", poor_healing="yes")
    reading = intake.newest(visit)
    ids = [rule.id for rule in overrides.fired(reading)]
    for rule_id in ids[:10]:
        judge(Level.CLEAR, rule_id=rule_id)
        with django_assert_num_queries(6):
            briefing.brief(reading, visit, "en", HONG_KONG)
    assert len(ids) > 3
