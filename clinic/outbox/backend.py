"""Django's and allauth's mail takes the same way as ours: into the outbox, with sealed bodies."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import get_language

from clinic import outbox


class OutboxEmailBackend(BaseEmailBackend):
    """EMAIL_BACKEND: queues a message for each recipient instead of speaking to a mail server within a request."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        with transaction.atomic():
            return sum(_queue(mail) for mail in email_messages)


def _queue(mail: EmailMessage) -> int:
    if mail.attachments:
        raise NotImplementedError("the outbox carries text, HTML and a calendar entry, and no attachments")
    text, html = _bodies(mail)
    now = timezone.now()
    for to in mail.recipients():
        outbox.enqueue(
            key=f"mail:{uuid.uuid4()}",
            to=to,
            subject=str(mail.subject),
            text=text,
            html=html,
            language=get_language() or settings.LANGUAGE_CODE,
            due_at=now,
            now=now,
        )
    return len(mail.recipients())


def _bodies(mail: EmailMessage) -> tuple[str, str]:
    alternatives: list[Any] = getattr(mail, "alternatives", [])
    html = next((str(content) for content, mimetype in alternatives if mimetype == "text/html"), "")
    if mail.content_subtype == "html":
        return strip_tags(str(mail.body)), str(mail.body)
    return str(mail.body), html
