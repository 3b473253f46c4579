"""The verbs of an author, and what the database refuses whoever writes to it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from clinic.audit.models import Action, AuditEntry
from clinic.crypto import digest
from consultations import visits
from practitioners import moderation, reviews
from practitioners.models import Act, Invitation, InvitationLink, Moment, Practitioner, Review, ReviewState, WithheldFor
from tests import factories
from tests.factories import NOW, words

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def imani() -> Practitioner:
    return factories.practitioner("Dr Imani")


@pytest.fixture
def sam():
    return factories.user("sam@clinic.test")


def acts(review: Review) -> list[str]:
    return list(review.acts.values_list("act", flat=True))


# --- writing ---------------------------------------------------------------------------------------------------------


def test_an_invitation_knows_who_was_seen_and_when_but_not_who_came(imani) -> None:
    invitation, secret = factories.invitation(imani)
    assert InvitationLink.objects.get(token_hash=digest(secret)).invitation == invitation
    names = {field.name for model in (Invitation, Review) for field in model._meta.get_fields()}
    assert not names & {"patient", "consultation", "user", "booked_by", "email"}


def test_an_invitation_is_good_for_one_review(imani) -> None:
    invitation, _secret = factories.invitation(imani)
    review = reviews.submit(invitation=invitation, words=words(4), now=NOW)
    with pytest.raises(reviews.InvitationUsed):
        reviews.submit(invitation=invitation, words=words(1), now=NOW)
    assert (Review.objects.get(), Review.objects.get().stars) == (review, 4)
    assert AuditEntry.objects.filter(action=Action.REVIEW_SUBMITTED).count() == 1
    assert acts(review) == [Act.RECEIVED]


def test_an_invitation_ends_ninety_days_after_it_was_sent_to_the_moment(imani) -> None:
    ends = NOW + 90 * DAY
    for moment, kept in ((ends - timedelta(seconds=1), True), (ends, False)):
        invitation, _secret = factories.invitation(imani)
        if kept:
            assert reviews.submit(invitation=invitation, words=words(), now=moment).state == ReviewState.PENDING
        else:
            with pytest.raises(reviews.InvitationOver):
                reviews.submit(invitation=invitation, words=words(), now=moment)


def test_an_invitation_that_was_not_sent_is_good_for_nothing_and_is_sent_once(imani) -> None:
    with transaction.atomic():
        invitation = reviews.invite(practitioner=imani, moment=Moment.RESULT, visited=NOW.date(), ended=NOW, now=NOW)
    assert invitation.due_at == NOW + timedelta(weeks=6)
    with pytest.raises(reviews.InvitationOver):
        reviews.submit(invitation=invitation, words=words(), now=NOW)
    reviews.send(invitation=invitation, now=invitation.due_at)
    with pytest.raises(reviews.MovedOn):
        reviews.send(invitation=invitation, now=invitation.due_at)
    assert InvitationLink.objects.filter(invitation=invitation).count() == 1


def test_only_a_completed_visit_leads_to_a_review(alices_visit, dr_imani) -> None:
    assert not Invitation.objects.exists()
    visits.complete(actor=dr_imani, consultation=alices_visit, now=alices_visit.starts)
    invitation = Invitation.objects.get()
    assert invitation.practitioner == alices_visit.practitioner
    assert invitation.visited_month.isoformat() == "2027-05-01"


@pytest.mark.django_db(transaction=True)
def test_an_invitation_stands_or_falls_with_what_it_is_for(imani) -> None:
    with pytest.raises(RuntimeError):
        reviews.invite(practitioner=imani, moment=Moment.CONSULTATION, visited=NOW.date(), ended=NOW, now=NOW)
    assert not Invitation.objects.exists()


# --- changing, withdrawing, appealing --------------------------------------------------------------------------------


def test_a_change_is_read_by_a_moderator_and_what_stood_there_is_kept(imani, sam) -> None:
    review = moderation.publish(actor=sam, review=factories.review(imani, stars=2, text="Rushed."), now=NOW)
    review = reviews.edit(review=review, words=words(3, "A little rushed."), now=NOW + DAY)
    assert (review.state, review.text, review.edited_at) == (ReviewState.PENDING, "A little rushed.", NOW + DAY)
    assert list(review.versions.values_list("number", "stars", "text")) == [
        (1, 2, "Rushed."),
        (2, 3, "A little rushed."),
    ]
    assert acts(review) == [Act.RECEIVED, Act.PUBLISHED, Act.EDITED]


def test_a_review_can_be_changed_for_thirty_days_to_the_moment(imani) -> None:
    review = factories.review(imani)
    ends = NOW + 30 * DAY
    assert reviews.edit(review=review, words=words(), now=ends - timedelta(seconds=1)).edited_at
    with pytest.raises(reviews.NoLongerEditable):
        reviews.edit(review=review, words=words(), now=ends)


def test_a_fact_that_is_not_shown_any_more_is_not_kept_either(imani) -> None:
    review = factories.review(imani, moment=Moment.RESULT, skin_band="5-6", downtime_had=3)
    assert (review.skin_band, review.downtime_had) == ("5-6", 3)
    review = reviews.edit(review=review, words=words(), now=NOW)
    assert (review.skin_band, review.downtime_had) == ("", None)


def test_a_withdrawn_review_is_gone_for_good(imani, sam) -> None:
    review = moderation.publish(actor=sam, review=factories.review(imani), now=NOW)
    review = reviews.withdraw(review=review, now=NOW)
    assert not Review.objects.published().exists()
    for again in (
        lambda: reviews.withdraw(review=review, now=NOW),
        lambda: moderation.publish(actor=sam, review=review, now=NOW),
        lambda: reviews.edit(review=review, words=words(), now=NOW),
    ):
        with pytest.raises(reviews.ReviewError):
            again()
    assert acts(review) == [Act.RECEIVED, Act.PUBLISHED, Act.WITHDRAWN]


def test_only_a_withheld_review_is_appealed_and_once_for_each_decision(imani, sam) -> None:
    review = factories.review(imani)
    with pytest.raises(reviews.MovedOn):
        reviews.appeal(review=review, words="Why?", now=NOW)
    review = moderation.withhold(actor=sam, review=review, reason=WithheldFor.ABUSE, now=NOW)
    review = reviews.appeal(review=review, words="I was polite.", now=NOW)
    with pytest.raises(reviews.MovedOn):
        reviews.appeal(review=review, words="Again.", now=NOW)
    assert acts(review)[-1] == Act.APPEALED


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
        {"state": "published", "moderated_at": NOW},
        {"heard_at": NOW},
    ],
    ids=[
        "uninvited",
        "0 stars",
        "6 stars",
        "withheld for nothing",
        "published with one",
        "never",
        "by nobody",
        "unheard",
    ],
)
def test_the_database_refuses_what_no_verb_writes(imani, fields: dict[str, Any]) -> None:
    invitation, _secret = factories.invitation(imani)
    plain = {
        "invitation": invitation, "practitioner": imani, "moment": "consultation", "stars": 4, "author": "A.",
        "language": "en", "submitted_at": NOW,
    }  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.create(**{**plain, **fields})
    assert Review.objects.create(**plain)


def test_the_database_refuses_a_second_review_of_one_invitation(imani) -> None:
    first = factories.review(imani)
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.create(
            invitation=first.invitation, practitioner=imani, moment="consultation", stars=5, submitted_at=NOW
        )


def test_the_database_lets_nobody_hear_an_appeal_against_themselves(imani, sam) -> None:
    review = moderation.withhold(actor=sam, review=factories.review(imani), reason=WithheldFor.ABUSE, now=NOW)
    review = reviews.appeal(review=review, words="I was polite.", now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.filter(pk=review.pk).update(heard_at=NOW, heard_by=sam)


def test_what_a_review_said_is_not_rewritten(imani) -> None:
    review = factories.review(imani)
    with pytest.raises(IntegrityError), transaction.atomic():
        review.versions.update(text="All was well.")
