"""A message as it goes over the wire."""

from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from clinic.outbox.models import OutboundMessage

# Every server carries seven bits; not every one carries eight.
WIRE = SMTP.clone(cte_type="7bit")


def compose(message: OutboundMessage, *, sender: str) -> EmailMessage:
    """The mail of a row, with plain text, and HTML and a calendar entry where it has them.

    Composed again, it has the same Message-ID and date. `sender` may be an address or a name with one.
    """
    mail = EmailMessage(policy=WIRE)
    mail["From"] = sender
    mail["To"] = message.to
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(message.created_at)
    mail["Message-ID"] = f"<{message.pk}@{domain(sender)}>"
    mail["Auto-Submitted"] = "auto-generated"  # asks holiday replies to keep quiet
    mail.set_content(message.text or "")
    if message.html:
        mail.add_alternative(message.html, subtype="html")
    if message.calendar:
        mail.add_alternative(message.calendar, subtype="calendar", params={"method": message.calendar_method})
    mail["Content-Language"] = message.language  # last: setting content takes such headers along into a part
    return mail


def domain(sender: str) -> str:
    """What stands behind the sign in the sender's address."""
    return parseaddr(sender)[1].rpartition("@")[2] or "localhost"
