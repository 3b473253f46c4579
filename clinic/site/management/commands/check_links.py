"""Follow the links that public pages lead to."""

from collections import Counter
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from clinic.site import links as pages
from treatments import links
from treatments.models import CheckedLink


class Command(BaseCommand):
    help = (
        "Follow every link of the catalogue, of the practitioners' registers and of our own pages, and keep what came "
        "of it for the list of links in the admin. What cannot be told is kept as not checked; no text is changed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """How long one link may take."""
        parser.add_argument("--seconds", type=int, default=links.SECONDS, help="how long to wait for an answer")

    def handle(self, *args: Any, **options: Any) -> None:
        """Follow them, and say how many answer."""
        now = timezone.now()
        links.check(pages.found(now), house=settings.PUBLIC_BASE_URL, now=now, seconds=options["seconds"])
        counts = Counter(CheckedLink.objects.values_list("state", flat=True))
        answer, broken, unchecked = (counts[state] for state in ("answers", "broken", "unchecked"))
        self.stdout.write(f"{answer} links answer, {broken} are broken, {unchecked} could not be checked.")
        for link in CheckedLink.objects.filter(state="broken"):
            rows = ", ".join(" ".join(place) for place in link.found_in)
            self.stdout.write(f"  {link.url} ({link.get_finding_display()}) in {rows}")
