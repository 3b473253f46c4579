"""The verbs of reviews, and what the database refuses whoever writes to it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from clinic.accounts.models import User
from clinic.audit.models import Action, AuditEntry
from clinic.crypto import digest
from consultations import visits
from practitioners import reviews
from practitioners.models import Invitation, Moment, Practitioner, Review, ReviewState, WithheldFor
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db

WORDS: dict[str, Any] = {"stars": 4, "text": "She took her time.", "author": "A.", "language": "en"}


@pytest.fixture
def imani() -> Practitioner:
    return factories.practitioner("Dr Imani")


@pytest.fixture
def sam_moderates() -> User:
    return factories.user("sam@clinic.test")


# --- writing ---------------------------------------------------------------------------------------------------------


def test_an_invitation_knows_who_was_seen_and_when_but_not_who_came(imani) -> None:
    invitation, secret = factories.invitation(imani)
    assert reviews.invitation_for(secret=secret) == invitation
    assert invitation.token_hash == digest(secret)
    names = {field.name for model in (Invitation, Review) for field in model._meta.get_fields()}
    assert not names & {"patient", "consultation", "user", "booked_by", "email"}


def test_an_invitation_is_good_for_one_review(imani) -> None:
    invitation, _secret = factories.invitation(imani)
    review = reviews.submit(invitation=invitation, now=NOW, **WORDS)
    with pytest.raises(reviews.InvitationUsed):
        reviews.submit(invitation=invitation, now=NOW, **{**WORDS, "stars": 1})
    assert (Review.objects.get(), Review.objects.get().stars) == (review, 4)
    assert AuditEntry.objects.filter(action=Action.REVIEW_SUBMITTED).count() == 1


def test_an_invitation_ends_after_ninety_days_to_the_moment(imani) -> None:
    ends = NOW + timedelta(days=90)
    for moment, kept in ((ends - timedelta(seconds=1), True), (ends, False)):
        invitation, _secret = factories.invitation(imani)
        if kept:
            assert reviews.submit(invitation=invitation, now=moment, **WORDS).state == ReviewState.PENDING
        else:
            with pytest.raises(reviews.InvitationOver):
                reviews.submit(invitation=invitation, now=moment, **WORDS)


def test_only_a_completed_visit_leads_to_a_review(alices_visit, dr_imani) -> None:
    assert not Invitation.objects.exists()
    visits.complete(actor=dr_imani, consultation=alices_visit, now=alices_visit.starts)
    review = reviews.submit(invitation=Invitation.objects.get(), now=NOW, **WORDS)
    assert review.practitioner == alices_visit.practitioner
    assert review.invitation.visited_month.isoformat() == "2027-05-01"


@pytest.mark.django_db(transaction=True)
def test_an_invitation_stands_or_falls_with_what_it_is_for(imani) -> None:
    with pytest.raises(RuntimeError):
        reviews.invite(practitioner=imani, moment=Moment.CONSULTATION, visited=NOW.date(), now=NOW)
    assert not Invitation.objects.exists()


# --- moderating ------------------------------------------------------------------------------------------------------


def test_a_decision_can_be_changed_and_each_one_is_in_the_trail(imani, sam_moderates) -> None:
    review = factories.review(imani, stars=1)
    review = reviews.withhold(actor=sam_moderates, review=review, reason=WithheldFor.ABUSE, now=NOW)
    assert (review.state, review.withheld_for) == (ReviewState.WITHHELD, WithheldFor.ABUSE)
    review = reviews.publish(actor=sam_moderates, review=review, now=NOW + timedelta(hours=1))
    assert (review.state, review.withheld_for) == (ReviewState.PUBLISHED, "")
    assert review.moderated_at == NOW + timedelta(hours=1)
    trail = AuditEntry.objects.filter(action=Action.REVIEW_MODERATED).order_by("at").values_list("actor", "reason")
    assert list(trail) == [(sam_moderates.pk, "abuse"), (sam_moderates.pk, "")]


def test_no_reason_to_withhold_is_about_what_a_review_thinks_of_the_visit() -> None:
    assert set(WithheldFor) == {"personal_data", "health_of_others", "abuse", "advertising", "not_about_visit"}


def test_what_is_published_is_counted_by_stars_and_nothing_else_is(imani, sam_moderates) -> None:
    for stars in (5, 5, 2):
        reviews.publish(actor=sam_moderates, review=factories.review(imani, stars=stars), now=NOW)
    factories.review(imani, stars=1)
    assert Review.objects.published().by_stars() == {5: 2, 2: 1}
    rated = Practitioner.objects.with_rating().get()
    assert (rated.rating, rated.review_count) == (4.0, 3)


# --- by hand ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fields",
    [
        {"invitation": None},
        {"stars": 0},
        {"stars": 6},
        {"state": "withheld", "moderated_at": NOW},
        {"state": "published", "withheld_for": "abuse", "moderated_at": NOW},
        {"state": "published"},
    ],
    ids=["uninvited", "no stars", "six stars", "withheld without a reason", "published with one", "at no time"],
)
def test_the_database_refuses_what_no_verb_writes(imani, fields: dict[str, Any]) -> None:
    invitation, _secret = factories.invitation(imani)
    plain = {**WORDS, "invitation": invitation, "practitioner": imani, "submitted_at": NOW}
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.create(**{**plain, **fields})
    assert Review.objects.create(**plain)


def test_the_database_refuses_a_second_review_of_one_invitation(imani) -> None:
    first = factories.review(imani)
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.create(invitation=first.invitation, practitioner=imani, submitted_at=NOW, **WORDS)
