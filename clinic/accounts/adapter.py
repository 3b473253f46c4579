"""How allauth behaves here."""

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from clinic.accounts.models import User
from clinic.audit import trail as audit
from clinic.audit.models import Action, Outcome


class ClosedSignUp(DefaultAccountAdapter):
    """Nobody signs up by themselves: patients exist by booking, staff by invitation."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link in the mail, to the clinic's own address whatever the request called it."""
        return f"{settings.PUBLIC_BASE_URL}{urlsplit(super().get_reset_password_from_key_url(key)).path}"

    def login(self, request: HttpRequest, user: User) -> None:
        """Sign the person in and write down that they did."""
        with transaction.atomic():
            super().login(request, user)
            audit.record(actor=user, action=Action.SIGNED_IN, object_type="user", object_id=user.pk, now=timezone.now())

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Write down whose sign-in failed, if it is anybody's; never what was typed, which may be a password."""
        whose = User.objects.of(str(credentials.get("email", "")))
        with transaction.atomic():
            audit.record(
                actor=None,
                action=Action.SIGN_IN_FAILED,
                outcome=Outcome.REFUSED,
                object_type="user",
                object_id=whose.pk if whose else "",
                now=timezone.now(),
            )
