"""`manage.py demo`: make the demo clinic ready, then keep its server and its mail worker running until Ctrl-C."""

import hashlib
import http.client
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, connections, transaction
from django.db.migrations.executor import MigrationExecutor

from clinic.accounts.models import User
from clinic.site.demo import guide as demo_guide

MAIL_COMMAND = [sys.executable, "manage.py", "work", "--loop", "2"]
Process = subprocess.Popen[bytes]


class Command(BaseCommand):
    help = "Migrate, fill an empty database with the demo clinic, and serve it with its mail worker until Ctrl-C."
    requires_system_checks = ()  # ./run lint runs them; a second start takes a second

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *, host: str, port: int, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError(
                "This would fill the clinic's own database with invented people. Start it with: ./run demo"
            )
        refuse_taken_port(host, port)
        try:
            self.prepare_database()
            self.collect_static()
        except KeyboardInterrupt:
            self.say("Stopped; the next start begins this step again.")
            sys.exit(130)
        connections.close_all()
        sys.exit(self.supervise(host, port))

    # --- making ready ---------------------------------------------------------------------------------------------

    def prepare_database(self) -> None:
        refuse_real_clinic()
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            with self.waiting("Laying the tables"):
                call_command("migrate", interactive=False, verbosity=0)
        if not is_seeded():
            with self.waiting("Inventing a clinic"), transaction.atomic():  # Ctrl-C leaves nothing half made
                call_command("seed_demo")

    def collect_static(self) -> None:
        """Copy, hash and compress the static files, unless they are as they were at the last start."""
        mark = Path(settings.STATIC_ROOT) / ".sources"
        sources = digest_of_static_sources()
        if not mark.exists() or mark.read_text() != sources:
            with self.waiting("Collecting static files"):
                call_command("collectstatic", interactive=False, clear=True, verbosity=0)
            mark.write_text(sources)

    @contextmanager
    def waiting(self, doing: str) -> Iterator[None]:
        """Name a step and, while it lasts, say every few seconds how long it has taken."""
        done, started = threading.Event(), time.monotonic()

        def tick() -> None:
            while not done.wait(3):
                self.say(f"  {time.monotonic() - started:3.0f} s")

        self.say(doing)
        ticker = threading.Thread(target=tick, daemon=True)
        ticker.start()
        try:
            yield
        finally:
            done.set()
            ticker.join()

    def say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()

    # --- running --------------------------------------------------------------------------------------------------

    def supervise(self, host: str, port: int) -> int:
        """Run the server and the mail worker until a signal or the server's end; return the exit code."""
        raise_file_limit()
        stop = threading.Event()
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(name, lambda *_: stop.set())
        server = start(server_command(host, port))
        mail = None
        try:
            if wait_for_answer(server, stop):
                mail = start(MAIL_COMMAND)
                self.greet()
            while not stop.wait(0.5) and server.poll() is None:
                if mail and mail.poll() is not None:
                    self.say("The mail worker ended; starting it again.")
                    stop.wait(1)
                    mail = start(MAIL_COMMAND)
        finally:
            end(*filter(None, [server, mail]))
        if not stop.is_set():
            self.say("The server ended by itself; its words are above.")
        return 0 if stop.is_set() else 1

    def greet(self) -> None:
        base, guide = settings.PUBLIC_BASE_URL, demo_guide
        logins = "\n".join(f"    {login.email:28} {login.who}: {login.sees}" for login in guide.WITH_PASSWORD)
        self.say(
            f"""
  The demo clinic is open. Every person in it is invented.

    {base}/            English
    {base}/zh-hant/    繁體中文

  Staff and practitioners sign in at {base}/account/login/ with the password "{guide.PASSWORD}"
{logins}
  Patients need no password: a code is mailed to them
    {guide.PATIENT.email:28} {guide.PATIENT.who}: {guide.PATIENT.sees}

  To try
    1  read about enlarged pores, look at a treatment, choose a practitioner and book a time
    2  open the e-mail with its calendar file; it lands in {settings.OUTBOX_FOLDER}
    3  move or cancel the visit from the link in it
    4  sign in as the practitioner and open the brief; as the front desk, open {base}/admin/
    5  as the clinical lead open Rule sets there: make a draft, change a window, run the vignettes, publish,
       and see which visits to come are screened anew

  Ctrl-C stops it, ./run demo brings it back with its data, ./run reset starts afresh.
"""
        )


def refuse_taken_port(host: str, port: int) -> None:
    """Say that a port is taken: Granian shares ports, so a second copy would start without a word."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a copy that has just ended is no obstacle
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(
                f"{host}:{port} cannot be used: {error.strerror}. Try: ./run demo --port {port + 1}"
            ) from error


def refuse_real_clinic() -> None:
    """Stop before a database that DATABASE_URL names, and that holds other people than the demo's, is touched."""
    if User._meta.db_table not in connection.introspection.table_names():
        return
    if User.objects.exists() and not is_seeded():
        raise CommandError(
            "The database holds a clinic that is not the demo's. Unset DATABASE_URL, or name an empty one."
        )


def is_seeded() -> bool:
    """Whether the demo's people are there; they are written in one transaction with everything else."""
    return User.objects.filter(email=demo_guide.OWNER.email).exists()


def digest_of_static_sources() -> str:
    """A digest of the name, age and size of every static file."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            about = Path(storage.path(path)).stat()
            digest.update(f"{path} {about.st_mtime_ns} {about.st_size}\n".encode())
    return digest.hexdigest()


def raise_file_limit() -> None:
    """Allow as many connections as the backlog holds: each is a file descriptor."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 8192 if hard == resource.RLIM_INFINITY else min(8192, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))


def server_command(host: str, port: int) -> list[str]:
    """Granian, with the backlog and header timeout that keep it answering under slow clients."""
    options = {
        "--interface": "wsgi",
        "--host": host,
        "--port": str(port),
        "--workers": "2",
        "--blocking-threads": "4",
        "--backlog": "4096",
        "--http1-header-read-timeout": "5000",
        "--workers-kill-timeout": "10",
        "--log-level": "warning",
    }
    flags = [word for option in options.items() for word in option]
    return [sys.executable, "-m", "granian", *flags, "--no-ws", "--respawn-failed-workers", "clinic.wsgi:application"]


def start(command: list[str]) -> Process:
    """Start a child in a session of its own, so that Ctrl-C reaches the supervisor alone."""
    return subprocess.Popen(command, cwd=settings.BASE_DIR, start_new_session=True)


def wait_for_answer(server: Process, stop: threading.Event) -> bool:
    """Wait until the server answers anything at all; False when it ended or was told to stop first."""
    while server.poll() is None and not stop.is_set():
        visit = http.client.HTTPConnection(urlsplit(settings.PUBLIC_BASE_URL).netloc, timeout=10)
        try:
            visit.request("GET", f"{settings.STATIC_URL}staticfiles.json")  # what costs the least
            visit.getresponse()
        except (OSError, http.client.HTTPException):
            stop.wait(0.05)
        else:
            return True
        finally:
            visit.close()
    return False


def end(*children: Process) -> None:
    """Ask the children to stop, and after twelve seconds insist."""
    for child in children:
        child.terminate()
    for child in children:
        try:
            child.wait(12)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
