"""`manage.py seed_demo`: fill an empty database with the fictional clinic."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from clinic.accounts.models import User
from clinic.outbox.models import OutboundMessage, State
from clinic.site.demo import courses, guide, house, judgements, line, reception, visits
from treatments import loading


class Command(BaseCommand):
    help = "Fill an empty database with a fictional clinic whose dates follow today."

    def handle(self, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError(
                "This would fill the clinic's own database with invented people. Start it with: ./run demo"
            )
        if User.objects.exists():
            raise CommandError("The database is not empty; ./run reset starts afresh.")
        now = timezone.now()
        with transaction.atomic():  # all of the clinic or nothing
            loading.load_catalogue(now=now)
            clinic = house.open_clinic(now)
            desk = User.objects.get(email=guide.DESK.email)
            seeding = visits.Seeding(clinic=clinic, now=now, staff=desk)
            visits.enrol(seeding)
            # The past first: seen from then, what is booked today would be too many visits to come.
            count = courses.tell(seeding) + visits.fill(seeding)
            count += reception.work(seeding)
            judgements.propose(now - timedelta(hours=5))
            line.wait(seeding)
            house.call_away(now)
            # What is written as of some hours ago goes out now: a clinic that opens is not late with its mail.
            OutboundMessage.objects.filter(state=State.PENDING, due_at__lt=now).update(due_at=now)
        self.stdout.write(f"  {count} visits of invented patients")
