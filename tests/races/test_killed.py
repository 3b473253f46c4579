"""The site and the worker are killed with -9 under load, again and again, and started again; nobody mends anything.

Real processes, real cookies, a real mail server. A crowd books, moves, cancels and waits, and whoever gets no answer
presses the button again. Afterwards everything that was answered is there, once, and nothing is half done.
"""

import os
import signal
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from clinic.crypto import digest
from clinic.outbox.models import OutboundMessage, State
from consultations import booking, offering
from consultations.models import (
    Consultation,
    OfferState,
    Patient,
    Status,
    WaitingState,
    WaitlistEntry,
    WaitlistOffer,
    What,
)
from tests.cast import Cast
from tests.clinic.test_outbox_kill import message_id, wait_until
from tests.consultations.stories import promises
from tests.factories import NOW
from tests.races.crowded import Crowd
from tests.races.persons import ANSWERS, Street, as_sent
from tests.races.running import House, Post, Process, is_quiet, somebody_writes, strike, workers

PATIENCE_SECONDS = 120  # many processes start one after the other, each on a machine that may be busy
HOUR = timedelta(hours=1)
REMINDER, CANCELLED = "Your visit is near", "Your consultation is cancelled"


@pytest.fixture(autouse=True)
def _monday() -> None:
    """It is now: other processes have clocks of their own."""


def test_the_control_half_a_booking_is_seen(cast: Cast) -> None:
    promises.kept(NOW)
    OutboundMessage.objects.filter(about=f"consultation:{cast.alices_visit.pk}").delete()
    with pytest.raises(AssertionError):
        promises.kept(NOW)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_whatever_is_killed_under_load_what_was_answered_is_there_once_and_nothing_is_half_done(tmp_path: Path) -> None:
    with Post().listening() as post:
        house = House(post, tmp_path)
        crowd = Crowd(house, post)
        try:
            stand_through(crowd)
        finally:
            house.close()
    wait_until(is_quiet)
    assert "Traceback" not in house.log.read_text()
    promises.kept(timezone.now())
    everything_answered_is_there(crowd)
    every_mail_went_out_once_or_is_known_to_be_in_doubt(post)
    nothing_follows_a_cancellation(post)
    what_nobody_went_on_with_ends(crowd)


def stand_through(crowd: Crowd) -> None:
    """Kill the site over each of these buttons, and the worker over two mails, while everybody is on their way."""
    rise(crowd, dies_over=REMINDER)
    errands = crowd.errands()
    with ThreadPoolExecutor(len(errands)) as pool:
        running = [pool.submit(errand) for errand in errands]
        try:
            fall(crowd, "/book/when/")
            fall(crowd, "/move/")
            fall(crowd, "/book/check/", crowd.post.worker)
            lose_a_worker(crowd, "/cancel/")
            rise(crowd, dies_over=CANCELLED)
            fall(crowd, "/cancel/")
            for each in running:
                each.result(PATIENCE_SECONDS)
            wait_until(lambda: not crowd.post.fatal, PATIENCE_SECONDS)
        finally:
            crowd.street.is_over = True
    rise(crowd)
    wait_until(everything_is_told, PATIENCE_SECONDS)


def fall(crowd: Crowd, button: str, *also: Process | None) -> None:
    """Kill the site and start it again: in the middle of serving this button, and of writing to the database.

    At the same moment somebody else has got what they asked for and has not heard of it: they will ask again.
    """
    street, unheard = crowd.street, crowd.unheard[crowd.street.falls]
    wait_until(unheard.has_more_than_they_know, PATIENCE_SECONDS)
    caught_in_the_act(street, button)
    before = len(street.cut)
    for process in (crowd.house.site, *also):
        assert process is not None
        strike(process)
    wait_until(lambda: len(street.cut) > before)  # somebody stands there without an answer
    if also:
        wait_until(is_quiet)  # nobody is left who could have something open
    street.falls += 1
    rise(crowd)


def lose_a_worker(crowd: Crowd, button: str) -> None:
    """Kill one of the two processes that serve, as a machine short of memory does; Granian starts another."""
    assert crowd.house.site is not None
    site = crowd.house.site
    caught_in_the_act(crowd.street, button)
    lost = min(workers(site))
    os.kill(lost, signal.SIGKILL)
    wait_until(lambda: lost not in workers(site) and len(workers(site)) == 2, PATIENCE_SECONDS)


def caught_in_the_act(street: Street, button: str) -> None:
    """Wait until this button has been pressed, and a transaction is open that has written."""
    street.named.append(button)
    # Looked for again and again, for what is written takes a few thousandths of a second.
    wait_until(lambda: street.waits_for(button) and somebody_writes(), PATIENCE_SECONDS, pause=0.0005)


def rise(crowd: Crowd, dies_over: str = "") -> None:
    """Start what was killed; it is well by itself."""
    crowd.post.fatal = crowd.post.fatal or dies_over
    crowd.house.open()
    wait_until(crowd.house.is_well, PATIENCE_SECONDS)


def everything_is_told() -> bool:
    return not OutboundMessage.objects.filter(state__in=[State.PENDING, State.SENDING]).exists()


def everything_answered_is_there(crowd: Crowd) -> None:
    for person in crowd.bookers:
        (one,) = Consultation.objects.filter(patient__full_name=person.name)
        assert (one.status, as_sent(one.starts)) == (Status.CONFIRMED, person.starts)
        assert one.intake.revisions.get().answers["pregnant"] == ANSWERS["pregnant"]
        assert Patient.objects.filter(full_name=person.name).count() == 1
    for person in crowd.holders:
        one = Consultation.objects.get(draft__token_hash=digest(person.secret))
        assert (one.status, as_sent(one.starts)) == (Status.HELD, person.starts)
    for changer in (*crowd.movers, *crowd.cancellers):
        one = Consultation.objects.get(patient__full_name=changer.name)
        status = Status.CANCELLED if changer.has_cancelled else Status.CONFIRMED
        assert (one.status, as_sent(one.starts)) == (status, changer.starts)
    for waiter in crowd.waiters:
        entry = WaitlistEntry.objects.get(patient__full_name=waiter.name)
        assert (entry.state == WaitingState.LEFT) == waiter.has_left
        assert entry.events.filter(act="joined").count() == 1


def every_mail_went_out_once_or_is_known_to_be_in_doubt(post: Post) -> None:
    """A mail over which the worker died may come again, as the same message; a reminder never does."""
    arrived = Counter(str(mail["Message-ID"]) for mail in post.taken)
    rows = {message_id(row): row for row in OutboundMessage.objects.all()}
    assert set(arrived) <= set(rows)
    for number, row in rows.items():
        if not row.occasion.startswith("waitlist"):
            assert row.state in {State.SENT, State.WITHDRAWN, State.UNSURE}
        assert arrived[number] >= (row.state == State.SENT)
        assert arrived[number] <= 1 or not row.once
    assert arrived.total() - len(arrived) <= 2, "the worker died over two mails that may come again"
    assert {row.occasion for row in rows.values() if row.state == State.UNSURE} == {What.REMINDER}
    for one in Consultation.objects.filter(status__in=[Status.CONFIRMED, Status.CANCELLED]):
        newest = OutboundMessage.objects.filter(about=f"consultation:{one.pk}", once=False).latest("created_at")
        assert newest.state == State.SENT


def nothing_follows_a_cancellation(post: Post) -> None:
    """What is said of a visit never goes back in time, and it is not reminded of what is off."""
    rows = {message_id(row): row for row in OutboundMessage.objects.exclude(about="")}
    last: dict[str, tuple[int, str]] = {}
    for number in (str(mail["Message-ID"]) for mail in post.taken):
        row = rows.get(number)
        if row is None or not row.about.startswith("consultation:"):
            continue
        sequence, occasion = last.get(row.about, (0, ""))
        if row.once:
            assert occasion != "cancelled"
        else:
            now = int(row.key.rpartition(":")[2])
            assert now >= sequence
            last[row.about] = (now, row.occasion)


def what_nobody_went_on_with_ends(crowd: Crowd) -> None:
    """The worker's rounds of later: every hold is over, and every offer has been answered or has lapsed."""
    last = max(WaitlistOffer.objects.values_list("answer_by", flat=True), default=timezone.now()) + HOUR
    booking.sweep(now=last)
    offering.sweep(now=last)
    for person in crowd.holders:
        assert Consultation.objects.get(draft__token_hash=digest(person.secret)).status == Status.EXPIRED
    assert not WaitlistOffer.objects.filter(state=OfferState.OPEN, answer_by__lte=last).exists()
    assert not Consultation.objects.lapsed(last).exists()
    promises.kept(last)
