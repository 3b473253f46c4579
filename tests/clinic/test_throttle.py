from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import RequestFactory

from clinic import throttle
from clinic.throttle import TooOften
from clinic.throttle.models import Count

NINE = datetime(2027, 3, 1, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def hit(subject: str = "alice@example.test", *, purpose: str = "sign-in", limit: int = 3, now: datetime = NINE) -> None:
    throttle.hit(purpose=purpose, subject=subject, limit=limit, window=HOUR, now=now)


def allowed(act: Callable[[], None]) -> bool:
    try:
        act()
    except TooOften:
        return False
    return True


@pytest.mark.django_db
def test_the_limit_is_allowed_and_the_next_one_is_not() -> None:
    assert [allowed(hit) for _ in range(5)] == [True, True, True, False, False]


@pytest.mark.django_db
def test_it_says_how_long_to_wait() -> None:
    with pytest.raises(TooOften) as refused:
        hit(limit=0, now=NINE + timedelta(minutes=50))

    assert refused.value.retry_after == timedelta(minutes=10)


@pytest.mark.django_db
def test_a_new_window_begins_with_nothing_counted() -> None:
    assert allowed(lambda: hit(limit=1))
    assert not allowed(lambda: hit(limit=1, now=NINE + HOUR - timedelta(microseconds=1)))
    assert allowed(lambda: hit(limit=1, now=NINE + HOUR))


@pytest.mark.django_db
def test_each_subject_and_each_purpose_is_counted_for_itself() -> None:
    hit(limit=1)

    assert allowed(lambda: hit("bob@example.test", limit=1))
    assert allowed(lambda: hit(purpose="reset", limit=1))
    assert not allowed(lambda: hit(limit=1))


@pytest.mark.django_db
def test_the_case_of_an_address_does_not_matter() -> None:
    hit(limit=1)

    assert not allowed(lambda: hit(" Alice@Example.TEST", limit=1))


@pytest.mark.django_db
def test_no_row_tells_who_was_counted() -> None:
    hit()

    assert "alice" not in Count.objects.get().key


@pytest.mark.django_db
def test_what_was_counted_goes_when_its_window_is_over() -> None:
    hit()
    hit("bob@example.test")
    hit(now=NINE + HOUR)

    assert throttle.purge(now=NINE + HOUR) == 2
    assert Count.objects.get().ends == NINE + 2 * HOUR


@pytest.mark.django_db(transaction=True)
def test_many_at_once_are_counted_exactly() -> None:
    def one(_: int) -> bool:
        try:
            return allowed(lambda: hit(limit=25))
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(one, range(80)))

    assert answers.count(True) == 25
    assert Count.objects.get().hits == 80


@pytest.mark.parametrize(
    ("proxies", "peer", "forwarded", "address"),
    [
        (0, "203.0.113.7", "198.51.100.1", "203.0.113.7"),  # anybody can write that header
        (1, "10.0.0.2", "198.51.100.1, 203.0.113.7", "203.0.113.7"),
        (2, "10.0.0.2", "203.0.113.7, 10.0.0.1", "203.0.113.7"),
        (2, "10.0.0.2", "203.0.113.7", "10.0.0.2"),  # it did not come through both of ours
        (0, "2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::/64"),
        (0, "::ffff:203.0.113.7", "", "203.0.113.7"),  # a socket that speaks both
        (0, "", "", ""),
    ],
)
def test_a_request_is_counted_by_the_address_nobody_can_invent(
    settings: Any, proxies: int, peer: str, forwarded: str, address: str
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    request = RequestFactory().get("/", REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=forwarded)

    assert throttle.address(request) == address
