"""What those who wait are told by mail: a time and until when it is theirs; never what it is about."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from clinic import outbox
from clinic.crypto import digest, token
from clinic.premises.models import Clinic
from consultations import mail, quoting
from consultations.models import WaitlistEntry, WaitlistLink, WaitlistOffer


def joined(entry: WaitlistEntry, *, now: datetime) -> None:
    """That they are on the list, how it goes, and how to leave it."""
    _tell(entry, "waitlist_joined", entry.pk, _joined_subject, now)


def offered(offer: WaitlistOffer, *, clinic: Clinic, now: datetime) -> None:
    """A time that is held for them, and until when; of no use afterwards."""
    entry = offer.entry
    with translation.override(entry.language):
        mail.send(
            key=f"waitlist_offer:{offer.pk}",
            to=entry.user.email,
            subject=_("A time has come free"),
            template="waitlist_offer",
            language=entry.language,
            about=about(entry),
            clinic=clinic,
            now=now,
            expires_at=offer.answer_by,
            entry=entry,
            offer=offer,
            booked=entry.replaces(now),
            waiting_url=fresh_link(entry, now),
            **quoting.offered(offer, clinic, now),
        )


def paused(entry: WaitlistEntry, *, now: datetime) -> None:
    """That no more is offered until they say so, and how to say so."""
    _tell(entry, "waitlist_paused", f"{entry.pk}:{now.timestamp()}", _paused_subject, now)


def over(entry: WaitlistEntry, *, now: datetime) -> None:
    """That they are no longer on the list, and why."""
    nothing_more(entry, now=now)
    _tell(entry, "waitlist_over", entry.pk, _over_subject, now)


def nothing_more(entry: WaitlistEntry, *, now: datetime) -> None:
    """Nothing more about an offer that is answered, or to somebody who has left."""
    outbox.withdraw(about=about(entry), now=now)


def about(entry: WaitlistEntry) -> str:
    """By what name the outbox knows what is about somebody's waiting."""
    return f"waitlist:{entry.pk}"


def fresh_link(entry: WaitlistEntry, now: datetime) -> str:
    """A new link for each message: only hashes are kept."""
    secret = token()
    WaitlistLink.objects.create(entry=entry, token_hash=digest(secret), created_at=now)
    return settings.PUBLIC_BASE_URL + reverse("waiting:entry", args=[secret])


def _tell(entry: WaitlistEntry, template: str, once: Any, subject: Any, now: datetime) -> None:
    with translation.override(entry.language):
        mail.send(
            key=f"{template}:{once}",
            to=entry.user.email,
            subject=subject(),
            template=template,
            language=entry.language,
            about=about(entry),
            clinic=Clinic.objects.the(),
            now=now,
            entry=entry,
            waiting_url=fresh_link(entry, now),
        )


def _joined_subject() -> str:
    return _("You are on the waiting list")


def _paused_subject() -> str:
    return _("We have paused your place on the waiting list")


def _over_subject() -> str:
    return _("You are no longer on the waiting list")
