"""The days round a session, as dates on a page and in a calendar."""

from datetime import date

import pytest
from django.urls import reverse
from icalendar import Calendar

from tests.pages import words
from treatments.planning.care import CareDay, after, before

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shelf", "monday")]

SESSION = date(2027, 6, 1)  # a Tuesday


def test_each_step_before_holds_from_its_day_until_the_session():
    days = before(SESSION, [(0, "clean face"), (28, "no sun"), (3, "no acids")])
    assert [(each.first, each.text) for each in days] == [
        (date(2027, 5, 4), "no sun"),
        (date(2027, 5, 29), "no acids"),
        (SESSION, "clean face"),
    ]
    assert all(each.last == SESSION and each.is_before for each in days)


def test_the_day_of_the_session_is_day_nought():
    assert after(SESSION, [(0, 0, "cool"), (4, 7, "no scrubs")]) == [
        CareDay(SESSION, SESSION, "cool", is_before=False),
        CareDay(date(2027, 6, 5), date(2027, 6, 8), "no scrubs", is_before=False),
    ]


def care(client, name="care", **asked):
    return client.get(reverse(f"treatments:{name}", args=["fractional-laser-1550"]), asked)


def test_the_list_without_a_day_names_the_days_by_number(client):
    page = words(care(client))
    assert "4 weeks before" in page
    assert "Day 2 to 3" in page


def test_a_named_day_turns_the_list_into_dates(client):
    page = words(care(client, on="2027-06-01"))
    assert "For a session on Tuesday 1 June (1 June 2027)." in page
    assert "From Tuesday 4 May Keep strong sun" in page
    assert "Saturday 5 June to Tuesday 8 June" in page


def test_the_calendar_holds_a_day_for_each_change_and_takes_no_time(client):
    response = care(client, "care_calendar", on="2027-06-01")
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    events = Calendar.from_ical(response.content).walk("VEVENT")
    days = [event.decoded("DTSTART") for event in events]
    assert days == sorted(set(days))
    assert days[0] == date(2027, 5, 4)
    assert {event["TRANSP"] for event in events} == {"TRANSPARENT"}
    assert len({event["UID"] for event in events}) == len(events)


@pytest.mark.parametrize("on", ["soon", "2027-02-30", "2027-01-31", "2030-01-01", "9999-12-31", "0001-01-01"])
def test_a_day_that_makes_no_sense_is_asked_for_again(client, on):
    assert "Enter" in words(care(client, on=on), status=422)
    assert care(client, "care_calendar", on=on).status_code == 302


def test_a_session_of_yesterday_still_has_its_days(client):
    assert "For a session on Sunday 2 May (2 May 2027)." in words(care(client, on="2027-05-02"))


def test_a_calendar_without_a_day_leads_to_the_list_that_asks_for_one(client):
    response = care(client, "care_calendar")
    assert response["Location"] == reverse("treatments:care", args=["fractional-laser-1550"])
