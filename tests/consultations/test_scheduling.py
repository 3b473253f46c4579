"""What the slot engine answers, in cases a receptionist could check with a pencil."""

import pytest

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

FOREVER = (0, 10**9)
MORNING: list[Span] = [(540, 720)]  # nine to twelve on the first day of the epoch
HALF_HOUR = Need(length=30, step=30)


def clock(*starts: str) -> list[int]:
    return [int(start[:2]) * 60 + int(start[3:]) for start in starts]


def visit(starts: str, ends: str, *, before: int = 0, after: int = 0) -> Busy:
    first, last = clock(starts, ends)
    return first, last, first - before, last + after


def free(need: Need, refused: list[Span] = [], *, openings: list[Span] = MORNING) -> list[int]:  # noqa: B006
    return free_starts(openings, refused, need, FOREVER)


def test_an_empty_morning_offers_every_start_of_the_grid_that_ends_in_time() -> None:
    assert free(HALF_HOUR) == clock("09:00", "09:30", "10:00", "10:30", "11:00", "11:30")


def test_no_opening_offers_nothing() -> None:
    assert free(HALF_HOUR, openings=[]) == []


def test_a_visit_longer_than_the_opening_is_not_offered() -> None:
    assert free(Need(length=181, step=15)) == []


def test_a_visit_exactly_as_long_as_the_opening_is_offered_once() -> None:
    assert free(Need(length=180, step=15)) == clock("09:00")


def test_both_buffers_lie_inside_the_opening_and_the_grid_begins_after_the_first() -> None:
    need = Need(length=60, before=10, after=20, step=30)
    assert free(need) == clock("09:10", "09:40", "10:10", "10:40")


def test_a_break_is_a_gap_that_not_even_a_buffer_may_enter() -> None:
    around_lunch: list[Span] = [(540, 600), (630, 690)]
    assert free(Need(length=30, after=15, step=15), openings=around_lunch) == clock("09:00", "09:15", "10:30", "10:45")


def test_each_opening_begins_its_own_grid() -> None:
    assert free(Need(length=30, step=20), openings=[(540, 600), (605, 660)]) == clock(
        "09:00", "09:20", "10:05", "10:25"
    )


def test_a_booking_refuses_what_meets_it_and_nothing_more() -> None:
    refused = refused_by_bookings(HALF_HOUR, [visit("10:00", "10:30")])
    assert free(HALF_HOUR, refused) == clock("09:00", "09:30", "10:30", "11:00", "11:30")


@pytest.mark.parametrize(
    ("after_of_the_earlier", "before_of_the_later", "gap"),
    [(0, 0, 0), (10, 0, 10), (0, 10, 10), (10, 10, 10), (15, 10, 15), (10, 15, 15)],
)
def test_neighbours_share_the_larger_buffer(after_of_the_earlier: int, before_of_the_later: int, gap: int) -> None:
    earlier = visit("09:00", "10:00", after=after_of_the_earlier)
    later_need = Need(length=30, before=before_of_the_later, step=1)
    assert free(later_need, refused_by_bookings(later_need, [earlier]))[0] == 600 + gap

    later = visit("11:00", "12:00", before=before_of_the_later)
    earlier_need = Need(length=30, after=after_of_the_earlier, step=1)
    assert free(earlier_need, refused_by_bookings(earlier_need, [later]))[-1] == 660 - gap - 30


def test_time_off_keeps_the_whole_buffer_because_nobody_is_there_to_share_it() -> None:
    need = Need(length=30, before=10, after=10, step=5)
    found = free(need, refused_by_absences(need, [(600, 660)]))
    assert found == clock("09:10", "09:15", "09:20", "11:10", "11:15", "11:20")


def test_a_patient_may_walk_from_one_visit_straight_into_the_next() -> None:
    need = Need(length=30, before=15, after=15, step=15)
    found = free(need, refused_by_visits(need, [(600, 630)]))
    assert 630 in found
    assert 570 in found
    assert not {585, 600, 615} & set(found)


def test_minimum_notice_is_inclusive_and_the_horizon_is_not() -> None:
    assert free_starts(MORNING, [], HALF_HOUR, (570, 660)) == clock("09:30", "10:00", "10:30")
    assert free_starts(MORNING, [], HALF_HOUR, (571, 661)) == clock("10:00", "10:30", "11:00")


def test_a_horizon_before_the_notice_offers_nothing() -> None:
    assert free_starts(MORNING, [], HALF_HOUR, (660, 570)) == []


def test_one_room_is_enough_and_the_free_ones_are_named_in_order() -> None:
    rooms = {
        7: union(refused_by_bookings(HALF_HOUR, [visit("09:00", "10:30")])),
        3: union(refused_by_bookings(HALF_HOUR, [visit("10:00", "12:00")])),
    }
    found = free(HALF_HOUR, intersection(rooms.values()))
    assert found == clock("09:00", "09:30", "10:30", "11:00", "11:30")
    assert [free_at(start, rooms) for start in clock("08:00", "09:00", "10:00", "11:00")] == [[7, 3], [3], [], [7]]


def test_where_there_is_no_room_nothing_is_offered() -> None:
    assert free(HALF_HOUR, intersection([])) == []


@pytest.mark.parametrize(
    ("asked", "offered"), [("09:30", True), ("10:00", False), ("09:35", False), ("08:30", False), ("11:30", True)]
)
def test_a_window_of_one_minute_asks_about_a_single_start(asked: str, offered: bool) -> None:
    refused = refused_by_bookings(HALF_HOUR, [visit("10:00", "10:30")])
    (start,) = clock(asked)
    assert free_starts(MORNING, refused, HALF_HOUR, (start, start + 1)) == ([start] if offered else [])


def test_spans_that_overlap_or_touch_become_one_and_empty_ones_vanish() -> None:
    assert union([(5, 9), (1, 3), (3, 4), (7, 8), (20, 20), (9, 10)]) == [(1, 4), (5, 10)]
    assert union([]) == []


def test_what_sets_share_is_what_every_one_of_them_holds() -> None:
    assert intersection([[(0, 10), (20, 30)], [(5, 25)], [(0, 6), (8, 22)]]) == [(5, 6), (8, 10), (20, 22)]
    assert intersection([[(0, 10)], []]) == []


@pytest.mark.parametrize(
    "wrong", [{"length": 0}, {"length": 30, "step": 0}, {"length": 30, "before": -1}, {"length": 30, "after": -1}]
)
def test_a_need_that_no_calendar_can_hold_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="No calendar can hold"):
        Need(**wrong)
