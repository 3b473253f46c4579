"""A day in columns: every minute is something, and every column meets the others on the same rows."""

from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from consultations.scheduling.columns import Block, Hours, What, column, rows, shown

NINE, SIX = 9 * 60, 18 * 60
WORKS = Hours(open=[(NINE, 12 * 60), (13 * 60, SIX)])


def told(blocks):
    return [(block.first, block.end, str(block.what)) for block in blocks]


def test_free_time_is_cut_at_every_step_and_a_break_is_one_piece():
    blocks = column(WORKS, [], 60, (8 * 60, 14 * 60))
    assert told(blocks) == [
        (480, 540, "off"),
        (540, 600, "free"),
        (600, 660, "free"),
        (660, 720, "free"),
        (720, 780, "off"),
        (780, 840, "free"),
    ]


def test_a_visit_stands_between_its_buffers():
    blocks = column(WORKS, [(600, 630, 590, 640)], 60, (NINE, 11 * 60))
    assert told(blocks) == [
        (540, 590, "free"),
        (590, 600, "buffer"),
        (600, 630, "visit"),
        (630, 640, "buffer"),
        (640, 660, "free"),
    ]


def test_visits_that_meet_share_a_block():
    first, second = (600, 630, 600, 630), (615, 645, 615, 645)
    blocks = column(WORKS, [second, first], 60, (600, 660))
    assert blocks[0] == Block(600, 645, What.VISIT, (1, 0))


def test_a_closed_house_is_closed_whoever_works():
    hours = Hours(open=[(NINE, SIX)], away=[(NINE, 600)], closed=[(0, 1440)])
    assert told(column(hours, [], 60, (NINE, 660))) == [(540, 660, "closed")]


def test_the_part_of_a_day_worth_drawing_ends_on_whole_hours_of_its_own_clock():
    assert shown([(565, 700), (600, 1001)], ZoneInfo("UTC")) == (540, 1020)
    assert shown([(30 + 565, 30 + 1001)], ZoneInfo("Asia/Kolkata")) == (30 + 540, 30 + 1020)
    assert shown([(540, 600)], ZoneInfo("UTC")) == (540, 600)


PIECES = st.lists(st.tuples(st.integers(0, 1380), st.integers(1, 59)), max_size=6)


@given(PIECES, PIECES, st.sampled_from([10, 15, 20, 30]))
def test_every_column_is_unbroken_and_begins_and_ends_on_rows(visits, open_, step):
    busy = [(first, first + length, max(first - 5, 0), min(first + length + 10, 1440)) for first, length in visits]
    hours = Hours(open=sorted({(first // 60 * 60, first // 60 * 60 + 60) for first, _ in open_}))
    blocks = column(hours, busy, step, (0, 1440))
    assert blocks[0].first == 0
    assert blocks[-1].end == 1440
    assert all(one.end == other.first for one, other in pairwise(blocks))
    lines = {edge for row in rows([blocks], step, (0, 1440)) for edge in row}
    assert {block.first for block in blocks} <= lines
    assert sorted(number for block in blocks for number in block.visits) == list(range(len(busy)))
    assert all(first < end and end - first <= step for first, end in rows([blocks], step, (0, 1440)))
