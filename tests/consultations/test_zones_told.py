"""What is told of a visit on a change day: mails, calendars, the day on paper, a practitioner's week, the timeline."""

from datetime import timedelta

import pytest
import time_machine
from icalendar import Calendar

from clinic.localtime import local
from clinic.premises.templatetags.clinic import day, when
from consultations import booking, change_words, feeds, mail, reminding
from consultations.changing import UNDO_FOR, terms_now
from consultations.errors import TooLate
from consultations.models import Cancelled, Reminder, What
from consultations.scheduling.invite import Method
from consultations.scheduling.policy import Change
from tests.cast import signed_in
from tests.consultations.bookings import fresh, mails
from tests.consultations.zone_scene import opened
from tests.zones import in_autumn, on_every_day

pytestmark = pytest.mark.django_db
HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)


def times_in(text):
    (event,) = Calendar.from_ical(text).walk("VEVENT")
    return event.decoded("dtstart"), event.decoded("dtend")


def page(around, person, address, now=None):
    with time_machine.travel(now or around.now, tick=False):
        return signed_in(person).get(address).text


@on_every_day
def test_a_mail_tells_the_time_on_the_wall_and_its_calendar_the_same_moment(change):
    around = opened(change)
    visit = around.visit(change.at("10:00"))
    (told,) = mails(visit)
    for words in (told.text, told.html):
        assert f"{day(change.day)}, 10:00, " in (words or "")
    written = mail.calendar_of(visit, Method.REQUEST, clinic=around.clinic, now=around.now)
    assert times_in(written) == times_in(told.calendar) == (visit.starts, visit.ends)
    assert f"DTSTART:{visit.starts:%Y%m%dT%H%M%SZ}" in written
    assert times_in(feeds.written(around.imani, now=around.now)) == (visit.starts, visit.ends)


@in_autumn
def test_what_is_told_of_the_second_pass_cannot_be_taken_for_the_first(change):
    around = opened(change)
    visit = around.visit(change.passes[1])
    (told,) = mails(visit)
    for words in (told.text, told.html):
        assert when(visit.starts, change.zone) in (words or "")
    assert times_in(told.calendar) == (visit.starts, visit.ends)
    day = f"day={change.day}"
    for person, address in (
        (around.sam, f"/reception/?{day}"),
        (around.sam, f"/reception/paper/?{day}"),
        (around.sam, f"/reception/{visit.reference}/"),
        (around.doctor, f"/desk/?{day}"),
        (around.doctor, f"/desk/week/?{day}"),
    ):
        assert f"{change.repeated} (after the clocks go back)" in page(around, person, address), address


@on_every_day
def test_the_week_and_the_day_show_a_visit_on_its_own_day(change):
    around = opened(change)
    alice = around.patient()
    late = around.visit(change.at("17:30"), alice)
    around.visit(change.at("00:00"), alice)
    week = page(around, around.doctor, f"/desk/week/?day={change.day}")
    heads = [week.index(f"/desk/?day={change.day + timedelta(days=n)}") for n in (-change.day.weekday(), 0)]
    assert heads[0] <= heads[1] < week.index(late.reference)
    of_day = page(around, around.doctor, f"/desk/?day={change.day}")
    assert of_day.count("Alice Wong") == 2
    assert "Alice Wong" not in page(around, around.doctor, f"/desk/?day={change.day + timedelta(days=1)}")
    assert "Alice Wong" not in page(around, around.sam, f"/reception/paper/?day={change.day - timedelta(days=1)}")


@on_every_day
def test_the_last_free_moment_is_hours_before_the_visit_and_told_by_the_wall(change):
    """Twenty-four hours are twenty-four hours, whatever the clocks do in between; the page says when that is."""
    around = opened(change)
    visit = around.visit(change.at("12:00"))
    last = visit.starts - 24 * HOUR
    for moment, is_late in ((last, False), (last + SECOND, True)):
        terms = terms_now(Change.CANCEL, visit, around.clinic, moment)
        assert (terms.free_until, terms.late, bool(terms.owed_minor)) == (last, is_late, is_late)
    wall = local(last, change.zone)
    assert 60 * wall.hour + wall.minute == 60 * (12 - 24 + change.hours)
    (words,) = change_words.of_either(visit, around.clinic, last)
    assert when(last, change.zone) in words
    assert f", {wall:%H:%M}, " in words


@on_every_day
def test_a_cancelled_visit_is_taken_back_for_fifteen_minutes_over_the_change(change):
    around = opened(change)
    visit = around.visit(change.at("10:00"))
    pressed = change.at("04:00") - 3 * HOUR
    for after, is_back in ((UNDO_FOR - SECOND, True), (UNDO_FOR, False)):
        booking.cancel(actor=None, consultation=fresh(visit), by=Cancelled.BY_PATIENT, now=pressed)
        if is_back:
            booking.undo_cancel(actor=None, consultation=fresh(visit), now=pressed + after)
        else:
            with pytest.raises(TooLate):
                booking.undo_cancel(actor=None, consultation=fresh(visit), now=pressed + after)
        assert fresh(visit).is_live == is_back


@on_every_day
def test_a_reminder_comes_so_many_hours_before_and_once(change):
    around = opened(change)
    reminding.lay_schedule(around.kind, now=around.now - 100 * HOUR)
    visit = around.visit(change.at("12:00"))
    seen = Reminder.objects.filter(consultation=visit, starts=visit.starts)
    for what, hours in ((What.COMING, 48), (What.REMINDER, 24)):
        due = visit.starts - hours * HOUR
        counts = []
        for moment in (due - SECOND, due, due + HOUR):
            reminding.remind(now=moment)
            counts.append(seen.filter(what=what).count())
        assert counts == [0, 1, 1]


@on_every_day
def test_a_hold_lasts_a_quarter_of_an_hour_over_the_change_and_says_until_when(change):
    around = opened(change)
    now = (change.passes[1] if change.repeated else change.at("03:00")) - 20 * MINUTE
    held = booking.hold(
        actor=None, kind=around.kind, practitioners=[around.imani], starts=change.at("10:00"), draft=None, now=now
    )
    assert held.held_until == now + 15 * MINUTE
    shown = page(around, around.sam, f"/reception/?day={change.day}", now)
    assert f"{local(held.held_until, change.zone):%H:%M}" in shown


@on_every_day
def test_a_visit_that_moves_out_of_the_change_day_is_told_with_both_times(change):
    around = opened(change)
    visit = around.visit(change.at("10:00"))
    booking.move(
        actor=None, consultation=visit, practitioner=around.imani, starts=change.at("10:00", 1),
        by=Cancelled.BY_PATIENT, now=around.now,
    )  # fmt: skip
    assert fresh(visit).starts - change.at("10:00") == timedelta(hours=24)
    timeline = page(around, around.sam, f"/reception/{visit.reference}/")
    assert f"from {when(change.at('10:00'), change.zone)} to {when(change.at('10:00', 1), change.zone)}" in timeline
