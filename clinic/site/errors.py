"""Our own error pages."""

from django.http import HttpRequest, HttpResponse

from clinic.middleware import error_page


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page was open too long, or cookies are off: say what to do."""
    return error_page(request, 403)
