"""A picture out of the database, as a browser is given it: its own type, nothing to run, and kept only as it may be."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response

# Opened by itself, a picture may load, run and frame nothing.
ALONE = "default-src 'none'; frame-ancestors 'none'; sandbox"


def public(request: HttpRequest, *, digest: str, load: Callable[[], bytes]) -> HttpResponseBase:
    """For everybody: a browser may keep it, and asks each time whether it still stands; if so, no bytes are read."""
    etag = f'"{digest}"'
    answer = get_conditional_response(request, etag=etag) or HttpResponse(load(), content_type="image/jpeg")
    answer["ETag"] = etag
    answer["Cache-Control"] = "public, no-cache"
    answer["Content-Security-Policy"] = ALONE
    return answer


def private(data: bytes) -> HttpResponse:
    """For the one person who asked: no cache keeps it."""
    answer = HttpResponse(data, content_type="image/jpeg")
    answer["Cache-Control"] = "no-store, private"
    answer["Content-Security-Policy"] = ALONE
    return answer
