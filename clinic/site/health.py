"""Whether the house is standing: for a load balancer, an uptime monitor and `compose`."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from clinic.outbox import health


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when the database answers and mail flows, else 503; counts and ages only, nobody's data."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        mail = health(now=timezone.now())
    except DatabaseError:
        return JsonResponse({"ok": False, "database": False}, status=503)
    return JsonResponse({"ok": mail.ok, "database": True, "mail": mail.as_dict()}, status=200 if mail.ok else 503)
