"""What a visitor reads of a practitioner's reviews: open sums, people like oneself, nobody known by a small group."""

from datetime import timedelta

import pytest
from django.test import Client

from clinic.site import quarters, said
from consultations import visits
from practitioners import moderation, reviews
from practitioners.models import Act, LedgerHead, Moment, Practitioner, Review, WithheldFor
from tests import factories
from tests.factories import NOW
from treatments.models import Concern

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def imani(cast) -> Practitioner:
    found: Practitioner = Practitioner.objects.get(slug="dr-imani")
    return found


@pytest.fixture
def publish(cast, imani):
    """Publish reviews with these stars, and the facts their authors show."""

    def these(*stars: int, moment: Moment = Moment.CONSULTATION, age: timedelta = DAY, **shown) -> None:
        for given in stars:
            review = factories.review(imani, stars=given, text=f"{given} stars.", moment=moment, now=NOW - age, **shown)
            moderation.publish(actor=cast.sam, review=review, now=NOW)

    return these


def read(imani: Practitioner, **asked: str) -> said.Said:
    return said.of(imani, asked=asked, now=NOW)


def test_practitioner_and_treatments_are_counted_apart_and_old_reviews_weigh_less(imani, publish) -> None:
    publish(5, 4)
    publish(2, age=400 * DAY)
    publish(1, moment=Moment.RESULT)
    found = read(imani)
    assert (found.practitioner.counts, found.treatments.counts) == ({5: 1, 4: 1, 2: 1}, {1: 1})
    assert found.practitioner.mean == pytest.approx((5 + 4 + 2 * 0.5) / 2.5)
    assert found.treatments.mean == 1
    assert Practitioner.objects.with_rating(NOW).get(pk=imani.pk).rating == pytest.approx(found.practitioner.mean)


def test_whoever_was_asked_and_did_not_answer_counts_in_the_rate(imani, publish) -> None:
    publish(5, 4)
    factories.invitation(imani)
    found = read(imani)
    assert (found.sent, found.received) == (3, 2)


def test_without_reviews_there_is_nothing_to_draw(imani) -> None:
    found = read(imani)
    assert (found.practitioner.counts, found.practitioner.mean, found.narrowings) == ({}, None, [])


@pytest.mark.parametrize(("order", "stars"), [("", [1, 3, 5]), ("highest", [5, 3, 1]), ("lowest", [1, 3, 5])])
def test_they_are_ordered_as_the_reader_asks(imani, publish, order: str, stars: list[int]) -> None:
    for given, age in ((5, 3), (3, 2), (1, 1)):
        publish(given, age=age * DAY)
    assert [review.stars for review in read(imani, order=order).page] == stars


def test_a_group_under_five_is_never_offered_and_joins_the_others(imani, publish) -> None:
    publish(5, 5, 5, 5, 5, skin_band="3-4")
    publish(4, 4, 4, 4, skin_band="5-6")
    (skin,) = read(imani).narrowings
    assert [(value, count) for value, _label, count in skin.choices] == [("3-4", 5)]
    publish(1)  # whoever does not show it belongs to the others
    (skin,) = read(imani).narrowings
    assert [(value, count) for value, _label, count in skin.choices] == [("3-4", 5), ("other", 5)]
    assert {review.stars for review in read(imani, skin="3-4").page} == {5}
    assert sorted(review.stars for review in read(imani, skin="other").page) == [1, 4, 4, 4, 4]
    assert len(read(imani, skin="5-6").page.paginator.object_list) == 10, "what is not offered narrows nothing"


def test_wishes_that_together_fit_fewer_than_five_show_everybody(imani, publish) -> None:
    concern = Concern.objects.all()[0]
    publish(5, 5, 5, 5, 5, skin_band="3-4")
    publish(4, 4, 4, 4, 4, concern=concern)
    publish(3, skin_band="3-4", concern=concern)
    found = read(imani, skin="3-4", concern=concern.slug)
    assert found.too_few
    assert found.page.paginator.count == 11
    assert not read(imani, skin="3-4").too_few


def test_reading_costs_the_same_whatever_was_written(client: Client, imani, publish, django_assert_max_num_queries):
    publish(*[5] * 6, skin_band="3-4")
    with django_assert_max_num_queries(7) as few:
        read(imani, skin="3-4").page.object_list[0]
    publish(*[4] * 30, skin_band="5-6")
    with django_assert_max_num_queries(len(few)):
        assert len(list(read(imani, skin="3-4").page)) == 6


# --- the open ledger -------------------------------------------------------------------------------------------------


def test_the_ledger_counts_what_became_of_every_visit(cast, alices_visit, imani, publish) -> None:
    visits.complete(actor=cast.dr_imani, consultation=alices_visit, now=alices_visit.starts)
    publish(5)
    bad = factories.review(imani, stars=1)
    moderation.withhold(actor=cast.sam, review=bad, reason=WithheldFor.ABUSE, now=NOW)
    reviews.appeal(review=Review.objects.get(pk=bad.pk), words="Why?", now=NOW)
    (line,) = [line for line in quarters.lines(factories.HONG_KONG) if line.practitioner == imani]
    assert line.quarter == (2027, 2)
    assert line.counts == {
        "visits": 1, "minted": 3, "sent": 2, Act.RECEIVED: 2, Act.PUBLISHED: 1, Act.WITHHELD: 1, Act.APPEALED: 1,
    }  # fmt: skip
    assert line.reasons == [("Threats or abuse", 1)]
    assert line.others == [("Appealed by its author", 1)]


def test_a_quarter_is_the_clinics(cast, alices_visit, imani) -> None:
    review = factories.review(imani, now=NOW)
    late = NOW.replace(month=6, day=30, hour=17)  # the first of July in Hong Kong
    moderation.publish(actor=cast.sam, review=review, now=late)
    found = {line.quarter: line.counts for line in quarters.lines(factories.HONG_KONG)}
    assert found[2027, 3] == {Act.PUBLISHED: 1}


def test_everybody_reads_the_ledger_with_its_head(client: Client, imani, publish) -> None:
    publish(5)
    page = client.get("/reviews/ledger/").content.decode()
    assert "2027-Q2" in page
    assert LedgerHead.objects.get().digest in page
