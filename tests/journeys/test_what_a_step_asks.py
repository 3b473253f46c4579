"""How many questions a step of a booking asks the database: a gate that no busy machine excuses."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast
from tests.journeys.visitor import Visitor

# What opens, nests and closes a transaction is no question; the bench counts alike.
NOT_COUNTED = ("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "COMMIT")


@pytest.fixture
def carol(cast: Cast) -> Visitor:
    """Somebody who books after another, so that the versions in force are parsed."""
    bob = Visitor(name="Bob Tan", email="bob@guests.test").come_to("when")
    assert bob.when("16:00").status_code == 302
    for step in ("details", "code", "consent", "intake", "check"):
        assert bob.take(step).status_code == 302
    return Visitor()


def asked(send: Callable[[], HttpResponse]) -> int:
    """How many questions it takes to answer what is sent, which is let through."""
    with CaptureQueriesContext(connection) as statements:
        assert send().status_code == 302
    return sum(not statement["sql"].startswith(NOT_COUNTED) for statement in statements)


def test_holding_a_time_asks_fourteen_questions(carol) -> None:
    assert asked(carol.come_to("when").when) == 14


def test_confirming_asks_twenty_six_questions(carol) -> None:
    assert asked(carol.come_to("check").check) == 26
