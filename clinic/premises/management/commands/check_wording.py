"""Read every text that visitors may read, as the admin does when staff save one."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from modeltranslation.translator import translator

from clinic.premises import wording
from clinic.premises.models import Clinic


class Command(BaseCommand):
    help = (
        "Look through the texts of the clinic, its catalogue and its practitioners, in both languages, for words that "
        "the rules of the place bar. Prints each with the reason and the source, and fails when there is one."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what is found, and how much was read."""
        profile, read, found = Clinic.objects.the().law, 0, 0
        for model in sorted(translator.get_registered_models(abstract=False), key=lambda each: each._meta.label):
            for record in model._default_manager.order_by("pk"):
                read += 1
                for each in wording.in_record(record, profile):
                    found += 1
                    where = f"{model._meta.label} {record.pk} ({record}), {each.field}, {each.language}"
                    source = "; ".join(source.title for source in each.remark.sources)
                    self.stdout.write(f"{where}: “{each.remark.word}”. {each.remark.why} [{source}]")
        if found:
            raise CommandError(f"{found} remarks about {read} records.")
        self.stdout.write(f"Nothing found in {read} records.")
