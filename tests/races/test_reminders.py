"""Two workers remind while patients cancel: each is reminded once at most, and nobody of what is cancelled."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction

from clinic.outbox import delivery
from clinic.outbox.models import OutboundMessage, State
from clinic.premises.models import Clinic
from consultations import booking, messages, reminding
from consultations.models import Cancelled, Consultation, What
from tests.clinic.mail import Postbox
from tests.factories import LONG_AGO, NOW
from tests.races.conftest import Town

HOUR = timedelta(hours=1)
pytestmark = pytest.mark.usefixtures("calm")


def together(*errands: Callable[[], object]) -> None:
    """Run these at the same moment, each on a connection of its own."""
    start = threading.Barrier(len(errands))

    def run(errand: Callable[[], object]) -> None:
        start.wait(30)
        try:
            errand()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(errand,)) for errand in errands]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)


def standing(town: Town) -> list[Consultation]:
    """Eight visits, booked long before, whose reminder is due."""
    walls = [f"{hour}:00" for hour in (11, 12, 13, 14)]
    booked = [town.booked(wall, who, now=NOW - 48 * HOUR) for who in town.people for wall in walls]
    for kind in town.kinds:
        reminding.lay_schedule(kind, now=LONG_AGO)
    return booked


def call_off(visit: Consultation) -> None:
    booking.cancel(
        actor=None, consultation=Consultation.objects.get(pk=visit.pk), by=Cancelled.BY_PATIENT, now=visit.starts - HOUR
    )


def test_workers_and_cancellations_at_once_leave_one_reminder_of_what_stands_and_none_of_the_rest(live_server) -> None:
    town = Town(live_server, practitioners=2, rooms=2)
    visits = standing(town)
    now = max(visit.starts for visit in visits) - 20 * HOUR

    def cancel_half() -> None:
        for visit in visits[::2]:
            call_off(visit)

    def work() -> None:
        reminding.remind(now=now)

    together(work, cancel_half, work)
    waiting = OutboundMessage.objects.filter(occasion=What.REMINDER, state=State.PENDING)
    told = Counter(waiting.values_list("reference", flat=True))
    assert told == dict.fromkeys((visit.reference for visit in visits[1::2]), 1)


def test_what_is_cancelled_while_it_is_sent_is_not_claimed_afterwards(live_server) -> None:
    town = Town(live_server, practitioners=2, rooms=2)
    visits = standing(town)
    now = max(visit.starts for visit in visits) - 20 * HOUR
    reminding.remind(now=now)
    gone: set[str] = set()
    late: list[str] = []

    class Watched(Postbox):
        def ready(self) -> None:
            """Before each claim: what was cancelled until now must not be handed over after it."""
            self.gone = set(gone)

        def hand_over(self, message: OutboundMessage, mail: object) -> None:
            if message.occasion == What.REMINDER and message.reference in self.gone:
                late.append(message.reference)

    def send() -> None:
        for _ in range(4):
            delivery.deliver_due(transport=Watched(), lease=HOUR, clock=lambda: now, stopped=lambda: False)

    def cancel_all() -> None:
        for visit in visits:
            call_off(visit)
            gone.add(visit.reference)

    together(send, cancel_all)
    assert late == []
    assert not OutboundMessage.objects.filter(occasion=What.REMINDER, state__in=[State.PENDING, State.SENDING]).exists()


def test_the_control_without_the_lock_a_reminder_outlives_its_visit(live_server) -> None:
    """The same two acts in the unlucky order, as they would fall without the row's lock: the harness sees it."""
    town = Town(live_server, practitioners=2, rooms=2)
    visit = standing(town)[0]
    call_off(visit)
    with transaction.atomic():  # a worker that had read the visit before
        stale = Consultation.objects.select_related(*reminding.RELATED).get(pk=visit.pk)
        step = visit.kind.steps.get(what=What.REMINDER)
        messages.reminded(stale, step, clinic=Clinic.objects.the(), now=visit.starts - HOUR)
    assert OutboundMessage.objects.filter(
        occasion=What.REMINDER, reference=visit.reference, state=State.PENDING
    ).exists()
