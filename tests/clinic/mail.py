"""Messages, and a mail server that does as it is told."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

from django.db import transaction

from clinic import outbox
from clinic.outbox.models import OutboundMessage
from clinic.outbox.transport import Unreachable

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
SECRET = "Your code is 482 913 驗證碼"


def enqueue(key: str = "booked:1", **parts: Any) -> OutboundMessage:
    """Queue a message in a transaction of its own and return its row."""
    with transaction.atomic():
        outbox.enqueue(
            **{
                "key": key,
                "to": "alice@example.test",
                "subject": "Your consultation is booked",
                "text": SECRET,
                "language": "en",
                "due_at": NOW,
                "now": NOW,
                **parts,
            }
        )
    message: OutboundMessage = OutboundMessage.objects.get(key=key)
    return message


def withdraw(about: str, now: datetime = NOW) -> int:
    with transaction.atomic():
        return outbox.withdraw(about=about, now=now)


@dataclass
class Postbox:
    """A transport that keeps what it is given; `trouble` is raised instead, once for each entry."""

    taken: list[EmailMessage] = field(default_factory=list)
    trouble: list[Exception] = field(default_factory=list)
    away: bool = False

    def ready(self) -> None:
        if self.away:
            raise Unreachable("nobody there")

    def hand_over(self, message: OutboundMessage, mail: EmailMessage) -> None:
        if self.trouble:
            raise self.trouble.pop(0)
        self.taken.append(mail)

    def close(self) -> None:
        """Nothing to hang up."""

    @property
    def keys(self) -> list[str]:
        return [str(mail["Message-ID"]) for mail in self.taken]


@contextmanager
def clock_at(*moments: datetime) -> Iterator[Any]:
    """A clock that shows each moment once and then stays at the last."""
    left = list(moments)

    def clock() -> datetime:
        return left.pop(0) if len(left) > 1 else left[0]

    yield clock
