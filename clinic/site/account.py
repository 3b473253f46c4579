"""Pages of signing in where allauth's would do more than a clinic wants, or more often."""

from datetime import timedelta
from typing import Any

from allauth.account import views as allauth
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from clinic import throttle

QUARTER = timedelta(minutes=15)


def login(request: HttpRequest) -> HttpResponse:
    """Sign in with a password; somebody from one place tries ten times, and whoever guesses locks nobody else out."""
    if request.method == "POST":
        now, place = timezone.now(), throttle.address(request)
        one, all_together = (
            settings.SIGN_INS_OF_ONE_PERSON_FROM_ONE_PLACE_PER_QUARTER,
            settings.SIGN_INS_FROM_ONE_PLACE_PER_QUARTER,
        )
        whom = f"{request.POST.get('login', '').strip()} {place}"
        throttle.hit(purpose="sign-in", subject=whom, limit=one, window=QUARTER, now=now)
        throttle.hit(purpose="sign-in-from", subject=place, limit=all_together, window=QUARTER, now=now)
    return _answer(allauth.login(request))


def request_code(request: HttpRequest) -> HttpResponse:
    """Have a code mailed to sign in with."""
    _count_mail(request)
    return _answer(allauth.request_login_code(request))


def reset_password(request: HttpRequest) -> HttpResponse:
    """Have a link mailed to choose a password with."""
    _count_mail(request)
    return _answer(allauth.password_reset(request))


def _count_mail(request: HttpRequest) -> None:
    if to := request.POST.get("email", "").strip():
        throttle.mail(request, to=to, now=timezone.now())


def _answer(response: Any) -> HttpResponse:
    assert isinstance(response, HttpResponse)
    return response


@require_safe
def email(request: HttpRequest) -> HttpResponse:
    """How to change one's address: by calling, since whoever could change it here could become somebody else."""
    return render(request, "account/email.html")


def change_password(request: HttpRequest) -> HttpResponse:
    """Change one's password; a patient, who signs in with mailed codes, finds no such page."""
    if request.user.is_authenticated and not request.user.has_usable_password():
        raise Http404
    return _answer(allauth.password_change(request))
