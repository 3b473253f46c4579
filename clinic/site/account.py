"""Pages of one's own account where allauth's would do more than a clinic wants."""

from allauth.account.views import password_change
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def email(request: HttpRequest) -> HttpResponse:
    """How to change one's address: by calling, since whoever could change it here could become somebody else."""
    return render(request, "account/email.html")


def change_password(request: HttpRequest) -> HttpResponse:
    """Change one's password; a patient, who signs in with mailed codes, finds no such page."""
    if request.user.is_authenticated and not request.user.has_usable_password():
        raise Http404
    response: HttpResponse = password_change(request)
    return response
