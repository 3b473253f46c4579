"""What happens to every request: an id, headers, who may come in, and what a cache may keep."""

import codecs
import logging
import re
import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template import loader
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from clinic.audit import trail as audit
from clinic.public import PERSONAL_NAMESPACES, PUBLIC_VIEWS
from clinic.throttle import TooOften

logger = logging.getLogger(__name__)
Answer = Callable[[HttpRequest], HttpResponseBase]
CSP = "; ".join(f"{directive} {' '.join(sources)}" for directive, sources in settings.SECURE_CSP.items())
CHARSET = re.compile(r"charset=\"?([^\s;\"]+)", re.IGNORECASE)
# A page that polls names itself with this header, and so does not count as a person at work.
POLL_HEADER = "X-Poll"


def request_id(get_response: Answer) -> Answer:
    """Give every request an id that an error page can show and the log can be searched for."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        request.id = secrets.token_hex(6)  # type: ignore[attr-defined]
        context = audit.request_id.set(request.id)  # type: ignore[attr-defined]
        try:
            response = get_response(request)
        finally:
            audit.request_id.reset(context)
        response["X-Request-ID"] = request.id  # type: ignore[attr-defined]
        return response

    return middleware


def security_headers(get_response: Answer) -> Answer:
    """Tell the browser to run, load and frame nothing but our own files."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", CSP)
        response.headers.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

    return middleware


def readable_charset(get_response: Answer) -> Answer:
    """Refuse a form in another charset than UTF-8 before Django trips over it."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        named = CHARSET.search(request.META.get("CONTENT_TYPE", ""))
        if named and not _is_utf8(named.group(1)):
            return HttpResponse("Send the form as UTF-8.", status=415, content_type="text/plain")
        return get_response(request)

    return middleware


def _is_utf8(charset: str) -> bool:
    try:
        return codecs.lookup(charset).name in {"utf-8", "ascii"}
    except LookupError:
        return False


class Refusals:
    """Say in words when to come back, wherever in a view it turns out."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return refusal(request, exception)


def refusal(request: HttpRequest, exception: BaseException | None) -> HttpResponse | None:
    """The page for too many tries, or for a database that cannot be reached; None for anything else."""
    if isinstance(exception, TooOften):
        response = error_page(request, 429)
        response["Retry-After"] = str(max(1, int(exception.retry_after.total_seconds())))
        return response
    if isinstance(exception, OperationalError | InterfaceError):
        logger.error("database away: %s", type(exception).__name__)
        response = error_page(request, 503)
        response["Retry-After"] = "60"
        return response
    return None


class SignedInUnlessPublic(LoginRequiredMiddleware):
    """Deny by default: a page that clinic.public does not list asks the visitor to sign in."""

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., Any],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        match = request.resolver_match
        if match is not None and match.view_name in PUBLIC_VIEWS:
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)


def idle_sign_out(get_response: Answer) -> Answer:
    """Sign out a person who has been away, or signed in for a whole working day."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.user.is_authenticated and _is_over(request, request.user):
            logout(request)
        return get_response(request)

    return middleware


def _is_over(request: HttpRequest, user: AbstractBaseUser) -> bool:
    """Whether the sign-in has ended; if not, this click counts as being there, unless it is a page that polls."""
    now = timezone.now().timestamp()
    since, seen = (request.session.setdefault(name, now) for name in ("since", "seen"))
    idle: timedelta = settings.IDLE_SIGN_OUT["staff" if user.has_usable_password() else "patient"]
    if now - seen > idle.total_seconds() or now - since > settings.SESSION_COOKIE_AGE:
        return True
    if POLL_HEADER not in request.headers and now - seen > 60:
        request.session["seen"] = now
    return False


def no_store_for_people(get_response: Answer) -> Answer:
    """Keep every page of a person out of every cache, and clear the browser's when they sign out."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        was_signed_in = request.user.is_authenticated
        response = get_response(request)
        match = request.resolver_match
        namespaces = set(match.namespaces) if match else set()
        shows_personal = getattr(request, "shows_personal", False) or namespaces & PERSONAL_NAMESPACES
        if was_signed_in or request.user.is_authenticated or shows_personal:
            response["Cache-Control"] = "no-store, private"
            patch_vary_headers(response, ["Cookie"])
        if was_signed_in and not request.user.is_authenticated:
            response["Clear-Site-Data"] = '"cache", "storage"'
        if namespaces & {"manage", "reviews"}:
            # The address of the page is the secret: tell the house, not the room. With "no-referrer" a browser would
            # send "Origin: null" with a form, and the form would be refused as forged.
            response["Referrer-Policy"] = "strict-origin"
        return response

    return middleware


def error_page(request: HttpRequest, page: int | str) -> HttpResponse:
    """One of our calm error pages, with its status; of the request they are given its number and nothing else."""
    words = {"request": {"id": getattr(request, "id", "")}}
    status = page if isinstance(page, int) else int(page[:3])
    return HttpResponse(loader.render_to_string(f"{page}.html", words), status=status)
