"""How many questions a step of a booking asks the database: a gate that no busy machine excuses."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clinic.accounts.models import User
from tests.cast import Cast
from tests.journeys.visitor import Visitor

# A transaction of SQLite is alone from its first statement on, so it asks for no locks.
LOCKS = 1 if connection.features.has_select_for_update else 0
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


def asked(send: Callable[[], Any], status: int = 302) -> list[str]:
    """The questions it takes to answer what is sent."""
    with CaptureQueriesContext(connection) as statements:
        assert send().status_code == status
    return [statement["sql"] for statement in statements if not statement["sql"].startswith(NOT_COUNTED)]


def test_holding_a_time_asks_ten_questions_at_most(carol) -> None:
    assert len(asked(carol.come_to("when").when)) == 9 + LOCKS


def test_confirming_asks_eighteen_questions_at_most(carol) -> None:
    assert len(asked(carol.come_to("check").check)) == 17 + LOCKS


def test_who_is_signed_in_is_not_looked_up_again(carol) -> None:
    carol.come_to("check").client.force_login(User.objects.get(email=carol.email))
    assert carol.get("check/").status_code == 200  # the first page notes since when
    assert len(asked(carol.check)) == 17 + LOCKS


def test_no_page_of_the_intake_asks_the_same_twice(carol) -> None:
    page = carol.come_to("intake").get("intake/")["Location"]
    while "/intake/" in page:
        shown = asked(partial(carol.client.get, page), status=200)
        assert len(shown) == len(set(shown)) == 6
        page = carol.answer(page)["Location"]


def test_the_check_asks_nothing_twice(carol) -> None:
    carol.come_to("check")
    shown = asked(lambda: carol.get("check/"), status=200)
    assert len(shown) == len(set(shown))
