"""A clinic with one busy Tuesday, a server in front of it, and an ear on the database's log."""

import secrets
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
import time_machine
from django.db import connection, transaction
from pytest_django.live_server_helper import LiveServer

from clinic.crypto import digest
from clinic.premises.models import Location
from consultations import drafts
from consultations.models import Consultation, Kind, ManageLink, Patient
from practitioners.models import Practitioner
from tests import factories
from tests.cast import TUESDAY
from tests.factories import NOW, at
from tests.overlaps import overlapping
from tests.races.crowd import Race, session_with

DEADLOCK = "deadlock detected"


@pytest.fixture(autouse=True)
def _monday(transactional_db: None) -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


@pytest.fixture(autouse=True)
def _everybody_has_an_address(settings) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1


@pytest.fixture
def calm(transactional_db: None) -> Iterator[None]:
    """Nobody is in two places afterwards, and nobody has waited in a circle."""
    before = deadlocks()
    yield
    assert overlapping() == []
    assert deadlocks() == before


def log_file() -> Path | None:
    """The log of our own PostgreSQL; SQLite has none, and another's server keeps its own to itself."""
    log = Path(connection.settings_dict["HOST"] or "/nowhere") / "log"
    return log if log.is_file() else None


def deadlocks() -> int:
    """How many deadlocks of this database the log tells of; other workers' databases write to the same log."""
    log = log_file()
    return deadlocks_in(log.read_text(errors="replace"), connection.settings_dict["NAME"]) if log else 0


def deadlocks_in(log: str, database: str) -> int:
    """How many deadlocks of a database these lines tell of."""
    return sum(line.startswith(f"{database}:") and DEADLOCK in line for line in log.splitlines())


class Town:
    """The clinic, and visitors who have come as far as choosing a time."""

    def __init__(self, server: LiveServer, practitioners: int, rooms: int) -> None:
        self.url = server.url
        factories.clinic()
        factories.in_force()
        factories.consent_texts()
        factories.concern()
        self.central: Location = factories.location()
        for number in range(rooms):
            factories.room(self.central, f"Room {number + 1}")
        self.kinds = [
            factories.kind("first_visit", step_minutes=5, minutes_before=5, minutes_after=10),
            factories.kind("follow_up", minutes=40, step_minutes=5, minutes_before=0, minutes_after=15),
            factories.kind("video", minutes=60, step_minutes=5, room_kind=None),
        ]
        self.people = [self.practitioner(f"Dr Imani {number + 1}") for number in range(practitioners)]

    def practitioner(self, name: str) -> Practitioner:
        who = factories.practitioner(name, *self.kinds)
        factories.hours(who, self.central)
        return who

    def visitors(
        self, wall: str, count: int, *, who: Practitioner | None = None, kind: Kind | None = None
    ) -> list[tuple[str, Race]]:
        """People who each want this time, with this practitioner or with anyone."""
        return [self.visitor(at(wall, TUESDAY), who=who, kind=kind) for _ in range(count)]

    def visitor(
        self, starts: datetime, *, who: Practitioner | None = None, kind: Kind | None = None
    ) -> tuple[str, Race]:
        with transaction.atomic():
            draft, secret = drafts.begin(now=NOW)
            chosen = factories.chosen(who, at_kind=kind or self.kinds[0])
            drafts.keep(draft=draft, now=NOW, **chosen)
            session = session_with(draft=secret)
        return session, wants(starts)

    def booked(self, wall: str, who: Practitioner, *, kind: Kind | None = None, now: datetime = NOW) -> Consultation:
        """A consultation of a patient who has no other."""
        address = f"patient-{secrets.token_hex(4)}@patients.test"
        whose = factories.patient("Bob Chan", factories.user(address), now=now)
        return factories.consultation(whose, who, at(wall, TUESDAY), at_kind=kind or self.kinds[0], now=now)

    def about_to_book(self, whose: Patient, wall: str, who: Practitioner) -> tuple[str, Race]:
        """Somebody who has filled in everything and has the last button before them."""
        draft, secret = drafts.begin(now=NOW)
        draft = drafts.choose(draft=draft, user=whose.people.get(), patient=whose, now=NOW)
        drafts.keep(draft=draft, now=NOW, **factories.chosen(who))
        drafts.answer(draft=draft, answers=factories.clean_answers(), now=NOW)
        factories.held(who, at(wall, TUESDAY), at_kind=self.kinds[0], holder=secret)
        return session_with(draft=secret), presses("/book/check/")


def link_to(one: Consultation) -> str:
    """The address of the page behind the link that was mailed for a consultation."""
    secret = secrets.token_urlsafe(16)
    ManageLink.objects.create(consultation=one, token_hash=digest(secret), created_at=NOW)
    return f"/visit/{secret}/"


def presses(path: str, **form: str) -> Race:
    """Send this form."""
    return lambda browser: browser.post(path, **form)


def wants(starts: datetime, path: str = "/book/when/") -> Race:
    """Press the button of this time."""
    return presses(path, starts=f"{starts:%Y-%m-%dT%H:%M}Z")
