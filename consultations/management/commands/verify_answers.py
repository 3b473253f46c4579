"""Check that saved answers are what was saved."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from consultations import signing


class Command(BaseCommand):
    help = "Check that no saved answers were changed; a check code that a patient noted can be looked for among them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--noted", default="", help="a check code that somebody noted, its 16 digits or more")

    def handle(self, *args: Any, **options: Any) -> None:
        verdict = signing.verify()
        for row, wrong in sorted(verdict.broken.items()):
            self.stdout.write(f"revision {row} {wrong}")
        if options["noted"]:
            self._look_for(options["noted"])
        if verdict.broken:
            raise CommandError(f"{len(verdict.broken)} revisions of answers are not what was saved.")
        self.stdout.write(f"{verdict.whole} revisions of answers are as they were saved.")
        if verdict.without:
            self.stdout.write(f"{verdict.without} are from before there were check codes, and have none.")

    def _look_for(self, code: str) -> None:
        """Tell whose the code is, so that it can be held against what was noted with it."""
        found = signing.noted(code)
        if found is None:
            raise CommandError(
                "No saved answers have this check code: it was not noted whole, or they were changed or taken away."
            )
        self.stdout.write(f"{code} is revision {found.number} of {found.intake.consultation}, saved {found.saved_at}.")
