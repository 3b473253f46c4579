"""What patients say after a visit: a review for everybody, and answers that stay with us until they show them.

Whoever holds a link of the invitation is its author: pages behind it show what the author made public and nothing else
that is known of the patient.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from clinic.accounts import roles
from clinic.crypto import digest
from consultations.models import Feedback, VisitInvitation
from practitioners import reviews
from practitioners.models import InvitationLink, Moment, Review
from practitioners.reviews import ReviewError

TREATMENT, CONCERN, DOWNTIME = "treatment", "concern", "downtime"

# What each moment asks beside the stars, and what its author may show beside their words.
QUESTIONS: Mapping[str, Sequence[str]] = {
    Moment.CONSULTATION: ("listened", "explained", "pressed"),
    Moment.COMFORT: ("listened", "comfort"),
    Moment.RESULT: ("result", "downtime_had"),
    Moment.AGAIN: ("again",),
}
SHOWABLE: Mapping[str, Sequence[str]] = {
    Moment.CONSULTATION: (CONCERN,),
    Moment.COMFORT: (TREATMENT, CONCERN),
    Moment.RESULT: (TREATMENT, CONCERN, DOWNTIME),
    Moment.AGAIN: (TREATMENT, CONCERN),
}


class OfTheHouse(ReviewError):
    sentence = _("Reviews are written by people who do not work at the clinic.")


@dataclass(frozen=True, slots=True)
class Told:
    """What came with the form: the public words, the answers {question: answer}, and which facts are to be shown."""

    stars: int
    text: str
    author: str
    language: str
    answers: Mapping[str, Any]
    show: Sequence[str]
    skin_band: str


def behind(secret: str) -> VisitInvitation:
    """The invitation behind a link; raises VisitInvitation.DoesNotExist."""
    links = InvitationLink.objects.filter(token_hash=digest(secret)).values("invitation")
    found: VisitInvitation = VisitInvitation.objects.select_related(
        "invitation__practitioner", "consultation__concern", "consultation__booked_by", "performed__treatment"
    ).get(invitation__in=links)
    return found


def is_of_the_house(invited: VisitInvitation) -> bool:
    """Whether the person who booked the visit, and got the link, works here."""
    person = invited.consultation.booked_by
    return person is not None and bool(roles.of(person))


def review_of(invited: VisitInvitation) -> Review | None:
    """The review that was written for this invitation."""
    written: Review | None = (
        Review.objects.filter(invitation=invited.invitation).select_related("treatment", "concern").first()
    )
    return written


def give(*, invited: VisitInvitation, told: Told, now: datetime) -> Review:
    """Write the review, and keep the answers sealed beside it."""
    if is_of_the_house(invited):
        raise OfTheHouse
    with transaction.atomic():
        review = reviews.submit(invitation=invited.invitation, words=_words(invited, told, told.answers), now=now)
        Feedback.objects.create(invitation=invited, answers=dict(told.answers), given_at=now)
    return review


def change(*, invited: VisitInvitation, review: Review, told: Told, now: datetime) -> Review:
    """Put new words in place of the old; an answer that is left out this time stays as it was given."""
    with transaction.atomic():
        kept, _is_new = Feedback.objects.get_or_create(invitation=invited, defaults={"given_at": now})
        kept.answers = {**kept.answers, **told.answers}
        changed = reviews.edit(review=review, words=_words(invited, told, kept.answers), now=now)
        kept.save(update_fields=["answers"])
    return changed


def shown_of(review: Review) -> list[str]:
    """Which facts the author shows."""
    facts = {
        TREATMENT: review.treatment_id is not None,
        CONCERN: review.concern_id is not None,
        DOWNTIME: review.downtime_had is not None,
    }
    return [fact for fact, is_shown in facts.items() if is_shown]


def _words(invited: VisitInvitation, told: Told, answers: Mapping[str, Any]) -> reviews.Words:
    performed = invited.performed
    shown: dict[str, Any] = {}
    show = set(told.show) & set(SHOWABLE[invited.moment])
    if CONCERN in show:
        shown["concern"] = invited.consultation.concern
    if TREATMENT in show and performed is not None:
        shown |= {"treatment": performed.treatment, "sessions": performed.session}
    if DOWNTIME in show and performed is not None and answers.get("downtime_had") is not None:
        shown |= {"downtime_told": performed.downtime_told, "downtime_had": answers["downtime_had"]}
    if told.skin_band:
        shown["skin_band"] = told.skin_band
    return reviews.Words(told.stars, told.text, told.author, told.language, shown)
