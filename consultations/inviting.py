"""Inviting to review when the moment comes, and telling the author what became of what they wrote.

Chores of the worker: nobody chooses who is asked or told, nothing is read by anybody, so nothing is audited.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

from consultations import messages
from consultations.models import Status, VisitInvitation
from practitioners import reviews
from practitioners.reviews import MovedOn

BATCH = 50
_WITH = (
    "invitation__practitioner",
    "invitation__review",
    "consultation__booked_by",
    "consultation__patient",
    "consultation__practitioner",
)


def invite(*, now: datetime) -> int:
    """Send the invitations whose moment has come; returns how many."""
    due = VisitInvitation.objects.filter(
        invitation__sent_at=None, invitation__due_at__lte=now, consultation__status=Status.COMPLETED
    )
    reachable = due.exclude(consultation__booked_by=None).select_related(*_WITH)
    return sum(_invite(each, now) for each in reachable.order_by("invitation__due_at")[:BATCH])


def tell(*, now: datetime) -> int:
    """Write to the authors whose review was decided since they last heard; returns how many."""
    decided = Q(invitation__review__moderated_at__isnull=False) & (
        Q(told_at=None)
        | Q(invitation__review__moderated_at__gt=F("told_at"))
        | Q(invitation__review__heard_at__gt=F("told_at"))
    )
    untold = VisitInvitation.objects.filter(decided, invitation__review__state__in=["published", "withheld"])
    reachable = untold.exclude(consultation__booked_by=None).select_related(*_WITH)
    return sum(_tell(each, now) for each in reachable[:BATCH])


def _invite(invited: VisitInvitation, now: datetime) -> bool:
    try:
        with transaction.atomic():
            link = reviews.send(invitation=invited.invitation, now=now)
            messages.invited_to_review(invited, token=link, now=now)
    except MovedOn:  # another worker was quicker
        return False
    return True


def _tell(invited: VisitInvitation, now: datetime) -> bool:
    with transaction.atomic():
        if not VisitInvitation.objects.filter(pk=invited.pk, told_at=invited.told_at).update(told_at=now):
            return False
        link = reviews.link(invitation=invited.invitation, now=now)
        messages.told_about_review(invited, token=link, now=now)
    return True
