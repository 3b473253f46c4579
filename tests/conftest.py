"""What every test shares: a database of its own and a quiet house. The browser's fixtures are in tests/browser/."""

import gc
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from platform import python_version

import django
import hypothesis
import psycopg2
import pytest
from django.conf import settings as django_settings
from django.core.cache import caches
from django.db import connection
from django.test import TransactionTestCase
from django.utils import translation
from pytest_django import DjangoDbBlocker

from clinic import constraints
from tests import migrated, scenes

pytest_plugins = ["tests.cast", "tests.shelf"]

hypothesis.settings.register_profile("suite", deadline=None)  # a busy machine is no failure
hypothesis.settings.register_profile("everyday", hypothesis.settings.get_profile("suite"), max_examples=25)
hypothesis.settings.load_profile("suite")


def pytest_collection_finish() -> None:
    """What collecting has made stays until the end; the garbage collector need not look through it again and again."""
    gc.freeze()


# --- database --------------------------------------------------------------------------------------------------------


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was skipped and why, and what the suite ran on; ./run test repeats that beside the closing line."""
    skipped = Counter(report.longrepr[2] for report in terminalreporter.stats.get("skipped", []))
    for reason, times in skipped.items():
        terminalreporter.write_line(f"{times} x {reason}")
    database = f"SQLite {sqlite3.sqlite_version}"
    if connection.vendor == "postgresql":
        server = psycopg2.connect(**{**connection.get_connection_params(), "dbname": "postgres"})
        database = f"PostgreSQL {server.server_version // 10000}.{server.server_version % 10000}"
        server.close()
    terminalreporter.write_line(f"ran on: {database}, Python {python_version()}, Django {django.get_version()}")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> None:
    """A database for each worker; SQLite's in a file, because threads and processes have to meet in it."""
    own = connection.settings_dict["TEST"]
    if connection.vendor == "sqlite":
        own["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")
    else:
        own["NAME"] = f"test_complexion_{worker_id}"


@pytest.fixture(scope="session")
def migrated_file(pytestconfig: pytest.Config) -> Path | None:
    """Where a migrated database is kept between runs; PostgreSQL keeps none."""
    assert pytestconfig.cache is not None
    return migrated.kept_in(pytestconfig.cache.mkdir("migrated")) if connection.vendor == "sqlite" else None


@pytest.fixture(scope="session")
def django_db_keepdb(migrated_file: Path | None, django_db_createdb: bool, django_db_modify_db_settings: None) -> bool:
    """Lay the kept database where this worker's belongs; django_db_setup then has nothing left to migrate."""
    if migrated_file is None or django_db_createdb or not migrated_file.exists():
        return False
    shutil.copyfile(migrated_file, connection.settings_dict["TEST"]["NAME"])
    return True


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, migrated_file: Path | None, django_db_keepdb: bool, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Hang up for clients that kept their line to the live server: its thread's connection holds the database."""
    if migrated_file is not None and not django_db_keepdb:
        with django_db_blocker.unblock():
            migrated.keep(migrated_file)
    yield
    if connection.vendor == "postgresql":
        others = "from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(f"select pg_terminate_backend(pid) {others}")


@pytest.fixture(scope="session", autouse=True)
def _a_flush_may_empty_append_only_tables() -> Iterator[None]:
    """A test with real transactions ends in a flush; that flush alone finds the append-only rules lifted."""
    flush: Callable[[TransactionTestCase], None] = vars(TransactionTestCase)["_fixture_teardown"]

    def teardown(case: TransactionTestCase) -> None:
        constraints.lift(connection)
        try:
            flush(case)
        finally:
            constraints.restore(connection)
            scenes.forget()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", teardown)
        yield


# --- a quiet house ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session", autouse=True)
def _nothing_is_written_into_var(tmp_path_factory: pytest.TempPathFactory) -> None:
    var = tmp_path_factory.mktemp("var")
    django_settings.VAR_DIR = var
    django_settings.OUTBOX_FOLDER = var / "mail"


@pytest.fixture(scope="module", autouse=True)
def _no_module_leans_on_the_one_before() -> None:
    """What a module lays once is laid before anything is done for its first test."""
    as_in_the_beginning()


@pytest.fixture(autouse=True)
def _no_test_leans_on_the_one_before() -> None:
    as_in_the_beginning()


def as_in_the_beginning() -> None:
    """No page is kept from before, and nobody reads Chinese yet."""
    for alias in django_settings.CACHES:
        caches[alias].clear()
    translation.activate(django_settings.LANGUAGE_CODE)
