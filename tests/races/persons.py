"""People at the site while it is killed: each presses the button again until an answer comes, and remembers it."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from http.client import HTTPException
from random import Random
from typing import Any
from urllib.parse import urlsplit

from clinic.crypto import digest
from consultations.models import Consultation, Status, WaitlistEntry
from tests import factories
from tests.races.crowd import Answer, Browser
from tests.races.running import Post

PATIENCE_SECONDS = 300
SEE = "see "  # before the address of a page that somebody only looks at
NEVER = "never"  # no button
CODE = re.compile(r"\b(\d{6})\b")
STARTS = re.compile(r'name="starts" id="[^"]*" value="([^"]+)"')
ANSWERS = {key: value if value != [] else ["none"] for key, value in factories.clean_answers().items()}


def as_sent(starts: datetime) -> str:
    """A time as its button sends it."""
    return f"{starts:%Y-%m-%dT%H:%M}Z"


class Street:
    """What can be seen of all of them: who waits for an answer, what was cut off, how often the house has fallen.

    `named` are the buttons over which it has fallen, and the one over which it falls next.
    """

    def __init__(self) -> None:
        self.falls = 0
        self.named: list[str] = []
        self.is_over = False
        self.waiting: list[str] = []
        self.cut: list[tuple[str, str]] = []
        self.answered = 0

    @contextmanager
    def asking(self, name: str, path: str) -> Iterator[None]:
        """Wait for an answer in everybody's sight; what breaks off after it was asked for is remembered."""
        self.waiting.append(path)
        try:
            yield
            self.answered += 1
        except ConnectionRefusedError:
            raise
        except (OSError, HTTPException):
            self.cut.append((name, path))
            raise
        finally:
            self.waiting.remove(path)

    def waits_for(self, act: str) -> bool:
        """Whether somebody has pressed this button and has no answer yet."""
        return any(act in path and not path.startswith(SEE) for path in list(self.waiting))


class Person:
    """Somebody in front of a browser.

    Who is deaf to a button presses it, and hears nothing before the house has fallen so often. Who is patient with one
    leaves it until the house is to fall over it.
    """

    def __init__(self, number: int, street: Street, post: Post, url: str, session: str) -> None:
        self.name, self.email = f"Person {number:02}", f"person-{number}@patients.test"
        self.street, self.post, self.dice = street, post, Random(number)
        self.browser = Browser(url, session)
        self.end = time.monotonic() + PATIENCE_SECONDS
        self.secret, self.deaf_to, self.hears_after, self.patient_with = "", NEVER, 0, NEVER

    def open(self, path: str) -> Answer:
        return self._insist(SEE + path, lambda: self.browser.get(path))

    def press(self, path: str, **form: Any) -> Answer:
        """Send a form until it is answered: at once, but for what the person is patient with or deaf to."""
        if path.endswith(self.patient_with):
            self.until(lambda: self.patient_with in self.street.named)
            self.patient_with = NEVER
        if path.endswith(self.deaf_to):
            self.deaf_to = NEVER
            self.browser.send(path, **form)
            self.after(self.hears_after)
            self.browser.close()
        return self._insist(path, lambda: self.browser.post(path, **form))

    def until(self, done: Callable[[], bool]) -> None:
        while not done():
            assert time.monotonic() < self.end, f"{self.name} has waited for too long"
            assert not self.street.is_over
            time.sleep(0.05)

    def after(self, falls: int) -> None:
        """Wait until the house has fallen so many times."""
        self.until(lambda: self.street.falls >= falls)

    def chooses(self, path: str, day: date) -> str:
        """A time of that day, pressed until one is had."""
        while True:
            offered = STARTS.findall(self.open(f"{path}?day={day}").body)
            starts: str = self.dice.choice(offered[:12])
            answer = self.press(path, starts=starts)
            if answer.status == 302:
                return starts
            assert (answer.status, answer.other_times) == (409, 3), answer

    def proves(self, path: str) -> Answer:
        """Type the mailed codes, one after the other, until one is taken: after a form sent twice there are two."""
        tried: set[str] = set()
        while True:
            self.until(lambda: bool(self._codes() - tried))
            code = (self._codes() - tried).pop()
            tried.add(code)
            answer = self.press(path, code=code)
            if answer.status == 302:
                return answer

    @property
    def details(self) -> dict[str, str]:
        return factories.details(self.name, self.email)

    def has_more_than_they_know(self) -> bool:
        """Whether the site has done what they asked for, and they have not heard of it."""
        raise NotImplementedError

    def _codes(self) -> set[str]:
        return {found[1] for text in self.post.read_by(self.email) if (found := CODE.search(text))}

    def _insist(self, path: str, ask: Callable[[], Answer]) -> Answer:
        while True:
            assert time.monotonic() < self.end, f"{self.name} has had no answer to {path}"
            assert not self.street.is_over
            try:
                with self.street.asking(self.name, path):
                    answer = ask()
            except (OSError, HTTPException):
                time.sleep(0.1)
            else:
                assert answer.status in {200, 302, 409, 422}, (path, answer)
                return answer
            finally:
                self.browser.close()


class Booker(Person):
    """Books a visit, from the time to the last button."""

    starts = ""
    is_booked = False

    def books(self, day: date) -> None:
        self.holds(day)
        assert self.press("/book/details/", **self.details).location == "/book/code/"
        self.proves("/book/code/")
        assert self.press("/book/consent/", data="on").location == "/book/intake/"
        while (page := self.open("/book/intake/").location) != "/book/check/":
            assert self.press(page, **ANSWERS).status == 302
        assert self.press("/book/check/").location == "/book/booked/"
        self.is_booked = True
        assert self.press("/book/check/").location == "/book/booked/"

    def holds(self, day: date) -> None:
        self.starts = self.chooses("/book/when/", day)

    def has_more_than_they_know(self) -> bool:
        mine = Consultation.objects.filter(draft__token_hash=digest(self.secret))
        if not self.starts:
            return mine.exists()
        return mine.filter(status=Status.CONFIRMED).exists() and not self.is_booked


class Changer(Person):
    """Moves and cancels through the mailed link."""

    link = ""
    starts = ""
    has_cancelled = False

    def moves(self, day: date) -> None:
        self.starts = self.chooses(f"{self.link}move/", day)

    def has_more_than_they_know(self) -> bool:
        return as_sent(Consultation.objects.get(patient__full_name=self.name).starts) != self.starts

    def cancels(self) -> None:
        assert self.press(f"{self.link}cancel/").location == self.link
        self.has_cancelled = True

    def thinks_again(self) -> None:
        self.has_cancelled = self.press(f"{self.link}undo/").status != 302


class Waiter(Person):
    """Joins the waiting list, and perhaps leaves it."""

    link = ""
    has_left = False

    def joins(self, day: date) -> None:
        wishes = {"kind": "first_visit", "first_day": str(day), "last_day": str(day), "notice_hours": "3"}
        assert self.press("/wait/", **wishes).location == "/wait/details/"
        assert self.press("/wait/details/", **self.details).location == "/wait/code/"
        self.link = urlsplit(self.proves("/wait/code/").location).path

    def leaves(self) -> None:
        assert self.press(f"{self.link}leave/").location == self.link
        self.has_left = True

    def has_more_than_they_know(self) -> bool:
        return WaitlistEntry.objects.filter(patient__full_name=self.name).exists() and not self.link
