"""Holding, moving, accepting, cancelling and thinking again, all at once and over the same time."""

from datetime import timedelta

import pytest

from clinic.accounts.roles import Role
from consultations import booking
from consultations.models import BookingMode, Cancelled, Consultation, Status
from tests import factories
from tests.cast import TUESDAY, signed_in
from tests.factories import NOW, at
from tests.races.conftest import Town, link_to, presses, wants
from tests.races.crowd import race, session_of, session_with, tally

pytestmark = pytest.mark.usefixtures("calm")

TWO = at("14:00", TUESDAY)


def desk() -> str:
    """The session of somebody at the desk."""
    return session_of(signed_in(factories.user("sam@clinic.test", Role.STAFF)))


def standing_at_two() -> list[Consultation]:
    return list(Consultation.objects.blocking(NOW + timedelta(minutes=5)).filter(starts=TWO))


def test_holds_moves_and_the_desks_moves_give_one_time_to_one_of_them(live_server) -> None:
    town, sam = Town(live_server, practitioners=2, rooms=2), desk()
    imani, reyes = town.people
    theirs = [town.booked(f"{hour}:00", imani) for hour in (11, 12, 13, 16)]
    others = [town.booked(f"{hour}:00", reyes) for hour in (11, 12, 13, 16)]
    answers = race(
        live_server.url,
        [
            *town.visitors("14:00", 12, who=imani),
            *((session_with(), wants(TWO, f"{link_to(one)}move/")) for one in theirs),
            *((sam, wants(TWO, f"/reception/{one.reference}/move/?practitioner={imani.slug}")) for one in others),
        ],
    )
    assert tally(answers) == {302: 1, 409: 19}
    assert all(lost.other_times == 3 for lost in answers if lost.status == 409)
    (winner,) = standing_at_two()
    assert winner.practitioner == imani
    still = Consultation.objects.filter(pk__in=[one.pk for one in theirs + others], status=Status.CONFIRMED)
    assert still.count() == 8


def test_a_lapsed_request_goes_to_its_patient_or_to_one_of_those_who_hold_its_time(live_server) -> None:
    town, sam = Town(live_server, practitioners=1, rooms=1), desk()
    on_request = town.kinds[1]
    on_request.mode = BookingMode.REQUEST
    on_request.save()
    asked = town.booked("14:00", town.people[0], kind=on_request, now=NOW - timedelta(hours=49))
    accept = presses(f"/reception/{asked.reference}/change/", change="accept")
    answers = race(live_server.url, [*town.visitors("14:00", 12), (sam, accept), (sam, accept)])
    held, accepted = tally(answers[:12]), tally(answers[12:])
    assert (held, accepted) in [({409: 12}, {302: 2}), ({302: 1, 409: 11}, {409: 2})]
    asked.refresh_from_db()
    assert asked.status == (Status.CONFIRMED if 302 in accepted else Status.EXPIRED)
    assert len(standing_at_two()) == 1


def test_a_time_that_is_being_cancelled_goes_to_one_of_those_who_wait_for_it(live_server) -> None:
    town = Town(live_server, practitioners=1, rooms=1)
    one = town.booked("14:00", town.people[0])
    cancel = (session_with(), presses(f"{link_to(one)}cancel/"))
    answers = race(live_server.url, [cancel, cancel, *town.visitors("14:00", 12)])
    assert tally(answers[:2]) == {302: 2}
    assert tally(answers[2:]) in [{409: 12}, {302: 1, 409: 11}]
    assert len(standing_at_two()) == tally(answers[2:]).get(302, 0)
    again = race(live_server.url, town.visitors("14:00", 3))
    assert len(standing_at_two()) == 1, again


def test_who_thinks_again_and_who_holds_the_time_by_then_are_not_both_served(live_server) -> None:
    town = Town(live_server, practitioners=1, rooms=1)
    one = town.booked("14:00", town.people[0])
    booking.cancel(actor=None, consultation=one, by=Cancelled.BY_PATIENT, now=NOW)
    undo = (session_with(), presses(f"{link_to(one)}undo/"))
    answers = race(live_server.url, [undo, undo, *town.visitors("14:00", 12)])
    undone, held = tally(answers[:2]), tally(answers[2:])
    assert (undone, held) in [({302: 2}, {409: 12}), ({409: 2}, {302: 1, 409: 11})]
    assert len(standing_at_two()) == 1


def test_a_patient_who_books_in_two_browsers_ends_up_in_one_place(live_server) -> None:
    town = Town(live_server, practitioners=2, rooms=2)
    alice = factories.patient("Alice Wong", factories.user("alice@patients.test"))
    ready = [town.about_to_book(alice, wall, who) for wall, who in zip(("14:00", "14:10"), town.people, strict=True)]
    answers = race(live_server.url, ready)
    assert tally(answers) == {302: 1, 409: 1}
    assert any("You already have a consultation at this time" in lost.body for lost in answers)
    assert alice.consultations.filter(status=Status.CONFIRMED).count() == 1
