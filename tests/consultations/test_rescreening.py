"""New rules and the visits to come."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from clinic.accounts.models import User
from clinic.audit.models import Action, AuditEntry
from clinic.site.management.commands import work
from consultations import booking, intake, rescreening
from consultations.models import Cancelled, Consultation, Screening
from consultations.rescreening import Fired, Progress
from tests import factories
from tests.factories import NOW
from tests.treatments.rule_scene import lengthened, the_lead
from treatments import versions
from treatments.models import RuleSet

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=1)
SUNNED = {"tan_last_exposure": "2027-04-03"}  # 31 days before the visits: over after 28, not after 42


@pytest.fixture
def sunned(cast: Any, alice: User, alices_visit: Consultation) -> Consultation:
    """Alice's visit, about a laser, with strong sun a month before it, and stamped."""
    laser = factories.treatment("laser_nafl", "lasers")
    alices_visit.treatments.set([laser])
    intake.save(actor=alice, consultation=alices_visit, answers=SUNNED, now=NOW)
    stamp(alices_visit)
    return alices_visit


def stamp(visit: Consultation) -> None:
    who = visit.practitioner
    assert who.user is not None
    seen = intake.newest(visit).screening.pk
    intake.stamp(actor=who.user, practitioner=who, consultation=visit, screening=seen, now=NOW)


def publish(days: int = 42) -> None:
    lead = the_lead()
    draft = versions.draft(actor=lead, model=RuleSet, now=NOW)
    lengthened(lead, draft, days=days)
    versions.try_out(actor=lead, version=draft, now=NOW)
    versions.publish(actor=lead, version=draft, now=NOW)


def is_stamped(visit: Consultation) -> bool:
    visit.intake.refresh_from_db()
    return visit.intake.reviewed_at is not None


def test_before_new_rules_there_is_nothing_to_do(sunned: Consultation) -> None:
    before = Screening.objects.count()
    assert rescreening.progress(now=LATER) == Progress(2, 2)
    assert rescreening.sweep(now=LATER) == 0
    assert Screening.objects.count() == before


def test_every_visit_to_come_is_screened_anew_and_older_findings_stay(
    sunned: Consultation, bobs_visit: Consultation
) -> None:
    publish()
    assert rescreening.progress(now=LATER) == Progress(0, 2)
    assert rescreening.sweep(now=LATER) == 2
    assert rescreening.progress(now=LATER) == Progress(2, 2)
    for visit in (sunned, bobs_visit):
        revision = intake.newest(visit).revision
        assert [each.rule_set.version for each in revision.screenings.order_by("made_at")] == [1, 2]
    assert intake.newest(sunned).screening.findings["laser_nafl"]["earliest_date"] == "2027-05-15"


def test_the_stamp_falls_only_where_the_findings_differ(sunned: Consultation, bobs_visit: Consultation) -> None:
    stamp(bobs_visit)
    publish()
    rescreening.sweep(now=LATER)
    assert not is_stamped(sunned)
    assert is_stamped(bobs_visit)


def test_it_goes_on_from_where_it_stopped(sunned: Consultation) -> None:
    publish()
    assert rescreening.sweep(now=LATER, most=1) == 1
    assert rescreening.progress(now=LATER) == Progress(1, 2)
    assert not rescreening.progress(now=LATER).is_done
    assert rescreening.sweep(now=LATER) == 1
    assert rescreening.sweep(now=LATER) == 0


def test_visits_that_are_over_or_cancelled_are_left_alone(sunned: Consultation, bob: User) -> None:
    publish()
    assert rescreening.progress(now=sunned.starts).of == 1
    other = Consultation.objects.exclude(pk=sunned.pk).get()
    booking.cancel(actor=bob, consultation=other, now=LATER, by=Cancelled.BY_PATIENT)
    assert rescreening.sweep(now=LATER) == 1
    assert rescreening.sweep(now=sunned.starts) == 0


def test_counts_tell_for_each_rule_where_it_fired_and_fires(sunned: Consultation) -> None:
    publish()
    rescreening.sweep(now=LATER)
    assert rescreening.counts(now=LATER) == [Fired("ASK-sensitivity", 2, 2, 0), Fired("TAN-01", 0, 1, 1)]


def test_answers_that_no_earlier_version_has_seen_are_not_counted(sunned: Consultation, alice: User) -> None:
    publish()
    intake.save(actor=alice, consultation=sunned, answers={"sunscreen_daily": "no"}, now=LATER)
    rescreening.sweep(now=LATER)
    assert rescreening.counts(now=LATER) == [Fired("ASK-sensitivity", 1, 1, 0)]  # bob's alone


def test_each_visit_leaves_one_row_in_the_trail_without_an_answer(sunned: Consultation) -> None:
    publish()
    rescreening.sweep(now=LATER)
    rows = AuditEntry.objects.filter(action=Action.SCREENED_ANEW, object_type="consultation")
    assert {(row.role, row.actor, row.reason) for row in rows} == {
        ("system", None, "screened under version 2, the stamp fell"),
        ("system", None, "screened under version 2"),
    }
    assert {row.patient_id for row in rows} == set(Consultation.objects.values_list("patient_id", flat=True))


def test_the_worker_does_it_among_its_chores(sunned: Consultation) -> None:
    publish()
    worker = work.Command()
    worker.beaten_at = datetime.min.replace(tzinfo=UTC)
    worker._do_the_chores("")
    assert rescreening.progress(now=LATER) == Progress(2, 2)


def test_without_rules_in_force_the_worker_has_nothing_to_do(db: None) -> None:
    factories.clinic()
    assert rescreening.sweep(now=NOW) == 0
    assert rescreening.progress(now=NOW) == Progress(0, 0)
