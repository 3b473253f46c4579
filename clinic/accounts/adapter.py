"""How allauth behaves here."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedSignUp(DefaultAccountAdapter):
    """Nobody signs up by themselves: patients exist by booking, staff by invitation."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
