"""Two databases of one clinic, alike but for the length of their history, on SQLite or PostgreSQL."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg2

from bench.server import ROOT
from tests import postgres

NAMES = ("complexion_bench_small", "complexion_bench_large")


@dataclass(frozen=True)
class Filled:
    """A filled database: where it is, how many consultations it has, and what a measurement needs to know of it."""

    environment: Mapping[str, str]
    consultations: int
    postmaster: int | None
    facts: Mapping[str, Any]


@contextmanager
def databases(vendor: str, folder: Path, common: Mapping[str, str], history_days: int) -> Iterator[list[Filled]]:
    """Lay a small and a large database; those on a server that somebody named are dropped again in the end."""
    if vendor == "sqlite":
        small, large = (folder / f"{name}.sqlite3" for name in NAMES)
        first = fill({**common, "DATABASE_URL": f"sqlite:///{small}"})
        shutil.copyfile(small, large)  # whoever wrote it has closed it, and with that emptied its log
        yield [first, grown(first, {**common, "DATABASE_URL": f"sqlite:///{large}"}, history_days)]
        return
    server = os.environ.get("BENCH_DATABASE_URL") or postgres.serve()
    small_url, large_url = (urlunsplit(urlsplit(server)._replace(path=f"/{name}")) for name in NAMES)
    try:
        administer(server, f"CREATE DATABASE {NAMES[0]}")
        first = fill({**common, "DATABASE_URL": small_url})
        administer(server, f"CREATE DATABASE {NAMES[1]} TEMPLATE {NAMES[0]}")
        yield [first, grown(first, {**common, "DATABASE_URL": large_url}, history_days)]
    finally:
        for name in NAMES:
            administer(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def grown(first: Filled, environment: Mapping[str, str], days: int) -> Filled:
    """The same clinic with a longer past."""
    told = fill(environment, days)
    return Filled(environment, told.consultations, told.postmaster, first.facts)


def fill(environment: Mapping[str, str], past_days: int = 0) -> Filled:
    """Run bench.filling in a process of its own, which knows one database."""
    words = f"from bench import filling; filling.main({past_days})"
    command = [sys.executable, "manage.py", "shell", "--no-imports", "--verbosity", "0", "--command", words]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environment}, stdout=subprocess.PIPE, text=True, check=True
    )
    facts = json.loads(done.stdout.splitlines()[-1])
    return Filled(environment, facts["consultations"], facts["postmaster"], facts)


def administer(server: str, statement: str) -> None:
    connection = psycopg2.connect(server)
    try:
        connection.autocommit = True
        connection.cursor().execute(statement)
    finally:
        connection.close()
