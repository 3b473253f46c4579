"""The clinic's one background worker: sends the mail that is due, and tidies what has lapsed."""

from django.utils import timezone

from clinic.outbox.management.commands import deliver
from consultations import booking, drafts, reminding


class Command(deliver.Command):
    help = "Send the mail that is due and end lapsed holds, requests and drafts: once, or again and again with --loop."

    def _do_the_chores(self, problem: str) -> None:
        super()._do_the_chores(problem)
        booking.sweep(now=timezone.now())
        drafts.sweep(now=timezone.now())
        reminding.remind(now=timezone.now())
