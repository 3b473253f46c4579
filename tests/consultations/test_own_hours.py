"""A practitioner changes their own hours: with the checks that staff get, never another's, and only where they may."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clinic.audit.models import AuditEntry
from clinic.premises.models import Clinic
from consultations.models import Consultation
from practitioners.models import ExtraHours, Practitioner, WorkingHours
from tests.cast import ALICE_ASKS, TUESDAY, signed_in
from tests.consultations.test_outside_pages import seen_in
from tests.factories import MONDAY

pytestmark = pytest.mark.django_db
PAGE, ADD, EXTRA = "/desk/time-off/", "/desk/hours/add/", "/desk/hours/extra/"
DAY = timedelta(days=1)


@pytest.fixture
def imani(cast) -> Any:
    return Practitioner.objects.get(user=cast.dr_imani)


@pytest.fixture
def browser(cast) -> Client:
    return signed_in(cast.dr_imani)


@pytest.fixture
def tuesdays(imani) -> Any:
    """The line on which Alice is booked at ten."""
    return imani.hours.get(weekday=1)


def sent(line: WorkingHours, **differently: Any) -> dict[str, Any]:
    usual = {
        "weekday": line.weekday,
        "opens": f"{line.opens:%H:%M}",
        "closes": f"{line.closes:%H:%M}",
        "location": line.location_id,
        "valid_from": MONDAY.isoformat(),
        "valid_until": "",
    }
    return {**usual, **differently}


def week(who: Practitioner, weekday: int) -> list[tuple[time, time, date | None, date | None]]:
    return list(who.hours.filter(weekday=weekday).values_list("opens", "closes", "valid_from", "valid_until"))


def changes() -> int:
    return AuditEntry.objects.filter(action="hours_changed", object_type="practitioners.practitioner").count()


def test_hours_under_a_visit_are_taken_away_only_after_it_was_read_and_it_goes_to_the_desks_list(
    cast, imani, browser, tuesdays
) -> None:
    address, form = f"/desk/hours/{tuesdays.pk}/", sent(tuesdays, opens="12:00")
    page = browser.post(address, form).text
    assert cast.alices_visit.reference in page
    assert cast.bobs_visit.reference not in page
    assert "Alice Wong" not in page
    assert ALICE_ASKS not in page
    assert week(imani, 1) == [(time(10), time(18), None, None)]
    assert browser.post(address, {**form, "seen_visits": "of another day"}).status_code == 200
    assert (week(imani, 1), changes()) == ([(time(10), time(18), None, None)], 0)
    told = browser.post(address, {**form, "seen_visits": seen_in(page)}, follow=True).text
    assert "stay booked until the desk has arranged them" in told
    assert week(imani, 1) == [(time(10), time(18), None, MONDAY - DAY), (time(12), time(18), MONDAY, None)]
    assert changes() == 1
    assert Consultation.objects.get(pk=cast.alices_visit.pk).status == "confirmed"
    assert cast.alices_visit.reference in signed_in(cast.sam).get(reverse("reception:outside")).text


def test_a_change_from_a_later_day_leaves_what_is_booked_before_it(imani, browser, tuesdays) -> None:
    later = MONDAY + 14 * DAY
    form = sent(tuesdays, opens="12:00", valid_from=later.isoformat(), valid_until=(later + 30 * DAY).isoformat())
    assert browser.post(f"/desk/hours/{tuesdays.pk}/", form).url == PAGE
    assert week(imani, 1) == [
        (time(10), time(18), None, later - DAY),
        (time(12), time(18), later, later + 30 * DAY),
    ]


def test_hours_are_taken_out_of_the_week_from_a_day_on(imani, browser, tuesdays) -> None:
    address = f"/desk/hours/{tuesdays.pk}/end/"
    page = browser.post(address, {"first_day": MONDAY.isoformat()}).text
    assert "Visits under this time" in page
    after = TUESDAY + DAY
    assert browser.post(address, {"first_day": after.isoformat()}).url == PAGE
    assert week(imani, 1) == [(time(10), time(18), None, TUESDAY)]
    future = WorkingHours.objects.create(
        practitioner=imani, location=tuesdays.location, weekday=1, opens="19:00", closes="20:00", valid_from=after
    )
    assert browser.post(f"/desk/hours/{future.pk}/end/", {"first_day": after.isoformat()}).url == PAGE
    assert not WorkingHours.objects.filter(pk=future.pk).exists()


def test_hours_are_added_to_the_week_and_offered(imani, browser, tuesdays) -> None:
    assert browser.post(ADD, sent(tuesdays, opens="19:00", closes="21:00")).url == PAGE
    assert (time(19), time(21), MONDAY, None) in week(imani, 1)
    assert "Tuesday 19:00–21:00 Central" in browser.get(PAGE).text
    assert changes() == 1


def test_extra_hours_are_added_and_taken_back_after_the_visits_under_them_were_read(
    cast, imani, browser, tuesdays
) -> None:
    day = (TUESDAY + 7 * DAY).isoformat()
    form = {"day": day, "opens": "19:00", "closes": "20:00", "location": tuesdays.location_id}
    assert browser.post(EXTRA, form).url == PAGE
    made = ExtraHours.objects.get()
    moved = made.as_weekly
    starts = cast.alices_visit.starts + 7 * DAY + timedelta(hours=9)
    Consultation.objects.filter(pk=cast.alices_visit.pk).update(
        starts=starts,
        ends=starts + timedelta(minutes=30),
        blocked_from=starts,
        blocked_until=starts + timedelta(minutes=30),
    )
    address = f"/desk/hours/extra/{made.pk}/remove/"
    page = browser.post(address).text
    assert cast.alices_visit.reference in page
    assert ExtraHours.objects.exists()
    assert browser.post(address, {"seen_visits": seen_in(page)}).url == PAGE
    assert (ExtraHours.objects.count(), moved.opens, changes()) == (0, time(19), 2)


@pytest.mark.parametrize(
    "wrong",
    [
        {"opens": "11:00", "closes": "12:00"},
        {"opens": "19:00", "closes": "18:30"},
        {"opens": "", "closes": ""},
        {"opens": "soon", "closes": "later"},
        {"opens": "19:00", "closes": "20:00", "location": "999999"},
    ],
)
def test_hours_that_overlap_or_are_none_are_refused(imani, browser, tuesdays, wrong) -> None:
    before = WorkingHours.objects.count()
    assert browser.post(ADD, sent(tuesdays, **wrong)).status_code == 422
    one_day = {"day": TUESDAY.isoformat(), "location": tuesdays.location_id, **wrong}
    assert browser.post(EXTRA, one_day).status_code == 422
    assert (WorkingHours.objects.count(), ExtraHours.objects.count(), changes()) == (before, 0, 0)


@pytest.mark.parametrize(
    "days",
    [
        {"valid_from": ""},
        {"valid_from": "0001-01-01"},
        {"valid_from": "9999-12-31"},
        {"valid_from": (MONDAY - DAY).isoformat()},
        {"valid_until": (MONDAY - DAY).isoformat()},
        {"valid_from": (MONDAY + 3 * DAY).isoformat(), "valid_until": (MONDAY + 2 * DAY).isoformat()},
    ],
)
def test_days_that_have_passed_or_never_come_are_refused(imani, browser, tuesdays, days) -> None:
    late = {"opens": "19:00", "closes": "20:00", **days}
    assert browser.post(ADD, sent(tuesdays, **late)).status_code == 422
    assert browser.post(f"/desk/hours/{tuesdays.pk}/", sent(tuesdays, **late)).status_code == 422
    assert browser.post(f"/desk/hours/{tuesdays.pk}/end/", {"first_day": "2020-01-01"}).status_code == 422
    assert week(imani, 1) == [(time(10), time(18), None, None)]


def test_nobody_changes_the_hours_of_somebody_else(cast, imani, tuesdays) -> None:
    extra = ExtraHours.objects.create(
        practitioner=imani, location=tuesdays.location, day=TUESDAY, opens="19:00", closes="20:00"
    )
    theirs = [f"/desk/hours/{tuesdays.pk}/", f"/desk/hours/{tuesdays.pk}/end/", f"/desk/hours/extra/{extra.pk}/remove/"]
    form = {**sent(tuesdays, opens="12:00"), "first_day": MONDAY.isoformat(), "practitioner": imani.pk}
    for person in (cast.dr_reyes, cast.alice, cast.sam, cast.owner):
        for address in theirs:
            assert signed_in(person).post(address, form).status_code == 404, (person, address)
    assert signed_in(cast.dr_reyes).post(ADD, {**form, "opens": "19:00", "closes": "20:00"}).status_code == 302
    assert week(imani, 1) == [(time(10), time(18), None, None)]
    assert ExtraHours.objects.exists()


def test_what_is_over_cannot_be_changed(browser, tuesdays) -> None:
    WorkingHours.objects.filter(pk=tuesdays.pk).update(valid_until=MONDAY - DAY)
    assert browser.get(f"/desk/hours/{tuesdays.pk}/").status_code == 404


def test_where_the_clinic_keeps_hours_to_the_desk_they_are_only_read(browser, tuesdays, cast) -> None:
    assert f'href="/desk/hours/{tuesdays.pk}/"' in browser.get(PAGE).text
    Clinic.objects.update(practitioners_set_hours=False)
    page = browser.get(PAGE).text
    assert "The desk changes your hours." in page
    assert "/desk/hours/" not in page
    for address in (ADD, EXTRA, f"/desk/hours/{tuesdays.pk}/"):
        assert browser.get(address).status_code == 404
        assert browser.post(address, sent(tuesdays)).status_code == 404
