"""Many people at once over HTTP: each with cookies, an address and a connection of their own, already open."""

import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import ExitStack, closing
from dataclasses import dataclass
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from clinic.accounts.sessions import SessionStore

PATIENCE_SECONDS = 180
URLENCODED = "application/x-www-form-urlencoded"
LOST = 'value="2027-'  # a button that names another time


@dataclass(frozen=True)
class Answer:
    status: int
    location: str
    body: str
    seconds: float

    @property
    def other_times(self) -> int:
        """How many times the page offers beside the one that was lost."""
        _before, found, rest = self.body.partition("The nearest free times")
        return rest.partition("</section>")[0].count('name="starts"') if found else 0


class Browser:
    """One person's browser on an open line."""

    def __init__(self, url: str, session: str) -> None:
        self.csrf = secrets.token_hex(16)
        self.headers = {
            "Cookie": f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={self.csrf}",
            "X-Forwarded-For": f"2001:db8:{secrets.randbelow(65536):x}:{secrets.randbelow(65536):x}::1",
        }
        self.line = HTTPConnection(urlsplit(url).netloc, timeout=PATIENCE_SECONDS)

    def get(self, path: str) -> Answer:
        return self._ask("GET", path, None)

    def post(self, path: str, **form: str | list[str]) -> Answer:
        return self._ask("POST", path, urlencode({"csrfmiddlewaretoken": self.csrf, **form}, doseq=True))

    def upload(self, path: str, **form: object) -> Answer:
        """Send a form with files."""
        body = encode_multipart(BOUNDARY, {"csrfmiddlewaretoken": self.csrf, **form})
        return self._ask("POST", path, body, MULTIPART_CONTENT)

    def send(self, path: str, **form: str | list[str]) -> None:
        """Send a form and do not wait for what comes of it."""
        self._send("POST", path, urlencode({"csrfmiddlewaretoken": self.csrf, **form}, doseq=True))

    def close(self) -> None:
        self.line.close()

    def _send(self, method: str, path: str, body: str | bytes | None, kind: str = URLENCODED) -> None:
        headers = {"Content-Type": kind} if body is not None else {}
        self.line.request(method, path, body, self.headers | headers)

    def _ask(self, method: str, path: str, body: str | bytes | None, kind: str = URLENCODED) -> Answer:
        begun = time.perf_counter()
        self._send(method, path, body, kind)
        response = self.line.getresponse()
        text = response.read().decode()
        return Answer(response.status, response.headers.get("Location", ""), text, time.perf_counter() - begun)


def session_with(**values: str) -> str:
    """A session that remembers these values; its key."""
    session = SessionStore()
    session.update(values)
    session.save()
    return str(session.session_key)


def session_of(client: Client) -> str:
    """The session of somebody who has signed in."""
    return client.cookies[settings.SESSION_COOKIE_NAME].value


Race = Callable[[Browser], Answer]


def race(url: str, runners: Iterable[tuple[str, Race]]) -> list[Answer]:
    """Let everybody go at the same moment, each from a session of their own; the answers in the runners' order."""
    entered = list(runners)
    with ExitStack() as lines:
        browsers = [lines.enter_context(closing(Browser(url, session))) for session, _ in entered]
        for browser in browsers:  # the line and the server's own to the database are open before the start
            browser.get("/healthz")
        return _go(list(zip(browsers, [errand for _, errand in entered], strict=True)))


def rush(url: str, runners: Iterable[tuple[str, Race]]) -> list[Answer]:
    """As `race`, but of so many that no line can be held open for all of them: each calls when they go."""
    with ExitStack() as lines:
        return _go([(lines.enter_context(closing(Browser(url, session))), errand) for session, errand in runners])


def _go(entered: list[tuple[Browser, Race]]) -> list[Answer]:
    start = threading.Barrier(len(entered))
    answers: dict[int, Answer] = {}

    def run(number: int, browser: Browser, errand: Race) -> None:
        start.wait(PATIENCE_SECONDS)
        answers[number] = errand(browser)

    threads = [threading.Thread(target=run, args=(number, *each)) for number, each in enumerate(entered)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
    return [answers[number] for number in range(len(entered))]


def tally(answers: Iterable[Answer]) -> dict[int, int]:
    """How often each status was answered."""
    return dict(Counter(answer.status for answer in answers))
