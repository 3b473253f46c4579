"""The worker is killed with -9 while the mail server holds its message: what was taken, and is not known to be.

A real `manage.py work`, a real mail server on loopback: the server takes the message, kills the worker and never says
yes. Nothing is lost; a confirmation comes again under the same Message-ID; a reminder is left for a person.
"""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from clinic.outbox.models import OutboundMessage, State
from tests.clinic.mail import MailServer, enqueue
from tests.clinic.test_outbox_kill import ROOT, database_url, message_id, wait_until

LEASE_SECONDS = 1
# Three workers start one after the other, each on a machine that may be busy.
PATIENCE_SECONDS = 180


class Killer(MailServer):
    """Kills whoever hands it one of its first messages, after it has taken it."""

    def __init__(self, kills: int) -> None:
        super().__init__()
        self.worker: subprocess.Popen[bytes] | None = None
        self.kills = kills

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        answer = await super().handle_DATA(server, session, envelope)
        if self.kills and self.worker is not None:
            self.kills -= 1
            self.worker.send_signal(signal.SIGKILL)
            self.worker.wait()
        return answer

    @contextmanager
    def working(self) -> Iterator[subprocess.Popen[bytes]]:
        """A worker that hands its mail to this server, until the end at the latest."""
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "DATABASE_URL": database_url(),
            "EMAIL_URL": f"smtp://{self.address}",
        }
        command = [sys.executable, "manage.py", "work", "--loop", "0.1", "--lease", str(LEASE_SECONDS)]
        self.worker = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
        try:
            yield self.worker
        finally:
            self.worker.kill()
            self.worker.wait()


@pytest.mark.django_db(transaction=True)
def test_a_reminder_is_left_unsure_and_a_confirmation_comes_again_as_the_same_message() -> None:
    now = timezone.now() - timedelta(hours=1)
    reminder = enqueue("reminder:1:202705041000:24", due_at=now, now=now, once=True)
    later = now + timedelta(minutes=1)
    booked = enqueue("booked:1", due_at=later, now=later)
    with Killer(kills=2).listening() as server:
        for _ in range(2):
            with server.working() as killed:
                wait_until(lambda: killed.poll() is not None, PATIENCE_SECONDS)
                assert killed.returncode == -signal.SIGKILL
            time.sleep(LEASE_SECONDS)
        waiting = OutboundMessage.objects.filter(state__in=[State.PENDING, State.SENDING])
        with server.working():
            wait_until(lambda: not waiting.exists(), PATIENCE_SECONDS)
    arrived = Counter(str(mail["Message-ID"]) for mail in server.taken)
    assert arrived == {message_id(reminder): 1, message_id(booked): 2}
    assert OutboundMessage.objects.get(pk=reminder.pk).state == State.UNSURE
    assert OutboundMessage.objects.get(pk=booked.pk).state == State.SENT
