"""The shelf as it ships, laid once for all tests of a module; what one of them changes goes with it."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from treatments import loading

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def shelf(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[loading.Loaded]:
    """The catalogue that ships, loaded; each test's own transaction lies inside the one that is rolled back here."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield loading.load_catalogue(now=NOW)
        transaction.set_rollback(True)
