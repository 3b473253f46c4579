"""What every page is given: the clinic's words, the way round the house, and the other language."""

from typing import Any, NotRequired, TypedDict

from django.http import HttpRequest
from django.urls import reverse, translate_url
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clinic.accounts.roles import Role, holds
from clinic.premises.models import Clinic
from clinic.site import fit


class NavItem(TypedDict):
    label: str
    url: str
    current: bool
    primary: NotRequired[bool]


def house(request: HttpRequest) -> dict[str, Any]:
    """The variables of base.html."""
    other, name = ("en", "English") if get_language() == "zh-hant" else ("zh-hant", "繁體中文")
    return {
        "clinic": SimpleLazyObject(Clinic.objects.the),
        "fit": SimpleLazyObject(lambda: fit.of(request)),
        "nav": SimpleLazyObject(lambda: navigation(request)),
        "book_url": "" if _works_here(request) else reverse("booking:what"),
        "footer_nav": SimpleLazyObject(lambda: footer_navigation(request)),
        "other_language_code": other,
        "other_language_name": name,
        "other_language_url": translate_url(request.get_full_path(), other),
    }


def navigation(request: HttpRequest) -> list[NavItem]:
    """The main links for this person, with the one we are on marked."""
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        links = _links_of(user)
    else:
        links = [
            (_("Concerns"), reverse("treatments:concerns")),
            (_("Treatments"), reverse("treatments:treatments")),
            (_("Compare"), reverse("treatments:compare")),
            (_("Practitioners"), reverse("practitioners")),
            (_("Stories"), reverse("stories")),
        ]
    # Of two that the address begins with, such as the desk and its week, the longer one is meant.
    here = max((url for _label, url in links if request.path.startswith(url)), key=len, default="")
    return [{"label": label, "url": url, "current": url == here} for label, url in links]


def footer_navigation(request: HttpRequest) -> list[dict[str, str]]:
    """The small links at the foot of every page."""
    links = [
        (_("What fits you"), "fit"),
        (_("Search"), "search"),
        (_("Questions"), "treatments:questions"),
        (_("Glossary"), "treatments:glossary"),
        (_("Costs"), "costs"),
        (_("Plan a combination"), "plan"),
        (_("About and contact"), "about"),
        (_("Privacy"), "privacy"),
    ]
    if not request.user.is_authenticated:
        links.append((_("Sign in"), "account_login"))
    return [{"label": label, "url": reverse(name)} for label, name in links]


def _works_here(request: HttpRequest) -> bool:
    """Whether the person is signed in to work rather than to be a patient."""
    user = getattr(request, "user", None)
    return user is not None and user.is_authenticated and user.has_usable_password()


def _links_of(user: Any) -> list[tuple[str, str]]:
    links: list[tuple[str, str]] = []
    if holds(user, Role.PRACTITIONER):
        links += [
            (_("Today"), reverse("desk:today")),
            (_("Week"), reverse("desk:week")),
            (_("My reviews"), reverse("own_reviews:list")),
            (_("My profile"), reverse("own_profile:words")),
        ]
    if user.is_staff:
        if holds(user, Role.STAFF, Role.OWNER):
            links += [(_("Reception"), reverse("reception:day")), (_("Reviews"), reverse("moderation:queue"))]
        links.append((_("Admin"), reverse("admin:index")))
    if not links:
        links = [
            (_("My consultations"), reverse("my:consultations")),
            (_("Treatments"), reverse("treatments:treatments")),
            (_("Practitioners"), reverse("practitioners")),
        ]
    return links
