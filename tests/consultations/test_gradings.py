"""The practitioner's own grading: it outweighs the score, in this visit and in those to come."""

from datetime import timedelta

import pytest

from clinic.audit.models import Action
from consultations import gradings, intake, profile
from consultations.errors import MovedOn
from consultations.models import Grading, Intake, Patient, Screening
from practitioners.models import Practitioner
from tests import factories
from tests.cast import TUESDAY
from tests.consultations.bookings import audited, cancel, confirm, hold, move, stored
from tests.factories import NOW
from treatments.models import Treatment

MINUTE = timedelta(minutes=1)


@pytest.fixture
def grade(alices_visit, dr_imani):
    def grade(phototype="", pores="", now=NOW + MINUTE):
        return gradings.grade(
            actor=dr_imani,
            practitioner=alices_visit.practitioner,
            consultation=alices_visit,
            phototype=phototype,
            pores=pores,
            now=now,
        )

    return grade


@pytest.fixture
def later_visit(alices_visit):
    """Another of Alice's, a week on, with Dr Reyes."""
    alice = Patient.objects.get(full_name="Alice Wong")
    held = hold("15:00", Practitioner.objects.get(slug="dr-reyes"), day=TUESDAY + timedelta(days=7))
    return confirm(held, alice, wants=[factories.treatment("peel_deep", "peels")])


def ids(visit):
    return {rule for raw in intake.newest(visit).screening.findings.values() for rule in _ids(raw)}


def _ids(raw):
    return [finding["rule_id"] for finding in raw["findings"]]


def skin(visit):
    reading = intake.newest(visit)
    return profile.skin(reading, Grading.objects.filter(patient=visit.patient), "en")


def test_a_grading_is_kept_under_seal_and_written_down(grade, alices_visit):
    grade("V", "3")
    assert stored(Grading, "phototype", "pores") != b"V|3"
    assert Action.SKIN_GRADED in audited(alices_visit)


def test_it_outweighs_the_score_at_once_and_screenings_are_only_added(grade, alices_visit):
    before = ids(alices_visit)
    grade("VI")
    assert intake.newest(alices_visit).answers["fst_practitioner"] == "VI"
    assert ids(alices_visit) - before, "rules for dark skin"
    assert Screening.objects.filter(revision__intake__consultation=alices_visit).count() == 2


def test_a_stamp_falls_where_the_findings_became_others_and_only_there(grade, alices_visit):
    def stamped():
        return Intake.objects.get(consultation=alices_visit).reviewed_at

    Intake.objects.update(reviewed_at=NOW, reviewed_by=alices_visit.practitioner)
    grade(pores="4")
    assert stamped() == NOW
    grade("VI", now=NOW + 2 * MINUTE)
    assert stamped() is None


def test_the_newest_grade_of_each_kind_counts(grade, alices_visit):
    grade("IV", "2")
    grade("V", now=NOW + 2 * MINUTE)
    answers = intake.newest(alices_visit).answers
    assert (answers["fst_practitioner"], answers["pore_practitioner_grade"]) == ("V", "2")


def test_it_counts_for_visits_that_are_booked_already_and_for_those_booked_later(grade, alices_visit, later_visit):
    before = ids(later_visit)
    grade("VI")
    assert ids(later_visit) != before
    alice = Patient.objects.get(full_name="Alice Wong")
    booked_now = confirm(hold("16:00", alices_visit.practitioner), alice, wants=Treatment.objects.all())
    assert intake.newest(booked_now).answers["fst_practitioner"] == "VI"


def test_it_counts_for_nobody_else(grade, bobs_visit):
    before = intake.newest(bobs_visit).screening.pk
    grade("VI")
    newest = intake.newest(bobs_visit)
    assert (newest.screening.pk, newest.answers["fst_practitioner"]) == (before, None)


def test_it_counts_when_the_visit_moves(grade, alices_visit):
    grade("VI")
    graded = ids(alices_visit)
    move(alices_visit, "15:00", now=NOW + 3 * MINUTE)
    assert ids(alices_visit) == graded


def test_a_visit_that_is_off_is_not_graded(grade, alices_visit):
    cancel(alices_visit)
    with pytest.raises(MovedOn):
        grade("V")
    assert not Grading.objects.exists()


@pytest.mark.parametrize(
    ("graded", "steps", "darker"), [("I", -1, ""), ("II", 0, ""), ("III", 1, ""), ("IV", 2, "IV"), ("VI", 4, "VI")]
)
def test_the_profile_tells_how_far_score_and_grading_lie_apart(grade, alices_visit, graded, steps, darker):
    grade(graded)
    found = skin(alices_visit)
    assert found.scored is not None
    assert (found.scored.band, found.steps, found.darker) == ("II", steps, darker)


def test_of_two_that_lie_far_apart_the_darker_one_counts_even_when_it_is_the_score(grade, alices_visit, alice):
    answers = {f"fitz_q{n}": "2" for n in range(1, 11)}  # 20 points: III
    intake.save(actor=alice, consultation=alices_visit, answers=answers, now=NOW)
    grade("I")
    assert (skin(alices_visit).steps, skin(alices_visit).darker) == (-2, "III")


def test_without_a_grading_there_is_nothing_to_compare(alices_visit):
    found = skin(alices_visit)
    assert (found.graded, found.steps, found.darker, found.pore_steps) == (None, 0, "", 0)


def test_pores_are_compared_as_well(grade, alices_visit, alice):
    intake.save(actor=alice, consultation=alices_visit, answers={"pore_self_grade": "1"}, now=NOW)
    grade(pores="3")
    found = skin(alices_visit)
    assert (found.pore_steps, found.pores_as_graded) == (
        2,
        "From about 40 cm, in two or more areas or with plugs",
    )
    assert found.pores == "Only from very close (about 20 cm)"


def test_an_ethnic_background_grades_nothing(alices_visit, alice):
    answers = {"fitz_q4": "unsure", "ethnic_background": ["black"]}
    intake.save(actor=alice, consultation=alices_visit, answers=answers, now=NOW)
    assert skin(alices_visit).scored is None
    assert "fst" not in intake.newest(alices_visit).answers
