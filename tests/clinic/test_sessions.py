"""How long a sign-in lasts: until somebody has been away, and eight hours at most; a page that polls is nobody."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session

from tests.cast import signed_in
from tests.factories import NOW, PASSWORD

MINUTE = timedelta(minutes=1)
POLL = {"HTTP_X_POLL": "1"}
IDLE = [("sam", timedelta(minutes=20)), ("dr_imani", timedelta(minutes=20)), ("alice", timedelta(minutes=30))]


@pytest.fixture
def browser(request, cast):
    return signed_in(getattr(cast, request.param))


def is_in(client, **how):
    """Whether the next click still finds the person signed in."""
    return client.get("/my/", **how).status_code == 200


@pytest.mark.parametrize(("browser", "idle"), IDLE, indirect=["browser"])
def test_who_has_been_away_is_signed_out(browser, idle, monday):
    assert is_in(browser)
    monday.move_to(NOW + idle)
    assert is_in(browser)
    monday.move_to(NOW + 2 * idle + timedelta(seconds=1))
    assert not is_in(browser)


@pytest.mark.parametrize(("browser", "idle"), IDLE, indirect=["browser"])
def test_who_works_on_stays(browser, idle, monday):
    for click in range(1, 8):
        monday.move_to(NOW + click * (idle - MINUTE))
        assert is_in(browser)


@pytest.mark.parametrize(("browser", "idle"), IDLE, indirect=["browser"])
def test_a_poll_never_extends_a_sign_in(browser, idle, monday):
    assert is_in(browser)
    for minute in range(1, int(idle / MINUTE) + 1):
        monday.move_to(NOW + minute * MINUTE)
        assert is_in(browser, **POLL)
    monday.move_to(NOW + idle + MINUTE)
    assert not is_in(browser, **POLL)


@pytest.mark.parametrize(("browser", "idle"), IDLE, indirect=["browser"])
def test_a_browser_that_only_ever_polls_is_signed_out_as_well(browser, idle, monday):
    assert is_in(browser, **POLL)
    monday.move_to(NOW + idle + timedelta(seconds=1))
    assert not is_in(browser, **POLL)


@pytest.mark.parametrize(("browser", "idle"), IDLE, indirect=["browser"])
def test_nobody_stays_signed_in_for_more_than_eight_hours(browser, idle, monday):
    assert is_in(browser)
    click = NOW
    while click + idle - MINUTE < NOW + timedelta(hours=8):
        click += idle - MINUTE
        monday.move_to(click)
        assert is_in(browser)
    monday.move_to(NOW + timedelta(hours=8, seconds=1))
    assert not is_in(browser)


@pytest.mark.parametrize("browser", ["alice"], indirect=True)
def test_being_signed_out_for_being_away_clears_the_browser_and_ends_the_session(browser, monday):
    assert is_in(browser)
    key = browser.session.session_key
    monday.move_to(NOW + timedelta(minutes=31))
    answer = browser.get("/my/")
    assert answer.headers["Location"] == "/account/login/?next=/my/"
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert not Session.objects.filter(session_key=key).exists()


@pytest.mark.parametrize("browser", ["alice"], indirect=True)
def test_a_quick_reader_writes_no_session_row_at_every_click(browser, monday):
    assert is_in(browser)
    before = Session.objects.get(session_key=browser.session.session_key).session_data
    monday.move_to(NOW + timedelta(seconds=59))
    assert is_in(browser)
    assert Session.objects.get(session_key=browser.session.session_key).session_data == before


def test_signing_in_begins_a_session_of_its_own(visitor, alice):
    session = visitor.session
    session["draft"] = "secret"
    session.save()
    before = session.session_key
    visitor.force_login(alice)
    assert visitor.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()


def test_a_new_password_ends_every_other_session(sam, as_sam):
    other = signed_in(sam)
    sam.set_password("another horse battery staple")
    sam.save()
    assert not is_in(as_sam)
    assert not is_in(other)


def test_the_cookie_is_kept_from_scripts_and_from_other_sites(visitor, sam):
    cookie = visitor.post("/account/login/", {"login": sam.email, "password": PASSWORD}).cookies["session"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
