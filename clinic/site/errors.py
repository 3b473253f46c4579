"""Our own error pages: calm, static, and without anything of the request in them."""

import sys

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse

from clinic.middleware import error_page, refusal

TOO_MUCH = RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The request cannot be read, or there is too much of it."""
    return error_page(request, 413 if isinstance(exception, TOO_MUCH) else 400)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Not there, and not yours, look the same."""
    return error_page(request, 404)


def our_fault(request: HttpRequest) -> HttpResponse:
    """Something of ours broke: a number to quote, nothing else. A database that is away is found out here as well."""
    return refusal(request, sys.exc_info()[1]) or error_page(request, 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page was open too long, or cookies are off: say what to do."""
    return error_page(request, "403_csrf")
