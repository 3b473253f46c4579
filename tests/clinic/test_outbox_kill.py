"""Workers are killed in the middle of their work; what the mail server got is counted.

Two real worker processes send from the suite's own database to a real mail server, which keeps a message and answers a
little later: a worker killed in between has sent it and does not know.
"""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from random import Random
from urllib.parse import quote, urlencode

import pytest
from django.db import connection
from django.utils import timezone

from clinic.outbox.models import OutboundMessage, State
from tests.clinic.mail import MailServer, enqueue

ROOT = Path(__file__).resolve().parents[2]
MESSAGES = 24
KILLS = 3
PATIENCE_SECONDS = 60


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_no_message_is_lost_by_killing_workers_and_a_repeat_is_the_same_message() -> None:
    now = timezone.now() - timedelta(hours=1)
    for number in range(MESSAGES):
        enqueue(f"booked:{number}", due_at=now, now=now)
        enqueue(f"reminder:{number}", due_at=now, now=now, once=True)

    with MailServer(answer_after=0.03).listening() as server:
        dice = Random(5)
        for _ in range(KILLS):
            before = len(server.taken)
            with workers(server):
                wait_until(lambda: len(server.taken) > before + 2)  # noqa: B023
                time.sleep(dice.random() / 10)
        with workers(server):
            wait_until(lambda: not OutboundMessage.objects.filter(state__in=[State.PENDING, State.SENDING]).exists())

    arrived = Counter(str(mail["Message-ID"]) for mail in server.taken)
    rows = list(OutboundMessage.objects.all())
    tellable_twice = [row for row in rows if not row.once]
    once = [row for row in rows if row.once]

    assert {row.state for row in tellable_twice} == {State.SENT}
    assert all(arrived[message_id(row)] >= 1 for row in tellable_twice), "lost"
    assert {row.state for row in once} <= {State.SENT, State.UNSURE}
    assert all(arrived[message_id(row)] == 1 for row in once if row.state == State.SENT)
    assert all(arrived[message_id(row)] <= 1 for row in once), "told twice"
    assert set(arrived) <= {message_id(row) for row in rows}, "a repeat under another Message-ID"
    assert arrived.total() - len(arrived) <= 2 * KILLS, "a repeat without a crash"


@pytest.mark.django_db(transaction=True)
def test_a_worker_told_to_stop_finishes_and_leaves_cleanly() -> None:
    now = timezone.now() - timedelta(hours=1)
    for number in range(50):
        enqueue(f"booked:{number}", due_at=now, now=now)

    with MailServer(answer_after=0.03).listening() as server:
        worker = start_worker(server)
        try:
            wait_until(lambda: len(server.taken) > 2)
            worker.send_signal(signal.SIGTERM)
            code = worker.wait(timeout=PATIENCE_SECONDS)
        finally:
            worker.kill()

    states = Counter(OutboundMessage.objects.values_list("state", flat=True))
    assert code == 0
    assert set(states) == {State.SENT, State.PENDING}
    assert states[State.SENT] == len(server.taken)


@contextmanager
def workers(server: MailServer) -> Iterator[None]:
    """Two of them, killed at the end without a warning."""
    pair = [start_worker(server), start_worker(server)]
    try:
        yield
    finally:
        for worker in pair:
            worker.kill()
            worker.wait()


def start_worker(server: MailServer) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DATABASE_URL": database_url(),
        "EMAIL_URL": f"smtp://{server.address}",
    }
    command = [sys.executable, "manage.py", "deliver", "--loop", "0.1", "--lease", "2"]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)


def database_url() -> str:
    """Where another process finds the database that this test runs in."""
    own = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{own['NAME']}"
    login = ":".join(quote(str(part), safe="") for part in (own["USER"], own["PASSWORD"]) if part)
    where = urlencode({name: own[name.upper()] for name in ("host", "port") if own[name.upper()]})
    return f"postgresql://{login}@/{own['NAME']}?{where}"


def message_id(row: OutboundMessage) -> str:
    return f"<{row.pk}@localhost>"


def wait_until(done: Callable[[], bool], seconds: float = PATIENCE_SECONDS, *, pause: float = 0.02) -> None:
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "the workers did not get there"
        time.sleep(pause)
