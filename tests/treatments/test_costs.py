"""What a course and its upkeep cost: arithmetic anybody can do again by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treatments.planning.costs import Plan, Span, with_consultation

amounts = st.integers(min_value=0, max_value=1_000_000)
spans = st.tuples(amounts, amounts).map(lambda ends: Span(min(ends), max(ends)))
few = st.tuples(st.integers(0, 12), st.integers(0, 12)).map(lambda ends: Span(min(ends), max(ends)))


@pytest.mark.parametrize(
    ("price", "sessions", "upkeep", "course", "one_year", "three_years"),
    [
        (70_000, 6, 2, 420_000, 560_000, 840_000),  # diamond microdermabrasion
        (240_000, 3, 1, 720_000, 960_000, 1_440_000),  # microneedling of the face
        (420_000, 3, 1, 1_260_000, 1_680_000, 2_520_000),  # fractional laser
        (120_000, 4, 4, 480_000, 960_000, 1_920_000),  # glycolic acid peel
        (500_000, 1, 0, 500_000, 500_000, 500_000),  # nothing to keep up
    ],
)
def test_a_course_and_its_upkeep_by_hand(price, sessions, upkeep, course, one_year, three_years):
    plan = Plan(price, Span.just(sessions), Span.just(upkeep))
    assert plan.course == Span.just(course)
    assert plan.over(12) == Span.just(one_year)
    assert plan.over(36) == Span.just(three_years)


def test_a_range_of_sessions_is_a_range_of_money():
    assert Plan(100, Span(3, 6), Span(1, 2)).over(12) == Span(400, 800)


def test_what_only_an_examination_tells_costs_nothing_known():
    plan = Plan(None, Span.just(1), Span.just(0))
    assert plan.course is plan.over(12) is None
    assert not plan.is_priced


def test_a_begun_year_is_counted_whole():
    plan = Plan(1, Span.just(1), Span.just(10))
    assert [plan.over(months) for months in (1, 12, 13, 24, 25)] == [Span.just(n) for n in (11, 11, 21, 21, 31)]


@pytest.mark.parametrize("months", [0, -1])
def test_a_plan_covers_a_month_at_least(months):
    with pytest.raises(ValueError, match="a month at least"):
        Plan(1, Span.just(1), Span.just(1)).over(months)


@pytest.mark.parametrize("ends", [(2, 1), (-1, 1)])
def test_a_span_runs_upwards_from_nothing(ends):
    with pytest.raises(ValueError, match="runs upwards"):
        Span(*ends)


@pytest.mark.parametrize(
    ("treatment", "fee", "credited", "total"),
    [(1000, 400, False, 1400), (1000, 400, True, 1000), (300, 400, True, 400), (0, 400, True, 400)],
)
def test_a_credited_fee_is_paid_once(treatment, fee, credited, total):
    assert with_consultation(Span.just(treatment), Span.just(fee), credited=credited) == Span.just(total)


@given(amounts, few, few, st.integers(1, 60), st.integers(0, 60))
def test_a_longer_time_never_costs_less(price, sessions, upkeep, months, more):
    plan = Plan(price, sessions, upkeep)
    shorter, longer = plan.over(months), plan.over(months + more)
    assert shorter is not None
    assert longer is not None
    assert shorter.least <= longer.least
    assert shorter.most <= longer.most


@given(spans, spans)
def test_a_credit_takes_off_no_more_than_the_fee_or_the_treatment(treatment, fee):
    credited, added = (with_consultation(treatment, fee, credited=each) for each in (True, False))
    for end in ("least", "most"):
        paid = getattr(credited, end)
        assert max(getattr(treatment, end), getattr(fee, end)) == paid
        assert paid <= getattr(added, end)
