"""A profile with no review, with three and with three hundred: the sums, the pages, and what they cost."""

import re
from collections import Counter
from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from clinic.accounts.models import User
from practitioners.models import Invitation, Review, SkinBand
from tests.clinic import desk
from tests.consultations import scene
from tests.pages import words
from tests.site import street

pytestmark = pytest.mark.django_db

MANY = 300
A_PAGE = 10


@pytest.fixture(autouse=True)
def _monday_morning():
    street.opened()
    with time_machine.travel(scene.NOW, tick=False):
        yield


@pytest.fixture
def dr_imani():
    return street.at_work("Dr Imani")


def written(who, count: int) -> None:
    """So many published reviews, one a week back into the years, of one to five stars."""
    moderator = User.objects.create(email="moderator@clinic.test")
    sent = Invitation.objects.bulk_create(
        Invitation(
            practitioner=who, moment="consultation", visited_month=date(2027, 4, 1), minted_at=scene.NOW,
            due_at=scene.NOW, sent_at=scene.NOW, expires_at=scene.NOW + timedelta(days=90),
        )
        for _ in range(count)
    )  # fmt: skip
    Review.objects.bulk_create(
        Review(
            invitation=invitation, practitioner=who, stars=1 + number * 7 % 5, author="A.", language="en",
            state="flagged" if number % 9 == 0 else "published", text=f"Review number {number}.", moment="consultation",
            submitted_at=scene.NOW - timedelta(weeks=number), moderated_at=scene.NOW, moderated_by=moderator,
            skin_band=list(SkinBand)[number % 2],
        )
        for number, invitation in enumerate(sent)
    )  # fmt: skip


def weight(review: Review) -> float:
    age = scene.NOW - review.submitted_at
    return 1.0 if age < timedelta(days=365) else 0.5 if age < timedelta(days=730) else 0.25


@pytest.mark.parametrize("count", [3, MANY])
def test_the_sums_are_those_of_the_rows(client, dr_imani, count):
    written(dr_imani, count)
    rows = list(Review.objects.all())
    found = client.get(dr_imani.get_absolute_url()).context["said"]
    assert found.practitioner.counts == Counter(review.stars for review in rows)
    mean = sum(review.stars * weight(review) for review in rows) / sum(weight(review) for review in rows)
    assert found.practitioner.mean == pytest.approx(mean)
    assert (found.sent, found.received) == (count, count)
    card = client.get(reverse("practitioners")).context["cards"][0].practitioner
    assert (card.review_count, card.rating) == (count, pytest.approx(mean))
    assert f"{mean:.1f} · {count} reviews" in words(client.get(reverse("practitioners")))


@pytest.mark.parametrize("order", ["", "highest", "lowest"])
def test_page_after_page_shows_each_review_once_in_order(client, dr_imani, order):
    written(dr_imani, MANY)
    read: list[Review] = []
    for number in range(1, MANY // A_PAGE + 1):
        page = client.get(dr_imani.get_absolute_url(), {"order": order, "page": number})
        assert f"Page {number} of 30" in words(page)
        read += page.context["said"].page
    assert len({review.pk for review in read}) == MANY
    keys = {"": lambda r: -r.submitted_at.timestamp(), "highest": lambda r: -r.stars, "lowest": lambda r: r.stars}
    assert read == sorted(read, key=keys[order])


def test_a_way_to_another_page_leads_to_the_reviews_and_not_to_the_top(client, dr_imani):
    written(dr_imani, MANY)
    page = client.get(dr_imani.get_absolute_url(), {"order": "lowest", "page": 2}).text
    ways = re.findall(r'rel="(?:prev|next)" href="([^"]+)"', page)
    assert [way.replace("&amp;", "&") for way in ways] == [
        "?order=lowest&page=1#reviews",
        "?order=lowest&page=3#reviews",
    ]


@pytest.mark.parametrize(("count", "questions"), [(0, 11), (3, 12), (MANY, 12)])
def test_reading_costs_the_same_questions(client, dr_imani, django_assert_num_queries, count, questions):
    written(dr_imani, count)
    with django_assert_num_queries(questions):
        client.get(dr_imani.get_absolute_url(), {"order": "lowest"})
    with django_assert_num_queries(8):
        client.get(reverse("practitioners"))


def test_without_a_review_the_profile_says_who_may_write_one(client, dr_imani):
    page = client.get(dr_imani.get_absolute_url())
    assert "No reviews yet. Only people who completed a visit can write one." in words(page)
    assert 'class="stars"' not in page.text


def test_what_was_chosen_is_chosen_in_its_own_list_and_the_order_stays(client, dr_imani):
    """Both lists may end with all others, of the same value."""
    written(dr_imani, 24)
    polish = desk.treatment(published_from=scene.NOW)
    for number, review in enumerate(Review.objects.order_by("pk")):
        band, treatment = ("1-2", None) if number < 12 else ("", polish)
        Review.objects.filter(pk=review.pk).update(skin_band=band, treatment=treatment)
    page = client.get(dr_imani.get_absolute_url(), {"skin": "other", "order": "lowest"})
    assert page.context["said"].chosen == {"skin": "other"}
    assert len(re.findall(r'<option value="other" selected>', page.text)) == 1
    assert len(re.findall(r'<option value="other"', page.text)) == 2
    assert '<input type="hidden" name="order" value="lowest">' in page.text
