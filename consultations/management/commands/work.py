"""The clinic's one background worker: sends mail, reminds, tidies what has lapsed, screens anew after new rules."""

from django.utils import timezone

from clinic.outbox.management.commands import deliver
from consultations import (
    booking,
    copies,
    drafts,
    figures,
    inviting,
    offering,
    picture_consents,
    reminding,
    rescreening,
    telling,
)
from practitioners import licences


class Command(deliver.Command):
    help = (
        "Send the mail that is due; with --loop again and again, end lapsed holds, requests and drafts, offer free "
        "times to those who wait, remind, invite to review, remove photographs and stories whose consent has run out, "
        "and screen the visits to come under rules that have just been published."
    )

    def _do_the_chores(self, problem: str) -> None:
        super()._do_the_chores(problem)
        booking.sweep(now=timezone.now())
        offering.sweep(now=timezone.now())
        drafts.sweep(now=timezone.now())
        reminding.remind(now=timezone.now())
        copies.write(now=timezone.now())
        inviting.invite(now=timezone.now())
        inviting.tell(now=timezone.now())
        picture_consents.sweep(now=timezone.now())
        telling.hear(now=timezone.now())
        figures.count(now=timezone.now())
        licences.warn(now=timezone.now())
        rescreening.sweep(now=timezone.now())
