"""Moderating: for a stated reason, by whoever was not the first to decide when it is appealed, in time."""

from datetime import timedelta

import pytest

from clinic.audit.models import Action, AuditEntry
from practitioners import moderation, pointing, reviews
from practitioners.models import Act, Moment, Practitioner, ReplyState, Review, ReviewState, WithheldFor
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def imani() -> Practitioner:
    return factories.practitioner("Dr Imani")


@pytest.fixture
def sam():
    return factories.user("sam@clinic.test")


@pytest.fixture
def tao():
    return factories.user("tao@clinic.test")


@pytest.fixture
def appealed(imani, sam) -> Review:
    review = moderation.withhold(actor=sam, review=factories.review(imani), reason=WithheldFor.ABUSE, now=NOW)
    return reviews.appeal(review=review, words="I was polite.", now=NOW + DAY)


def test_a_decision_can_be_changed_and_each_one_is_in_the_trail(imani, sam) -> None:
    review = factories.review(imani, stars=1)
    review = moderation.withhold(actor=sam, review=review, reason=WithheldFor.ABUSE, now=NOW)
    assert (review.state, review.withheld_for) == (ReviewState.WITHHELD, WithheldFor.ABUSE)
    review = moderation.publish(actor=sam, review=review, now=NOW + timedelta(hours=1))
    assert (review.state, review.withheld_for, review.moderated_by) == (ReviewState.PUBLISHED, "", sam)
    assert review.moderated_at == NOW + timedelta(hours=1)
    trail = AuditEntry.objects.filter(action=Action.REVIEW_MODERATED).order_by("at").values_list("actor", "reason")
    assert list(trail) == [(sam.pk, "abuse"), (sam.pk, "")]


def test_no_reason_to_withhold_is_about_what_a_review_thinks_of_the_visit() -> None:
    assert set(WithheldFor) == {"personal_data", "health_of_others", "abuse", "advertising", "not_about_visit"}


def test_the_second_of_two_moderators_hears_that_the_first_has_decided(imani, sam, tao) -> None:
    review = factories.review(imani)
    seen_by_sam, seen_by_tao = (Review.objects.get(pk=review.pk) for _ in range(2))
    moderation.publish(actor=sam, review=seen_by_sam, now=NOW)
    with pytest.raises(reviews.MovedOn):
        moderation.publish(actor=tao, review=seen_by_tao, now=NOW)
    assert AuditEntry.objects.filter(action=Action.REVIEW_MODERATED).count() == 1


def test_nobody_publishes_words_that_changed_while_they_read(imani, sam) -> None:
    read = factories.review(imani)
    reviews.edit(review=Review.objects.get(), words=factories.words(text="Call 5550 1234."), now=NOW)
    with pytest.raises(reviews.MovedOn):
        moderation.publish(actor=sam, review=read, now=NOW)


def test_an_appeal_that_came_while_somebody_read_is_not_wiped_out(imani, sam, tao) -> None:
    review = moderation.withhold(actor=sam, review=factories.review(imani), reason=WithheldFor.ABUSE, now=NOW)
    read = Review.objects.get(pk=review.pk)
    reviews.appeal(review=review, words="I was polite.", now=NOW + DAY)
    with pytest.raises(reviews.MovedOn):
        moderation.withhold(actor=tao, review=read, reason=WithheldFor.ADVERTISING, now=NOW + DAY)
    assert Review.objects.get().appeal == "I was polite."


# --- reports ---------------------------------------------------------------------------------------------------------


def test_a_report_takes_nothing_away_and_is_looked_at(imani, sam) -> None:
    review = moderation.publish(actor=sam, review=factories.review(imani, stars=1), now=NOW)
    for _ in range(2):
        reviews.report(review=review, reason=WithheldFor.ABUSE, words="", now=NOW + DAY)
    review.refresh_from_db()
    assert review.state == ReviewState.FLAGGED
    assert review in Review.objects.published()
    assert moderation.waits_since(review) == NOW + DAY
    kept = moderation.publish(actor=sam, review=review, now=NOW + 2 * DAY)
    assert list(kept.acts.values_list("act", flat=True)) == [Act.RECEIVED, Act.PUBLISHED, Act.REPORTED, Act.PUBLISHED]
    assert not Review.objects.to_decide().exists()


# --- appeals ---------------------------------------------------------------------------------------------------------


def test_an_appeal_is_heard_by_somebody_else(appealed, sam, tao) -> None:
    with pytest.raises(moderation.NotYours):
        moderation.publish(actor=sam, review=appealed, now=NOW)
    heard = moderation.publish(actor=tao, review=appealed, now=NOW + 2 * DAY)
    assert (heard.state, heard.moderated_by, heard.heard_by) == (ReviewState.PUBLISHED, sam, tao)


def test_an_appeal_that_changes_nothing_is_over(appealed, tao) -> None:
    heard = moderation.withhold(actor=tao, review=appealed, reason=WithheldFor.ABUSE, now=NOW + 2 * DAY)
    assert list(heard.acts.values_list("act", flat=True))[-1] == Act.UPHELD
    assert not Review.objects.to_decide().exists()
    with pytest.raises(reviews.MovedOn):
        reviews.appeal(review=heard, words="Once more.", now=NOW)


def test_whoever_heard_an_appeal_may_decide_about_a_later_report(appealed, tao) -> None:
    heard = moderation.publish(actor=tao, review=appealed, now=NOW + DAY)
    reviews.report(review=heard, reason=WithheldFor.ABUSE, words="", now=NOW + 2 * DAY)
    heard.refresh_from_db()
    again = moderation.withhold(actor=tao, review=heard, reason=WithheldFor.ABUSE, now=NOW + 3 * DAY)
    assert (again.moderated_by, again.heard_by, again.appealed_at) == (tao, None, None)


# --- in time ---------------------------------------------------------------------------------------------------------


def test_what_waits_longer_than_three_days_is_overdue(imani, appealed) -> None:
    factories.review(imani, now=NOW - 2 * DAY)
    factories.review(imani, now=NOW - 3 * DAY)
    waiting = list(Review.objects.to_decide())
    assert len(waiting) == 3
    assert moderation.overdue(waiting, NOW) == 1
    assert moderation.overdue(waiting, NOW + DAY) == 2
    assert moderation.overdue(waiting, NOW + 4 * DAY) == 3


# --- replies ---------------------------------------------------------------------------------------------------------


def test_a_practitioner_replies_once_and_a_moderator_reads_it_first(imani, sam, tao) -> None:
    review = moderation.publish(actor=sam, review=factories.review(imani), now=NOW)
    by = {"actor": tao, "practitioner": imani, "review": review, "language": "en", "now": NOW}
    reply = moderation.reply(**by, text="You came for your scars.")
    with pytest.raises(moderation.Answered):
        moderation.reply(**by, text="Thank you.")
    moderation.decide_reply(actor=sam, reply=reply, state=ReplyState.WITHHELD, now=NOW)
    reply = moderation.reply(**by, text="Thank you.")
    reply = moderation.decide_reply(actor=sam, reply=reply, state=ReplyState.PUBLISHED, now=NOW)
    assert (reply.state, reply.text, reply.moderated_by) == (ReplyState.PUBLISHED, "Thank you.", sam)
    with pytest.raises(moderation.Answered):
        moderation.reply(**by, text="And another thing.")


def test_nobody_replies_to_another_s_review_or_to_one_that_is_not_published(imani, tao) -> None:
    reyes, review = factories.practitioner("Dr Reyes"), factories.review(imani)
    for practitioner in (imani, reyes):
        with pytest.raises(reviews.MovedOn):
            moderation.reply(
                actor=tao, practitioner=practitioner, review=review, text="Thank you.", language="en", now=NOW
            )


# --- what a moderator should look at ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("Write to me: a.b@mail.test", ["a.b@mail.test"]),
        ("Call +852 5550 1234 after six.", ["+852 5550 1234"]),
        ("See www.cheaper.test", ["www.cheaper.test"]),
        ("My card is A123456(7).", ["A123456(7)"]),
        ("My sister had herpes.", ["My sister", "herpes"]),
        ("我媽媽懷孕時也來過。", ["我媽媽", "懷孕"]),
        ("Waited 20 minutes, paid 1200, came 3 times in 2026.", []),
    ],
)
def test_marks_of_a_person_and_of_their_health_are_pointed_out(text: str, marked: list[str]) -> None:
    assert [sign.words for sign in pointing.signs(text)] == marked


# --- what counts -----------------------------------------------------------------------------------------------------


def test_old_reviews_weigh_less_and_those_of_treatments_are_counted_apart(imani, sam) -> None:
    for stars, age, moment in (
        (5, 10, Moment.CONSULTATION),
        (2, 400, Moment.COMFORT),
        (1, 800, Moment.CONSULTATION),
        (1, 10, Moment.RESULT),
    ):
        at = NOW - timedelta(days=age)
        review = factories.review(imani, stars=stars, moment=moment, now=at)
        moderation.publish(actor=sam, review=review, now=at)
    factories.review(imani, stars=1)  # nobody has read it yet
    rated = Practitioner.objects.with_rating(NOW).get()
    assert rated.review_count == 3
    assert rated.rating == pytest.approx((5 * 1 + 2 * 0.5 + 1 * 0.25) / 1.75)


def test_whoever_was_never_reviewed_has_no_rating(imani) -> None:
    rated = Practitioner.objects.with_rating(NOW).get()
    assert (rated.rating, rated.review_count) == (None, 0)
