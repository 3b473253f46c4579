from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic import localtime

HONG_KONG = ZoneInfo("Asia/Hong_Kong")
LONDON = ZoneInfo("Europe/London")
NEW_YORK = ZoneInfo("America/New_York")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")  # changes by half an hour
HAVANA = ZoneInfo("America/Havana")  # repeats midnight
APIA = ZoneInfo("Pacific/Apia")  # once skipped a whole day


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "day", "wall", "opens", "closes"),
    [
        (HONG_KONG, "2027-03-28", "02:30", "2027-03-27T18:30", "2027-03-27T18:30"),
        (HONG_KONG, "2027-10-31", "01:30", "2027-10-30T17:30", "2027-10-30T17:30"),
        # spring: the skipped hour means the moment the clock jumps, at its first and its last minute alike
        (LONDON, "2027-03-28", "00:59", "2027-03-28T00:59", "2027-03-28T00:59"),
        (LONDON, "2027-03-28", "01:00", "2027-03-28T01:00", "2027-03-28T01:00"),
        (LONDON, "2027-03-28", "01:30", "2027-03-28T01:00", "2027-03-28T01:00"),
        (LONDON, "2027-03-28", "01:59:59", "2027-03-28T01:00", "2027-03-28T01:00"),
        (LONDON, "2027-03-28", "02:00", "2027-03-28T01:00", "2027-03-28T01:00"),
        (NEW_YORK, "2027-03-14", "02:15", "2027-03-14T07:00", "2027-03-14T07:00"),
        (LORD_HOWE, "2027-10-03", "02:15", "2027-10-02T15:30", "2027-10-02T15:30"),
        # autumn: the repeated time opens at its first pass and closes at its second
        (LONDON, "2027-10-31", "01:00", "2027-10-31T00:00", "2027-10-31T01:00"),
        (LONDON, "2027-10-31", "01:30", "2027-10-31T00:30", "2027-10-31T01:30"),
        (LONDON, "2027-10-31", "02:00", "2027-10-31T02:00", "2027-10-31T02:00"),
        (NEW_YORK, "2027-11-07", "01:30", "2027-11-07T05:30", "2027-11-07T06:30"),
        (LORD_HOWE, "2027-04-04", "01:45", "2027-04-03T14:45", "2027-04-03T15:15"),
        # an ordinary day on either side
        (LONDON, "2027-01-04", "09:00", "2027-01-04T09:00", "2027-01-04T09:00"),
        (LONDON, "2027-07-05", "09:00", "2027-07-05T08:00", "2027-07-05T08:00"),
        (NEW_YORK, "2027-07-05", "09:00", "2027-07-05T13:00", "2027-07-05T13:00"),
    ],
)
def test_wall_time_becomes_the_right_instant(zone: ZoneInfo, day: str, wall: str, opens: str, closes: str) -> None:
    on, at = date.fromisoformat(day), time.fromisoformat(wall)

    assert localtime.opening_instant(on, at, zone) == utc(opens)
    assert localtime.closing_instant(on, at, zone) == utc(closes)


@pytest.mark.parametrize("zone", [HONG_KONG, LONDON, HAVANA])
def test_closing_at_midnight_is_the_end_of_the_day(zone: ZoneInfo) -> None:
    day = date(2026, 10, 31)  # Havana repeats the hour after this midnight

    assert localtime.closing_instant(day, time(0), zone) == localtime.day_bounds(day, zone)[1]


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        (HONG_KONG, date(2027, 3, 28), 24),
        (LONDON, date(2027, 3, 28), 23),
        (LONDON, date(2027, 10, 31), 25),
        (NEW_YORK, date(2027, 3, 14), 23),
        (NEW_YORK, date(2027, 11, 7), 25),
        (LORD_HOWE, date(2027, 10, 3), 23.5),
        (LORD_HOWE, date(2027, 4, 4), 24.5),
        (HAVANA, date(2027, 3, 14), 23),
        (APIA, date(2011, 12, 30), 0),
    ],
)
def test_a_day_is_as_long_as_the_clock_makes_it(zone: ZoneInfo, day: date, hours: float) -> None:
    start, end = localtime.day_bounds(day, zone)

    assert end - start == timedelta(hours=hours)
    assert start.tzinfo is localtime.UTC
    assert end.tzinfo is localtime.UTC


def test_a_day_of_opening_is_shorter_when_the_clock_jumps_inside_it() -> None:
    start = localtime.opening_instant(date(2027, 3, 28), time(1, 30), LONDON)
    end = localtime.closing_instant(date(2027, 3, 28), time(3, 0), LONDON)

    assert end - start == timedelta(hours=1)


def test_an_instant_is_shown_as_the_clinics_clock_shows_it() -> None:
    shown = localtime.local(utc("2027-07-05T01:30"), HONG_KONG)

    assert shown.isoformat() == "2027-07-05T09:30:00+08:00"


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a zone"):
        localtime.local(datetime(2027, 7, 5, 9, 30), HONG_KONG)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("earlier", "later", "days"),
    [
        ("2027-07-05T15:59", "2027-07-05T16:00", 1),  # midnight in Hong Kong lies between them
        ("2027-07-04T16:00", "2027-07-05T15:59", 0),
        ("2027-07-05T16:00", "2027-07-05T15:59", -1),
        ("2027-07-05T02:00", "2027-07-12T02:00", 7),
    ],
)
def test_days_are_counted_by_the_clinics_midnights(earlier: str, later: str, days: int) -> None:
    assert localtime.days_between(utc(earlier), utc(later), HONG_KONG) == days


@pytest.mark.parametrize("day", [date(2027, 3, 1), date(2027, 3, 4), date(2027, 3, 7)])
def test_a_week_starts_on_monday(day: date) -> None:
    assert localtime.week_start(day) == date(2027, 3, 1)


zones = st.sampled_from([HONG_KONG, LONDON, NEW_YORK, LORD_HOWE, HAVANA, APIA, ZoneInfo("Africa/Cairo")])
days = st.dates(date(2005, 1, 1), date(2035, 12, 30))


@given(zones, days)
def test_days_tile_time_without_gap_or_overlap(zone: ZoneInfo, day: date) -> None:
    start, end = localtime.day_bounds(day, zone)

    assert end == localtime.day_bounds(day + timedelta(days=1), zone)[0]
    if start < end:
        assert localtime.local(start, zone).date() == day
        assert localtime.local(end - timedelta(seconds=1), zone).date() == day


@given(zones, days, st.lists(st.times(), min_size=2, max_size=2).map(sorted))
def test_later_on_the_wall_is_never_earlier_in_time(zone: ZoneInfo, day: date, walls: list[time]) -> None:
    first, second = walls

    assert localtime.opening_instant(day, first, zone) <= localtime.opening_instant(day, second, zone)
    assert localtime.opening_instant(day, first, zone) <= localtime.closing_instant(day, second, zone)
