"""How allauth behaves here."""

from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest


class ClosedSignUp(DefaultAccountAdapter):
    """Nobody signs up by themselves: patients exist by booking, staff by invitation."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link in the mail, to the clinic's own address whatever the request called it."""
        return f"{settings.PUBLIC_BASE_URL}{urlsplit(super().get_reset_password_from_key_url(key)).path}"
