"""What changed since the last review of this intake, else since the last visit that this practitioner had."""

from datetime import timedelta

import pytest

from clinic.audit.models import Action, AuditEntry
from consultations import comparing, intake
from consultations.models import Patient
from practitioners.models import Practitioner
from tests import factories
from tests.cast import TUESDAY
from tests.consultations.bookings import cancel, confirm, hold, move
from tests.factories import NOW

MINUTE = timedelta(minutes=1)


@pytest.fixture
def since(alices_visit, dr_imani):
    def since(visit=alices_visit, actor=dr_imani):
        return comparing.since(
            actor=actor, consultation=visit, reading=intake.newest(visit), language="en", now=NOW + MINUTE
        )

    return since


@pytest.fixture
def save(alices_visit, alice):
    def save(**answers):
        intake.save(actor=alice, consultation=alices_visit, answers=answers, now=NOW + MINUTE)

    return save


@pytest.fixture
def reviewed(alices_visit, dr_imani):
    intake.stamp(
        actor=dr_imani,
        practitioner=alices_visit.practitioner,
        consultation=alices_visit,
        screening=intake.newest(alices_visit).screening.pk,
        now=NOW,
    )


def again(slug, days=7, **answers):
    """Alice books another visit, with answers of its own."""
    alice = Patient.objects.get(full_name="Alice Wong")
    held = hold("15:00", Practitioner.objects.get(slug=slug), day=TUESDAY + timedelta(days=days))
    return confirm(held, alice, answers=factories.clean_answers(**answers))


def history_read():
    return [entry.object_id for entry in AuditEntry.objects.filter(action=Action.HISTORY_READ)]


def keys(found):
    return [change.item.key for change in found.changes]


def test_what_a_finding_hangs_on_is_told_before_the_rest(since, save, reviewed):
    save(fitz_q1="3", keloid_history="keloid", since="Since May")
    assert keys(since()) == ["keloid_history", "fitz_q1", "since"]


def test_a_first_intake_has_nothing_to_be_compared_with(since, save):
    save(cold_sores="past")
    assert since() is None
    assert history_read() == []


def test_while_the_stamp_stands_nothing_is_new(since, reviewed):
    assert since() is None


def test_what_changed_since_the_review_is_told_however_many_revisions_it_took(since, save, reviewed):
    save(cold_sores="past")
    save(melasma="yes")
    found = since()
    assert (keys(found), found.visit) == (["melasma", "cold_sores"], None)


def test_a_move_lets_the_stamp_fall_and_changes_no_answer(since, reviewed, alices_visit):
    move(alices_visit, "15:00")
    assert since().changes == []


def test_a_second_visit_is_held_against_the_first_and_that_it_was_read_is_written_down(since, alices_visit):
    second = again("dr-imani", cold_sores="past", questions="")
    found = since(second)
    assert (keys(found), found.visit) == (["cold_sores", "questions"], alices_visit)
    assert history_read() == [str(alices_visit.pk)]


def test_a_visit_with_a_colleague_is_no_practitioners_business(since, alices_visit, dr_reyes):
    second = again("dr-reyes", cold_sores="past")
    assert since(second, dr_reyes) is None
    assert history_read() == []


def test_a_visit_that_went_to_a_colleague_is_lost_at_once(since, alices_visit):
    second = again("dr-imani", cold_sores="past")
    move(alices_visit, "14:00", to=Practitioner.objects.get(slug="dr-reyes"))
    assert since(second) is None


def test_the_review_of_this_intake_comes_before_an_earlier_visit(since, save, dr_imani, alices_visit):
    second = again("dr-imani", cold_sores="past")
    intake.stamp(
        actor=dr_imani,
        practitioner=second.practitioner,
        consultation=second,
        screening=intake.newest(second).screening.pk,
        now=NOW,
    )
    intake.save(actor=second.booked_by, consultation=second, answers={"melasma": "yes"}, now=NOW + MINUTE)
    assert keys(since(second)) == ["melasma"]


def test_the_last_of_several_visits_counts_and_one_still_to_come_does_not(since, alices_visit):
    second = again("dr-imani", days=7, cold_sores="past")
    third = again("dr-imani", days=14, cold_sores="past", melasma="yes")
    assert "melasma" in keys(since(third))
    assert "cold_sores" not in keys(since(third))
    assert since(second).visit == alices_visit


def test_what_was_told_for_a_visit_that_was_cancelled_still_counts(since, alices_visit):
    cancel(alices_visit)
    assert since(again("dr-imani", cold_sores="past")).visit == alices_visit
