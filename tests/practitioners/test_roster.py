"""One page for the hours of a practitioner: weekly rows, extra hours of one day, time off, and a drawing of them."""

from datetime import date, time
from typing import Any

import pytest
import time_machine

from clinic.accounts.models import User
from clinic.accounts.roles import Role
from clinic.premises.models import Closure, Location
from practitioners import roster, rostering
from practitioners.models import ExtraHours, Practitioner, Roster, TimeOff, WorkingHours
from tests import factories
from tests.clinic import desk
from tests.factories import NOW, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def sam() -> User:
    return factories.user("sam@clinic.test", Role.STAFF)


@pytest.fixture
def who() -> Practitioner:
    return desk.practitioner()


@pytest.fixture
def central() -> Location:
    return desk.location()


def the_page(who: Practitioner) -> str:
    return desk.the_page(Roster.objects.get(pk=who.pk))


def week(*rows: dict[str, Any], already: int = 0, extra: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    """The page with these rows of hours and nothing else in its tables."""
    sent: dict[str, Any] = {}
    for prefix, lines in (("hours", rows), ("extra_hours", extra), ("time_off", ())):
        sent[f"{prefix}-TOTAL_FORMS"] = str(len(lines))
        sent[f"{prefix}-INITIAL_FORMS"] = str(already if prefix == "hours" else 0)
        for number, row in enumerate(lines):
            sent |= {f"{prefix}-{number}-{field}": value for field, value in row.items()}
    return sent


def hours(where: Location, opens: str, closes: str, **more: Any) -> dict[str, Any]:
    return {"location": where.pk, "weekday": 0, "opens": opens, "closes": closes, **more}


def kept() -> list[tuple[int, time, time]]:
    return list(WorkingHours.objects.values_list("weekday", "opens", "closes"))


def test_staff_lay_a_week_that_has_breaks(sam: User, who: Practitioner, central: Location) -> None:
    sent = week(hours(central, "09:00", "13:00"), hours(central, "14:00", "18:00"))
    assert desk.signed_in(sam).post(the_page(who), sent).status_code == 302
    assert kept() == [(0, time(9), time(13)), (0, time(14), time(18))]


OVERLAPPING = [
    ({}, {}),
    ({"valid_until": "2027-03-31"}, {"valid_from": "2027-03-31"}),
    ({"valid_until": "2027-03-31"}, {}),
]
APART = [
    ({"valid_until": "2027-03-31"}, {"valid_from": "2027-04-01"}),
    ({"valid_from": "2027-05-01"}, {"valid_from": "2027-04-01", "valid_until": "2027-04-30"}),
]


@pytest.mark.parametrize(("first", "second"), OVERLAPPING)
def test_two_new_rows_that_overlap_are_refused_in_words(
    sam: User, who: Practitioner, central: Location, first: dict[str, str], second: dict[str, str]
) -> None:
    sent = week(hours(central, "09:00", "13:00", **first), hours(central, "12:59", "18:00", **second))
    page = desk.signed_in(sam).post(the_page(who), sent).content.decode()
    assert "These hours overlap other hours on the same day." in page
    assert "Two rows of the week overlap." in page
    assert kept() == []


@pytest.mark.parametrize(("first", "second"), APART)
def test_rows_that_never_hold_on_the_same_date_may_overlap(
    sam: User, who: Practitioner, central: Location, first: dict[str, str], second: dict[str, str]
) -> None:
    sent = week(hours(central, "09:00", "13:00", **first), hours(central, "10:00", "12:00", **second))
    assert desk.signed_in(sam).post(the_page(who), sent).status_code == 302
    assert len(kept()) == 2


def test_hours_at_two_locations_overlap_as_well(sam: User, who: Practitioner, central: Location) -> None:
    sent = week(hours(central, "09:00", "13:00"), hours(desk.location(), "12:00", "18:00"))
    assert b"overlap" in desk.signed_in(sam).post(the_page(who), sent).content


def test_what_the_practitioner_has_added_meanwhile_is_not_overlapped_by_an_older_page(
    sam: User, who: Practitioner, central: Location
) -> None:
    line = WorkingHours(practitioner=who, location=central, weekday=0, opens=time(9), closes=time(13))
    rostering.add(actor=sam, line=line, now=NOW)
    page = desk.signed_in(sam).post(the_page(who), week(hours(central, "12:00", "18:00"))).content.decode()
    assert "These hours overlap other hours on the same day." in page
    assert kept() == [(0, time(9), time(13))]
    assert desk.signed_in(sam).post(the_page(who), week(hours(central, "13:00", "18:00"))).status_code == 302
    assert len(kept()) == 2


def test_rows_that_trade_places_are_judged_by_what_they_become(sam: User, who: Practitioner, central: Location) -> None:
    early = WorkingHours.objects.create(practitioner=who, location=central, weekday=0, opens="09:00", closes="13:00")
    late = WorkingHours.objects.create(practitioner=who, location=central, weekday=0, opens="14:00", closes="18:00")
    sent = week(
        hours(central, "14:00", "18:00", id=early.pk, practitioner=who.pk),
        hours(central, "09:00", "13:30", id=late.pk, practitioner=who.pk),
        already=2,
    )
    assert desk.signed_in(sam).post(the_page(who), sent).status_code == 302
    assert kept() == [(0, time(9), time(13, 30)), (0, time(14), time(18))]


def test_a_row_may_take_the_place_of_one_that_goes(sam: User, who: Practitioner, central: Location) -> None:
    old = WorkingHours.objects.create(practitioner=who, location=central, weekday=0, opens="09:00", closes="13:00")
    gone = hours(central, "09:00", "13:00", id=old.pk, practitioner=who.pk, DELETE="on")
    sent = week(gone, hours(central, "08:00", "14:00"), already=1)
    assert desk.signed_in(sam).post(the_page(who), sent).status_code == 302
    assert kept() == [(0, time(8), time(14))]


def test_extra_hours_are_of_one_day_and_may_not_overlap_the_week(
    sam: User, who: Practitioner, central: Location
) -> None:
    WorkingHours.objects.create(practitioner=who, location=central, weekday=0, opens="09:00", closes="13:00")
    client = desk.signed_in(sam)

    def on_monday(opens: str, closes: str) -> Any:
        line = {"location": central.pk, "day": "2090-05-01", "opens": opens, "closes": closes}
        return client.post(the_page(who), week(extra=(line,)))

    assert b"overlap" in on_monday("12:00", "14:00").content
    assert b"comes before the beginning" in on_monday("14:00", "14:00").content
    assert on_monday("13:00", "14:00").status_code == 302
    assert b"overlap" in on_monday("13:30", "15:00").content
    assert [str(line) for line in ExtraHours.objects.all()] == ["2090-05-01 13:00–14:00"]


def test_the_page_draws_the_two_weeks_to_come_and_says_them_in_words(
    sam: User, who: Practitioner, central: Location
) -> None:
    factories.clinic()
    WorkingHours.objects.create(practitioner=who, location=central, weekday=0, opens=time(9), closes=time(13))
    ExtraHours.objects.create(practitioner=who, location=central, day=date(2027, 5, 4), opens=time(19), closes=time(23))
    TimeOff.objects.create(practitioner=who, starts=at("00:00"), ends=at("12:00"))
    Closure.objects.create(first_day=date(2027, 5, 13), last_day=date(2027, 5, 13), reason="Holiday")
    days = roster.days_ahead(who, now=NOW)
    assert [len(day.stretches) for day in days] == [1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]
    assert [day.day.day for day in days if day.off] == [3]
    assert [day.day.day for day in days if day.closures] == [13]
    assert [day.struck for day in days if day.struck] == [[(0, 50)], [(0, 150)]]
    (evening,) = days[1].stretches
    assert (evening.is_extra, evening.y, evening.height) == (True, 120, 30)
    with time_machine.travel(NOW, tick=False):
        page = desk.signed_in(sam).get(the_page(who)).content.decode()
    assert "19:00–23:00" in page
    assert "Holiday" in page
