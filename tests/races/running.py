"""The clinic as it is run: Granian with its workers, and `manage.py work`; to be killed with -9 and started again."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from django.db import connection

from clinic.site.management.commands.demo import server_command
from tests.clinic.mail import MailServer
from tests.clinic.test_outbox_kill import ROOT, database_url

LEASE_SECONDS = 1
WORK = [sys.executable, "manage.py", "work", "--loop", "0.1", "--lease", str(LEASE_SECONDS)]
NAME = "house"  # of its sessions at PostgreSQL: the test's own process has some as well, of a server for browsers
THEIRS = f"from pg_stat_activity where datname = current_database() and application_name = '{NAME}'"
Process = subprocess.Popen[bytes]


class Post(MailServer):
    """A mail server that kills the worker over the next mail of a subject: taken, and never answered."""

    def __init__(self) -> None:
        super().__init__()
        self.fatal = ""
        self.worker: Process | None = None

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        answer = await super().handle_DATA(server, session, envelope)
        if self.fatal and self.worker and self.fatal in self.taken[-1]["Subject"]:
            strike(self.worker)
            self.fatal = ""
        return answer

    def read_by(self, address: str) -> list[str]:
        """The words that have come to an address, in their order."""
        mine = [mail.get_body(("plain",)) for mail in list(self.taken) if mail["To"] == address]
        return [body.get_content() for body in mine if body is not None]


class House:
    """The site and its worker, on the database of the test."""

    def __init__(self, post: Post, var: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.post, self.log = post, var / "house.log"
        self.site: Process | None = None
        self.environment = {
            **os.environ,
            "BEHIND_PROXY": "1",
            "COMPLEXION_VAR": str(var),
            "DATABASE_URL": database_url(),
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "PGAPPNAME": NAME,
            "EMAIL_URL": f"smtp://{post.address}",
            "PUBLIC_BASE_URL": self.url,
        }

    def open(self) -> None:
        """Start what does not run, as whoever looks after the processes would; nothing is mended before."""
        if self.site is None or self.site.poll() is not None:
            self.site = self._start(server_command("127.0.0.1", self.port))
        if self.post.worker is None or self.post.worker.poll() is not None:
            self.post.worker = self._start(WORK)

    def close(self) -> None:
        """Ask both to end, and insist in the end."""
        running = [each for each in (self.site, self.post.worker) if each is not None]
        for each in running:
            each.terminate()
        for each in running:
            try:
                each.wait(30)
            except subprocess.TimeoutExpired:
                strike(each)

    def is_well(self) -> bool:
        """Whether the site answers, and says that database and mail are in order."""
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=30)) as line:
            try:
                line.request("GET", "/healthz")
                return line.getresponse().status == 200
            except (OSError, HTTPException):
                return False

    def _start(self, command: list[str]) -> Process:
        with self.log.open("ab") as log:
            return subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )


def strike(process: Process) -> None:
    """Kill a process and all it has started, with -9."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def workers(site: Process) -> set[int]:
    """The processes that Granian has started to serve."""
    found = set()
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has just ended
            if int(path.read_text().rpartition(")")[2].split()[1]) == site.pid:
                found.add(int(path.parent.name))
    return found


def somebody_writes() -> bool:
    """Whether at this moment a transaction is open that has written."""
    if connection.vendor == "postgresql":
        return count(f"select count(*) {THEIRS} and backend_xid is not null") > 0
    with closing(sqlite3.connect(connection.settings_dict["NAME"], timeout=0, isolation_level=None)) as probe:
        try:
            probe.execute("begin immediate")
        except sqlite3.OperationalError:
            return True
    return False


def is_quiet() -> bool:
    """Whether nothing is left of whoever was connected: no session, no lock, no half-written page."""
    if connection.vendor == "postgresql":
        return count(f"select count(*) {THEIRS}") == 0
    connection.close()
    path = Path(connection.settings_dict["NAME"])
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as probe:
        try:  # of the killed the last may still be on its way out
            probe.execute("begin immediate")
        except sqlite3.OperationalError:
            return False
        probe.execute("rollback")
        whole = probe.execute("pragma integrity_check").fetchall() == [("ok",)]
        whole = whole and not probe.execute("pragma foreign_key_check").fetchall()
    return whole and not path.with_name(f"{path.name}-journal").exists()


def count(question: str) -> int:
    """A number that the database answers."""
    with connection.cursor() as cursor:
        cursor.execute(question)
        return int(cursor.fetchone()[0])
