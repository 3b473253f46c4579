"""How a signed-in person is found again with each request: Django's way, without asking twice for who is at hand."""

from contextvars import ContextVar
from typing import Any, cast

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth import get_user
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from clinic.accounts import roles
from clinic.accounts.models import User
from clinic.accounts.sessions import SessionStore

_session: ContextVar[SessionBase | None] = ContextVar("session", default=None)


class PersonWithRoles(AuthenticationBackend):
    """allauth's, which knows a person together with their roles: every page of theirs asks for both."""

    def get_user(self, user_id: int) -> User | None:
        """The person, while they may sign in: the one whom the session has brought, or else from the database."""
        session = _session.get()
        person = session.person if isinstance(session, SessionStore) else None
        if person is None or person.pk != user_id:
            person = roles.person(user_id)
        return person if person and self.user_can_authenticate(person) else None


class PersonOfTheSession(AuthenticationMiddleware):
    """Django's, which lets the backend see the session while Django finds and checks who is signed in."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = cast("User | AnonymousUser", SimpleLazyObject(lambda: _signed_in(request)))


def _signed_in(request: HttpRequest) -> Any:
    token = _session.set(request.session)
    try:
        return get_user(request)
    finally:
        _session.reset(token)
