"""Hold written cases against the rules in force."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from treatments import questionnaire as questions
from treatments import screening
from treatments.models import Questionnaire, RuleSet

DATA: Final = Path(__file__).resolve().parents[2] / "data"


class Command(BaseCommand):
    help = (
        "Runs a file of vignettes through the published rule set (the one that ships, while none is published), "
        "prints every mismatch and how many agree, and exits with 1 on any mismatch."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="a JSON list of vignettes")

    def handle(self, *args: Any, **options: Any) -> None:
        vignettes = _read(options["file"])
        if not isinstance(vignettes, list):
            raise CommandError("The file is not a list of vignettes.")
        asked, rules = self._in_force()
        baselines = _read(DATA / "vignette_baselines.json")
        try:
            found = [screening.mismatches(vignette, baselines, rules, asked) for vignette in vignettes]
        except screening.BadVignette as error:
            raise CommandError(f"This vignette cannot be run: {error}") from error
        for mismatch in (each for mismatches in found for each in mismatches):
            self.stdout.write(str(mismatch))
        agreeing = sum(not mismatches for mismatches in found)
        self.stdout.write(f"{agreeing} of {len(found)} agree")
        if agreeing < len(found):
            sys.exit(1)

    def _in_force(self) -> tuple[questions.Questionnaire, screening.RuleSet]:
        """The published versions; those that ship while nothing is published, or before there is a database."""
        try:
            asked, rules = Questionnaire.objects.current(), RuleSet.objects.current()
        except DatabaseError:
            asked = rules = None
        self.stdout.write(
            f"Rule set {rules.version}, published" if rules else "The rule set that ships; none is published"
        )
        return (
            questions.load(asked.data if asked else _read(DATA / "questionnaire_v1.json")),
            screening.load(rules.data if rules else _read(DATA / "rules_v1.json")),
        )


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CommandError(f"{path} cannot be read: {error}") from error
