"""The outbox's verbs."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.transaction import TransactionManagementError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clinic.accounts.models import User
from clinic.audit import trail as audit
from clinic.audit.models import Action
from clinic.outbox.models import PURGED, OutboundMessage, State, WorkerHeartbeat

WORKER = "deliver"
LATE = timedelta(minutes=10)
SILENT = timedelta(minutes=5)


def enqueue(  # noqa: PLR0913  a message has that many parts
    *,
    key: str,
    to: str,
    subject: str,
    text: str,
    html: str = "",
    language: str,
    calendar: str = "",
    calendar_method: str = "",
    due_at: datetime,
    expires_at: datetime | None = None,
    once: bool = False,
    about: str = "",
    reference: str = "",
    now: datetime,
) -> None:
    """Queue one mail in the transaction of what it tells of; the same key again changes nothing.

    The key names the occasion, such as "reminder:<uuid>:<time>:24", and stays used when the message is withdrawn.
    `about` is an opaque reference, such as "consultation:<uuid>", by which it can be withdrawn; `reference` is the name
    by which staff find it. `once` is for what is
    better not said than said twice; after `expires_at` the message is of no use and is not sent.
    """
    _refuse_outside_a_transaction()
    if not to or len(f"{to}{subject}".splitlines()) != 1:
        raise ValueError("a message needs an address, and neither it nor the subject may hold a line break")
    message = OutboundMessage(
        key=key,
        occasion=key.partition(":")[0][:30],
        about=about,
        reference=reference,
        to=to,
        subject=subject,
        language=language,
        text=text,
        html=html or None,
        calendar=calendar or None,
        calendar_method=calendar_method,
        once=once,
        created_at=now,
        due_at=due_at,
        expires_at=expires_at,
    )
    # One statement; a key that is there already keeps its row as it is.
    OutboundMessage.objects.bulk_create([message], update_conflicts=True, unique_fields=["key"], update_fields=["key"])


def withdraw(*, about: str, occasions: Collection[str] = (), now: datetime) -> int:
    """Take back every message about this, or of these occasions, that has not gone out; the number of them.

    One that a worker is handing over at this moment may still arrive, and is then marked as sent. One that failed stays
    so for staff to see, and cannot be sent again.
    """
    _refuse_outside_a_transaction()
    theirs = OutboundMessage.objects.filter(about=about)
    if occasions:
        theirs = theirs.filter(occasion__in=occasions)
    theirs.filter(state=State.FAILED).update(**PURGED)
    return int(
        theirs.filter(state__in=[State.PENDING, State.SENDING]).update(
            state=State.WITHDRAWN, expires_at=now, lease_until=None, **PURGED
        )
    )


class CannotSendAgain(Exception):
    """A message stays as it is; the sentence says to staff why."""

    sentence: str | Promise = _("Only a message that failed can be sent again.")


class WordsGone(CannotSendAgain):
    sentence = _("What this message said is no longer kept, so it cannot be sent again. Please call instead.")


class Overtaken(CannotSendAgain):
    sentence = _("There is a newer message about the same, so this one would mislead. Send the newer one instead.")


class OfNoUse(CannotSendAgain):
    sentence = _("It is too late for this message to be of use. Please call instead.")


def send_again(*, actor: User, message: OutboundMessage, now: datetime) -> None:
    """Try a failed message afresh, from its first attempt on; CannotSendAgain when it must not or cannot go out."""
    newer = OutboundMessage.objects.filter(about=message.about, created_at__gt=message.created_at)
    if message.about and newer.exists():
        raise Overtaken
    with transaction.atomic():
        failed = OutboundMessage.objects.filter(pk=message.pk, state=State.FAILED)
        if failed.filter(text__isnull=True).exists():
            raise WordsGone
        if failed.filter(expires_at__lte=now).exists():
            raise OfNoUse
        if not failed.update(state=State.PENDING, attempts=0, due_at=now, error=""):
            raise CannotSendAgain
        audit.record(actor=actor, action=Action.MAIL_SENT_AGAIN, object_type="message", object_id=message.pk, now=now)


@dataclass(frozen=True)
class Health:
    """How long the oldest due message has waited, how long the worker has been silent, and what it said was wrong.

    None where there is none.
    """

    oldest_due: timedelta | None
    silence: timedelta | None
    problem: str = ""

    @property
    def ok(self) -> bool:
        """Whether mail flows: nothing is late, and a worker that has ever run is still there."""
        return not self.is_late and not self.is_silent

    @property
    def is_late(self) -> bool:
        """Whether a message that is due has waited for too long."""
        return self.oldest_due is not None and self.oldest_due > LATE

    @property
    def is_silent(self) -> bool:
        """Whether a worker that ran once gives no sign of life."""
        return self.silence is not None and self.silence > SILENT

    @property
    def minutes_late(self) -> int:
        """For how many minutes the oldest due message has waited."""
        return int((self.oldest_due or timedelta()).total_seconds() // 60)

    @property
    def minutes_silent(self) -> int:
        """For how many minutes the worker has been silent."""
        return int((self.silence or timedelta()).total_seconds() // 60)

    def as_dict(self) -> dict[str, int | None]:
        """The ages in whole seconds."""
        ages = {"oldest_due_seconds": self.oldest_due, "worker_silent_seconds": self.silence}
        return {name: None if age is None else int(age.total_seconds()) for name, age in ages.items()}


def health(*, now: datetime) -> Health:
    """How the mail is doing, in two cheap queries."""
    oldest = OutboundMessage.objects.due(now).order_by("due_at").values_list("due_at", flat=True).first()
    beat = WorkerHeartbeat.objects.filter(name=WORKER).first()
    return Health(
        oldest_due=now - oldest if oldest else None,
        silence=now - beat.beat_at if beat else None,
        problem=beat.problem if beat else "",
    )


def _refuse_outside_a_transaction() -> None:
    if not connection.in_atomic_block:
        raise TransactionManagementError("a message stands or falls with what it tells of: open a transaction")
