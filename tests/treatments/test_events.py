"""By when to begin so that an event finds the skin as usual."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treatments.planning.events import Recovery, is_in_time, last_days

EVENT = date(2027, 2, 14)


@pytest.mark.parametrize(
    ("recovery", "session", "typical", "course"),
    [
        # three needlings, four weeks apart, 2 to 5 days of downtime
        (Recovery(2, 5, 3, 28), date(2027, 2, 9), date(2027, 2, 12), date(2026, 12, 15)),
        # three fractional lasers, four weeks apart, 4 to 7 days
        (Recovery(4, 7, 3, 28), date(2027, 2, 7), date(2027, 2, 10), date(2026, 12, 13)),
        # six polishes, two weeks apart, 1 to 2 days
        (Recovery(1, 2, 6, 14), date(2027, 2, 12), date(2027, 2, 13), date(2026, 12, 4)),
        # nothing to see: the day itself
        (Recovery(0, 0, 1, 0), EVENT, EVENT, EVENT),
    ],
)
def test_the_last_days_by_hand(recovery, session, typical, course):
    found = last_days(EVENT, recovery)
    assert (found.session, found.session_typical, found.course) == (session, typical, course)


@pytest.mark.parametrize("wrong", [(3, 2, 1, 0), (-1, 2, 1, 0), (1, 2, 0, 0), (1, 2, 1, -1)])
def test_a_recovery_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(ValueError, match="no recovery"):
        Recovery(*wrong)


recoveries = st.builds(
    lambda typical, more, sessions, spacing: Recovery(typical, typical + more, sessions, spacing),
    st.integers(0, 21), st.integers(0, 21), st.integers(1, 12), st.integers(0, 60),
)  # fmt: skip
days = st.dates(date(2026, 1, 1), date(2030, 12, 31))


@given(days, days, recoveries)
def test_no_day_that_is_called_in_time_ends_its_cautious_recovery_after_the_event(day, event, recovery):
    assert is_in_time(day, event, recovery) == (day + timedelta(days=recovery.cautious) <= event)


@given(days, recoveries)
def test_a_course_that_begins_by_its_last_day_is_over_by_the_event(event, recovery):
    found = last_days(event, recovery)
    last = found.course + timedelta(days=(recovery.sessions - 1) * recovery.spacing)
    assert last + timedelta(days=recovery.cautious) == event
    assert found.course <= found.session <= found.session_typical <= event
