"""Whether mail flows, for cron and whoever watches: silent and 0 when it does, words and 1 when it does not."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from clinic.outbox import health
from clinic.outbox.models import OutboundMessage, State


class Command(BaseCommand):
    help = "Say whether mail flows; ends with 1 when a due message is late or the worker gives no sign of life."

    def handle(self, *args: Any, **options: Any) -> None:
        flow = health(now=timezone.now())
        found = []
        if flow.is_late:
            found.append(f"the oldest message was due {flow.minutes_late} minutes ago")
        if flow.is_silent:
            found.append(f"the worker has been silent for {flow.minutes_silent} minutes")
        if found and flow.problem:
            found.append(f"it last said: {flow.problem}")
        if found:
            raise CommandError("The mail does not flow: " + "; ".join(found) + ".", returncode=1)
        doubtful = OutboundMessage.objects.filter(state__in=[State.FAILED, State.UNSURE]).count()
        self.stdout.write(f"Mail flows. {doubtful} messages failed or are unsure: see the delivery log in the admin.")
