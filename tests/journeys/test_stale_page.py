"""A page that was shown before the visit changed acts on nothing: it says so, and shows the visit as it is now."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from consultations.models import Cancelled, Consultation, Status
from tests.cast import TUESDAY, Cast, signed_in
from tests.consultations.bookings import fresh, mails, move
from tests.factories import at
from tests.journeys.visitor import sentences

LINK = re.compile(r"http://127\.0\.0\.1:8000(/visit/\S+/)")
REVISION = re.compile(r'name="revision" value="(\d+)"')
CHANGED = "This consultation has changed in the meantime"


@pytest.fixture
def visit(cast: Cast) -> Consultation:
    return cast.bobs_visit


@pytest.fixture(params=["by the link", "signed in"])
def door(request, cast, visit) -> tuple[Client, str]:
    if request.param == "signed in":
        return signed_in(cast.bob), f"/my/{visit.reference}/"
    found = LINK.search(mails(visit)[0].text or "")
    assert found
    return Client(), found[1]


def shown(door: tuple[Client, str], page: str) -> dict[str, str]:
    """What the form of a page sends along unseen."""
    found = REVISION.search(door[0].get(f"{door[1]}{page}").content.decode())
    assert found, page
    return {"revision": found[1]}


def wants(wall: str) -> dict[str, str]:
    return {"starts": f"{at(wall, TUESDAY):%Y-%m-%dT%H:%M}Z"}


def test_a_page_from_before_the_clinic_moved_the_visit_does_not_cancel_it(door, visit) -> None:
    client, address = door
    old = shown(door, "cancel/")
    move(visit, "16:00", by=Cancelled.BY_CLINIC)
    answer = client.post(f"{address}cancel/", old)
    assert answer.status_code == 409
    assert CHANGED in sentences(answer)
    assert "Tuesday 4 May, 16:00" in sentences(answer)
    assert (fresh(visit).status, fresh(visit).starts) == (Status.CONFIRMED, at("16:00", TUESDAY))
    assert client.post(f"{address}cancel/", shown(door, "cancel/")).status_code == 302
    assert fresh(visit).status == Status.CANCELLED


def test_nor_does_it_move_it_on(door, visit) -> None:
    client, address = door
    old = shown(door, "move/")
    move(visit, "16:00", by=Cancelled.BY_CLINIC)
    answer = client.post(f"{address}move/", wants("15:00") | old)
    assert answer.status_code == 409
    assert CHANGED in sentences(answer)
    assert fresh(visit).starts == at("16:00", TUESDAY)


def test_the_same_move_pressed_twice_is_harmless_all_the_same(door, visit) -> None:
    client, address = door
    old = shown(door, "move/")
    for _ in range(2):
        assert client.post(f"{address}move/", wants("15:00") | old).status_code == 302
    assert fresh(visit).ics_sequence == 1


def test_nobody_says_of_another_time_that_they_are_coming(cast, visit, monday) -> None:
    client, link = Client(), str(LINK.search(mails(visit)[0].text or "")[1])  # type: ignore[index]
    monday.move_to(visit.starts - timedelta(hours=20))
    old = shown((client, link), "cancel/")
    move(visit, "16:00", by=Cancelled.BY_CLINIC, now=visit.starts - timedelta(hours=20))
    answer: Any = client.post(f"{link}coming/", old)
    assert answer.status_code == 409
    assert CHANGED in sentences(answer)
    assert fresh(visit).coming_at is None
