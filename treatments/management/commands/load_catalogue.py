"""Load the catalogue, the questionnaire and the rules that ship with the product."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from treatments import loading


class Command(BaseCommand):
    help = (
        "Load the catalogue, the questionnaire and the rules that ship with the product. Harmless when repeated: it "
        "adds what is missing and leaves alone what is there, whoever has edited it. A newer questionnaire or rule set "
        "than the clinic has waits in the admin for a clinical lead."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--restore",
            action="store_const",
            const=loading.restore_catalogue,
            default=loading.load_catalogue,
            dest="lay",
            help="bring edited entries, with their lists and questions, back to what ships (the history of edited "
            "words is kept); treatments and concerns that the clinic has added stay, and no published questionnaire "
            "or rule set is ever changed",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, and say how much there is."""
        loaded = options["lay"](now=timezone.now())
        self.stdout.write(
            f"{loaded.codes} codes, {loaded.treatments} treatments, {loaded.concerns} concerns, "
            f"{loaded.references} sources"
        )
        for version in loaded.offered:
            self.stdout.write(
                f"{version._meta.verbose_name} {version.shipped_as} of this release waits in the admin as number "
                f"{version}: it is not in use before a clinical lead publishes it"
            )
