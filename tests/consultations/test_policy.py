"""What a change of time costs, as a function of values."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from consultations.scheduling.policy import ChangePolicy, Terms, terms

STARTS = datetime(2027, 5, 4, 2, tzinfo=UTC)
HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
A_DAYS_NOTICE = ChangePolicy(notice=24 * HOUR, grace=3 * MINUTE, fee_minor=30000)
LONG_AGO = STARTS - timedelta(days=30)


def asked(before: timedelta, *, booked: datetime = LONG_AGO, policy: ChangePolicy = A_DAYS_NOTICE) -> Terms:
    return terms(starts=STARTS, booked_at=booked, now=STARTS - before, policy=policy)


def test_a_change_is_free_up_to_the_last_moment_of_notice() -> None:
    assert asked(24 * HOUR) == Terms(possible=True, late=False, owed_minor=0, free_until=STARTS - 24 * HOUR)


def test_a_moment_later_it_is_late_and_costs_the_fee() -> None:
    assert asked(24 * HOUR - SECOND) == Terms(possible=True, late=True, owed_minor=30000, free_until=STARTS - 24 * HOUR)


def test_whoever_has_just_booked_changes_for_free_however_soon_the_visit_is() -> None:
    booked = STARTS - 2 * HOUR
    assert asked(2 * HOUR - 3 * MINUTE, booked=booked).free_until == booked + 3 * MINUTE
    assert not asked(2 * HOUR - 3 * MINUTE, booked=booked).late
    assert asked(2 * HOUR - 3 * MINUTE - SECOND, booked=booked).late


def test_a_visit_that_has_begun_cannot_be_changed() -> None:
    assert asked(SECOND).possible
    assert not asked(timedelta(0)).possible
    assert not asked(-HOUR).possible


def test_a_clinic_without_a_fee_says_late_and_asks_for_nothing() -> None:
    free = ChangePolicy(notice=24 * HOUR, grace=3 * MINUTE, fee_minor=0)
    assert (asked(HOUR, policy=free).late, asked(HOUR, policy=free).owed_minor) == (True, 0)


spans = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=90))
policies = st.builds(ChangePolicy, notice=spans, grace=spans, fee_minor=st.integers(0, 10**6))


@given(policy=policies, booked_before=spans, before=spans, later=spans)
def test_waiting_never_makes_a_change_cheaper(policy, booked_before, before, later) -> None:
    booked = STARTS - booked_before
    sooner, afterwards = (
        asked(before, booked=booked, policy=policy),
        asked(before - later, booked=booked, policy=policy),
    )
    assert sooner.free_until == afterwards.free_until
    assert sooner.owed_minor <= afterwards.owed_minor
    assert sooner.possible >= afterwards.possible


@given(policy=policies, booked_before=spans, before=spans)
def test_what_is_shown_as_free_until_is_when_it_stops_being_free(policy, booked_before, before) -> None:
    found = asked(before, booked=STARTS - booked_before, policy=policy)
    assert found.late == (STARTS - before > found.free_until)
    assert found.owed_minor in ({policy.fee_minor} if found.late else {0})
