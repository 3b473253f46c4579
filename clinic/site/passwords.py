"""The page to change a password, for those who have one."""

from allauth.account.views import password_change
from django.http import Http404, HttpRequest, HttpResponse


def change(request: HttpRequest) -> HttpResponse:
    """Change one's password; a patient, who signs in with mailed codes, finds no such page."""
    if request.user.is_authenticated and not request.user.has_usable_password():
        raise Http404
    response: HttpResponse = password_change(request)
    return response
