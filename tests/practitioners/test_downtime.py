"""Told against actual: what a treatment's page and a practitioner read of the days that patients had."""

import pytest

from practitioners import downtime, moderation, reviews
from practitioners.models import Moment, Practitioner, Review
from tests import factories
from tests.factories import NOW
from treatments.models import ReportedDowntime, Treatment

pytestmark = pytest.mark.django_db


@pytest.fixture
def imani() -> Practitioner:
    return factories.practitioner("Dr Imani")


@pytest.fixture
def needling() -> Treatment:
    return factories.treatment()


@pytest.fixture
def report(imani, needling):
    """Published reviews with these days, of people who were told two."""
    sam = factories.user("sam@clinic.test")

    def these(*days: int, told: int | None = 2) -> None:
        for had in days:
            shown = {"treatment": needling, "downtime_had": had, "downtime_told": told}
            review = factories.review(imani, moment=Moment.RESULT, **shown)
            moderation.publish(actor=sam, review=review, now=NOW)

    return these


@pytest.mark.parametrize(
    ("days", "share", "most"), [([3], 0.8, 3), ([1, 2, 3, 4, 9], 0.8, 4), ([1, 1, 1, 1, 1, 9], 0.8, 1), ([1, 2], 1, 2)]
)
def test_four_in_five_had_at_most(days: list[int], share: float, most: int) -> None:
    assert downtime.at_most(days, share) == most


def test_nine_reports_say_nothing_and_ten_do(report, needling) -> None:
    report(*range(9))
    assert downtime.count(now=NOW) == 0
    report(30, told=None)
    assert downtime.count(now=NOW) == 1
    found = ReportedDowntime.objects.get(treatment=needling)
    assert (found.reports, found.half, found.most, found.told) == (10, 5, 7, 2)


def test_only_what_everybody_may_read_is_counted(report, needling, imani) -> None:
    report(*[3] * 10)
    downtime.count(now=NOW)
    reviews.withdraw(review=Review.objects.all()[0], now=NOW)
    factories.review(imani, moment=Moment.RESULT, treatment=needling, downtime_had=3)  # nobody has read it yet
    assert downtime.count(now=NOW) == 0
    assert not ReportedDowntime.objects.exists()


def test_a_practitioner_reads_their_own_however_few(report, needling, imani) -> None:
    report(2, 4, 6)
    (told,) = downtime.of(imani)
    assert (told.treatment, told.reports, told.told, told.had) == (needling, 3, 2, 4)
    assert downtime.of(factories.practitioner("Dr Reyes")) == []


def test_the_treatment_s_page_says_whose_figures_they_are(client, report, needling) -> None:
    factories.clinic()
    report(*[3] * 8, 5, 9)
    downtime.count(now=NOW)
    page = client.get(needling.get_absolute_url()).content.decode()
    assert "At this clinic:" in page
    assert "of 10 patients who told us in a review, half had visible days up to 3, four in five up to 3." in page
    assert "They had been told 2." in page


def test_where_testimonials_are_not_allowed_the_page_says_nothing_of_them(client, report, needling) -> None:
    factories.clinic(jurisdiction="AU")
    report(*[3] * 10)
    downtime.count(now=NOW)
    assert "At this clinic:" not in client.get(needling.get_absolute_url()).content.decode()
