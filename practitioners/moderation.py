"""Moderating without favour: publish, or withhold for one of the stated reasons; an appeal goes to somebody else."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from clinic.accounts.models import User
from clinic.audit import trail as audit
from clinic.audit.models import Action
from practitioners import ledger
from practitioners.models import Act, Practitioner, Reply, ReplyState, Review, ReviewState, WithheldFor
from practitioners.reviews import NOT_HEARD, MovedOn, ReviewError

# How long a review, a report or an appeal may wait.
TARGET = timedelta(days=3)


class NotYours(ReviewError):
    sentence = _("You decided about this review before. Somebody else has to hear the appeal.")


class AboutYou(ReviewError):
    sentence = _("This review is about you. Somebody else has to decide about it, and about your reply to it.")


class Answered(ReviewError):
    sentence = _("This review has a reply already.")


def newest_act(review: Review) -> int:
    """The number in the ledger of what happened to the review last: a page shows the review as of this act."""
    return int(review.acts.order_by("-number").values_list("number", flat=True).first() or 0)


def publish(*, actor: User, review: Review, now: datetime) -> Review:
    """Let everyone read the review, whatever its stars; what was reported stays, what was withheld comes back."""
    return _decide(actor, review, ReviewState.PUBLISHED, "", now)


def withhold(*, actor: User, review: Review, reason: WithheldFor, now: datetime) -> Review:
    """Keep the review back for one of the stated reasons; that it is negative is none of them."""
    return _decide(actor, review, ReviewState.WITHHELD, reason, now)


def is_about(person: User, review: Review) -> bool:
    """Whether the person signs in as the practitioner whom the review is about."""
    return bool(review.practitioner.user_id == person.pk)


def waits_since(review: Review) -> datetime:
    """Since when the author, or the reader who reported it, waits for this decision."""
    if review.state == ReviewState.FLAGGED:
        reported: datetime = review.reports.order_by("at").values_list("at", flat=True).last() or review.submitted_at
        return reported
    return review.appealed_at or review.edited_at or review.submitted_at


def overdue(reviews: Sequence[Review], now: datetime) -> int:
    """How many of these wait longer than they should."""
    return sum(1 for review in reviews if waits_since(review) + TARGET <= now)


def reply(*, actor: User, practitioner: Practitioner, review: Review, text: str, language: str, now: datetime) -> Reply:
    """Write the practitioner's one answer to a review that everyone may read; a moderator reads it first."""
    with transaction.atomic():
        readable = Review.objects.select_for_update(no_key=True).published()
        if not readable.filter(pk=review.pk, practitioner=practitioner).exists():
            raise MovedOn
        answer, is_new = Reply.objects.get_or_create(
            review=review, defaults={"text": text, "language": language, "written_at": now}
        )
        if not is_new and answer.state != ReplyState.WITHHELD:
            raise Answered
        if not is_new:
            answer.text, answer.language, answer.written_at, answer.state = text, language, now, ReplyState.PENDING
            answer.save()
        audit.record(actor=actor, action=Action.REPLY_WRITTEN, object_type="review", object_id=review.pk, now=now)
    return answer


def decide_reply(*, actor: User, reply: Reply, state: ReplyState, now: datetime) -> Reply:
    """Publish the practitioner's reply, or withhold it because it says something about a patient."""
    _refuse_the_practitioner(actor, reply.review)
    with transaction.atomic():
        waiting = Reply.objects.filter(pk=reply.pk, state=ReplyState.PENDING, text=reply.text)
        if waiting.update(state=state, moderated_at=now, moderated_by=actor) != 1:
            raise MovedOn
        audit.record(
            actor=actor, action=Action.REPLY_MODERATED, object_type="review", object_id=reply.review_id, now=now
        )
    reply.refresh_from_db()
    return reply


def _decide(actor: User, review: Review, state: ReviewState, reason: str, now: datetime) -> Review:
    """The decision, if the review still reads as the moderator read it; an appeal is heard by somebody else."""
    _refuse_the_practitioner(actor, review)
    appealed = review.state == ReviewState.WITHHELD and review.appealed_at is not None and review.heard_at is None
    if appealed and review.moderated_by_id == actor.pk:
        raise NotYours
    if not appealed and (review.state, review.withheld_for) == (state, reason):
        raise MovedOn  # somebody has decided just so
    who = (
        {"heard_at": now, "heard_by": actor} if appealed else {"moderated_at": now, "moderated_by": actor, **NOT_HEARD}
    )
    act = Act.PUBLISHED if state == ReviewState.PUBLISHED else Act.UPHELD if appealed else Act.WITHHELD
    as_read = Review.objects.filter(
        pk=review.pk,
        state=review.state,
        edited_at=review.edited_at,
        appealed_at=review.appealed_at,
        heard_at=review.heard_at,
    )
    with transaction.atomic():
        decidable = as_read.exclude(state=ReviewState.WITHDRAWN)
        if decidable.update(state=state, withheld_for=reason, **who) != 1:
            raise MovedOn
        review.refresh_from_db()
        ledger.append(review=review, act=act, by=actor, reason=reason, now=now)
        audit.record(
            actor=actor,
            action=Action.REVIEW_MODERATED,
            object_type="review",
            object_id=review.pk,
            reason=reason,
            now=now,
        )
    return review


def _refuse_the_practitioner(actor: User, review: Review) -> None:
    if is_about(actor, review):
        raise AboutYou
