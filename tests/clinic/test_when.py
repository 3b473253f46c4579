"""Moments in words, in the clinic's zone and the reader's language."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.utils.translation import override

from clinic.premises.templatetags.clinic import (
    chip,
    clock,
    day,
    full_date,
    icon,
    listed,
    short_day,
    star_distribution,
    stars,
    when,
)

HONG_KONG = ZoneInfo("Asia/Hong_Kong")
STARTS = datetime(2026, 11, 26, 2, 20, tzinfo=UTC)
ENDS = datetime(2026, 11, 26, 2, 50, tzinfo=UTC)


def render(source: str, **context: object) -> str:
    return Template("{% load clinic %}" + source).render(
        Context({"clinic": SimpleNamespace(zone=HONG_KONG), **context})
    )


def test_a_moment_is_told_with_its_weekday_and_zone():
    assert when(STARTS, HONG_KONG) == "Thursday 26 November, 10:20, Hong Kong time"


def test_a_moment_is_told_the_chinese_way():
    with override("zh-hant"):
        assert when(STARTS, HONG_KONG) == "11月26日（星期四）10:20，香港時間"


def test_a_day_without_its_weekday_and_a_list_follow_the_language():
    assert short_day(date(2026, 11, 26)) == "26 November"
    assert listed(["Microneedling", "Carbon laser"]) == "Microneedling, Carbon laser"
    with override("zh-hant"):
        assert short_day(date(2026, 11, 26)) == "11月26日"
        assert listed(["微針", "碳粉激光"]) == "微針、碳粉激光"


def test_the_zone_is_the_clinics_and_not_the_servers():
    assert when(STARTS, ZoneInfo("America/New_York")) == "Wednesday 25 November, 21:20, New York time"


def test_a_visit_is_told_from_beginning_to_end():
    told = render("{% time_range starts ends %}", starts=STARTS, ends=ENDS)
    assert told == "Thursday 26 November, 10:20 to 10:50, Hong Kong time"


def test_a_chinese_visit_is_told_from_beginning_to_end():
    with override("zh-hant"):
        told = render("{% time_range starts ends %}", starts=STARTS, ends=ENDS)
    assert told.startswith("11月26日（星期四）10:20至10:50，")


def test_a_day_may_be_a_date_or_a_moment_in_a_zone():
    late = datetime(2026, 11, 26, 23, 0, tzinfo=UTC)
    assert day(date(2026, 11, 26)) == "Thursday 26 November"
    assert day(late, HONG_KONG) == "Friday 27 November"


def test_a_moment_without_a_zone_has_no_day():
    with pytest.raises(ValueError, match="zone"):
        day(STARTS)


@pytest.mark.parametrize(("language", "told"), [("en", "18 May 2027"), ("zh-hant", "2027年5月18日")])
def test_a_far_date_carries_its_year(language, told):
    with override(language):
        assert full_date(date(2027, 5, 18)) == told


def test_a_clock_has_twenty_four_hours():
    assert clock(datetime(2026, 11, 26, 6, 5, tzinfo=UTC), HONG_KONG) == "14:05"


def test_filters_are_written_with_the_zone():
    assert render("{{ starts|day:clinic.zone }} {{ starts|clock:clinic.zone }}", starts=STARTS) == (
        "Thursday 26 November 10:20"
    )


def test_a_level_speaks_to_its_reader():
    assert "</svg>Not for you</span>" in chip("contraindicated")
    assert "</svg>Contraindicated</span>" in chip("contraindicated", reader="practitioner")


def test_a_level_speaks_the_language_of_the_page():
    with override("zh-hant"):
        chinese = chip("contraindicated")
    assert chinese != chip("contraindicated")


def test_the_words_of_a_chip_are_escaped():
    assert "&lt;b&gt;" in chip("defer", text="<b>")


def test_a_chip_may_bring_its_own_words_and_keeps_its_sign():
    html = render('{% chip "defer" text="From 18 May 2027" %}')
    assert "From 18 May 2027" in html
    assert "<svg" in html


def test_nothing_found_carries_no_sign():
    assert "<svg" not in render('{% chip "clear" %}')


def test_a_sign_is_silent():
    assert 'aria-hidden="true"' in icon("check")


def test_stars_are_drawn_and_told():
    html = stars(3)
    assert html.count("icon--filled") == 3
    assert html.count("<svg") == 5
    assert "3 of 5 stars" in html


def test_the_bars_come_from_the_counts():
    drawn = star_distribution({5: 3, 1: 1}, 4.0)
    assert (drawn["mean"], drawn["total"]) == (4.0, 4)
    assert [(bar["stars"], bar["percent"]) for bar in drawn["bars"]] == [(5, 75), (4, 0), (3, 0), (2, 0), (1, 25)]


def test_no_reviews_have_no_mean():
    drawn = star_distribution({}, None)
    assert (drawn["mean"], drawn["total"], {bar["percent"] for bar in drawn["bars"]}) == (None, 0, {0})
