"""Load the catalogue, the questionnaire and the rules that ship with the product."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from treatments import loading


class Command(BaseCommand):
    help = (
        "Load the catalogue that ships with the product. Harmless when repeated: it brings changed entries back to "
        "what the files say (their history is kept) and leaves alone what the clinic has added."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, and say how much there is."""
        loaded = loading.load_catalogue(now=timezone.now())
        self.stdout.write(
            f"{loaded.codes} codes, {loaded.treatments} treatments, {loaded.concerns} concerns, "
            f"{loaded.references} sources"
        )
