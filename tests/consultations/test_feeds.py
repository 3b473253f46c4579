"""A practitioner's own calendar: what it tells and what it never tells, who makes its address, when that ends."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from icalendar import Calendar

from clinic.audit.models import AuditEntry
from consultations import feeds
from consultations.models import CalendarFeed, Consultation, Kind
from practitioners.models import Practitioner, TimeOff
from tests import factories
from tests.cast import ALICE_ASKS, TUESDAY, signed_in
from tests.factories import NOW, at

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def imani(cast) -> Any:
    return Practitioner.objects.get(user=cast.dr_imani)


@pytest.fixture
def address(cast, imani) -> str:
    return f"/calendar/{feeds.make(actor=cast.dr_imani, practitioner=imani, now=NOW)}.ics"


def entries(address: str) -> dict[str, Any]:
    events: Any = Calendar.from_ical(Client().get(address).text).walk("VEVENT")
    return {str(event["UID"]): event for event in events}


def stands(visit: Consultation, **values: Any) -> None:
    Consultation.objects.filter(pk=visit.pk).update(**values)


def test_it_tells_when_where_and_which_visit_and_names_nobody(cast, address) -> None:
    one = cast.alices_visit
    stands(one, ics_sequence=3)
    answer = Client().get(address)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8; method=PUBLISH"
    assert answer["Cache-Control"] == "no-store, private"
    calendar: Any = Calendar.from_ical(answer.text)
    (event,) = calendar.walk("VEVENT")
    assert calendar["METHOD"] == "PUBLISH"
    assert (event["UID"], event["SEQUENCE"]) == (f"{one.pk}@complexion", 3)
    assert str(event["SUMMARY"]) == f"Visit: {one.kind.name}, {one.reference}"
    assert str(event["LOCATION"]) == f"{one.room.name}, {one.location.name}"
    assert (event["CLASS"], event["STATUS"]) == ("PRIVATE", "CONFIRMED")
    assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (one.starts, one.ends)
    assert f"DTSTART:{one.starts:%Y%m%dT%H%M%SZ}" in answer.text
    unfolded = answer.text.replace("\r\n ", "")
    for secret in ("Alice", "Wong", "alice@", "5550", "ATTENDEE", "DESCRIPTION", ALICE_ASKS, "pores", "needling"):
        assert secret not in unfolded, secret


def test_a_room_with_a_backslash_in_its_name_is_one_line(cast, address) -> None:
    room = cast.alices_visit.room
    type(room).objects.filter(pk=room.pk).update(name="Up\\North")
    (event,) = entries(address).values()
    assert str(event["LOCATION"]) == f"UpNorth, {room.location.name}"


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({"status": "requested", "held_until": NOW + DAY}, "TENTATIVE"),
        ({"status": "requested", "held_until": NOW}, None),
        ({"status": "arrived"}, "CONFIRMED"),
        ({"status": "in_consultation"}, "CONFIRMED"),
        ({"status": "cancelled", "cancelled_by": "patient", "status_at": NOW - 29 * DAY}, "CANCELLED"),
        ({"status": "cancelled", "cancelled_by": "patient", "status_at": NOW - 31 * DAY}, None),
        ({"status": "no_show"}, None),
        ({"status": "held", "held_until": NOW + DAY}, None),
        ({"status": "expired"}, None),
    ],
)
def test_a_visit_is_shown_as_it_stands(cast, address, changes, shown) -> None:
    stands(cast.alices_visit, **changes)
    assert [str(event["STATUS"]) for event in entries(address).values()] == ([shown] if shown else [])


@pytest.mark.parametrize(("days", "shown"), [(29, 1), (31, 0)])
def test_it_looks_a_month_back(cast, address, days, shown) -> None:
    begins = dict.fromkeys(("blocked_from", "starts"), NOW - days * DAY)
    ends = {name: NOW - days * DAY + timedelta(minutes=30) for name in ("ends", "blocked_until")}
    stands(cast.alices_visit, **begins, **ends)
    assert len(entries(address)) == shown


def test_time_off_is_busy_and_does_not_say_why(imani, address) -> None:
    off = TimeOff.objects.create(
        practitioner=imani, starts=at("13:00", TUESDAY), ends=at("15:00", TUESDAY), absence="training"
    )
    event = entries(address)[f"time-off-{off.pk}@complexion"]
    assert (str(event["SUMMARY"]), str(event["TRANSP"]), str(event["CLASS"])) == ("Time off", "OPAQUE", "PRIVATE")
    assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (off.starts, off.ends)
    assert "raining" not in Client().get(address).text


def test_its_words_are_in_the_practitioners_language(cast, address) -> None:
    cast.dr_imani.language = "zh-hant"
    cast.dr_imani.save(update_fields=["language"])
    Kind.objects.update(name_zh_hant="首次診症")
    assert "首次診症" in str(entries(address)[f"{cast.alices_visit.pk}@complexion"]["SUMMARY"])


def test_it_asks_the_same_whatever_is_in_it(cast, imani, address, django_assert_num_queries) -> None:
    """One counts, one finds the calendar, one its visits and one its time off."""
    with django_assert_num_queries(4):
        Client().get(address)
    for day in range(1, 3):
        patient = factories.patient(f"Number {day}", factories.user(f"{day}@patients.test"))
        factories.consultation(patient, imani, at("14:00", TUESDAY + day * DAY))
        TimeOff.objects.create(practitioner=imani, starts=NOW + day * DAY, ends=NOW + (day + 1) * DAY)
    with django_assert_num_queries(4):
        assert Client().get(address).text.count("BEGIN:VEVENT") == 5


def test_the_address_is_shown_once_and_a_new_one_ends_it(cast) -> None:
    browser = signed_in(cast.dr_imani)
    assert "Make an address" in browser.get("/desk/calendar/").text
    shown = [re.findall(r'value="http://testserver(/calendar/[^"]+)"', browser.post(way).text) for way in MAKE * 2]
    (old,), (new,) = shown
    assert Client().get(old).status_code == 404
    assert Client().get(new).status_code == 200
    page = browser.get("/desk/calendar/").text
    assert "It cannot be shown again." in page
    assert "/calendar/" + new.split("/")[-1] not in page
    assert not CalendarFeed.objects.filter(token_hash__in=[new.split("/")[-1][:-4]]).exists()
    browser.post("/desk/calendar/switch-off/")
    browser.post("/desk/calendar/switch-off/")
    assert Client().get(new).status_code == 404
    acts = AuditEntry.objects.filter(action__startswith="calendar_feed").order_by("at", "pk")
    assert sorted(acts.values_list("action", flat=True)) == ["calendar_feed_ended", *["calendar_feed_made"] * 2]


MAKE = ["/desk/calendar/make/"]


def test_whoever_no_longer_practises_here_has_no_calendar(cast, address) -> None:
    assert Client().get(address).status_code == 200
    cast.dr_imani.groups.remove(Group.objects.get(name="practitioner"))
    assert Client().get(address).status_code == 404
    cast.dr_imani.groups.add(Group.objects.get(name="practitioner"))
    cast.dr_imani.is_active = False
    cast.dr_imani.save(update_fields=["is_active"])
    assert Client().get(address).status_code == 404


def test_nobody_tries_addresses_without_end(cast, address) -> None:
    answers = {Client().get(f"/calendar/guess-{n}.ics").status_code for n in range(60)}
    assert answers == {404}
    assert Client().get(address).status_code == 429
