"""Hours and time off that change while their page is on its way: ended hours stay ended, and twice is once."""

from datetime import time, timedelta
from typing import Any

import pytest
from django.test import Client

from clinic.audit.models import AuditEntry
from practitioners import absences, rostering
from practitioners.models import Absence, Practitioner, TimeOff
from tests.cast import Cast, signed_in
from tests.consultations.test_own_hours import DAY, EXTRA, PAGE, changes, sent, week
from tests.factories import MONDAY, NOW
from tests.meanwhile import VERB, meanwhile

LATER = MONDAY + 28 * DAY
CHANGED = "These hours have changed in the meantime."
BLOCKED = {"starts": "2027-05-08T09:30", "ends": "2027-05-08T10:30", "absence": "training"}


@pytest.fixture
def imani(cast: Cast) -> Any:
    return Practitioner.objects.get(user=cast.dr_imani)


@pytest.fixture
def browser(cast: Cast) -> Client:
    return signed_in(cast.dr_imani)


@pytest.fixture
def tuesdays(imani) -> Any:
    return imani.hours.get(weekday=1)


def audited(action: str) -> int:
    return AuditEntry.objects.filter(action=action).count()


def test_hours_that_the_desk_ends_meanwhile_are_not_made_to_last_longer(cast, monday, imani, browser, tuesdays):
    def leaves() -> None:
        absences.leave(actor=cast.sam, practitioner=imani, last_day=MONDAY + 13 * DAY, now=NOW)

    with meanwhile(VERB, leaves):
        assert browser.post(f"/desk/hours/{tuesdays.pk}/end/", {"first_day": LATER.isoformat()}).url == PAGE
    assert week(imani, 1) == [(time(10), time(18), None, MONDAY + 13 * DAY)]
    assert changes() == 0


def test_hours_that_the_desk_ends_meanwhile_are_not_changed_into_new_ones(cast, monday, imani, browser, tuesdays):
    def ends() -> None:
        rostering.end(actor=cast.sam, line=tuesdays, first_day=MONDAY + 14 * DAY, now=NOW)

    with meanwhile(VERB, ends):
        form = sent(tuesdays, opens="12:00", valid_from=LATER.isoformat())
        answer = browser.post(f"/desk/hours/{tuesdays.pk}/", form, follow=True)
    assert CHANGED in answer.text
    assert week(imani, 1) == [(time(10), time(18), None, MONDAY + 13 * DAY)]


def test_hours_that_are_changed_twice_at_once_are_changed_once(monday, imani, browser, tuesdays):
    address, form = f"/desk/hours/{tuesdays.pk}/", sent(tuesdays, opens="09:00", valid_from=LATER.isoformat())
    with meanwhile(VERB, lambda: browser.post(address, form)):
        assert CHANGED in browser.post(address, form, follow=True).text
    assert week(imani, 1) == [(time(9), time(18), LATER, None), (time(10), time(18), None, LATER - DAY)]
    assert changes() == 1


def test_extra_hours_that_are_removed_twice_at_once_are_removed_once(monday, imani, browser, tuesdays):
    day = (MONDAY + 7 * DAY).isoformat()
    browser.post(EXTRA, {"day": day, "opens": "19:00", "closes": "20:00", "location": tuesdays.location_id})
    address = f"/desk/hours/extra/{imani.extra_hours.get().pk}/remove/"
    with meanwhile(VERB, lambda: browser.post(address)):
        assert browser.post(address).url == PAGE
    assert changes() == 2


def test_time_that_is_blocked_twice_is_blocked_once_and_free_when_it_is_taken_back(monday, browser, tuesdays):
    with meanwhile(VERB, lambda: browser.post(PAGE, BLOCKED)):
        assert browser.post(PAGE, BLOCKED).url == PAGE
    address = f"/desk/time-off/{TimeOff.objects.get().pk}/remove/"
    assert audited("practitioner_away") == 1
    with meanwhile(VERB, lambda: browser.post(address)):
        assert browser.post(address).url == PAGE
    assert not TimeOff.objects.exists()
    assert audited("practitioner_back") == 1


def test_time_off_that_begins_earlier_meanwhile_keeps_what_has_passed(monday, imani, browser):
    hour = timedelta(hours=1)
    one = TimeOff.objects.create(practitioner=imani, starts=NOW + hour, ends=NOW + 9 * hour, absence=Absence.LEAVE)
    with meanwhile(VERB, lambda: TimeOff.objects.filter(pk=one.pk).update(starts=NOW - hour)):
        assert browser.post(f"/desk/time-off/{one.pk}/remove/").url == PAGE
    one.refresh_from_db()
    assert (one.starts, one.ends) == (NOW - hour, NOW)
