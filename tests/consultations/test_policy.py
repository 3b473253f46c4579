"""What a change of time costs, as a function of values."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from consultations.scheduling.policy import Change, ChangePolicy, Terms, terms

STARTS = datetime(2027, 5, 4, 2, tzinfo=UTC)
HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
NEVER = timedelta(0)
POLICY = ChangePolicy(
    free_move=24 * HOUR, free_cancel=48 * HOUR, closes=2 * HOUR, grace=3 * MINUTE, fee_minor=30000
)  # fmt: skip
LONG_AGO = STARTS - timedelta(days=30)


def asked(
    before: timedelta, change: Change = Change.MOVE, *, booked: datetime = LONG_AGO,
    moved_by_clinic_at: datetime | None = None, policy: ChangePolicy = POLICY,
) -> Terms:  # fmt: skip
    return terms(
        change,
        starts=STARTS,
        booked_at=booked,
        moved_by_clinic_at=moved_by_clinic_at,
        now=STARTS - before,
        policy=policy,
    )


def test_moving_and_cancelling_each_have_a_window_of_their_own() -> None:
    assert asked(24 * HOUR).free_until == STARTS - 24 * HOUR
    assert asked(24 * HOUR, Change.CANCEL).free_until == STARTS - 48 * HOUR
    assert (asked(24 * HOUR).owed_minor, asked(24 * HOUR, Change.CANCEL).owed_minor) == (0, 30000)


def test_a_change_is_free_up_to_the_last_moment_of_notice() -> None:
    assert asked(24 * HOUR) == Terms(
        possible=True,
        late=False,
        owed_minor=0,
        free_until=STARTS - 24 * HOUR,
        possible_until=STARTS - 2 * HOUR,
    )


def test_a_moment_later_it_is_late_and_costs_the_fee() -> None:
    late = asked(24 * HOUR - SECOND)
    assert (late.possible, late.late, late.owed_minor) == (True, True, 30000)


def test_shortly_before_the_visit_only_a_person_can_change_it() -> None:
    assert asked(2 * HOUR + SECOND).possible
    assert not asked(2 * HOUR).possible


def test_a_visit_that_has_begun_cannot_be_changed() -> None:
    to_the_end = ChangePolicy(free_move=HOUR, free_cancel=HOUR, closes=NEVER, grace=3 * MINUTE, fee_minor=1)
    assert asked(SECOND, policy=to_the_end).possible
    assert not asked(NEVER, policy=to_the_end).possible
    assert not asked(-HOUR, policy=to_the_end).possible


def test_whoever_has_just_booked_changes_for_free_however_soon_the_visit_is() -> None:
    booked = STARTS - HOUR
    just_in_time = asked(HOUR - 3 * MINUTE, Change.CANCEL, booked=booked)
    assert just_in_time.free_until == booked + 3 * MINUTE
    assert (just_in_time.late, asked(HOUR - 2 * MINUTE, booked=booked).possible) == (False, True)
    assert not asked(HOUR - 3 * MINUTE, booked=booked).possible
    assert asked(HOUR - 4 * MINUTE, booked=booked).late


def test_a_time_that_the_clinic_chose_is_changed_for_free_until_it_begins() -> None:
    for change in Change:
        found = asked(MINUTE, change, moved_by_clinic_at=STARTS - HOUR)
        assert found == Terms(possible=True, late=False, owed_minor=0, free_until=STARTS, possible_until=STARTS)
        assert not asked(NEVER, change, moved_by_clinic_at=STARTS - HOUR).possible


def test_a_clinic_without_a_fee_says_late_and_asks_for_nothing() -> None:
    free = ChangePolicy(free_move=24 * HOUR, free_cancel=24 * HOUR, closes=NEVER, grace=3 * MINUTE, fee_minor=0)
    assert (asked(HOUR, policy=free).late, asked(HOUR, policy=free).owed_minor) == (True, 0)


spans = st.timedeltas(min_value=NEVER, max_value=timedelta(days=90))
policies = st.builds(
    ChangePolicy, free_move=spans, free_cancel=spans, closes=spans, grace=spans, fee_minor=st.integers(0, 10**6)
)
changes = st.sampled_from(Change)
moments = st.none() | spans.map(lambda before: STARTS - before)


@given(change=changes, policy=policies, booked_before=spans, before=spans, later=spans, moved=moments)
def test_waiting_never_makes_a_change_cheaper_or_possible_again(
    change, policy, booked_before, before, later, moved
) -> None:
    booked = STARTS - booked_before
    sooner, afterwards = (
        asked(gap, change, booked=booked, policy=policy, moved_by_clinic_at=moved) for gap in (before, before - later)
    )
    assert sooner.free_until == afterwards.free_until
    assert sooner.owed_minor <= afterwards.owed_minor
    assert sooner.possible >= afterwards.possible


@given(change=changes, policy=policies, booked_before=spans, before=spans, moved=moments)
def test_what_is_shown_as_free_until_is_when_it_stops_being_free(change, policy, booked_before, before, moved) -> None:
    found = asked(before, change, booked=STARTS - booked_before, policy=policy, moved_by_clinic_at=moved)
    assert found.late == (STARTS - before > found.free_until)
    assert found.possible == (STARTS - before < found.possible_until)
    assert found.owed_minor in ({policy.fee_minor} if found.late else {0})
    assert found.possible_until <= STARTS
