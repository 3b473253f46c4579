"""Queueing and withdrawing, and how the mail is doing."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core import mail as django_mail
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from clinic import crypto, outbox
from clinic.outbox import delivery
from clinic.outbox.models import Occasion, OutboundMessage, State
from tests.clinic.mail import NOW, SECRET, enqueue, withdraw

MINUTE = timedelta(minutes=1)
BACKEND = "clinic.outbox.backend.OutboxEmailBackend"

pytestmark = pytest.mark.django_db


def test_a_queued_message_waits_with_a_sealed_body() -> None:
    row = enqueue(html="<p>482 913</p>", calendar="BEGIN:VCALENDAR", calendar_method="REQUEST", about="consultation:1")

    fresh = OutboundMessage.objects.get(pk=row.pk)
    stored: Any = OutboundMessage.objects.values_list("text", "html", "calendar").get(pk=row.pk)
    assert (fresh.state, fresh.text, fresh.html, fresh.calendar) == (
        State.PENDING, SECRET, "<p>482 913</p>", "BEGIN:VCALENDAR",
    )  # fmt: skip
    assert all(crypto.is_sealed(blob) for blob in stored)


def test_the_same_occasion_is_queued_once() -> None:
    first = enqueue("reminder:1:24h", subject="first")
    enqueue("reminder:1:24h", subject="second")

    assert OutboundMessage.objects.get().pk == first.pk
    assert OutboundMessage.objects.get().subject == "first"


def test_queueing_costs_one_statement() -> None:
    with transaction.atomic(), CaptureQueriesContext(connection) as queries:
        outbox.enqueue(
            key="k", to="alice@example.test", subject="s", text="t", language="en", due_at=NOW, now=NOW
        )  # fmt: skip

    assert len(queries) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"subject": "Booked\nBcc: everyone@example.test"},
        {"to": "alice@example.test\r\nBcc: everyone@example.test"},
        {"to": ""},
    ],
)
def test_nothing_slips_into_the_head_of_a_mail(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="line break"):
        enqueue(**wrong)

    assert not OutboundMessage.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_queueing_and_withdrawing_outside_a_transaction_are_refused() -> None:
    parts: dict[str, Any] = {"key": "k", "to": "alice@example.test", "subject": "s", "text": "t", "language": "en"}

    with pytest.raises(transaction.TransactionManagementError):
        outbox.enqueue(**parts, due_at=NOW, now=NOW)
    with pytest.raises(transaction.TransactionManagementError):
        outbox.withdraw(about="consultation:1", now=NOW)

    assert not OutboundMessage.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_message_goes_with_the_transaction_that_fails() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        _ = enqueue(), 1 / 0

    assert not OutboundMessage.objects.exists()


def test_withdrawing_takes_back_what_has_not_gone_out_and_forgets_its_body() -> None:
    enqueue("booked:1", about="consultation:1")
    enqueue("reminder:1", about="consultation:1", due_at=NOW + timedelta(days=1))
    enqueue("booked:2", about="consultation:2")
    enqueue("sent:1", about="consultation:1")
    OutboundMessage.objects.filter(key="sent:1").update(state=State.SENT)

    assert withdraw("consultation:1") == 2

    states = dict(OutboundMessage.objects.values_list("key", "state"))
    assert states == {"booked:1": "withdrawn", "reminder:1": "withdrawn", "booked:2": "pending", "sent:1": "sent"}
    reminder = OutboundMessage.objects.get(key="reminder:1")
    assert (reminder.text, reminder.expires_at) == (None, NOW)


def test_a_clock_that_runs_behind_withdraws_all_the_same() -> None:
    enqueue("booked:1", about="consultation:1")

    assert withdraw("consultation:1", NOW - MINUTE) == 1


def test_what_is_queued_after_a_withdrawal_stands() -> None:
    enqueue("booked:1", about="consultation:1")
    withdraw("consultation:1")
    enqueue("cancelled:1", about="consultation:1")

    assert OutboundMessage.objects.get(state=State.PENDING).key == "cancelled:1"


# --- health ---


def test_an_empty_outbox_that_nobody_looks_after_is_well() -> None:
    health = outbox.health(now=NOW)

    assert health.ok
    assert health.as_dict() == {"oldest_due_seconds": None, "worker_silent_seconds": None}


def test_health_knows_the_oldest_due_message_and_the_last_sign_of_life() -> None:
    enqueue("late", due_at=NOW - 3 * MINUTE)
    enqueue("later", due_at=NOW + MINUTE)
    delivery.beat(now=NOW - MINUTE)

    health = outbox.health(now=NOW)

    assert health.as_dict() == {"oldest_due_seconds": 180, "worker_silent_seconds": 60}
    assert health.ok


def test_health_fails_when_mail_is_late() -> None:
    enqueue("late", due_at=NOW - 11 * MINUTE)

    assert not outbox.health(now=NOW).ok


def test_health_fails_when_the_worker_has_gone_silent() -> None:
    delivery.beat(now=NOW - 6 * MINUTE)

    assert not outbox.health(now=NOW).ok


# --- Django's own mail ---


def test_djangos_mail_is_queued_for_each_recipient_with_its_html() -> None:
    mail = EmailMultiAlternatives("Reset", "plain 482913", to=["alice@example.test"], bcc=["bob@example.test"])
    mail.attach_alternative("<p>rich</p>", "text/html")

    with translation.override("zh-hant"):
        assert get_connection(BACKEND).send_messages([mail]) == 2

    rows = OutboundMessage.objects.order_by("to")
    assert [(row.to, row.text, row.html, row.language) for row in rows] == [
        ("alice@example.test", "plain 482913", "<p>rich</p>", "zh-hant"),
        ("bob@example.test", "plain 482913", "<p>rich</p>", "zh-hant"),
    ]
    assert django_mail.outbox == []


def test_mail_that_is_all_html_gets_a_plain_body_too() -> None:
    mail = EmailMessage("Hello", "<p>Good <b>morning</b></p>", to=["alice@example.test"])
    mail.content_subtype = "html"

    get_connection(BACKEND).send_messages([mail])

    row = OutboundMessage.objects.get()
    assert (row.text, row.html) == ("Good morning", "<p>Good <b>morning</b></p>")


def test_mail_with_an_attachment_is_refused_whole() -> None:
    mail = EmailMessage("Hello", "text", to=["alice@example.test"])
    mail.attach("answers.txt", "text", "text/plain")

    with pytest.raises(NotImplementedError):
        get_connection(BACKEND).send_messages([EmailMessage("Fine", "text", to=["bob@example.test"]), mail])

    assert not OutboundMessage.objects.exists()


def test_staff_read_of_every_mail_there_is_by_a_name():
    """A key begins with the name of its template, by which the delivery log calls the message."""
    templates = {path.stem for path in (settings.BASE_DIR / "templates" / "emails").glob("[!_]*.txt")} - {"base"}
    assert templates - set(Occasion.values) == set()
