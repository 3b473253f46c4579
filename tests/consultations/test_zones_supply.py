"""Hours, breaks, extra hours, time off and closed days, and what they leave free, when the clock changes over them."""

from datetime import timedelta
from itertools import pairwise

import pytest

from clinic.localtime import local
from clinic.premises import closing
from clinic.premises.models import Closure
from consultations import availability, dayplan, numbers, outside, reserving
from consultations.models import Consultation
from consultations.scheduling.suiting import DayPart, Suits
from practitioners import absences, roster
from practitioners.models import Absence, ExtraHours, TimeOff
from tests.clinic.test_closing import a_day, a_file
from tests.consultations.bookings import fresh
from tests.consultations.zone_scene import opened
from tests.zones import in_autumn, in_spring, on_every_day

pytestmark = pytest.mark.django_db
A_DAY, HALF_AN_HOUR, HOUR = timedelta(days=1), timedelta(minutes=30), timedelta(hours=1)
USUAL = 2 * (6 + 8)  # half hours from midnight to six and from ten to six


def free(around, days=3, **about):
    """The free times of the day before the change, of its day and of the day after, by day."""
    return availability.free(
        **{
            "kind": around.kind,
            "practitioners": [around.imani],
            "first_day": around.change.day - A_DAY,
            "days": days,
            "now": around.now,
            **about,
        }
    )


def counted(around, **about):
    offer = free(around, **about)
    by_day = [len(slots) for slots in offer.by_day().values()]
    assert by_day == [*offer.counts().values()]
    return by_day


@on_every_day
def test_the_roster_is_kept_by_the_clock_on_the_wall(change):
    """No time twice and none lost; what is listed can be booked; breaks stay where they are."""
    around = opened(change)
    assert counted(around) == [USUAL, USUAL + 2 * (change.hours - 24), USUAL]
    slots = free(around).by_day()[change.day]
    walls = [local(slot.starts, change.zone) for slot in slots]
    assert {wall.date() for wall in walls} == {change.day}
    assert [f"{wall:%H:%M}" for wall in walls if wall.hour >= 6][:3] == ["10:00", "10:30", "11:00"]
    assert slots[0].starts == change.at("00:00")
    assert all(later.starts - one.starts >= HALF_AN_HOUR for one, later in pairwise(slots))
    for slot in slots[:6]:
        found = availability.is_offered(kind=around.kind, practitioner=around.imani, starts=slot.starts, now=around.now)
        assert found == slot


@in_spring
def test_nothing_is_offered_at_a_time_that_is_skipped(change):
    walls = [f"{local(slot.starts, change.zone):%H:%M}" for slot in free(opened(change)).by_day()[change.day]]
    assert change.skipped not in walls


@in_autumn
def test_both_passes_of_a_time_can_be_booked_and_neither_twice(change):
    around = opened(change)
    first, second = change.passes
    alice = around.patient()
    for starts in (first, second):
        around.visit(starts, alice)
        assert not availability.is_offered(
            kind=around.kind, practitioner=around.imani, starts=starts, now=around.now, patient_id=alice.pk
        )
    assert Consultation.objects.blocking(around.now).count() == 2


@on_every_day
def test_extra_hours_and_a_break_hold_on_that_day_alone(change):
    around = opened(change)
    ExtraHours.objects.create(
        practitioner=around.imani, location=around.central, day=change.day, opens="06:00", closes="08:00"
    )
    assert counted(around) == [USUAL, USUAL + 4 + 2 * (change.hours - 24), USUAL]


@on_every_day
def test_a_closed_day_is_closed_from_midnight_to_midnight_however_long(change):
    around = opened(change)
    Closure.objects.create(first_day=change.day, last_day=change.day, reason="Holiday")
    assert counted(around) == [USUAL, 0, USUAL]
    ((first, end),) = dayplan.closed_on(change.day, change.zone)[around.central.pk]
    assert end - first == 60 * change.hours


@on_every_day
def test_a_holiday_of_a_calendar_file_closes_its_day_by_the_clinics_clock(change):
    around = opened(change)
    day = f"{change.day:%Y%m%d}"
    timed = f"SUMMARY:Timed\nDTSTART;TZID={change.zone.key}:{day}T000000\nDURATION:P1D"
    content = a_file(a_day(first=day), timed, f"SUMMARY:In UTC\nDTSTART:{day}T000000Z\nDURATION:PT24H")
    file = closing.bring(actor=around.sam, name="x.ics", content=content, language="en", location=None, now=around.now)
    seen = closing.report(file, clinic=around.clinic, now=around.now)
    assert [entry.outcome.name for entry in seen.entries] == ["NEW", "REFUSED", "REFUSED"]
    closing.apply(actor=around.sam, file=file, seen=seen.fingerprint, clinic=around.clinic, now=around.now)
    assert counted(around) == [USUAL, 0, USUAL]


@on_every_day
def test_a_day_off_is_as_long_as_its_day(change):
    around = opened(change)
    off = absences.away(
        actor=around.sam, practitioner=around.imani, first_day=change.day, last_day=change.day, absence=Absence.LEAVE,
        now=around.now,
    )  # fmt: skip
    assert off.ends - off.starts == timedelta(hours=change.hours)
    assert counted(around) == [USUAL, 0, USUAL]
    drawn = roster.days_ahead(around.imani, now=around.now)
    assert [each.day for each in drawn if each.off] == [change.day]
    assert [each.struck for each in drawn if each.off] == [[(0, roster.HEIGHT)]]
    asked = numbers.Asked(change.day - A_DAY, change.day + A_DAY, change.zone)
    assert numbers.count(asked, numbers.WEEK)[1].open_minutes == 2 * 30 * USUAL


@on_every_day
def test_hours_off_end_by_the_clock_on_the_wall(change):
    around = opened(change)
    TimeOff.objects.create(practitioner=around.imani, starts=change.at("00:00"), ends=change.at("12:00"))
    assert counted(around) == [USUAL, 12, USUAL]
    ((first, end),) = dayplan.away_on(change.day, change.zone, [around.imani.pk])[around.imani.pk]
    assert end - first == 60 * (12 - 24 + change.hours)


@on_every_day
def test_minimum_notice_is_elapsed_time_and_the_horizon_is_days(change):
    around = opened(change)
    around.kind.notice_hours, around.kind.horizon_days = 24, 1
    now = change.at("12:00", -1)
    offered = free(around, now=now, days=4)
    assert [day for day, slots in offered.by_day().items() if slots] == [change.day]
    first = offered.first()
    assert first is not None
    assert first.starts == now + 24 * HOUR
    wall = local(first.starts, change.zone)
    assert 60 * wall.hour + wall.minute == 60 * (12 + 24 - change.hours)


@on_every_day
def test_the_parts_of_the_day_are_those_of_the_wall(change):
    around = opened(change)
    suiting = {part: free(around, suits=Suits(parts=frozenset([part]))).slots() for part in DayPart}
    found = {part: [local(slot.starts, change.zone).hour for slot in slots] for part, slots in suiting.items()}
    assert all(hour < 12 for hour in found[DayPart.MORNING])
    assert {*found[DayPart.AFTERNOON]} == {*range(12, 18)}
    assert len(found[DayPart.MORNING]) == 3 * 16 + 2 * (change.hours - 24)
    only = free(around, suits=Suits(weekdays=frozenset([change.day.weekday()])))
    assert [day for day, slots in only.by_day().items() if slots] == [change.day]


@on_every_day
def test_a_visit_in_the_night_of_the_change_stands_within_hours(change):
    around = opened(change)
    starts = change.passes[1] if change.repeated else change.at("00:30")
    visit = around.visit(starts)
    assert outside.found(now=around.now) == []
    with pytest.raises(outside.TakesAway) as taken:
        outside.knowingly(
            act=lambda: Closure.objects.create(first_day=change.day, last_day=change.day, reason="Holiday"),
            seen="",
            now=around.now,
        )
    assert [(each.visit, each.lacks) for each in taken.value.found] == [(visit, [outside.Lack.CLOSED])]


@on_every_day
def test_the_numbers_count_the_minutes_that_there_were(change):
    around = opened(change)
    visit = around.visit(change.at("10:00"))
    asked = numbers.Asked(change.day, change.day, change.zone)
    weeks, whole = numbers.count(asked, numbers.WEEK)
    assert [*weeks] == [change.day - timedelta(days=change.day.weekday())]
    assert (whole.visits, whole.busy_minutes) == (1, 30)
    assert whole.open_minutes == 60 * (14 - 24 + change.hours)
    assert whole.lead_days == (visit.starts - around.now) / A_DAY


@on_every_day
def test_who_walks_in_on_that_day_gets_a_time_of_it(change):
    around = opened(change)
    now = change.at("00:00") + HOUR
    (slot,) = reserving.free_now(kind=around.kind, practitioners=[around.imani], now=now)
    assert now <= slot.starts < now + HOUR
    assert fresh(around.visit(change.at("16:00"))).starts == change.at("16:00")
