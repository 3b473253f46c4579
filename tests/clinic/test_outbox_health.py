"""When mail stops, somebody hears of it without mail: the monitor, cron, the log and the people at work."""

import logging
from datetime import datetime, timedelta

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from clinic.accounts.roles import Role
from clinic.outbox import delivery, post
from clinic.outbox.management.commands import deliver as worker
from clinic.outbox.models import OutboundMessage
from tests import factories
from tests.clinic.desk import at_work
from tests.clinic.mail import NOW, Postbox, enqueue

MINUTE = timedelta(minutes=1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def late(time_machine) -> None:
    """A message was due twenty minutes ago, and the worker was last seen then; it said that nobody takes mail."""
    factories.clinic()
    enqueue(due_at=NOW)
    delivery.beat(now=NOW, problem="smtp.example:25: refused")
    time_machine.move_to(NOW + 20 * MINUTE, tick=False)


def flow(now: datetime) -> tuple[bool, bool, bool]:
    found = post.health(now=now)
    return found.ok, found.is_late, found.is_silent


def test_mail_flows_until_the_oldest_is_late_or_the_worker_is_silent() -> None:
    assert flow(NOW) == (True, False, False)
    enqueue(due_at=NOW)
    assert flow(NOW + 10 * MINUTE) == (True, False, False)
    assert flow(NOW + 11 * MINUTE) == (False, True, False)
    OutboundMessage.objects.all().delete()
    delivery.beat(now=NOW)
    assert flow(NOW + 5 * MINUTE) == (True, False, False)
    assert flow(NOW + 6 * MINUTE) == (False, False, True)


def test_the_monitor_is_told(late) -> None:
    answer = Client().get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["mail"] == {"oldest_due_seconds": 1200, "worker_silent_seconds": 1200}


def test_cron_is_told_by_the_commands_end(late, capsys) -> None:
    with pytest.raises(CommandError) as told:
        call_command("check_mail")
    assert told.value.returncode == 1
    for words in ("due 20 minutes ago", "silent for 20 minutes", "smtp.example:25: refused"):
        assert words in str(told.value)
    OutboundMessage.objects.all().delete()
    delivery.beat(now=NOW + 20 * MINUTE)
    call_command("check_mail")
    assert "Mail flows." in capsys.readouterr().out


@pytest.mark.parametrize("page", ["/admin/", "/reception/"])
def test_people_at_work_are_told_and_only_while_it_lasts(late, page) -> None:
    sam = at_work(Role.STAFF)
    told = sam.get(page).text
    assert "E-mail is not going out." in told
    assert "The oldest message was due 20 minutes ago." in told
    assert "alice@example.test" not in told.partition("E-mail is not going out.")[2].partition("</div>")[0]
    OutboundMessage.objects.all().delete()
    delivery.beat(now=NOW + 20 * MINUTE)
    assert "E-mail is not going out." not in sam.get(page).text


def test_the_workers_log_says_so_without_an_address(late, caplog) -> None:
    command = worker.Command()
    command.way_out, command.beaten_at = Postbox(away=True), NOW - MINUTE
    with caplog.at_level(logging.WARNING):
        command._do_the_chores("nobody there")
    assert "the oldest message was due 20 minutes ago" in caplog.text
    assert "alice" not in caplog.text
