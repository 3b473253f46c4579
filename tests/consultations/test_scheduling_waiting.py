"""Whether a time is what somebody waits for, and until when they may answer, as functions of values."""

from datetime import date, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultations.scheduling.suiting import DayPart
from consultations.scheduling.waiting import AT_LEAST, TO_ANSWER, Found, Misfit, Sought, answer_by, misfit
from tests.factories import HONG_KONG, MONDAY, at

TUESDAY = MONDAY + timedelta(days=1)
NOW = at("09:00")
FAR = at("09:00", date(2027, 6, 1))
HOUR = timedelta(hours=1)
FOUND = Found(practitioner=1, location=1, starts=at("14:00", TUESDAY))


def sought(**differently: Any) -> Sought:
    usual: dict[str, Any] = {
        "practitioners": frozenset(),
        "locations": frozenset(),
        "first_day": MONDAY,
        "last_day": TUESDAY,
        "weekdays": frozenset(),
        "parts": frozenset(),
        "notice": 3 * HOUR,
    }
    return Sought(**{**usual, **differently})


def judged(**differently: Any) -> Misfit | None:
    return misfit(sought(**differently), FOUND, now=NOW, zone=HONG_KONG)


def test_who_names_nothing_is_suited_by_any_time_of_their_days() -> None:
    assert judged() is None


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        ({"practitioners": frozenset({2})}, Misfit.WITH_ANOTHER),
        ({"locations": frozenset({2})}, Misfit.ELSEWHERE),
        ({"last_day": MONDAY}, Misfit.ANOTHER_DAY),
        ({"first_day": TUESDAY + timedelta(days=1), "last_day": TUESDAY + timedelta(days=1)}, Misfit.ANOTHER_DAY),
        ({"weekdays": frozenset({0})}, Misfit.ANOTHER_WEEKDAY),
        ({"parts": frozenset({"morning"})}, Misfit.ANOTHER_PART),
        ({"before": at("14:00", TUESDAY)}, Misfit.NOT_EARLIER),
        ({"notice": 30 * HOUR}, Misfit.TOO_SOON),
    ],
)
def test_each_wish_that_a_time_does_not_meet_is_named(wanted: dict[str, Any], why: Misfit) -> None:
    assert judged(**wanted) == why


@pytest.mark.parametrize(
    "wanted",
    [
        {"practitioners": frozenset({1, 2})},
        {"weekdays": frozenset({1})},
        {"parts": frozenset({DayPart.AFTERNOON})},
        {"before": at("14:30", TUESDAY)},
        {"notice": 28 * HOUR},
    ],
)
def test_each_wish_that_a_time_meets_is_met(wanted: dict[str, Any]) -> None:
    assert judged(**wanted) is None


def test_by_day_somebody_has_two_hours_to_answer() -> None:
    assert answer_by(NOW, FAR, HONG_KONG) == NOW + TO_ANSWER


def test_the_night_counts_as_no_time_at_all() -> None:
    assert answer_by(at("20:00"), FAR, HONG_KONG) == at("09:00", TUESDAY)
    assert answer_by(at("23:00"), FAR, HONG_KONG) == at("10:00", TUESDAY)
    assert answer_by(at("02:00"), FAR, HONG_KONG) == at("10:00")


def test_the_notice_that_somebody_needs_cuts_the_time_to_answer() -> None:
    assert answer_by(NOW, at("10:00"), HONG_KONG) == at("10:00")
    assert answer_by(NOW, at("09:29"), HONG_KONG) is None
    assert answer_by(at("20:50"), at("08:10", TUESDAY), HONG_KONG) is None, "ten minutes today and ten tomorrow"
    assert answer_by(at("22:00"), at("06:00", TUESDAY), HONG_KONG) is None


@given(
    now=st.timedeltas(timedelta(0), timedelta(days=365)).map(lambda later: NOW + later),
    ahead=st.timedeltas(timedelta(0), timedelta(days=9)),
    zone=st.sampled_from([HONG_KONG, ZoneInfo("Europe/London"), ZoneInfo("America/New_York")]),
)
def test_a_deadline_is_never_late_never_at_night_and_never_too_short(now, ahead, zone) -> None:
    until = answer_by(now, now + ahead, zone)
    if until is None:
        return
    assert now + AT_LEAST <= until <= now + ahead
    assert time(8) < until.astimezone(zone).time() <= time(21)
