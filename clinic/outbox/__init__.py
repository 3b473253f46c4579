"""Mail, queued in the transaction of what it tells of and sent later by `manage.py deliver`.

The verbs are in post.py: `outbox.enqueue(...)`, `outbox.withdraw(...)`, `outbox.health(...)`. Django imports this
package before models may be imported, so they are fetched when they are first named.

SMTP cannot promise exactly once: a worker that dies between the server's yes and its own note of it must send again or
leave it. No message is lost; a repeat comes only after a crash and carries the same Message-ID, by which mail systems
drop it; a message queued with `once` is then marked "unsure" for staff instead. Nothing is claimed for sending once a
withdrawal is committed.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clinic.outbox.post import enqueue as enqueue
    from clinic.outbox.post import health as health
    from clinic.outbox.post import withdraw as withdraw
else:

    def __getattr__(name: str) -> object:
        if name in {"enqueue", "health", "withdraw"}:
            return getattr(import_module("clinic.outbox.post"), name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
