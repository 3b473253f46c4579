"""Every address by every role: who gets in, what a refusal tells, what a look changes, and what a page is made of.

routes.txt is the table of expected answers. An address that is not in it fails: nobody would guard it.
"""

from collections.abc import Iterator

import pytest
import time_machine
from django.db import transaction
from django.utils import translation
from pytest_django import DjangoDbBlocker

from tests.factories import NOW
from tests.house import walk
from tests.house.page import Page

pytestmark = pytest.mark.django_db
TABLE = walk.table()
ROUTES = sorted(TABLE)
# A look may leave these behind: who looked at health data, how often somebody came, that a person is still there.
MAY_WRITE = {"audit_auditentry", "throttle_count", "accounts_session"}
SHOWS_HEALTH = {
    "/my/<reference>/prepare/",
    "/my/<reference>/prepare/calendar.ics",
    "/my/<reference>/questions-for-you/",
    "/my/<reference>/suggestion/",
    "/my/<reference>/answers/",
    "/my/<reference>/answers/<page>/",
    "/desk/",
    "/desk/week/",
    "/desk/<reference>/",
    "/desk/<reference>/treated/",
    "/my/<reference>/photographs/",
    "/my/<reference>/photographs/<photograph>/",
    "/desk/<reference>/photographs/",
    "/desk/<reference>/photographs/<photograph>/",
    "/desk/<reference>/examples/",
    "/desk/<reference>/examples/<photograph>/",
}
FOR_MACHINES = {"/healthz", "/robots.txt", "/sitemap.xml"}  # in no language
A_PIECE = {"/reception/poll/"}  # of a page that is whole
PERSONAL = ("/book/", "/calendar/", "/visit/", "/review/", "/wait/")
# Ways to ask for the same thing that must not open another door.
OTHER_DOORS = [
    {"HTTP_HX_REQUEST": "true"},
    {"HTTP_ACCEPT": "application/json"},
    {"HTTP_X_REQUESTED_WITH": "XMLHttpRequest"},
    {"HTTP_X_ORIGINAL_URL": "/", "HTTP_X_REWRITE_URL": "/"},
    {"HTTP_X_HTTP_METHOD_OVERRIDE": "GET"},
]


@pytest.fixture(scope="module")
def stage(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[walk.Stage]:
    """One stage for the whole walk: it stands in a transaction that is never kept, and each request undoes itself."""
    with django_db_blocker.unblock(), time_machine.travel(NOW, tick=False), transaction.atomic():
        with translation.override("en"):  # whatever page the test before has read
            staged = walk.set_up()
        yield staged
        transaction.set_rollback(True)


def test_every_address_of_the_house_is_in_the_table_and_none_twice():
    there = list(walk.routes())
    assert sorted(set(there) - set(ROUTES)) == [], "addresses that nobody guards"
    assert sorted(set(ROUTES) - set(there)) == [], "addresses that are no more"


@pytest.mark.parametrize("route", ROUTES)
def test_everybody_gets_what_the_table_says(stage, route):
    """The status, nobody else's secrets, nothing for a cache, and a look that changes nothing."""
    faults = []
    for (method, role), expected in TABLE[route].items():
        answer = stage.ask(role, method, route)
        found = [*_told(route, role, answer), *_kept_by_caches(route, role, answer)]
        if answer.status != expected:
            found.append(f"{answer.status}, not {expected}")
        if method == "GET":
            found += _left_behind(route, role, answer)
        faults += [f"{role} {method}: {fault}" for fault in found]
    assert faults == []


def _told(route: str, role: str, answer: walk.Answer) -> list[str]:
    secrets = walk.SECRETS[role] - walk.TOLD_BY_THE_LINK.get(route, set())
    return [f"reads {secret}" for secret in sorted(secrets) if secret in answer.said]


def _kept_by_caches(route: str, role: str, answer: walk.Answer) -> list[str]:
    personal = role not in walk.STRANGERS or (route.startswith(PERSONAL) and answer.status == "200")
    return ["a cache may keep it"] if personal and "no-store" not in answer.headers.get("Cache-Control", "") else []


def _left_behind(route: str, role: str, answer: walk.Answer) -> list[str]:
    """A look leaves nothing behind but counts, sessions, and a row in the audit trail exactly where it shows health."""
    wrote = set(answer.wrote)
    faults = [f"wrote to {table}" for table in sorted(wrote - MAY_WRITE)]
    if ("audit_auditentry" in wrote) != (route in SHOWS_HEALTH and answer.status == "200"):
        faults.append(f"writes {'a' if 'audit_auditentry' in wrote else 'no'} row in the audit trail")
    if role in walk.STRANGERS and "accounts_session" in wrote:
        faults.append("a session for a mere look")
    return faults


@pytest.mark.parametrize("route", ROUTES)
def test_a_form_without_its_token_is_refused(stage, route):
    for role in ("visitor", "alice", "owner"):
        assert stage.ask(role, "POST", route, enforce_csrf_checks=True).status == "403", role


@pytest.mark.parametrize("prefix", ["", "/zh-hant"])
@pytest.mark.parametrize(
    "route", [route for route in ROUTES if "200" in TABLE[route].values() and route not in FOR_MACHINES | A_PIECE]
)
def test_a_page_is_whole(stage, route, prefix):
    """One title, one h1, a label for every field, no id twice, nothing inline; in both languages."""
    readers = [role for role in walk.ROLES if TABLE[route]["GET", role] == "200"]
    for role in {*readers[:1], *readers[-1:]}:
        answer = stage.ask(role, "GET", route, prefix)
        if answer.headers["Content-Type"].startswith("text/html"):
            assert Page(answer.body).faults(labels=not route.startswith("/admin/")) == [], role


@pytest.mark.parametrize(("reader", "route"), [("newcomer", "/book/code/"), ("booked", "/book/booked/")])
def test_a_page_that_shows_only_for_a_moment_is_whole_and_kept_by_no_cache(stage, reader, route):
    answer = stage.ask(reader, "GET", route)
    assert answer.status == "200"
    assert Page(answer.body).faults() == []
    assert "no-store" in answer.headers["Cache-Control"]
    assert not any(secret in answer.said for secret in walk.BOB | walk.CAROL | walk.HEALTH)


@pytest.mark.parametrize("door", OTHER_DOORS, ids=lambda door: next(iter(door)))
@pytest.mark.parametrize("role", ["bob", "dr_reyes"])
def test_no_header_opens_what_is_closed(stage, role, door):
    faults = []
    for route in (route for route in ROUTES if "<reference>" in route):
        for method in ("GET", "POST", "HEAD"):
            expected = TABLE[route][method if method == "POST" else "GET", role]
            answer = stage.ask(role, method, route, headers={}, **door)
            if answer.status != expected or any(secret in answer.said for secret in walk.SECRETS[role]):
                faults.append(f"{method} {route}: {answer.status}, not {expected}")
    assert faults == []
