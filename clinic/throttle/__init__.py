"""Counting what people may do only so often: `throttle.hit(...)` before the work, TooOften when it is too much.

One statement counts and answers, so it is exact whatever the number of processes. Windows are fixed: at the seam of
two of them somebody may do twice as much. Call it outside of the verb's transaction, whose failure would undo the
count. A row keeps a keyed hash of whom it counts, never an address, and goes when its window is over.
"""

from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, ip_address, ip_network

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

COUNT = """
    INSERT INTO throttle_count (key, ends, hits) VALUES (%s, %s, 1)
    ON CONFLICT (key) DO UPDATE SET hits = throttle_count.hits + 1
    RETURNING hits
"""
PURGE = "DELETE FROM throttle_count WHERE ends <= %s"


class TooOften(Exception):
    """Somebody did something more often than allowed; `retry_after` says how long until they may again."""

    def __init__(self, retry_after: timedelta) -> None:
        super().__init__(f"again in {retry_after}")
        self.retry_after = retry_after


def hit(*, purpose: str, subject: str, limit: int, window: timedelta, now: datetime) -> None:
    """Count one more of this purpose for this subject; TooOften from the one after the limit until the window ends.

    A subject is an address, of mail or of the network; its case does not matter.
    """
    seconds = int(window.total_seconds())
    ends = datetime.fromtimestamp((int(now.timestamp()) // seconds + 1) * seconds, UTC)
    whom = salted_hmac("clinic.throttle", subject.strip().casefold(), algorithm="sha256").hexdigest()
    key = f"{purpose}:{whom}:{seconds}:{int(ends.timestamp())}"
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [key, connection.ops.adapt_datetimefield_value(ends)])
        (hits,) = cursor.fetchone()
    if hits > limit:
        raise TooOften(retry_after=ends - now)


def mail(request: HttpRequest, *, to: str, now: datetime) -> None:
    """Count one more mail that somebody unknown has the clinic write to an address; call it before it is written.

    Few from one place, so that a flood ends, and more altogether, so that whoever floods does not keep the owner of the
    address from their own mail.
    """
    place = address(request)
    for purpose, subject, limit in (
        ("mail-to-from", f"{to} {place}", settings.MAILS_TO_AN_ADDRESS_FROM_ONE_PLACE_PER_HOUR),
        ("mail-from", place, settings.MAILS_FROM_ONE_PLACE_PER_HOUR),
        ("mail-to", to, settings.MAILS_TO_AN_ADDRESS_PER_HOUR),
    ):
        hit(purpose=purpose, subject=subject, limit=limit, window=timedelta(hours=1), now=now)


def purge(*, now: datetime) -> int:
    """Remove what was counted in windows that are over; the number of rows."""
    with connection.cursor() as cursor:
        cursor.execute(PURGE, [connection.ops.adapt_datetimefield_value(now)])
        return int(cursor.rowcount)


def address(request: HttpRequest) -> str:
    """Where a request comes from on the network; of IPv6 the part that a household shares, which is 64 bits.

    A proxy's word for it counts only when the operator says that there is a proxy.
    """
    proxies: int = getattr(settings, "ALLAUTH_TRUSTED_PROXY_COUNT", 0)
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
    seen = hops[-proxies] if proxies and len(hops) >= proxies else str(request.META.get("REMOTE_ADDR", ""))
    try:
        ip = ip_address(seen)
    except ValueError:  # a Unix socket has no address
        return seen
    if isinstance(ip, IPv4Address):
        return seen
    return str(ip.ipv4_mapped or ip_network((int(ip), 64), strict=False))
