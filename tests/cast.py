"""The named cast: alice and bob, patients; dr_imani and dr_reyes, practitioners; sam at the desk; visitor is nobody.

alice sees dr_imani on Tuesday at ten, bob sees dr_reyes at eleven. Each has told something that nobody else may read.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from clinic.accounts.models import User
from clinic.accounts.roles import Role
from clinic.constraints import lifted
from consultations.models import Consultation, IntakeRevision
from practitioners.models import Practitioner
from tests import factories, scenes
from tests.factories import MONDAY, NOW, at

TUESDAY = MONDAY + timedelta(days=1)
ALICE_ASKS = "canary-alice-asks-whether-scars-stay"
BOB_ASKS = "canary-bob-asks-about-his-acne"
BORN = ("1987-11-23", "1979-02-14")


@dataclass(frozen=True)
class Cast:
    alice: User
    bob: User
    dr_imani: User
    dr_reyes: User
    sam: User
    owner: User
    alices_visit: Consultation
    bobs_visit: Consultation


def enter() -> Cast:
    """Open the clinic, let everybody in, and book the two visits."""
    factories.clinic()
    factories.in_force()
    factories.consent_texts()
    pores, needling, first = factories.concern(), factories.treatment(), factories.kind()
    central = factories.location()
    factories.room(central, "Room 1")
    factories.room(central, "Room 2")
    people = [
        factories.practitioner(name, first, offers=[needling], user=factories.user(email, Role.PRACTITIONER, name=name))
        for name, email in (("Dr Imani", "imani@clinic.test"), ("Dr Reyes", "reyes@clinic.test"))
    ]
    for who in people:
        factories.hours(who, central)
    alice = factories.user("alice@patients.test", name="Alice Wong")
    bob = factories.user("bob@patients.test", name="Bob Chan")
    visits = [
        factories.consultation(
            factories.patient(person.name, person, phone=phone, date_of_birth=born),
            who,
            at(wall, TUESDAY),
            about=pores,
            wants=[needling],
            answers=factories.clean_answers(questions=asks),
        )
        for person, born, phone, who, wall, asks in (
            (alice, BORN[0], "+852 5550 7001", people[0], "10:00", ALICE_ASKS),
            (bob, BORN[1], "+852 5550 7002", people[1], "11:00", BOB_ASKS),
        )
    ]
    return Cast(
        alice=alice,
        bob=bob,
        dr_imani=_user(people[0]),
        dr_reyes=_user(people[1]),
        sam=factories.user("sam@clinic.test", Role.STAFF, name="Sam Yip"),
        owner=factories.user("owner@clinic.test", Role.OWNER, name="Olivia Ho"),
        alices_visit=visits[0],
        bobs_visit=visits[1],
    )


def _user(practitioner: Practitioner) -> User:
    assert practitioner.user is not None
    return practitioner.user


def signed_in(person: User) -> Client:
    """A browser in which the person has just signed in."""
    client = Client()
    client.force_login(person)
    return client


def told(ago: timedelta) -> None:
    """Have everybody's answers be so old; what is a revision stays one, so only its own door lets this in."""
    with lifted(IntakeRevision):
        for revision in IntakeRevision.objects.all():
            revision.answered_on = {key: (NOW - ago).date().isoformat() for key in revision.answers}
            revision.save()


@pytest.fixture
def monday() -> Iterator[time_machine.Traveller]:
    """Monday morning, standing still until the test moves it."""
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def cast(db: None, monday: time_machine.Traveller) -> Cast:
    return scenes.laid(enter)


@pytest.fixture
def alice(cast: Cast) -> User:
    return cast.alice


@pytest.fixture
def bob(cast: Cast) -> User:
    return cast.bob


@pytest.fixture
def dr_imani(cast: Cast) -> User:
    return cast.dr_imani


@pytest.fixture
def dr_reyes(cast: Cast) -> User:
    return cast.dr_reyes


@pytest.fixture
def sam(cast: Cast) -> User:
    return cast.sam


@pytest.fixture
def owner(cast: Cast) -> User:
    return cast.owner


@pytest.fixture
def alices_visit(cast: Cast) -> Consultation:
    return cast.alices_visit


@pytest.fixture
def bobs_visit(cast: Cast) -> Consultation:
    return cast.bobs_visit


@pytest.fixture
def visitor(cast: Cast) -> Client:
    return Client()


@pytest.fixture
def as_alice(alice: User) -> Client:
    return signed_in(alice)


@pytest.fixture
def as_bob(bob: User) -> Client:
    return signed_in(bob)


@pytest.fixture
def as_dr_imani(dr_imani: User) -> Client:
    return signed_in(dr_imani)


@pytest.fixture
def as_dr_reyes(dr_reyes: User) -> Client:
    return signed_in(dr_reyes)


@pytest.fixture
def as_sam(sam: User) -> Client:
    return signed_in(sam)


@pytest.fixture
def as_owner(owner: User) -> Client:
    return signed_in(owner)
