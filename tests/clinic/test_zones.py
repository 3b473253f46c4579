"""Wall times that a change of the clock skips or shows twice: which instants they name, and how they are told."""

from datetime import time, timedelta

from django.utils.translation import override

from clinic.localtime import comes_twice, day_bounds, instants, local
from clinic.premises.templatetags.clinic import clock, when
from tests.zones import AUTUMN, LONDON, in_autumn, in_spring, on_every_day

MINUTE = timedelta(minutes=1)


@in_spring
def test_a_time_that_is_skipped_names_no_moment(change):
    assert instants(change.day, time.fromisoformat(change.skipped), change.zone) == []
    assert instants(change.day, time(12), change.zone) == [change.at("12:00")]


@in_autumn
def test_a_time_that_comes_twice_names_both_moments(change):
    first, second = change.passes
    assert second - first == timedelta(hours=change.hours - 24)
    assert instants(change.day, time.fromisoformat(change.repeated), change.zone) == [first, second]


@on_every_day
def test_only_what_the_wall_shows_twice_comes_twice(change):
    begins, ends = day_bounds(change.day, change.zone)
    twice = [n for n in range((ends - begins) // MINUTE) if comes_twice(local(begins + n * MINUTE, change.zone))]
    assert len(twice) == max(0, 2 * 60 * (change.hours - 24))


@in_autumn
def test_a_moment_says_which_pass_of_its_time_it_is(change):
    first, second = change.passes
    assert clock(first, change.zone) == f"{change.repeated} (before the clocks go back)"
    assert clock(second, change.zone) == f"{change.repeated} (after the clocks go back)"
    assert clock(change.at("10:00"), change.zone) == "10:00"


def test_it_says_so_in_a_whole_sentence_and_in_chinese():
    first, second = AUTUMN[0].passes
    assert when(second, LONDON) == "Sunday 31 October, 01:30 (after the clocks go back), London time"
    with override("zh-hant"):
        assert when(first + timedelta(hours=9), LONDON) == "10月31日（星期日）09:30，London時間"


@on_every_day
def test_a_day_is_named_by_its_own_midnights(change):
    begins, ends = day_bounds(change.day, change.zone)
    assert ends - begins == timedelta(hours=change.hours)
    assert local(begins, change.zone).date() == local(ends - MINUTE, change.zone).date() == change.day
