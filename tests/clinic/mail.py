"""Messages, a transport that does as it is told, and a real mail server."""

import asyncio
import email
import email.policy
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
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


class MailServer:
    """A real mail server on loopback that keeps what it takes; `answers` come first, one for each message."""

    def __init__(self, *, answer_after: float = 0) -> None:
        self.taken: list[EmailMessage] = []
        self.answers: list[str] = []
        self._answer_after = answer_after
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.address = f"127.0.0.1:{free.getsockname()[1]}"

    @contextmanager
    def listening(self) -> Iterator[Self]:
        host, _, port = self.address.partition(":")
        controller = Controller(self, host, int(port), authenticator=_knows_the_desk, auth_require_tls=False)
        controller.start()
        try:
            yield self
        finally:
            controller.stop()

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if address.startswith("nobody"):
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer == "hang up":
            server.transport.abort()
        elif answer.startswith("250"):
            self.taken.append(parsed(envelope.content))
            await asyncio.sleep(self._answer_after)
        return answer


def _knows_the_desk(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    return AuthResult(success=(data.login, data.password) == (b"desk", b"p@ss"), handled=False)


def parsed(wire: bytes) -> EmailMessage:
    """A mail as a strict reader understands it."""
    mail = email.message_from_bytes(wire, policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    assert not mail.defects
    return mail
