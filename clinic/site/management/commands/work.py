"""The clinic's one background worker: mail, reminders, what has lapsed, new rules, links that nobody has followed."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from clinic.outbox.management.commands import deliver
from clinic.site import links as pages
from consultations import (
    booking,
    calling,
    copies,
    departures,
    drafts,
    figures,
    inviting,
    offering,
    picture_consents,
    readdressing,
    reminding,
    rescreening,
    sending,
    telling,
)
from practitioners import licences
from treatments import links

BETWEEN_LINKS: Final = timedelta(minutes=1)
WHEN_ALL_ARE_FRESH: Final = timedelta(hours=1)


class Command(deliver.Command):
    help = (
        "Send the mail that is due; with --loop again and again, end lapsed holds, requests and drafts, give buffers "
        "back, offer free times to those who wait, remind, tell of new addresses, invite to review, remove photographs "
        "and stories whose consent has run out, screen the visits to come under rules that have just been published, "
        "and follow each link of the public pages once a week."
    )
    next_links_at = datetime.min.replace(tzinfo=UTC)

    def _round(self) -> int:
        """The mail and the chores first; links only while no mail waits."""
        tried = super()._round()
        if not tried:
            with suppress(DatabaseError):  # the next round tries again
                self.follow_links()
        return tried

    def follow_links(self) -> None:
        """Follow a few links that are a week old; then leave them alone for a while."""
        now = timezone.now()
        if now < self.next_links_at:
            return
        followed = links.catch_up(pages.found(now), house=settings.PUBLIC_BASE_URL, now=now)
        self.next_links_at = now + (BETWEEN_LINKS if followed else WHEN_ALL_ARE_FRESH)

    def _do_the_chores(self, problem: str) -> None:
        super()._do_the_chores(problem)
        booking.sweep(now=timezone.now())
        departures.sweep(now=timezone.now())
        offering.sweep(now=timezone.now())
        drafts.sweep(now=timezone.now())
        reminding.remind(now=timezone.now())
        readdressing.tell(now=timezone.now())
        copies.write(now=timezone.now())
        inviting.invite(now=timezone.now())
        inviting.tell(now=timezone.now())
        picture_consents.sweep(now=timezone.now())
        sending.sweep(now=timezone.now())
        telling.hear(now=timezone.now())
        figures.count(now=timezone.now())
        calling.catch_up()
        licences.warn(now=timezone.now())
        rescreening.sweep(now=timezone.now())
