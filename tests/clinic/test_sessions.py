"""How long a sign-in lasts: until somebody has been away, and eight hours at most; a page that polls is nobody."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from clinic.accounts import roles
from clinic.accounts.models import Session, User
from clinic.accounts.roles import Role
from clinic.accounts.sessions import SessionStore
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


# --- whose it is ----------------------------------------------------------------------------------------------------


def test_one_question_finds_the_session_the_person_and_their_roles(as_sam, sam, django_assert_num_queries):
    store = SessionStore(as_sam.cookies["session"].value)
    with django_assert_num_queries(1):
        store.load()
        assert store.person == sam
        assert roles.holds(store.person or AnonymousUser(), Role.STAFF)


def test_a_visitors_session_names_nobody(visitor):
    visitor.get("/book/?concern=enlarged-pores")
    visitor.post("/book/", {"concern": "enlarged-pores"})
    assert Session.objects.get().person is None


def test_a_session_names_who_signs_in_and_nobody_after_they_sign_out(visitor, sam):
    visitor.post("/account/login/", {"login": sam.email, "password": PASSWORD})
    assert [session.person for session in Session.objects.all()] == [sam]
    visitor.post("/account/logout/")
    assert not Session.objects.filter(person__isnull=False).exists()


def test_sessions_go_with_their_person(as_sam, sam, visitor):
    Session.objects.filter(person=sam).get()
    assert is_in(as_sam)
    sam.delete()
    assert not Session.objects.exists()
    assert not is_in(as_sam)


def test_who_may_no_longer_sign_in_is_signed_out_at_once(as_sam, sam):
    assert is_in(as_sam)
    User.objects.filter(pk=sam.pk).update(is_active=False)
    assert not is_in(as_sam)


def test_a_new_password_ends_the_other_sessions(as_sam, sam):
    assert is_in(as_sam)
    sam.set_password("another-long-password")
    sam.save()
    assert not is_in(as_sam)


def test_the_row_names_the_person_but_the_signed_data_decide(as_sam, sam, alice):
    """A row that came to name somebody else signs nobody else in."""
    Session.objects.update(person=alice)
    page = as_sam.get("/reception/")
    assert page.wsgi_request.user == sam
    assert alice.name not in re.findall(r'class="menu__who">([^<]*)', page.text)


def test_roles_are_those_of_this_moment(as_sam, sam):
    assert as_sam.get("/reception/").status_code == 200
    sam.groups.clear()
    assert as_sam.get("/reception/").status_code == 404
