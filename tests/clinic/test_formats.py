"""Days, times and weeks by language: on pages, in the admin, and in the boxes of forms."""

from datetime import date, datetime, time

import pytest
from django import forms
from django.utils.formats import date_format, get_format, time_format
from django.utils.translation import override

from clinic.localtime import week_start
from clinic.premises.templatetags.clinic import day, full_date

TUESDAY = date(2027, 5, 4)
LANGUAGES = ["en", "zh-hant"]
TYPED = {
    "2027-05-04": TUESDAY,
    "04/05/2027": None,  # in April or in May
    "5/4/27": None,
}


@pytest.fixture(params=LANGUAGES)
def language(request):
    with override(request.param):
        yield request.param


def test_a_week_begins_on_monday_whatever_the_language(language):
    assert get_format("FIRST_DAY_OF_WEEK") == 1
    assert week_start(TUESDAY).weekday() == 0


@pytest.mark.parametrize(
    ("lang", "written"),
    [
        ("en", ["Tuesday 4 May", "4 May 2027", "4 May 2027", "4 May", "May 2027", "4 May 2027, 14:05", "14:05"]),
        (
            "zh-hant",
            ["5月4日（星期二）", "2027年5月4日", "2027年5月4日", "5月4日", "2027年5月", "2027年5月4日 14:05", "14:05"],
        ),
    ],
)
def test_days_and_times_are_written_alike_on_pages_and_in_the_admin(lang, written):
    moment = datetime(2027, 5, 4, 14, 5)  # noqa: DTZ001  a wall time
    with override(lang):
        assert [
            day(TUESDAY),
            full_date(TUESDAY),
            date_format(TUESDAY, "DATE_FORMAT"),
            date_format(TUESDAY, "MONTH_DAY_FORMAT"),
            date_format(TUESDAY, "YEAR_MONTH_FORMAT"),
            date_format(moment, "DATETIME_FORMAT"),
            time_format(time(14, 5)),
        ] == written


@pytest.mark.parametrize(("typed", "meant"), TYPED.items())
def test_a_day_that_could_be_another_is_not_read(language, typed, meant):
    field = forms.DateField()
    if meant:
        assert field.clean(typed) == meant
    else:
        with pytest.raises(forms.ValidationError):
            field.clean(typed)


def test_the_boxes_of_a_browser_are_filled_as_it_reads_them(language):
    """A browser leaves a box of the type `date` empty that holds 2027/05/04 or 4 May."""
    box = forms.DateInput(attrs={"type": "date"}).render("day", TUESDAY)
    assert 'value="2027-05-04"' in box


def test_a_day_is_read_in_the_words_of_the_language(language):
    assert forms.DateField().clean({"en": "4 May 2027", "zh-hant": "2027年05月04日"}[language]) == TUESDAY
