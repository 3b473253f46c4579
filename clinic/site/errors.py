"""Our own error pages: calm, static, and without anything of the request in them."""

from django.http import HttpRequest, HttpResponse

from clinic.middleware import error_page


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Not there, and not yours, look the same."""
    return error_page(request, 404)


def our_fault(request: HttpRequest) -> HttpResponse:
    """Something of ours broke: a number to quote, nothing else."""
    return error_page(request, 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page was open too long, or cookies are off: say what to do."""
    return error_page(request, "403_csrf")
