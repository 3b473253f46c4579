"""The shop window: pages that every visitor sees alike, drawn once and kept in memory for at most a minute.

A page for the window is drawn for Nobody: for a request that has an address and the wishes the page understands, and
no cookie, session, message, token or person. So there is nothing of anyone that a template could put into it, today or
after the next change. Whoever is signed in, has a message waiting or has told something walks past the window and is
served from the rows as they are now: an edit shows on the screen of the person who made it, and on a visitor's within
a minute.

Only the page is kept, never its headers: every answer still passes all middleware. In the window lies a page without a
wish, or with a single one of the closed choices that its view names; what somebody else makes up never gets in, and
the setting CACHES says how many may lie there.
"""

from collections.abc import Callable, Iterable
from functools import wraps
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser
from django.contrib.messages import get_messages
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import get_language

from clinic.crypto import digest

View = Callable[..., HttpResponse]
PERSONAL = "personal"  # the session's word that pages may show something of whoever it is


class Nobody(HttpRequest):
    """A request that knows which page is asked for, and nothing of who asks."""

    def __init__(self, path: str, wishes: dict[str, str]) -> None:
        super().__init__()
        self.method, self.path, self.path_info = "GET", path, path
        self.META["QUERY_STRING"] = urlencode(wishes)
        self.GET = QueryDict(self.META["QUERY_STRING"])
        self.user = AnonymousUser()


def kept(**wishes: Iterable[object]) -> Callable[[View], View]:
    """Put a view's pages into the window: with no wish or with one of these; a wish without values is served fresh.

    What else stands in an address is nothing to the page, and does not reach it.
    """
    known = {name: {str(value) for value in values} for name, values in wishes.items()}

    def window(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            asked = {name: request.GET[name] for name in known if request.GET.get(name)}
            is_kept = len(asked) <= 1 and all(value in known[name] for name, value in asked.items())
            if (
                not is_kept
                or request.user.is_authenticated
                or get_messages(request)
                or getattr(request, "session", {}).get(PERSONAL)
            ):
                return view(request, *args, **kwargs)
            return _from_the_window(view, Nobody(request.path, asked), *args, **kwargs)

        return answer

    return window


def mark_personal(request: HttpRequest) -> None:
    """Note that the answer shows something of whoever asks, so that no cache keeps it."""
    request.shows_personal = True  # type: ignore[attr-defined]


def _from_the_window(view: View, nobody: Nobody, *args: Any, **kwargs: Any) -> HttpResponse:
    key = digest(f"{get_language()} {nobody.get_full_path()}")
    page: bytes | None = caches["window"].get(key)
    if page is not None:
        return HttpResponse(page)
    answer = view(nobody, *args, **kwargs)
    if "CSRF_COOKIE" in nobody.META:
        raise RuntimeError(f"{nobody.path} has a form with a token, which is one person's: not for the window")
    if answer.status_code == HTTPStatus.OK:
        caches["window"].set(key, answer.content)
    return answer
