"""The worker: sends what the outbox holds, and tidies up after the throttle."""

import logging
import signal
import time
from argparse import ArgumentParser
from datetime import UTC, datetime, timedelta
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from clinic import throttle
from clinic.outbox import delivery, health, transport
from clinic.outbox.transport import Transport, Unreachable

log = logging.getLogger(__name__)

BEAT_EVERY = timedelta(seconds=10)
NAP_SECONDS = 0.1


class Command(BaseCommand):
    help = "Send the mail that is due: once, or again and again with --loop, until told to stop."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--loop", type=float, default=0, metavar="SECONDS", help="look again after this long")
        parser.add_argument(
            "--lease",
            type=float,
            default=120,
            metavar="SECONDS",
            help="how long a message stays claimed by a worker that died (120)",
        )

    def handle(self, *args: Any, loop: float, lease: float, **options: Any) -> None:
        self.stopping = False
        self.lease = timedelta(seconds=lease)
        self.way_out: Transport = transport.from_settings()
        try:
            if loop:
                self._keep_delivering(pause=loop)
            else:
                self._deliver_once()
        finally:
            self.way_out.close()

    def _deliver_once(self) -> None:
        tried = 0
        try:
            while batch := self._deliver():
                tried += batch
        except Unreachable as problem:
            raise CommandError(f"The mail waits: {problem}") from problem
        self.stdout.write(f"{tried} tried")

    def _keep_delivering(self, *, pause: float) -> None:
        """Until SIGTERM or Ctrl-C, after which the message at hand is finished."""
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self._stop)
        self.beaten_at = datetime.min.replace(tzinfo=UTC)
        while not self.stopping:
            if not self._round():
                self.way_out.close()
                self._rest(pause)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def _round(self) -> int:
        """One batch and the chores; whatever goes wrong, the next round tries again."""
        tried, problem = 0, ""
        try:
            try:
                tried = self._deliver()
            except Unreachable as error:
                problem = str(error)
            self._do_the_chores(problem)
        except DatabaseError as error:
            log.warning("the database is away: %s", type(error).__name__)
            close_old_connections()
        return tried

    def _deliver(self) -> int:
        return delivery.deliver_due(
            transport=self.way_out, lease=self.lease, clock=timezone.now, stopped=lambda: self.stopping
        )

    def _do_the_chores(self, problem: str) -> None:
        now = timezone.now()
        if now - self.beaten_at < BEAT_EVERY:
            return
        if problem:
            log.warning("the mail waits: %s", problem)
        delivery.beat(now=now, problem=problem)
        if (flow := health(now=now)).is_late:
            log.warning("the mail is late: the oldest message was due %s minutes ago", flow.minutes_late)
        throttle.purge(now=now)
        self.beaten_at = now

    def _rest(self, seconds: float) -> None:
        """Sleep in naps, so that a signal is heard at once."""
        end = time.monotonic() + seconds
        while not self.stopping and time.monotonic() < end:
            time.sleep(min(NAP_SECONDS, seconds))
