"""Reminders follow the schedule of the kind of visit: each once, only of what stands, never of the past."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from clinic.outbox import delivery
from clinic.outbox.models import OutboundMessage, State
from clinic.outbox.transport import InDoubt
from clinic.premises.models import Clinic
from consultations import booking, coming, intake, reminding, visits
from consultations.models import Cancelled, Consultation, Kind, Reminder, ReminderStep, What
from tests.cast import Cast
from tests.clinic.mail import Postbox
from tests.consultations.bookings import cancel, confirm, hold, move
from tests.consultations.test_messages import ABOUT_HEALTH
from tests.factories import LONG_AGO, NOW, complete_answers

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
FAR = NOW.date() + timedelta(days=10)  # outside of every window
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def usual(cast: Cast) -> None:
    """Answers after 72 hours, the question after 48, the reminder after 24."""
    reminding.lay_schedule(Kind.objects.get(), now=LONG_AGO)


@pytest.fixture
def visit(cast: Cast) -> Consultation:
    """In ten days, with one question still open."""
    return book(cast)


def book(cast: Cast, day: date = FAR, wall: str = "10:00", **how: Any) -> Consultation:
    alice = cast.alices_visit.patient
    assert alice is not None
    return confirm(hold(wall, cast.alices_visit.practitioner, day=day), alice, **how)


def mails(visit: Consultation) -> list[str]:
    """What was queued for the visit, as what and how many hours before."""
    found = OutboundMessage.objects.filter(reference=visit.reference, occasion__in=What.values).order_by("created_at")
    return [f"{mail.occasion} {mail.key.split(':')[3]}" for mail in found]


def mail_of(visit: Consultation, what: What) -> OutboundMessage:
    found: OutboundMessage = OutboundMessage.objects.get(reference=visit.reference, occasion=what)
    return found


def deliver(box: Postbox, now: datetime) -> None:
    delivery.deliver_due(transport=box, lease=MINUTE, clock=lambda: now, stopped=lambda: False)


def pass_by(visit: Consultation, first: int, last: int = 0) -> None:
    """Let the worker look once an hour, from so many hours before the visit on."""
    for hours in range(first, last - 1, -1):
        reminding.remind(now=visit.starts - hours * HOUR)


def test_nobody_stays_without_a_reminder_and_staff_set_several_for_each_kind(visit) -> None:
    pass_by(visit, 100)
    assert mails(visit) == ["answers 72", "coming 48", "reminder 24"]
    ReminderStep.objects.create(kind=visit.kind, what=What.REMINDER, hours=2, since=LONG_AGO)
    pass_by(visit, 3)
    assert mails(visit)[-1] == "reminder 2"


def test_the_same_reminder_does_not_come_every_hour(visit) -> None:
    for _ in range(3):
        pass_by(visit, 30)
    assert mails(visit).count("reminder 24") == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Reminder.objects.create(
            consultation=visit, what=What.REMINDER, hours=24, starts=visit.starts, looked_at=visit.starts
        )


def test_a_sent_reminder_does_not_touch_the_status_of_the_visit(visit) -> None:
    before = Consultation.objects.values("status", "status_at").get(pk=visit.pk)
    pass_by(visit, 100)
    assert Consultation.objects.values("status", "status_at").get(pk=visit.pk) == before


@pytest.mark.parametrize("by", Cancelled)
def test_no_reminder_is_sent_after_a_cancellation(visit, by) -> None:
    pass_by(visit, 24, 24)
    cancel(visit, by=by, now=visit.starts - 23 * HOUR)
    assert mail_of(visit, What.REMINDER).state == State.WITHDRAWN
    pass_by(visit, 23)
    assert mails(visit) == ["answers 72", "reminder 24"]


def test_what_was_withdrawn_while_it_was_written_does_not_leave_the_house(visit) -> None:
    pass_by(visit, 24, 24)
    row, now = mail_of(visit, What.REMINDER), visit.starts - 24 * HOUR
    claimed = delivery.claim(row.pk, now=now, lease=HOUR)
    assert claimed is not None
    cancel(visit, now=now)
    box = Postbox()
    delivery._send(claimed, box, lambda: now)
    assert box.taken == []
    assert mail_of(visit, What.REMINDER).state == State.WITHDRAWN


def test_a_moved_visit_is_reminded_of_at_its_new_time_and_no_longer_at_the_old(visit) -> None:
    pass_by(visit, 24, 24)
    old = mail_of(visit, What.REMINDER)
    move(visit, "10:00", FAR + timedelta(days=5), now=visit.starts - 23 * HOUR)
    old.refresh_from_db()
    assert old.state == State.WITHDRAWN
    pass_by(visit, 100)
    told = OutboundMessage.objects.filter(occasion=What.REMINDER, state=State.PENDING).get()
    assert "Tuesday 18 May, 10:00" in (told.text or "")


def test_who_books_moves_or_is_confirmed_inside_a_window_is_not_reminded_at_once(cast) -> None:
    late = book(cast, NOW.date() + timedelta(days=2), now=NOW)  # 49 hours ahead
    reminding.remind(now=NOW + MINUTE)
    assert mails(late) == []
    move(late, "16:00", now=NOW + MINUTE)  # 31 hours ahead
    reminding.remind(now=NOW + 2 * MINUTE)
    assert mails(late) == []
    pass_by(late, 31)
    assert mails(late) == ["reminder 24"]


def test_an_undone_cancellation_brings_no_second_reminder_of_the_same_time(visit) -> None:
    pass_by(visit, 24, 24)
    now = visit.starts - 24 * HOUR
    cancel(visit, now=now)
    booking.undo_cancel(actor=None, consultation=visit, now=now + MINUTE)
    pass_by(visit, 24)
    assert mails(visit) == ["answers 72", "reminder 24"]


def test_a_worker_that_was_away_sends_what_is_still_of_use_and_nothing_of_the_past(visit) -> None:
    reminding.remind(now=visit.starts - 5 * HOUR)
    assert mails(visit) == ["answers 72", "reminder 24"], "nobody is asked to confirm what they are reminded of"
    pass_by(visit, -1, -3)
    row = mail_of(visit, What.REMINDER)
    assert row.expires_at == visit.starts
    delivery.give_up(now=visit.starts)
    assert mail_of(visit, What.REMINDER).state == State.WITHDRAWN


def test_a_reminder_in_doubt_is_left_for_a_person_and_not_sent_twice(visit) -> None:
    pass_by(visit, 24, 24)
    OutboundMessage.objects.exclude(occasion=What.REMINDER).delete()
    box = Postbox(trouble=[InDoubt("the line broke")])
    for hours in (24, 23, 22):
        deliver(box, visit.starts - hours * HOUR)
    assert (mail_of(visit, What.REMINDER).state, box.taken) == (State.UNSURE, [])


def test_a_step_that_is_new_says_nothing_about_moments_that_are_over(visit) -> None:
    now = visit.starts - 30 * HOUR
    ReminderStep.objects.create(kind=visit.kind, what=What.REMINDER, hours=36, since=now)
    reminding.remind(now=now)
    assert "reminder 36" not in mails(visit)


def test_the_schedule_is_that_of_the_kind(visit, cast) -> None:
    ReminderStep.objects.all().delete()
    pass_by(visit, 100)
    assert mails(visit) == []


def test_who_has_arrived_is_reminded_no_more(visit, sam) -> None:
    pass_by(visit, 24, 24)
    visits.arrive(actor=sam, consultation=visit, now=visit.starts - HOUR)
    assert mail_of(visit, What.REMINDER).state == State.WITHDRAWN


@pytest.mark.parametrize(("what", "hours"), [(What.COMING, 48), (What.REMINDER, 24)])
def test_a_reminder_says_when_where_with_whom_and_what_not_coming_means(visit, what, hours) -> None:
    Clinic.objects.update(late_fee_minor=30000, free_cancel_hours=12, free_move_hours=12)
    pass_by(visit, hours, hours)
    told = mail_of(visit, what)
    for part in (told.text or "", told.html or ""):
        for words in ("Thursday 13 May, 10:00, Hong Kong time", "1 Example Road", "Dr Imani", visit.reference):
            assert words in part
        assert ("somebody else can have it" in part) is (what == What.REMINDER)
        assert "costs nothing until Wednesday 12 May, 22:00" in part
        assert "HK$300" in part


# --- open answers ----------------------------------------------------------------------------------------------------


def test_an_open_answer_is_asked_for_in_neutral_words(visit) -> None:
    pass_by(visit, 72, 72)
    mail = mail_of(visit, What.ANSWERS)
    assert f"/my/{visit.reference}/answers/" in (mail.text or "")
    assert not ABOUT_HEALTH.search(f"{mail.subject} {mail.text} {mail.html}")


def test_who_has_answered_everything_lately_is_left_in_peace(visit, alice) -> None:
    intake.save(actor=alice, consultation=visit, answers=complete_answers(), now=visit.starts - 80 * HOUR)
    pass_by(visit, 72, 49)
    assert mails(visit) == []


def test_answers_that_will_be_old_on_the_day_are_asked_for(cast) -> None:
    visit = book(cast, NOW.date() + timedelta(days=22), answers=complete_answers())
    pass_by(visit, 72, 49)
    assert mails(visit) == ["answers 72"]


def test_who_finishes_before_the_mail_has_left_is_not_asked(visit, alice) -> None:
    pass_by(visit, 72, 72)
    intake.save(actor=alice, consultation=visit, answers=complete_answers(), now=visit.starts - 71 * HOUR)
    assert mail_of(visit, What.ANSWERS).state == State.WITHDRAWN


# --- are you coming? -------------------------------------------------------------------------------------------------


def test_who_has_said_that_they_come_is_not_asked_again_until_the_visit_moves(visit) -> None:
    ReminderStep.objects.create(kind=visit.kind, what=What.COMING, hours=60, since=LONG_AGO)
    pass_by(visit, 60, 60)
    coming.say(actor=None, consultation=visit, now=visit.starts - 59 * HOUR)
    assert mail_of(visit, What.COMING).state == State.WITHDRAWN
    pass_by(visit, 59)
    assert [what for what in mails(visit) if what.startswith("coming")] == ["coming 60"]
    move(visit, "10:00", FAR + timedelta(days=5), by=Cancelled.BY_CLINIC, now=visit.starts - HOUR)
    assert visit.coming_at is None
    pass_by(visit, 100, 49)
    assert [what for what in mails(visit) if what.startswith("coming")] == ["coming 60", "coming 60"]
