"""What crawlers ask for: where the public pages are, and which pages are nobody's to list."""

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import sitemap as list_of_pages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from practitioners.models import Practitioner
from treatments.models import Comparison, Concern, Treatment

# Pages that stand by themselves; those of rows follow from the rows.
STANDING = (
    "home", "treatments:concerns", "treatments:treatments", "treatments:compare", "treatments:glossary",
    "treatments:questions", "practitioners", "stories", "costs", "plan", "fit", "fit_skin_type", "ledger", "about",
    "privacy",
)  # fmt: skip
CLOSED = ("account", "admin", "book", "calendar", "desk", "my", "reception", "review", "search", "styleguide", "visit")


class Pages(Sitemap):  # type: ignore[type-arg]  # not subscriptable at run time
    """Pages in every language, each naming the others, under the address that the clinic is known by."""

    i18n = alternates = x_default = True
    protocol = urlsplit(settings.PUBLIC_BASE_URL).scheme

    def get_domain(self, site: Any = None) -> str:
        return urlsplit(settings.PUBLIC_BASE_URL).netloc


class StandingPages(Pages):
    def items(self) -> Sequence[str]:
        return STANDING

    def location(self, item: str) -> str:
        return reverse(item)


class RowPages(Pages):
    """The pages of what is published at this moment."""

    def items(self) -> list[Model]:
        now = timezone.now()
        shelves: Iterable[Iterable[Model]] = (
            Concern.objects.published(now),
            Treatment.objects.published(now),
            Treatment.objects.published(now).facts_beside(),
            Comparison.objects.published(now),
            Practitioner.objects.listed(),
        )
        return [row for shelf in shelves for row in shelf]

    def location(self, item: Any) -> str:
        return str(item.get_absolute_url())


class CarePages(Pages):
    """The days before and after each treatment."""

    def items(self) -> list[Treatment]:
        return list(Treatment.objects.published(timezone.now()))

    def location(self, item: Treatment) -> str:
        return reverse("treatments:care", args=[item.slug])


SITEMAPS: Any = {
    "standing": StandingPages,
    "rows": RowPages,
    "care": CarePages,
}


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """Every public page with its translations."""
    answer: HttpResponse = list_of_pages(request, sitemaps=SITEMAPS).render()
    return answer


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Who crawls may read what everybody may read, and is shown the list of it."""
    prefixes = [
        prefix for language in ("", "/zh-hant") for prefix in (f"Disallow: {language}/{name}/" for name in CLOSED)
    ]
    lines = ["User-agent: *", *prefixes, "", f"Sitemap: {settings.PUBLIC_BASE_URL}{reverse('sitemap')}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
