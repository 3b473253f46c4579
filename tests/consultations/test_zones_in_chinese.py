"""The same moments in both languages: pages, mails and the calendar, on days on which the clock changes."""

import pytest
import time_machine
from icalendar import Calendar

from clinic.accounts.roles import Role
from consultations import booking, quoting
from consultations.models import Consultation
from tests import factories
from tests.cast import signed_in
from tests.consultations.bookings import mails, person_of
from tests.consultations.zone_scene import opened
from tests.zones import AUTUMN, SPRING
from treatments.models import Concern

pytestmark = pytest.mark.django_db
CHANGES = [
    (SPRING[0], "Sunday 28 March", "3月28日（星期日）"),
    (AUTUMN[1], "Sunday 7 November", "11月7日（星期日）"),
    (AUTUMN[2], "Sunday 4 April", "4月4日（星期日）"),
]
in_both = pytest.mark.parametrize(("change", "english", "chinese"), CHANGES, ids=[str(each[0]) for each in CHANGES])


def booked(around, language) -> Consultation:
    alice = around.patient()
    held = factories.held(around.imani, around.change.at("10:00"), at_kind=around.kind, now=around.now)
    wish = quoting.Wish(Concern.objects.get(), (), language)
    return booking.confirm(
        actor=person_of(alice),
        consultation=held,
        patient=alice,
        wish=wish,
        answers=factories.clean_answers(),
        now=around.now,
    )


@in_both
@pytest.mark.parametrize("language", ["en", "zh-hant"])
def test_a_mail_and_its_calendar_are_in_the_language_of_the_booking(change, english, chinese, language):
    visit = booked(opened(change), language)
    (told,) = mails(visit)
    says, other = f"{english}, 10:00, ", f"{chinese}10:00，"
    if language == "zh-hant":
        says, other = other, says
    for words in (told.text or "", told.html or ""):
        assert says in words
        assert other not in words
    (event,) = Calendar.from_ical(told.calendar or "").walk("VEVENT")
    assert event["summary"].params["LANGUAGE"] == language
    assert event.decoded("dtstart") == visit.starts == change.at("10:00")


@in_both
def test_a_page_is_in_the_language_of_its_reader(change, english, chinese):
    around = opened(change)
    booked(around, "en")
    with time_machine.travel(around.now, tick=False):
        desk, imani = signed_in(around.sam), signed_in(around.doctor)
        for prefix, written in (("", english), ("/zh-hant", chinese)):
            for browser, address in (
                (desk, "/reception/"),
                (desk, "/reception/paper/"),
                (desk, "/reception/book/"),
                (imani, "/desk/"),
                (imani, "/desk/week/"),
            ):
                assert written in browser.get(f"{prefix}{address}?day={change.day}").text, (prefix, address)


@pytest.mark.parametrize("change", [each[0] for each in CHANGES], ids=str)
def test_weeks_begin_on_monday_in_both_languages(change):
    around = opened(change)
    sunday = change.day
    with time_machine.travel(around.now, tick=False):
        imani, owner = signed_in(around.doctor), signed_in(factories.user("o@clinic.test", Role.OWNER))
        for prefix in ("", "/zh-hant"):
            days = [each for each, _visits in imani.get(f"{prefix}/desk/week/?day={sunday}").context["days"]]
            assert [each.weekday() for each in days] == [*range(7)]
            assert days[-1] == sunday
            assert '"FIRST_DAY_OF_WEEK": 1' in owner.get(f"{prefix}/admin/jsi18n/").text
