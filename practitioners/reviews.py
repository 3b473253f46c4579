"""Reviews: invited by a completed visit, written once, moderated for a stated reason only."""

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from clinic.accounts.models import User
from clinic.audit import trail as audit
from clinic.audit.models import Action
from clinic.crypto import digest, token
from practitioners.models import Invitation, Moment, Practitioner, Review, ReviewState, WithheldFor

INVITATION_LASTS = timedelta(days=90)


class ReviewError(Exception):
    sentence = _("That did not work. Nothing was changed.")


class InvitationUsed(ReviewError):
    sentence = _("A review has already been written with this link. Thank you.")


class InvitationOver(ReviewError):
    sentence = _("This link has ended.")


class MovedOn(ReviewError):
    sentence = _("Somebody else has moderated this review in the meantime.")


def invite(*, practitioner: Practitioner, moment: Moment, visited: date, now: datetime) -> tuple[Invitation, str]:
    """Mint a one-time invitation; only its hash is kept. Called inside the transaction that completes a visit."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("reviews.invite belongs inside the transaction that completes a visit")
    secret = token()
    invitation = Invitation.objects.create(
        practitioner=practitioner,
        moment=moment,
        token_hash=digest(secret),
        visited_month=visited.replace(day=1),
        minted_at=now,
        expires_at=now + INVITATION_LASTS,
    )
    return invitation, secret


def invitation_for(*, secret: str) -> Invitation:
    """The invitation behind a link; raises Invitation.DoesNotExist."""
    return Invitation.objects.select_related("practitioner").get(token_hash=digest(secret))


def submit(*, invitation: Invitation, stars: int, text: str, author: str, language: str, now: datetime) -> Review:
    """Write the one review of an invitation; it waits for a moderator."""
    if now >= invitation.expires_at:
        raise InvitationOver
    try:
        with transaction.atomic():
            review = Review.objects.create(
                invitation=invitation,
                practitioner=invitation.practitioner,
                stars=stars,
                text=text,
                author=author,
                language=language,
                submitted_at=now,
            )
            audit.record(actor=None, action=Action.REVIEW_SUBMITTED, object_type="review", object_id=review.pk, now=now)
    except IntegrityError as again:
        raise InvitationUsed from again
    return review


def publish(*, actor: User, review: Review, now: datetime) -> Review:
    """Let everyone read the review, whatever its stars."""
    return _moderate(actor, review, ReviewState.PUBLISHED, "", now)


def withhold(*, actor: User, review: Review, reason: WithheldFor, now: datetime) -> Review:
    """Keep the review back for one of the stated reasons; that it is negative is none of them."""
    return _moderate(actor, review, ReviewState.WITHHELD, reason, now)


def _moderate(actor: User, review: Review, state: ReviewState, reason: str, now: datetime) -> Review:
    with transaction.atomic():
        waiting = Review.objects.filter(pk=review.pk, state=review.state)
        if waiting.update(state=state, withheld_for=reason, moderated_at=now) != 1:
            raise MovedOn
        audit.record(
            actor=actor,
            action=Action.REVIEW_MODERATED,
            object_type="review",
            object_id=review.pk,
            reason=reason,
            now=now,
        )
    review.refresh_from_db()
    return review
