"""The front desk on a day on which the clocks change: what a typed time means, and where the lines of the grid lie."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
import time_machine

from clinic.localtime import local
from tests.cast import signed_in
from tests.consultations.zone_scene import opened
from tests.zones import AUTUMN, SPRING, in_autumn, in_spring, on_every_day

pytestmark = pytest.mark.django_db
CHANGES_THEN = "The clocks change then"


def asked(around, **about):
    """What the page about a time that need not be offered says of one."""
    query = {"kind": "first_visit", "practitioner": "dr-imani", **about}
    with time_machine.travel(around.now, tick=False):
        return signed_in(around.sam).get(f"/reception/book/other-time/?{urlencode(query)}")


@in_spring
def test_a_time_that_is_skipped_is_not_taken_for_another(change):
    page = asked(opened(change), day=change.day, time=change.skipped)
    assert CHANGES_THEN in page.text
    assert page.context["judged"].departure is None


@in_autumn
def test_a_time_that_comes_twice_is_not_guessed(change):
    page = asked(opened(change), day=change.day, time=change.repeated)
    assert CHANGES_THEN in page.text
    assert page.context["judged"].departure is None


@in_autumn
def test_a_cell_of_the_grid_means_its_own_moment(change):
    around = opened(change)
    for starts in change.passes:
        page = asked(around, starts=f"{starts:%Y-%m-%dT%H:%MZ}")
        assert page.context["judged"].departure.slot.starts == starts


@pytest.mark.parametrize("change", [SPRING[1], AUTUMN[2]], ids=str)
@pytest.mark.parametrize("starts", ["2027-02-30T10:00Z", "9999-12-31T23:59Z", "0001-01-01T00:00Z", "yesterday"])
def test_a_start_outside_of_the_calendar_is_none(change, starts):
    assert asked(opened(change), starts=starts).context["judged"].departure is None


@on_every_day
def test_any_other_typed_time_is_the_one_on_the_wall(change):
    page = asked(opened(change), day=change.day, time="10:10")
    assert page.context["judged"].departure.slot.starts == change.at("10:10")


@on_every_day
def test_the_lines_of_the_grid_lie_on_whole_hours_of_the_wall(change):
    around = opened(change)
    around.imani.hours.filter(opens="00:00").delete()
    around.imani.hours.update(opens="10:10")
    rows = drawn(around, change.day).rows
    assert [f"{local(row.starts, change.zone):%H:%M}" for row in rows if row.span][:3] == ["10:00", "10:30", "11:00"]
    assert local(rows[-1].starts + timedelta(minutes=rows[-1].minutes), change.zone).hour == 18


@on_every_day
def test_the_grid_has_as_many_minutes_as_the_night(change):
    around = opened(change)
    rows = drawn(around, change.day).rows
    assert rows[0].starts == change.at("00:00")
    assert sum(row.minutes for row in rows) == 60 * (18 - 24 + change.hours)
    free = [cell.starts for row in rows for cell in row.cells if cell.book_url]
    assert len(free) == len(set(free)) == 2 * (14 - 24 + change.hours)


def drawn(around, day):
    with time_machine.travel(around.now, tick=False):
        return signed_in(around.sam).get(f"/reception/?day={day}").context["grid"]
