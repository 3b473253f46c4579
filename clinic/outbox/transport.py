"""Where mail goes: to the mail server that EMAIL_URL names, or into a folder as files that any mail program opens."""

import re
import smtplib
import ssl
from datetime import UTC
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from clinic.outbox.composing import domain
from clinic.outbox.models import OutboundMessage

# For each step of the conversation. All of them together stay within a worker's lease.
TIMEOUT_SECONDS = 10
PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
UNFIT_FOR_A_FILE_NAME = re.compile(r"[^A-Za-z0-9@._+-]")


class Unreachable(Exception):
    """Nobody is there to take mail; no message was touched."""


class Refused(Exception):
    """This message was not taken."""


class InDoubt(Exception):
    """The line broke while the message was handed over: it may have been taken."""


class Transport(Protocol):
    """A way out of the house. `ready` raises Unreachable; `hand_over` raises Refused or InDoubt."""

    def ready(self) -> None:
        """Make sure, before a message is claimed, that there is somebody to take it."""

    def hand_over(self, message: OutboundMessage, mail: EmailMessage) -> None:
        """Give the mail away for good."""

    def close(self) -> None:
        """Hang up."""


class MailServer:
    """smtp://host, smtp+tls://user:password@host:587 (STARTTLS) or smtps://user:password@host:465 (TLS)."""

    def __init__(self, url: str, *, sender: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in PORTS or not parts.hostname:
            raise ImproperlyConfigured(
                "EMAIL_URL is not one of smtp://host:25, smtp+tls://user:password@host:587, smtps://user:password@host:465"
            )
        self._scheme, self._host, self._port = parts.scheme, parts.hostname, parts.port or PORTS[parts.scheme]
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self._sender, self._name = parseaddr(sender)[1], domain(sender)
        self._line: smtplib.SMTP | None = None

    def ready(self) -> None:
        if self._line is not None:
            try:
                if self._line.noop()[0] == 250:
                    return
            except OSError:
                pass
            self.close()
        try:
            self._line = self._connected()
        except OSError as error:  # smtplib's errors are OSErrors as well
            raise Unreachable(f"{self._host}:{self._port}: {_words(error)}") from error

    def hand_over(self, message: OutboundMessage, mail: EmailMessage) -> None:
        if self._line is None:
            raise Refused("the line is not open")
        try:
            self._line.sendmail(self._sender, [message.to], mail.as_bytes())
        except smtplib.SMTPServerDisconnected as error:
            raise InDoubt(_words(error)) from error
        except smtplib.SMTPException as error:
            raise Refused(_words(error)) from error
        except OSError as error:
            self._line.close()
            raise InDoubt(_words(error)) from error

    def close(self) -> None:
        if self._line is not None:
            try:
                self._line.quit()
            except OSError:
                self._line.close()
            self._line = None

    def _connected(self) -> smtplib.SMTP:
        tls = ssl.create_default_context()
        if self._scheme == "smtps":
            line: smtplib.SMTP = smtplib.SMTP_SSL(
                self._host, self._port, self._name, timeout=TIMEOUT_SECONDS, context=tls
            )
        else:
            line = smtplib.SMTP(self._host, self._port, self._name, timeout=TIMEOUT_SECONDS)
        try:
            if self._scheme == "smtp+tls":
                line.starttls(context=tls)
            if self._user:
                line.login(self._user, self._password)
        except OSError:
            line.close()
            raise
        return line


class Folder:
    """One .eml file a message, named by when it was due, its own number and the address; a repeat replaces itself."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def ready(self) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Unreachable(f"{self._folder}: {_words(error)}") from error

    def hand_over(self, message: OutboundMessage, mail: EmailMessage) -> None:
        due = message.due_at.astimezone(UTC)
        to = UNFIT_FOR_A_FILE_NAME.sub("_", message.to)
        path = self._folder / f"{due:%Y-%m-%d-%H%M%S}-{message.pk.hex[:8]}-{to}.eml"
        half = path.with_suffix(".part")
        try:
            half.write_bytes(mail.as_bytes())
            half.replace(path)
        except OSError as error:
            raise Refused(_words(error)) from error

    def close(self) -> None:
        pass


def from_settings() -> Transport:
    """The transport that OUTBOX_TRANSPORT names: "smtp" by EMAIL_URL, or "folder" into OUTBOX_FOLDER."""
    if settings.OUTBOX_TRANSPORT == "smtp":
        return MailServer(settings.EMAIL_URL, sender=settings.DEFAULT_FROM_EMAIL)
    return Folder(Path(settings.OUTBOX_FOLDER))


def _words(error: OSError) -> str:
    """What the server said, or what went wrong, without the message itself."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "; ".join(f"{code} {text.decode(errors='replace')}" for code, text in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        return f"{error.smtp_code} {said.decode(errors='replace') if isinstance(said, bytes) else said}"
    return f"{type(error).__name__}: {error.strerror or error}"
