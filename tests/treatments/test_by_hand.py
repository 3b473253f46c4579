"""Costs, last days and a course of what ships, worked out by hand from the files of the catalogue.

Each number stands as it was worked out on paper, so that a change of a price, a session or a day shows here.
"""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from practitioners.models import KindCode
from tests import factories
from tests.factories import NOW
from tests.pages import words
from treatments import loading
from treatments.models import Treatment
from treatments.planning.events import last_days

EVENT = date(2027, 10, 30)  # a Saturday


@pytest.fixture(autouse=True)
def shelf(db):
    with time_machine.travel(NOW, tick=False):
        factories.clinic()
        loading.load_catalogue(now=NOW - timedelta(days=1))
        yield


@pytest.mark.parametrize(
    ("slug", "course", "one_year", "three_years"),
    [
        # 4 x 1,350 = 5,400; + 4 x 1,350 = 10,800; + 12 x 1,350 = 16,200 -> 5,400 + 16,200 = 21,600
        ("salicylic-acid-peel", "HK$5,400", "HK$10,800", "HK$21,600"),
        # 4 x 1,800 = 7,200; + 4 x 1,800 = 14,400; 7,200 + 12 x 1,800 = 28,800
        ("carbon-laser", "HK$7,200", "HK$14,400", "HK$28,800"),
        # 4 x 3,800 = 15,200; + 2 x 3,800 = 22,800; 15,200 + 6 x 3,800 = 38,000
        ("picosecond-lens-array", "HK$15,200", "HK$22,800", "HK$38,000"),
        # 4 x 2,200 = 8,800; + 2 x 2,200 = 13,200; 8,800 + 6 x 2,200 = 22,000
        ("long-pulsed-ndyag", "HK$8,800", "HK$13,200", "HK$22,000"),
        # 4 x 1,600 = 6,400; + 1,600 = 8,000; 6,400 + 3 x 1,600 = 11,200
        ("ipl-face", "HK$6,400", "HK$8,000", "HK$11,200"),
        # "from": 2 x 6,800 = 13,600; + 6,800 = 20,400; 13,600 + 3 x 6,800 = 34,000
        ("fractional-co2-laser", "from HK$13,600", "from HK$20,400", "from HK$34,000"),
        # "from": 3 x 5,200 = 15,600; + 5,200 = 20,800; 15,600 + 3 x 5,200 = 31,200
        ("rf-microneedling", "from HK$15,600", "from HK$20,800", "from HK$31,200"),
    ],
)
def test_a_course_the_first_year_and_three_years(client, slug, course, one_year, three_years):
    page = words(client.get(reverse("treatments:treatment", args=[slug])))
    assert f"Whole course {course} " in page
    assert f"First year {one_year} " in page
    assert f"{one_year} {three_years} " in words(client.get(reverse("costs"), {"treatment": slug}))


def test_the_first_visit_comes_on_top_once(client):
    someone = factories.practitioner("Dr Imani")
    someone.kinds.all().delete()
    someone.kinds.create(kind=KindCode.FIRST_VISIT, fee_minor=45_000)
    someone.offerings.create(treatment=Treatment.objects.get(slug="carbon-laser"))
    page = words(client.get(reverse("costs"), {"treatment": "carbon-laser"}))
    assert "HK$450 HK$14,850 HK$29,250 " in page  # 14,400 + 450 and 28,800 + 450: the fee is paid once, not each year


@pytest.mark.parametrize(
    ("slug", "session", "typical", "course", "course_typical"),
    [
        # 7 and 4 days before 30 October: the 23rd and 26th; a course runs 3 x 14 = 42 days: 11 and 14 September
        ("glycolic-acid-peel", date(2027, 10, 23), date(2027, 10, 26), date(2027, 9, 11), date(2027, 9, 14)),
        # 14 and 8 days before: the 16th and 22nd; 1 x 42 days: 4 and 10 September
        ("fractional-co2-laser", date(2027, 10, 16), date(2027, 10, 22), date(2027, 9, 4), date(2027, 9, 10)),
        # 5 and 3 days before: the 25th and 27th; 2 x 42 = 84 days: 2 and 4 August
        ("rf-microneedling", date(2027, 10, 25), date(2027, 10, 27), date(2027, 8, 2), date(2027, 8, 4)),
        # 7 and 5 days before: the 23rd and 25th; 3 x 28 = 84 days: 31 July and 2 August
        ("ipl-face", date(2027, 10, 23), date(2027, 10, 25), date(2027, 7, 31), date(2027, 8, 2)),
        # one session: 14 and 10 days before, and a course is the same
        ("tca-medium-peel", date(2027, 10, 16), date(2027, 10, 20), date(2027, 10, 16), date(2027, 10, 20)),
    ],
)
def test_the_last_sensible_days(slug, session, typical, course, course_typical):
    found = last_days(EVENT, Treatment.objects.with_facts().get(slug=slug).recovery)
    assert (found.session, found.session_typical) == (session, typical)
    assert (found.course, found.course_typical) == (course, course_typical)


def test_a_course_of_three(client):
    # The peel comes before the needles (position 120 of the file), so there are three orders; the soonest over wins.
    # Peels: four, 14 days apart: 1 June to 13 July. Needles 14 days later: 27 July; three, 42 apart: 19 October.
    # Polishes 14 days after needles (100): 2 November; six, 14 apart: 11 January. Cautious recovery 2 days: 13 January.
    # The other two orders end with the needles on 11 January and their 5 days: 16 January.
    # Days: 4 x 4 + 3 x 3 + 6 x 1 = 31, and 4 x 7 + 3 x 5 + 6 x 2 = 55. Money: 4,800 + 15,600 + 4,200 = 24,600.
    asked = ["rf-microneedling", "diamond-microdermabrasion", "glycolic-acid-peel"]
    page = words(client.get(reverse("plan"), {"treatment": asked, "start": "2027-06-01"}))
    for fact in (
        "Session 4: Tuesday 13 July (13 July 2027)",
        "Session 1: Tuesday 27 July (27 July 2027)",
        "Session 3: Tuesday 19 October (19 October 2027)",
        "Session 1: Tuesday 2 November (2 November 2027)",
        "Session 6: Tuesday 11 January (11 January 2028)",
        "Glycolic acid peel, then Radiofrequency microneedling",
        "Radiofrequency microneedling, then Diamond microdermabrasion",
        "31 typically; plan for 55",
        "Looks as usual from Thursday 13 January (13 January 2028)",
        "All courses together from HK$24,600",
    ):
        assert fact in page, fact
