"""What a worker does with a message, whatever the mail server says and whoever dies."""

from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command

from clinic import outbox
from clinic.outbox import delivery
from clinic.outbox.models import OutboundMessage, State, WorkerHeartbeat
from clinic.outbox.transport import InDoubt, Refused, Unreachable
from tests.clinic.mail import NOW, Postbox, enqueue, withdraw

LEASE = timedelta(minutes=2)
SECOND = timedelta(seconds=1)

pytestmark = pytest.mark.django_db


def deliver(box: Postbox, now: datetime = NOW) -> int:
    return delivery.deliver_due(transport=box, lease=LEASE, clock=lambda: now, stopped=lambda: False)


def only() -> OutboundMessage:
    message: OutboundMessage = OutboundMessage.objects.get()
    return message


def test_what_is_due_is_sent_once_and_its_body_forgotten() -> None:
    enqueue(html="<p>482 913</p>")
    enqueue("later", due_at=NOW + SECOND)
    box = Postbox()

    assert deliver(box) == 1
    assert deliver(box) == 0

    row = OutboundMessage.objects.get(key="booked:1")
    assert (row.state, row.sent_at, row.text, row.html, row.lease_until) == (State.SENT, NOW, None, None, None)
    assert (row.to, row.subject) == ("alice@example.test", "Your consultation is booked")  # the delivery log stays
    assert len(box.taken) == 1


def test_the_oldest_goes_first() -> None:
    enqueue("b", subject="second", due_at=NOW - SECOND)
    enqueue("a", subject="first", due_at=NOW - 2 * SECOND)
    box = Postbox()

    deliver(box)

    assert [mail["Subject"] for mail in box.taken] == ["first", "second"]


def test_a_refused_message_waits_longer_each_time_and_fails_after_eight_tries() -> None:
    enqueue()
    box = Postbox(trouble=[Refused("450 try later")] * 9)
    now, waits = NOW, []

    while only().state == State.PENDING:
        assert deliver(box, now) == 1
        waits.append((only().due_at - now).total_seconds())
        now = only().due_at

    assert waits[:-1] == [30, 60, 120, 240, 480, 960, 1920]
    assert (only().state, only().attempts, only().error) == (State.FAILED, 8, "450 try later")
    assert deliver(box, now + timedelta(days=1)) == 0


def test_a_refusal_of_one_does_not_hold_up_the_next() -> None:
    enqueue("a", due_at=NOW - SECOND)
    enqueue("b")
    box = Postbox(trouble=[Refused("550 no such user")])

    deliver(box)

    assert dict(OutboundMessage.objects.values_list("key", "state")) == {"a": State.PENDING, "b": State.SENT}


def test_nobody_loses_a_try_while_the_mail_server_is_away() -> None:
    enqueue()
    box = Postbox(away=True)

    for _ in range(20):
        with pytest.raises(Unreachable):
            deliver(box)
    box.away = False

    assert (only().state, only().attempts) == (State.PENDING, 0)
    assert deliver(box) == 1


def test_a_broken_line_means_another_try_with_the_same_message_id() -> None:
    enqueue()
    box = Postbox(trouble=[InDoubt("the line broke")])

    deliver(box)
    deliver(box, only().due_at)

    assert only().state == State.SENT
    assert box.keys == [f"<{only().pk}@localhost>"]


def test_a_broken_line_leaves_a_message_unsure_that_must_not_come_twice() -> None:
    enqueue(once=True)

    deliver(Postbox(trouble=[InDoubt("the line broke")]))

    assert (only().state, only().error) == (State.UNSURE, "the line broke")
    assert deliver(Postbox(), NOW + timedelta(days=1)) == 0


def test_a_refusal_is_no_doubt_even_for_a_message_that_must_not_come_twice() -> None:
    enqueue(once=True)
    deliver(Postbox(trouble=[Refused("450 try later")]))

    assert only().state == State.PENDING
    assert deliver(Postbox(), only().due_at) == 1


def test_a_message_whose_sender_died_is_sent_by_the_next_one_after_the_lease() -> None:
    row = enqueue()
    assert delivery.claim(row.pk, now=NOW, lease=LEASE)  # and then the worker is killed

    assert deliver(Postbox(), NOW + LEASE - SECOND) == 0
    assert deliver(Postbox(), NOW + LEASE) == 1


def test_a_once_message_whose_sender_died_is_for_a_person_to_judge() -> None:
    row = enqueue(once=True)
    assert delivery.claim(row.pk, now=NOW, lease=LEASE)

    assert deliver(Postbox(), NOW + LEASE) == 0
    assert only().state == State.UNSURE


def test_a_message_that_kills_every_sender_is_given_up() -> None:
    row, now = enqueue(), NOW
    for _ in range(delivery.TRIES):
        assert delivery.claim(row.pk, now=now, lease=LEASE)
        now += LEASE

    assert deliver(Postbox(), now) == 0
    assert only().state == State.UNSURE


def test_a_message_is_claimed_by_one_worker_only() -> None:
    row = enqueue()

    assert delivery.claim(row.pk, now=NOW, lease=LEASE)
    assert delivery.claim(row.pk, now=NOW, lease=LEASE) is None


def test_a_withdrawn_message_is_not_claimed() -> None:
    row = enqueue(about="consultation:1")
    withdraw("consultation:1")

    assert delivery.claim(row.pk, now=NOW, lease=LEASE) is None


def test_a_message_withdrawn_after_its_sender_died_is_not_sent() -> None:
    row = enqueue(about="consultation:1")
    assert delivery.claim(row.pk, now=NOW, lease=LEASE)
    withdraw("consultation:1")

    assert deliver(Postbox(), NOW + LEASE) == 0
    assert only().state == State.WITHDRAWN


class WithdrawnMeanwhile(Postbox):
    """The patient cancels while the mail server is taking the message."""

    def hand_over(self, message: OutboundMessage, mail: EmailMessage) -> None:
        withdraw("consultation:1")
        super().hand_over(message, mail)


def test_a_message_withdrawn_while_it_went_out_is_noted_as_sent() -> None:
    enqueue(about="consultation:1")
    deliver(WithdrawnMeanwhile())

    assert (only().state, only().sent_at) == (State.SENT, NOW)


def test_a_message_withdrawn_while_it_was_refused_stays_withdrawn() -> None:
    enqueue(about="consultation:1")
    deliver(WithdrawnMeanwhile(trouble=[Refused("450 try later")]))

    assert only().state == State.WITHDRAWN


def test_a_worker_that_comes_back_after_its_lease_notes_nothing() -> None:
    class Slow(Postbox):
        def hand_over(self, message: OutboundMessage, mail: EmailMessage) -> None:
            assert delivery.claim(message.pk, now=NOW + LEASE, lease=LEASE)  # another worker takes over
            raise Refused("too slow")

    enqueue()
    deliver(Slow())

    assert (only().state, only().attempts, only().error) == (State.SENDING, 2, "")


def test_a_worker_that_comes_back_after_its_lease_and_knows_ends_the_doubt() -> None:
    class Slow(Postbox):
        def hand_over(self, message: OutboundMessage, mail: EmailMessage) -> None:
            delivery.give_up(now=NOW + LEASE)
            assert only().state == State.UNSURE

    enqueue(once=True)
    deliver(Slow())

    assert only().state == State.SENT


def test_a_message_that_is_of_no_use_any_more_is_not_sent() -> None:
    enqueue("tomorrow", expires_at=NOW + SECOND)
    box = Postbox()

    assert deliver(box, NOW + SECOND) == 0

    assert (only().state, only().text, only().error) == (State.WITHDRAWN, None, "too late to be of use")


def test_a_message_whose_key_is_gone_waits_and_names_nobody(settings: Any) -> None:
    row = enqueue()
    settings.FIELD_KEYS = [("9", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk=")]
    box = Postbox()

    deliver(box)

    assert box.taken == []
    assert only().state == State.PENDING
    assert only().error == f"outbox_outboundmessage:text:{row.pk}: sealed under key 2, which is not in the ring"


def test_a_worker_told_to_stop_finishes_the_message_at_hand_and_no_other() -> None:
    enqueue("a")
    enqueue("b")
    box = Postbox()

    delivery.deliver_due(transport=box, lease=LEASE, clock=lambda: NOW, stopped=lambda: bool(box.taken))

    assert len(box.taken) == 1


def test_neither_address_nor_words_reach_the_log(caplog: pytest.LogCaptureFixture) -> None:
    row = enqueue()
    deliver(Postbox(trouble=[Refused("550 <alice@example.test> is not here")]))

    assert str(row.pk) in caplog.text
    assert "alice" not in caplog.text
    assert "482 913" not in caplog.text
    assert only().error == "550 <alice@example.test> is not here"


@time_machine.travel(NOW, tick=False)
def test_the_command_sends_all_that_is_due_into_the_folder(
    settings: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.OUTBOX_TRANSPORT, settings.OUTBOX_FOLDER = "folder", tmp_path
    for number in range(delivery.BATCH + 5):
        enqueue(f"booked:{number}")

    call_command("deliver")

    assert capsys.readouterr().out == "25 tried\n"
    assert len(list(tmp_path.glob("*.eml"))) == 25


@time_machine.travel(NOW, tick=False)
def test_the_command_says_what_keeps_the_mail(settings: Any) -> None:
    settings.OUTBOX_TRANSPORT, settings.EMAIL_URL = "smtp", "smtp://127.0.0.1:1"
    enqueue()

    with pytest.raises(CommandError, match=r"The mail waits: .*ConnectionRefusedError"):
        call_command("deliver")

    assert only().state == State.PENDING


def test_a_heartbeat_is_one_row_with_what_keeps_the_worker() -> None:
    delivery.beat(now=NOW)
    delivery.beat(now=NOW + SECOND, problem="mail.example.org:465: refused")

    beat = WorkerHeartbeat.objects.get()
    assert (beat.beat_at, beat.problem) == (NOW + SECOND, "mail.example.org:465: refused")
    assert outbox.health(now=NOW + SECOND).ok
