"""Check that saved answers are what was saved."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from consultations import signing


class Command(BaseCommand):
    help = "Check that no saved answers were changed; a check code that a patient noted can be looked for among them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--noted", default="", help="a check code that somebody noted, or how it begins")

    def handle(self, *args: Any, **options: Any) -> None:
        verdict = signing.verify()
        for row, wrong in sorted(verdict.broken.items()):
            self.stdout.write(f"revision {row} {wrong}")
        if options["noted"] and not signing.holds(options["noted"]):
            raise CommandError("No saved answers have this check code: they were changed or taken away.")
        if verdict.broken:
            raise CommandError(f"{len(verdict.broken)} revisions of answers are not what was saved.")
        self.stdout.write(f"{verdict.whole} revisions of answers are as they were saved.")
        if verdict.without:
            self.stdout.write(f"{verdict.without} are from before there were check codes, and have none.")
