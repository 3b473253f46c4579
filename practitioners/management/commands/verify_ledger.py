"""Check the chain of the open ledger from its first act to its head."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from practitioners import ledger


class Command(BaseCommand):
    help = "Check the chain of the reviews' ledger; a head that was noted earlier can be looked for in it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--noted", default="", help="a head that somebody noted: its digest or how it begins")

    def handle(self, *args: Any, **options: Any) -> None:
        verdict = ledger.verify()
        for number, wrong in sorted(verdict.broken.items()):
            self.stdout.write(f"act {number}: {wrong}")
        noted = str(options["noted"])
        if noted and not ledger.holds(noted):
            raise CommandError(f"no act of the chain has the digest {noted}: acts were cut off or changed")
        if verdict.broken:
            raise CommandError(f"the chain of {verdict.acts} acts is broken")
        self.stdout.write(f"the chain of {verdict.acts} acts is whole; its head is {verdict.head or 'empty'}")
