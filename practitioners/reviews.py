"""Reviews, as their authors have them: invited by a completed visit, written once, changed for a while, taken back.

An author has no account here: whoever holds the link of the invitation is the author.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from clinic.audit import trail as audit
from clinic.audit.models import Action
from clinic.crypto import digest, token
from practitioners import ledger
from practitioners.models import (
    Act,
    Invitation,
    InvitationLink,
    Moment,
    Practitioner,
    Review,
    ReviewReport,
    ReviewState,
    ReviewVersion,
    WithheldFor,
)

INVITATION_LASTS = timedelta(days=90)
EDITABLE_FOR = timedelta(days=30)
# When each moment asks, counted from the end of the visit.
ASKED_AFTER = {
    Moment.CONSULTATION: timedelta(days=3),
    Moment.COMFORT: timedelta(days=3),
    Moment.RESULT: timedelta(weeks=6),
    Moment.AGAIN: timedelta(days=182),
}
# What no appeal has been made against yet.
NOT_HEARD: dict[str, Any] = {"appealed_at": None, "appeal": "", "heard_at": None, "heard_by": None}
_CHANGEABLE = (ReviewState.PENDING, ReviewState.PUBLISHED, ReviewState.FLAGGED, ReviewState.WITHHELD)


class ReviewError(Exception):
    sentence = _("That did not work. Nothing was changed.")


class InvitationUsed(ReviewError):
    sentence = _("A review has already been written with this link. Thank you.")


class InvitationOver(ReviewError):
    sentence = _("This link has ended.")


class MovedOn(ReviewError):
    sentence = _("Somebody else has decided about this review in the meantime. Please look again.")


class NoLongerEditable(ReviewError):
    sentence = _("A review can be changed for 30 days. You can still withdraw it.")


@dataclass(frozen=True, slots=True)
class Words:
    """What an author says for everybody to read; `shown` are the facts they chose to show, by field of Review."""

    stars: int
    text: str
    author: str
    language: str
    shown: dict[str, Any] = field(default_factory=dict)


def invite(*, practitioner: Practitioner, moment: Moment, visited: date, ended: datetime, now: datetime) -> Invitation:
    """Mint an invitation, to be sent when its moment comes. Called inside the transaction that completes a visit."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("reviews.invite belongs inside the transaction that completes a visit")
    return Invitation.objects.create(
        practitioner=practitioner,
        moment=moment,
        visited_month=visited.replace(day=1),
        minted_at=now,
        due_at=ended + ASKED_AFTER[moment],
    )


def send(*, invitation: Invitation, now: datetime) -> str:
    """Open an invitation and return its first link; MovedOn when it has been sent already."""
    unsent = Invitation.objects.filter(pk=invitation.pk, sent_at=None)
    if unsent.update(sent_at=now, expires_at=now + INVITATION_LASTS) != 1:
        raise MovedOn
    invitation.refresh_from_db()
    return link(invitation=invitation, now=now)


def link(*, invitation: Invitation, now: datetime) -> str:
    """A new link to an invitation: only hashes are kept, so an old one cannot be written out again."""
    secret = token()
    InvitationLink.objects.create(invitation=invitation, token_hash=digest(secret), made_at=now)
    return secret


def submit(*, invitation: Invitation, words: Words, now: datetime) -> Review:
    """Write the one review of an invitation; it waits for a moderator."""
    if invitation.expires_at is None or now >= invitation.expires_at:
        raise InvitationOver
    try:
        with transaction.atomic():
            review = Review.objects.create(
                invitation=invitation,
                practitioner=invitation.practitioner,
                moment=invitation.moment,
                submitted_at=now,
                **_columns(words),
            )
            _keep_version(review, now)
            ledger.append(review=review, act=Act.RECEIVED, by=None, now=now)
            _record(Action.REVIEW_SUBMITTED, review, now)
    except IntegrityError as again:
        raise InvitationUsed from again
    return review


def editable(review: Review, now: datetime) -> bool:
    """Whether its author may still change it."""
    return review.state in _CHANGEABLE and now < review.submitted_at + EDITABLE_FOR


def edit(*, review: Review, words: Words, now: datetime) -> Review:
    """Put new words in place of the old, which are kept; a moderator reads them before they appear."""
    if not editable(review, now):
        raise NoLongerEditable
    with transaction.atomic():
        _change(
            review,
            state=ReviewState.PENDING,
            withheld_for="",
            edited_at=now,
            **NOT_HEARD,
            **_columns(words),
        )
        _keep_version(review, now)
        ledger.append(review=review, act=Act.EDITED, by=None, now=now)
        _record(Action.REVIEW_EDITED, review, now)
    return review


def withdraw(*, review: Review, now: datetime) -> Review:
    """Take the review from the page for good; the ledger keeps that there was one."""
    with transaction.atomic():
        _change(review, state=ReviewState.WITHDRAWN, withheld_for="")
        ledger.append(review=review, act=Act.WITHDRAWN, by=None, now=now)
        _record(Action.REVIEW_WITHDRAWN, review, now)
    return review


def appeal(*, review: Review, words: str, now: datetime) -> Review:
    """Ask a second person to look at a review that was withheld; once for each decision."""
    if review.state != ReviewState.WITHHELD or review.appealed_at is not None:
        raise MovedOn
    with transaction.atomic():
        _change(review, appealed_at=now, appeal=words)
        ledger.append(review=review, act=Act.APPEALED, by=None, now=now)
        _record(Action.REVIEW_APPEALED, review, now)
    return review


def report(*, review: Review, reason: WithheldFor, words: str, now: datetime) -> None:
    """A reader's hint: the review stays readable, and a moderator looks at it again."""
    with transaction.atomic():
        ReviewReport.objects.create(review=review, reason=reason, words=words, at=now)
        published = Review.objects.filter(pk=review.pk, state=ReviewState.PUBLISHED)
        if published.update(state=ReviewState.FLAGGED):
            ledger.append(review=review, act=Act.REPORTED, by=None, reason=reason, now=now)
        _record(Action.REVIEW_REPORTED, review, now)


def _change(review: Review, **fields: Any) -> None:
    """Write the fields if the review still stands as it was read; else MovedOn."""
    as_read = Review.objects.filter(
        pk=review.pk, state=review.state, edited_at=review.edited_at, appealed_at=review.appealed_at
    )
    if as_read.exclude(state=ReviewState.WITHDRAWN).update(**fields) != 1:
        raise MovedOn
    review.refresh_from_db()


def _columns(words: Words) -> dict[str, Any]:
    """A fact that is not shown (any more) is not kept here either."""
    blank: dict[str, Any] = {
        "concern": None,
        "treatment": None,
        "skin_band": "",
        "sessions": None,
        "downtime_told": None,
        "downtime_had": None,
    }
    said = {"stars": words.stars, "text": words.text, "author": words.author, "language": words.language}
    return {**said, **blank, **words.shown}


def _keep_version(review: Review, now: datetime) -> None:
    ReviewVersion.objects.create(
        review=review,
        number=review.versions.count() + 1,
        stars=review.stars,
        text=review.text,
        author=review.author,
        at=now,
    )


def _record(action: Action, review: Review, now: datetime) -> None:
    audit.record(actor=None, action=action, object_type="review", object_id=review.pk, now=now)
