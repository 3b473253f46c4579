"""Properties of the slot engine: the same answers as the oracle, never a conflict, never a free time withheld."""

import random
from itertools import chain

from hypothesis import given
from hypothesis import strategies as st

from consultations.scheduling import (
    Busy,
    Need,
    Span,
    free_at,
    free_starts,
    intersection,
    refused_by_absences,
    refused_by_bookings,
    refused_by_visits,
    union,
)
from tests.consultations import oracle

DAY = 600  # a short day keeps the oracle's sets small
buffers = st.sampled_from((0, 0, 5, 7, 10, 15, 40))


@st.composite
def wanted(draw: st.DrawFn) -> Need:
    after = draw(buffers)
    overrun = draw(st.integers(0, after))
    return Need(draw(st.integers(1, 90)), draw(buffers), after, draw(st.sampled_from((1, 5, 15, 20, 60))), overrun)


needs = wanted()
spans = st.tuples(st.integers(-60, DAY), st.integers(1, 120)).map(lambda pair: (pair[0], pair[0] + pair[1]))
openings = st.lists(spans, max_size=5).map(union)
windows = st.tuples(st.integers(-60, DAY + 60), st.integers(-60, DAY + 60))


@st.composite
def bookings(draw: st.DrawFn) -> Busy:
    starts, ends = draw(spans)
    return starts, ends, starts - draw(buffers), ends + draw(buffers)


diaries = st.lists(bookings(), max_size=6)


@given(openings, diaries, st.lists(spans, max_size=3), st.lists(spans, max_size=3), needs, windows)
def test_the_engine_and_the_oracle_agree(
    opening: list[Span],
    diary: list[Busy],
    closed: list[Span],
    visits: list[Span],
    need: Need,
    window: Span,
) -> None:
    refused = [
        *refused_by_bookings(need, diary), *refused_by_absences(need, closed), *refused_by_visits(need, visits),
    ]  # fmt: skip
    expected = oracle.free_starts(opening, diary, closed, visits, need, window)
    assert free_starts(opening, refused, need, window) == expected


@given(openings, diaries, needs, st.randoms(use_true_random=False))
def test_what_is_offered_can_be_written_and_then_is_no_longer_offered(
    opening: list[Span], diary: list[Busy], need: Need, chance: random.Random
) -> None:
    """Book the offered times one after the other: no two bookings ever break either rule of the database."""
    written = list(diary)
    for _ in range(6):
        offered = free_starts(opening, refused_by_bookings(need, written), need, (-60, DAY))
        if not offered:
            break
        start = chance.choice(offered)
        end = start + need.length
        booking = (start, end, start - need.before, end + need.after)
        for other in written:
            assert not (booking[0] < other[3] and other[0] < booking[3]), "[starts, blocked_until) overlap"
            assert not (booking[2] < other[1] and other[2] < booking[1]), "[blocked_from, ends) overlap"
        written.append(booking)


@given(bookings(), bookings())
def test_two_visits_may_follow_each_other_exactly_when_the_gap_holds_the_larger_buffer(one: Busy, two: Busy) -> None:
    earlier, later = sorted((one, two))
    need = Need(length=two[1] - two[0], before=two[0] - two[2], after=two[3] - two[1], step=1)
    larger = max(earlier[3] - earlier[1], later[0] - later[2])
    apart = later[0] - earlier[1] >= larger
    refused = refused_by_bookings(need, [one])
    assert apart == all(not first <= two[0] < end for first, end in refused)


@given(openings, diaries, needs, windows, st.randoms(use_true_random=False))
def test_the_order_of_the_bookings_does_not_matter(
    opening: list[Span], diary: list[Busy], need: Need, window: Span, chance: random.Random
) -> None:
    shuffled = chance.sample(diary, len(diary))
    assert free_starts(opening, refused_by_bookings(need, shuffled), need, window) == free_starts(
        opening, refused_by_bookings(need, diary), need, window
    )


@given(openings, diaries, needs)
def test_the_list_and_the_single_question_never_disagree(opening: list[Span], diary: list[Busy], need: Need) -> None:
    refused = refused_by_bookings(need, diary)
    asked_one_by_one = [free_starts(opening, refused, need, (minute, minute + 1)) for minute in range(-60, DAY)]
    assert list(chain.from_iterable(asked_one_by_one)) == free_starts(opening, refused, need, (-60, DAY))


@given(openings, st.lists(diaries, max_size=4), needs)
def test_a_start_is_free_when_at_least_one_room_is(opening: list[Span], diaries: list[list[Busy]], need: Need) -> None:
    rooms = {number: union(refused_by_bookings(need, diary)) for number, diary in enumerate(diaries)}
    unlimited = free_starts(opening, [], need, (-60, DAY))
    expected = {
        start: [
            room
            for room, diary in enumerate(diaries)
            if not any(oracle.touches_booking(start, need, booking) for booking in diary)
        ]
        for start in unlimited
    }
    assert {start: free_at(start, rooms) for start in unlimited} == expected
    assert free_starts(opening, intersection(rooms.values()), need, (-60, DAY)) == [
        s for s, free in expected.items() if free
    ]
