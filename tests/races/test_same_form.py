"""An impatient thumb: the same form many times at once does what it says once, and says so every time."""

import pytest

from clinic.outbox.models import OutboundMessage
from consultations.models import Consultation, Status
from tests import factories
from tests.cast import TUESDAY
from tests.factories import at
from tests.races.conftest import Town, link_to, presses
from tests.races.crowd import race, session_with, tally

pytestmark = pytest.mark.usefixtures("calm")

THUMB = 20


@pytest.mark.parametrize("practitioners", [1, 3])
def test_holding_twenty_times_makes_one_hold(live_server, practitioners) -> None:
    town = Town(live_server, practitioners=practitioners, rooms=3)
    session, _ = town.visitor(at("14:00", TUESDAY))
    press = presses("/book/when/", starts="2027-05-04T06:00Z")
    answers = race(live_server.url, [(session, press)] * THUMB)
    assert tally(answers) == {302: THUMB}
    assert {answer.location for answer in answers} == {"/book/details/"}
    assert Consultation.objects.count() == 1


def test_booking_twenty_times_makes_one_booking_with_one_mail(live_server) -> None:
    town = Town(live_server, practitioners=1, rooms=1)
    alice = factories.patient("Alice Wong", factories.user("alice@patients.test"))
    answers = race(live_server.url, [town.about_to_book(alice, "14:00", town.people[0])] * THUMB)
    assert tally(answers) == {302: THUMB}
    assert {answer.location for answer in answers} == {"/book/booked/"}
    (booked,) = Consultation.objects.filter(status=Status.CONFIRMED)
    assert booked.intake.revisions.count() == 1
    assert OutboundMessage.objects.filter(about=f"consultation:{booked.pk}").count() == 1


@pytest.mark.parametrize(
    ("page", "form", "status"),
    [("cancel/", {}, Status.CANCELLED), ("move/", {"starts": "2027-05-04T08:00Z"}, Status.CONFIRMED)],
)
def test_changing_ten_times_changes_once(live_server, page, form, status) -> None:
    town = Town(live_server, practitioners=1, rooms=1)
    one = town.booked("14:00", town.people[0])
    press = presses(f"{link_to(one)}{page}", **form)
    answers = race(live_server.url, [(session_with(), press)] * 10)
    assert tally(answers) == {302: 10}
    one.refresh_from_db()
    assert (one.status, one.ics_sequence) == (status, 1)
    assert OutboundMessage.objects.filter(about=f"consultation:{one.pk}", state="pending").count() == 1
