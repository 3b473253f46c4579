"""From wall-clock hours to minutes, on ordinary days and on those when the clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultations.scheduling import Need, Span, WeeklyHours, free_starts, openings
from tests.consultations import oracle

HONG_KONG, TAIPEI, LONDON, NEW_YORK, LORD_HOWE = map(
    ZoneInfo, ("Asia/Hong_Kong", "Asia/Taipei", "Europe/London", "America/New_York", "Australia/Lord_Howe")
)
CLOCK_CHANGES = {
    HONG_KONG: [date(2027, 5, 1)],
    TAIPEI: [date(2027, 5, 1)],
    LONDON: [date(2027, 3, 28), date(2027, 10, 31)],
    NEW_YORK: [date(2027, 3, 14), date(2027, 11, 7)],
    LORD_HOWE: [date(2027, 4, 4), date(2027, 10, 3)],
}
MONDAY = date(2027, 5, 3)
EVERY_DAY = range(7)


def minute(*moment: int) -> int:
    return int(datetime(*moment, tzinfo=UTC).timestamp()) // 60  # type: ignore[arg-type, misc]


def daily(opens: time, closes: time) -> list[WeeklyHours]:
    return [WeeklyHours(weekday, opens, closes) for weekday in EVERY_DAY]


def lengths(found: list[Span]) -> list[int]:
    return [end - first for first, end in found]


def test_a_wall_time_becomes_the_minute_it_names_in_the_clinics_zone() -> None:
    monday_morning = [WeeklyHours(0, time(9), time(12, 30))]
    assert openings(monday_morning, [MONDAY], HONG_KONG) == [(minute(2027, 5, 3, 1), minute(2027, 5, 3, 4, 30))]
    assert openings(monday_morning, [MONDAY + timedelta(days=1)], HONG_KONG) == []


def test_two_lines_with_a_gap_are_a_break_and_lines_that_meet_are_one_opening() -> None:
    split = [WeeklyHours(0, time(14), time(18)), WeeklyHours(0, time(9), time(13))]
    assert lengths(openings(split, [MONDAY], TAIPEI)) == [240, 240]
    meeting = [
        WeeklyHours(0, time(13), time(18)),
        WeeklyHours(0, time(9), time(13)),
        WeeklyHours(0, time(12), time(14)),
    ]
    assert lengths(openings(meeting, [MONDAY], TAIPEI)) == [540]


def test_a_line_counts_from_its_first_day_to_its_last() -> None:
    line = WeeklyHours(0, time(9), time(10), valid_from=date(2027, 5, 10), valid_until=date(2027, 5, 17))
    mondays = [MONDAY + timedelta(weeks=week) for week in range(4)]
    assert [bool(openings([line], [monday], LONDON)) for monday in mondays] == [False, True, True, False]


def test_midnight_closes_the_day_it_ends() -> None:
    assert openings([WeeklyHours(0, time(22), time(0))], [MONDAY], TAIPEI) == [
        (minute(2027, 5, 3, 14), minute(2027, 5, 3, 16))
    ]


def test_an_opening_ends_with_its_day_so_that_the_grid_does_not_depend_on_the_days_asked_for() -> None:
    always = daily(time(0), time(0))
    days = [MONDAY, MONDAY + timedelta(days=1)]
    assert lengths(openings(always, days, HONG_KONG)) == [1440, 1440]


@pytest.mark.parametrize(
    ("zone", "day", "expected"),
    [
        (LONDON, date(2027, 3, 28), 23 * 60),
        (LONDON, date(2027, 10, 31), 25 * 60),
        (NEW_YORK, date(2027, 3, 14), 23 * 60),
        (NEW_YORK, date(2027, 11, 7), 25 * 60),
        (LORD_HOWE, date(2027, 4, 4), 24 * 60 + 30),
        (LORD_HOWE, date(2027, 10, 3), 23 * 60 + 30),
        (HONG_KONG, date(2027, 3, 28), 24 * 60),
    ],
)
def test_a_day_is_as_long_as_the_clocks_make_it(zone: ZoneInfo, day: date, expected: int) -> None:
    assert lengths(openings(daily(time(0), time(0)), [day], zone)) == [expected]


def test_an_opening_inside_the_hour_that_is_skipped_does_not_take_place() -> None:
    assert openings(daily(time(1, 15), time(1, 45)), [date(2027, 3, 28)], LONDON) == []


def test_an_opening_that_begins_in_the_hour_that_is_skipped_begins_when_the_clock_jumps() -> None:
    assert openings(daily(time(1, 30), time(4)), [date(2027, 3, 28)], LONDON) == [
        (minute(2027, 3, 28, 1), minute(2027, 3, 28, 3))
    ]


def test_an_opening_over_the_hour_that_is_repeated_offers_both_passes() -> None:
    found = openings(daily(time(1), time(2)), [date(2027, 10, 31)], LONDON)
    assert lengths(found) == [120]
    assert len(free_starts(found, [], Need(length=30, step=30), (0, 10**9))) == 4


walls = st.builds(time, st.integers(0, 23), st.sampled_from((0, 0, 10, 15, 30, 45)))


@st.composite
def lines(draw: st.DrawFn) -> WeeklyHours:
    opens, closes = sorted((draw(walls), draw(walls)))
    if opens == closes:
        closes = time(0)
    return WeeklyHours(draw(st.sampled_from(EVERY_DAY)), opens, closes)


@given(st.lists(lines(), max_size=8), st.sampled_from(list(CLOCK_CHANGES)), st.data())
def test_openings_agree_with_the_clock_on_the_wall(
    hours: list[WeeklyHours], zone: ZoneInfo, data: st.DataObject
) -> None:
    change = data.draw(st.sampled_from(CLOCK_CHANGES[zone]))
    days = [change + timedelta(days=offset) for offset in (-1, 0, 1)]
    assert openings(hours, days, zone) == oracle.openings(hours, days, zone)


@given(st.lists(lines(), max_size=8), st.sampled_from(list(CLOCK_CHANGES)))
def test_what_a_week_offers_is_what_its_days_offer_one_by_one(hours: list[WeeklyHours], zone: ZoneInfo) -> None:
    days = [CLOCK_CHANGES[zone][0] + timedelta(days=offset) for offset in range(-3, 4)]
    one_by_one = [opening for day in days for opening in openings(hours, [day], zone)]
    assert openings(hours, days, zone) == one_by_one
