"""What goes with every answer, and how the house says no."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.core import mail
from django.core.cache import cache
from django.db import InterfaceError, OperationalError, connection
from django.test import Client

from clinic.crypto import digest
from consultations.models import ManageLink
from tests.cast import signed_in
from tests.factories import NOW, PASSWORD

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'; manifest-src 'self'"
)
ON_EVERYTHING = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
FORM = "application/x-www-form-urlencoded"
EVIL = [
    "https://evil.test/",
    "//evil.test",
    "///evil.test",
    "////evil.test",
    "/\\evil.test",
    "\\\\evil.test",
    "/\t/evil.test",
    "\t//evil.test",
    " https://evil.test",
    "https:evil.test",
    "https:///evil.test",
    "http:\\\\evil.test",
    "//evil.test@testserver/",
    "https://testserver@evil.test/",
    "https://testserver.evil.test/",
    "//testserver\\@evil.test",
    "javascript:alert(1)",
    "data:text/html,hi",
    "ftp://testserver/",
]


@pytest.fixture
def strict():
    """A browser that sees error pages instead of exceptions."""
    return Client(raise_request_exception=False, enforce_csrf_checks=False)


@pytest.fixture
def link(alices_visit):
    ManageLink.objects.create(consultation=alices_visit, token_hash=digest("alices-link"), created_at=NOW)
    return "/visit/alices-link/"


def broken(error):
    """Every statement fails with this error."""

    def fail(execute, sql, params, many, context):
        raise error

    return connection.execute_wrapper(fail)


# --- on everything ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "ask"),
    [
        (200, lambda c: c.get("/")),
        (200, lambda c: c.get("/healthz")),
        (302, lambda c: c.get("/my/")),
        (404, lambda c: c.get("/nowhere/")),
        (405, lambda c: c.post("/")),
        (400, lambda c: c.get("/", HTTP_HOST="evil.test")),
        (403, lambda c: Client(enforce_csrf_checks=True).post("/book/")),
        (413, lambda c: c.post("/book/", {"concern": "x" * 300_000})),
        (415, lambda c: c.generic("POST", "/book/", "a=1", f"{FORM}; charset=utf-16")),
    ],
)
def test_every_answer_carries_the_headers(cast, strict, status, ask):
    answer = ask(strict)
    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in ON_EVERYTHING} == ON_EVERYTHING
    assert re.fullmatch(r"[0-9a-f]{12}", answer.headers["X-Request-ID"])


def test_a_file_carries_them_as_well_and_is_not_open_to_every_site(db, settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    (tmp_path / "site.css").write_text("body {}")
    answer = Client().get("/static/site.css")
    assert answer.status_code == 200
    assert {name: answer.headers.get(name) for name in ON_EVERYTHING} == ON_EVERYTHING
    assert "Access-Control-Allow-Origin" not in answer.headers
    answer.close()  # the file that is being sent; a request that ends looks after its database connection as well


def test_pages_are_framed_by_nobody_and_tell_other_sites_nothing(visitor):
    answer = visitor.get("/")
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] == "same-origin"


def test_the_address_of_a_mailed_link_never_travels_in_a_referrer(visitor, link):
    """At most the name of the site goes along; the form behind the link still has an origin."""
    assert visitor.get(link).headers["Referrer-Policy"] == "strict-origin"


def test_signing_out_clears_what_the_browser_kept(as_alice):
    answer = as_alice.post("/account/logout/")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "no-store" in answer.headers["Cache-Control"]
    assert as_alice.get("/my/").status_code == 302


def test_a_page_that_anybody_sees_alike_asks_for_no_cookie(visitor):
    assert "Set-Cookie" not in visitor.get("/about/").headers
    assert not visitor.cookies


def test_the_stylesheet_loads_nothing_from_elsewhere():
    found = finders.find("css/site.css")
    assert found
    assert not re.search(r"https?:|url\(['\"]?//", Path(found).read_text(encoding="utf-8"))


# --- how the house says no -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["evil.test", "testserver.evil.test", "evil.test:80", "testserver@evil.test", "a b"])
def test_a_forged_host_is_refused(strict, host):
    answer = strict.get("/", HTTP_HOST=host)
    assert answer.status_code == 400
    assert "evil" not in answer.text


def test_a_link_in_a_mail_points_home_whatever_the_host_says(cast, visitor):
    visitor.post("/account/password/reset/", {"email": "sam@clinic.test"}, HTTP_HOST="localhost:9999")
    visitor.post("/account/password/reset/", {"email": "sam@clinic.test"}, HTTP_X_FORWARDED_HOST="evil.test")
    links = re.findall(r"https?://[^/\s]+", " ".join(str(message.body) for message in mail.outbox))
    assert set(links) == {"http://127.0.0.1:8000"}


@pytest.mark.parametrize("page", ["/account/login/", "/account/login/code/", "/account/logout/", "/admin/login/"])
def test_nobody_is_sent_to_another_site(cast, page):
    known = {"login": "sam@clinic.test", "email": "sam@clinic.test", "password": PASSWORD}
    gone = []
    for evil in EVIL:
        client = signed_in(cast.sam) if page == "/account/logout/" else Client()
        for answer in (client.get(page, {"next": evil}), client.post(page, {"next": evil, **known})):
            to = answer.headers.get("Location", "/")
            if urlsplit(to.replace("\\", "/")).netloc not in {"", "testserver"} or not re.match(r"/(?![/\\\s])", to):
                gone.append((evil, to))
        cache.clear()  # so many sign-ins would be too many tries
    assert gone == []


def test_who_signs_in_comes_to_the_page_they_asked_for(visitor, sam):
    asked = visitor.get("/reception/").headers["Location"]
    assert asked == "/account/login/?next=/reception/"
    signing_in = {"next": "/reception/", "login": sam.email, "password": PASSWORD}
    assert visitor.post("/account/login/", signing_in).headers["Location"] == "/reception/"


def test_a_form_too_large_is_refused_with_words(cast, strict):
    answer = strict.post("/book/", {"concern": "x" * 300_000})
    assert answer.status_code == 413
    assert "That is too much for one form" in answer.text


def test_a_form_with_too_many_fields_is_refused(cast, strict):
    assert strict.post("/book/", {f"f{n}": "" for n in range(2001)}).status_code == 413


@pytest.mark.parametrize("charset", ["utf-16", "utf-7", "latin-1", "nonsense", "ebcdic-cp-us"])
def test_another_charset_is_refused_before_it_trips_anything(strict, charset):
    assert strict.generic("POST", "/book/", "concern=a", f"{FORM}; charset={charset}").status_code == 415


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", '"utf-8"'])
def test_utf_8_is_read(cast, strict, charset):
    assert strict.generic("POST", "/book/", "concern=a", f"{FORM}; charset={charset}").status_code == 422


def test_too_many_tries_are_told_when_to_come_back(visitor, link):
    for _ in range(60):
        assert visitor.get(link).status_code == 200
    answer = visitor.get(link)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "600"
    assert "Please wait a moment" in answer.text


@pytest.mark.parametrize("error", [OperationalError("gone"), InterfaceError("closed")], ids=["gone", "closed"])
@pytest.mark.parametrize("role", ["visitor", "alice", "dr_imani", "sam"])
def test_a_database_that_is_away_is_said_calmly(cast, role, error):
    client = Client() if role == "visitor" else signed_in(getattr(cast, role))
    client.raise_request_exception = False
    for page in ("/", "/book/", "/my/", "/desk/", "/reception/", "/admin/"):
        with broken(error):
            answer = client.get(page)
        if not (role == "visitor" and answer.status_code == 302):  # to the sign-in page, without asking anything
            assert (page, answer.status_code) == (page, 503)
            assert answer.headers["Retry-After"] == "60"
            assert "gone" not in answer.text
    with broken(error):
        assert client.get("/healthz").status_code == 503


def test_our_own_fault_shows_a_number_and_nothing_else(cast, strict, caplog):
    with broken(RuntimeError("canary-in-an-exception")):
        answer = strict.get("/")
    assert answer.status_code == 500
    assert answer.headers["X-Request-ID"] in answer.text
    assert "canary" not in answer.text


@pytest.mark.parametrize("method", ["TRACE", "DELETE", "PUT", "PATCH", "OPTIONS"])
def test_other_verbs_are_refused(cast, strict, method):
    for page in ("/", "/book/", "/visit/x/", "/review/x/", "/healthz"):
        assert strict.generic(method, page).status_code == 405


@pytest.mark.parametrize(
    "path", ["/my/%00/", "/desk/%00/", "/reception/%00/", "/visit/%00/", "/review/%00/", "/book/intake/%00/"]
)
@pytest.mark.parametrize("role", ["alice", "dr_imani", "sam"])
def test_an_address_with_a_nul_is_not_there(cast, role, path):
    client = signed_in(getattr(cast, role))
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "query", ["day=0001-01-01", "day=9999-12-31", "day=2027-02-31", "day=%00", "q=%00", "q=%27%22"]
)
def test_a_damaged_question_is_no_fault_of_ours(cast, query):
    pages = {"dr_imani": ["/desk/", "/desk/week/"], "sam": ["/reception/", "/admin/consultations/consultation/"]}
    for role, addresses in pages.items():
        for page in addresses:
            assert signed_in(getattr(cast, role)).get(f"{page}?{query}").status_code in {200, 302}, page
    assert Client().get(f"/practitioners/?{query}&language={query}&kind={query}&page={query}").status_code == 200
