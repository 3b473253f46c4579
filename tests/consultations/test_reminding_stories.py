"""Any story of booking, moving, cancelling, thinking again and waiting, with a worker that looks in now and then.

Whatever is handed over speaks of what stands at that moment: never after a cancellation, never of the past, at most
once for each visit, kind of message and time.
"""

from collections import Counter
from contextlib import suppress
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from clinic.outbox import delivery
from clinic.outbox.models import OutboundMessage
from clinic.premises.templatetags.clinic import when
from consultations import booking, coming, reminding
from consultations.errors import BookingError
from consultations.models import Cancelled, Consultation, Kind, Patient, Status, What
from practitioners.models import Practitioner
from tests import factories
from tests.consultations.bookings import confirm, hold
from tests.factories import HONG_KONG, LONG_AGO, NOW, at

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
days = st.sampled_from([NOW.date() + timedelta(days=ahead) for ahead in (1, 2, 3, 4, 5)])
walls = st.sampled_from(["10:00", "13:00", "17:30"])
numbers = st.integers(0, 9)
# What a mail says of a visit holds only while the visit is so.
SAYS = {
    **dict.fromkeys(["booked", "moved", *What.values], Status.CONFIRMED),
    "cancelled": Status.CANCELLED,
}


class Door:
    """The way out of the house: holds every mail against the visit it speaks of, as it stands at that moment."""

    def __init__(self) -> None:
        self.now = NOW
        self.reminded: Counter[tuple[str, str]] = Counter()

    def ready(self) -> None:
        """Somebody is always there."""

    def hand_over(self, message: OutboundMessage, mail: EmailMessage) -> None:
        if message.occasion not in SAYS:
            return
        visit = Consultation.objects.get(reference=message.reference)
        assert visit.status == SAYS[message.occasion], (message.occasion, visit.status)
        assert when(visit.starts, HONG_KONG) in str(message.text)
        if message.occasion in What.values:
            assert visit.starts > self.now, "of the past"
            hours = int(message.key.split(":")[3])
            assert visit.starts - hours * HOUR <= self.now, "too early"
            self.reminded[message.key, f"{visit.starts}"] += 1
            assert max(self.reminded.values()) == 1, "twice"
            assert not (message.occasion == What.COMING and visit.coming_at), "they have said so"

    def close(self) -> None:
        """Nothing to hang up."""


class Story(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.story = transaction.atomic()
        self.story.__enter__()
        self.now, self.door = NOW, Door()
        self.who, self.patient = Practitioner.objects.get(), Patient.objects.get()

    def teardown(self) -> None:
        self.wait_and_work(400)
        transaction.set_rollback(True)
        self.story.__exit__(None, None, None)

    @rule(day=days, wall=walls)
    def book(self, day: Any, wall: str) -> None:
        self.attempt(lambda: confirm(hold(wall, self.who, day=day, now=self.now), self.patient, now=self.now))

    @rule(one=numbers, day=days, wall=walls)
    def move(self, one: int, day: Any, wall: str) -> None:
        self.change(one, booking.move, practitioner=self.who, starts=at(wall, day), by=Cancelled.BY_PATIENT)

    @rule(one=numbers, by=st.sampled_from(Cancelled))
    def cancel(self, one: int, by: Cancelled) -> None:
        self.change(one, booking.cancel, by=by)

    @rule(one=numbers)
    def think_again(self, one: int) -> None:
        self.change(one, booking.undo_cancel)

    @rule(one=numbers)
    def say_so(self, one: int) -> None:
        self.change(one, coming.say)

    @rule(minutes=st.sampled_from([1, 14, 60, 300, 24 * 60]))
    def wait(self, minutes: int) -> None:
        self.now += minutes * MINUTE

    @rule()
    def look(self) -> None:
        """The worker finds what is due, and is busy before it sends."""
        reminding.remind(now=self.now)

    @rule()
    def send(self) -> None:
        self.door.now = self.now
        clock = self.now
        while delivery.deliver_due(transport=self.door, lease=HOUR, clock=lambda: clock, stopped=lambda: False):
            pass

    def wait_and_work(self, hours: int) -> None:
        for _ in range(0, hours, 40):
            self.look()
            self.send()
            self.now += 40 * HOUR

    def change(self, one: int, verb: Any, **how: Any) -> None:
        found = list(Consultation.objects.order_by("booked_at", "starts", "pk"))
        if found:
            visit = found[one % len(found)]
            self.attempt(lambda: verb(actor=None, consultation=visit, now=self.now, **how))

    def attempt(self, errand: Any) -> None:
        with suppress(BookingError):
            errand()


def outcome(now: datetime) -> set[str]:
    return set(OutboundMessage.objects.filter(state="sent", sent_at__lte=now).values_list("occasion", flat=True))


def lay() -> None:
    factories.clinic()
    factories.in_force()
    factories.consent_texts()
    factories.concern()
    central, kind = factories.location(), factories.kind(notice_hours=0)
    for name in ("Room 1", "Room 2"):
        factories.room(central, name)
    factories.hours(factories.practitioner("Dr Imani", kind), central)
    factories.patient("Alice", factories.user("alice@patients.test"))
    reminding.lay_schedule(Kind.objects.get(), now=LONG_AGO)


@pytest.mark.django_db
def test_whatever_happens_a_mail_that_leaves_speaks_of_what_is() -> None:
    lay()
    run_state_machine_as_test(
        Story,
        settings=settings(max_examples=25, stateful_step_count=25, suppress_health_check=list(HealthCheck)),
    )


@pytest.mark.django_db
def test_the_stories_do_send_every_kind_of_message() -> None:
    """A control: one of them, told by hand, comes as far as each reminder."""
    lay()
    story = Story()
    story.book(NOW.date() + timedelta(days=5), "10:00")
    for _ in range(6):
        story.look()
        story.send()
        story.wait(24 * 60)
    assert outcome(story.now) == {"booked", *What.values}
    assert len(story.door.reminded) == 3
    story.teardown()
