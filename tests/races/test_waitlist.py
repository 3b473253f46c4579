"""The waiting list while everybody hurries: workers, patients and the desk over the same time; and who hoards."""

import secrets
from datetime import datetime, timedelta

import pytest
from django.db import connection

from clinic.accounts.models import User
from clinic.accounts.roles import Role
from clinic.crypto import digest
from consultations import offering
from consultations.models import (
    Consultation,
    OfferState,
    Patient,
    Status,
    WaitingState,
    WaitlistEntry,
    WaitlistLink,
    WaitlistOffer,
)
from practitioners.models import WorkingHours
from tests import factories
from tests.cast import TUESDAY, signed_in
from tests.consultations.waiting import joins, offered_to, only
from tests.factories import NOW, at
from tests.races.conftest import Town, presses
from tests.races.crowd import Answer, Browser, Race, race, session_of, session_with, tally

pytestmark = pytest.mark.usefixtures("calm")


def town_with(live_server, times: int) -> Town:
    """A clinic with one practitioner, whose Tuesday afternoon has so many times for one visit each."""
    town = Town(live_server, practitioners=1, rooms=1)
    town.kinds[0].step_minutes, town.kinds[0].minutes_before, town.kinds[0].minutes_after = 30, 0, 0
    town.kinds[0].save()
    WorkingHours.objects.all().delete()
    closes = 14 * 60 + 30 * times
    factories.hours(town.people[0], town.central, "14:00", f"{closes // 60}:{closes % 60:02}", weekdays=[1])
    return town


def waiting(count: int) -> list[WaitlistEntry]:
    """People who have joined one after the other."""
    return [
        joins(person(f"Person {n}"), now=NOW - timedelta(minutes=count - n), **only(TUESDAY, "afternoon"))
        for n in range(count)
    ]


def person(name: str) -> Patient:
    return factories.patient(name, factories.user(f"{secrets.token_hex(4)}@patients.test"))


def link_to(entry: WaitlistEntry) -> str:
    secret = secrets.token_urlsafe(16)
    WaitlistLink.objects.create(entry=entry, token_hash=digest(secret), created_at=NOW)
    return f"/wait/{secret}/"


def worker(now: datetime) -> tuple[str, Race]:
    """A worker of its own connection; its answer says how many offers it made."""

    def works(_browser: Browser) -> Answer:
        try:
            return Answer(offering.sweep(now=now), "", "", 0)
        finally:
            connection.close()

    return session_with(), works


def standing() -> list[WaitlistOffer]:
    return list(WaitlistOffer.objects.filter(state=OfferState.OPEN).select_related("consultation"))


def test_workers_at_once_never_make_two_offers_of_one_time(live_server) -> None:
    town_with(live_server, times=1)
    line = waiting(4)
    answers = race(live_server.url, [worker(NOW) for _ in range(6)])
    assert sum(answer.status for answer in answers) == 1
    (offer,) = standing()
    assert offer.entry in line
    assert offer.consultation.status == Status.HELD
    assert Consultation.objects.filter(status=Status.HELD).count() == 1


def test_workers_at_once_give_each_time_to_one_and_each_person_one(live_server) -> None:
    town_with(live_server, times=3)
    waiting(5)
    for minutes in (0, 2):  # what one worker could not get while the others were at it, the next round finds
        race(live_server.url, [worker(NOW + timedelta(minutes=minutes)) for _ in range(4)])
    offers = standing()
    assert len(offers) == len({offer.starts for offer in offers}) == len({offer.entry_id for offer in offers}) == 3


def test_an_offer_is_accepted_or_lapses_and_never_both(live_server) -> None:
    town_with(live_server, times=1)
    (entry,) = waiting(1)
    offering.sweep(now=NOW)
    offer = offered_to(entry)
    accept = presses(f"{link_to(entry)}answer/", offer=str(offer.pk), answer="accept")
    answers = race(live_server.url, [(session_with(), accept), worker(offer.answer_by), worker(offer.answer_by)])
    offer.refresh_from_db()
    offer.consultation.refresh_from_db()
    accepted = (302, OfferState.ACCEPTED, Status.HELD)
    lapsed = (409, OfferState.LAPSED, Status.EXPIRED)
    assert (answers[0].status, offer.state, offer.consultation.status) in [accepted, lapsed]


def test_accepting_twice_at_once_moves_the_booking_once(live_server) -> None:
    town = town_with(live_server, times=4)
    alice = person("Alice Wong")
    booked = factories.consultation(alice, town.people[0], at("15:30", TUESDAY), at_kind=town.kinds[0])
    entry = joins(alice, instead_of=booked, **only(TUESDAY))
    offering.sweep(now=NOW)
    accept = presses(f"{link_to(entry)}answer/", offer=str(offered_to(entry).pk), answer="accept")
    answers = race(live_server.url, [(session_with(), accept) for _ in range(4)])
    assert tally(answers) == {302: 4}
    booked.refresh_from_db()
    assert (booked.starts, booked.ics_sequence) == (at("14:00", TUESDAY), 1)
    entry.refresh_from_db()
    assert entry.state == WaitingState.SERVED


def test_the_desk_and_the_worker_do_not_ask_two_people_about_one_time(live_server) -> None:
    town = town_with(live_server, times=1)
    _first, second = waiting(2)
    sam = session_of(signed_in(factories.user("sam@clinic.test", Role.STAFF)))
    where = f"kind=first_visit&practitioner={town.people[0].slug}&starts=2027-05-04T06:00Z"
    picks = presses(f"/reception/waiting/pick/?{where}", entry=str(second.pk))
    answers = race(live_server.url, [(sam, picks), worker(NOW), (sam, picks), worker(NOW)])
    assert len(standing()) == 1
    assert Consultation.objects.filter(status=Status.HELD).count() == 1
    assert sorted(answer.status for answer in answers)[0] in {0, 1}


def test_leaving_and_accepting_at_once_end_in_one_of_them(live_server) -> None:
    town_with(live_server, times=1)
    (entry,) = waiting(1)
    offering.sweep(now=NOW)
    offer, link = offered_to(entry), link_to(entry)
    accept = presses(f"{link}answer/", offer=str(offer.pk), answer="accept")
    answers = race(live_server.url, [(session_with(), accept), (session_with(), presses(f"{link}leave/"))])
    assert answers[1].status == 302
    offer.refresh_from_db()
    offer.consultation.refresh_from_db()
    assert (offer.state, offer.consultation.status) == (OfferState.WITHDRAWN, Status.EXPIRED)


# --- hoarding --------------------------------------------------------------------------------------------------------

WALLS = [f"{hour}:{minute}" for hour in range(11, 16) for minute in ("00", "30")]


def test_a_patient_who_books_ten_times_at_once_gets_as_many_as_one_may_have(live_server) -> None:
    town = Town(live_server, practitioners=2, rooms=2)
    alice = person("Alice Wong")
    ready = [town.about_to_book(alice, wall, town.people[n % 2]) for n, wall in enumerate(WALLS)]
    answers = race(live_server.url, ready)
    assert tally(answers) == {302: 3, 409: 7}
    assert alice.consultations.filter(status=Status.CONFIRMED).count() == 3
    assert all("as many visits to come" in lost.body for lost in answers if lost.status == 409)


def test_one_address_under_ten_names_at_once_gets_as_many_as_one_may_have(live_server) -> None:
    town = Town(live_server, practitioners=2, rooms=2)
    many: User = factories.user("many@patients.test")
    names = [factories.patient(f"Somebody {n}", many) for n in range(10)]
    ready = [
        town.about_to_book(each, wall, town.people[n % 2])
        for n, (each, wall) in enumerate(zip(names, WALLS, strict=True))
    ]
    answers = race(live_server.url, ready)
    assert tally(answers) == {302: 6, 409: 4}
    assert many.booked.filter(status=Status.CONFIRMED).count() == 6
