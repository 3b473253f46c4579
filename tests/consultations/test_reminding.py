"""Before a visit the patient is asked once for what is open or old; never for nothing, never after a cancellation."""

from datetime import timedelta

import pytest

from clinic.outbox.models import OutboundMessage, State
from consultations import intake, reminding
from consultations.models import Intake
from practitioners.models import Practitioner
from tests.consultations.bookings import cancel, confirm, hold, move
from tests.consultations.test_messages import ABOUT_HEALTH
from tests.factories import NOW, complete_answers

HOUR = timedelta(hours=1)
SOON = NOW + 3 * HOUR  # the visits of the cast are on the next day


def mails() -> list[OutboundMessage]:
    return list(OutboundMessage.objects.filter(key__startswith="before:").order_by("created_at"))


@pytest.fixture(autouse=True)
def answered(alices_visit, alice, bobs_visit, bob):
    """Both patients of the cast have answered everything."""
    for visit, person in ((alices_visit, alice), (bobs_visit, bob)):
        intake.save(actor=person, consultation=visit, answers=complete_answers(), now=NOW)


@pytest.fixture
def open_visit(answered, alices_visit, alice):
    """A visit with one question still open."""
    intake.save(actor=alice, consultation=alices_visit, answers={"goal_expectation": None}, now=NOW)
    return alices_visit


def test_an_open_answer_is_asked_for_once_in_neutral_words(open_visit):
    assert reminding.remind(now=SOON) == 1
    assert reminding.remind(now=SOON + HOUR) == 0
    (mail,) = mails()
    assert f"/my/{open_visit.reference}/answers/" in (mail.text or "")
    assert not ABOUT_HEALTH.search(f"{mail.subject} {mail.text} {mail.html}")
    assert mail.expires_at == open_visit.starts


def test_who_has_answered_everything_lately_is_left_in_peace(alices_visit):
    assert reminding.remind(now=SOON) == 0
    assert mails() == []


def test_who_has_just_booked_is_not_written_to_at_once(open_visit):
    assert reminding.remind(now=NOW + HOUR) == 0
    assert Intake.objects.get(consultation=open_visit).reminded_at is None


def test_answers_that_will_be_old_on_the_day_are_asked_for(cast, dr_imani):
    in_three_weeks = NOW.date() + timedelta(days=22)
    visit = confirm(
        hold("10:00", Practitioner.objects.get(user=dr_imani), day=in_three_weeks),
        cast.alices_visit.patient,
        answers=complete_answers(),
    )
    Intake.objects.exclude(consultation=visit).update(reminded_at=NOW)
    assert reminding.remind(now=visit.starts - timedelta(hours=73)) == 0
    assert reminding.remind(now=visit.starts - timedelta(hours=71)) == 1


def test_a_cancelled_visit_asks_for_nothing_and_takes_the_mail_back(open_visit):
    reminding.remind(now=SOON)
    cancel(open_visit, now=SOON)
    assert mails()[0].state == State.WITHDRAWN
    Intake.objects.update(reminded_at=None)
    assert reminding.remind(now=SOON) == 0


def test_a_visit_that_is_moved_is_asked_about_anew(open_visit):
    reminding.remind(now=SOON)
    move(open_visit, "14:00", now=SOON)
    assert reminding.remind(now=SOON + HOUR) == 1
    assert [mail.state for mail in mails()].count(State.PENDING) == 1
