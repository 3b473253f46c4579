"""The code of a new address, proved at once: one person and one patient, and everybody is led on."""

import re

import pytest

from clinic.accounts.models import User
from clinic.outbox.models import OutboundMessage
from consultations import drafts
from consultations.models import Patient
from tests import factories
from tests.cast import TUESDAY
from tests.factories import NOW, at
from tests.races.conftest import Town, presses
from tests.races.crowd import Race, race, session_with, tally

pytestmark = pytest.mark.usefixtures("calm")

DORA = "dora@patients.test"


def with_a_code(town: Town, name: str, wall: str) -> tuple[str, Race]:
    """Somebody at a new address who has the mailed code before them."""
    draft, secret = drafts.begin(now=NOW)
    drafts.keep(draft=draft, now=NOW, **factories.chosen(town.people[0], at_kind=town.kinds[0]))
    factories.held(town.people[0], at(wall, TUESDAY), at_kind=town.kinds[0], holder=secret)
    draft = drafts.describe(draft=draft, details=factories.details(name, DORA), now=NOW)
    drafts.send_code(draft=draft, now=NOW)
    mail = OutboundMessage.objects.get(key__startswith=f"code:{draft.pk}")
    found = re.search(r"\b\d{6}\b", str(mail.text))
    assert found is not None
    return session_with(draft=secret), presses("/book/code/", code=found[0])


def test_a_code_that_is_pressed_four_times_at_once_makes_one_person_and_one_patient(live_server) -> None:
    town = Town(live_server, practitioners=1, rooms=1)
    answers = race(live_server.url, [with_a_code(town, "Dora Yu", "14:00")] * 4)
    assert tally(answers) == {302: 4}
    assert User.objects.filter(email=DORA).count() == 1
    assert Patient.objects.filter(full_name="Dora Yu").count() == 1


def test_two_browsers_that_prove_the_same_new_address_at_once_are_one_person(live_server) -> None:
    town = Town(live_server, practitioners=1, rooms=1)
    answers = race(live_server.url, [with_a_code(town, f"Child {n} Yu", f"{9 + 2 * n}:00") for n in range(1, 5)])
    assert tally(answers) == {302: 4}
    assert User.objects.get(email=DORA).patients.count() == 4
