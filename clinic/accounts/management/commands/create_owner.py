"""The operator's first command after migrate."""

import sys
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.utils import timezone

from clinic.accounts import invitations
from clinic.premises import overrides
from clinic.premises.models import Clinic, Jurisdiction


class Command(BaseCommand):
    help = (
        "Make the person with this address an owner, and print a link where they choose a password. The link works "
        "once; run the command again for another. It needs no mail server, but the site at PUBLIC_BASE_URL. While "
        "there is no clinic yet, it also asks where it is: the rules of the place decide what its pages may show."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the address the owner signs in with")
        parser.add_argument("--name", default="", help="the owner's name")
        parser.add_argument(
            "--place",
            choices=Jurisdiction.values,
            help="where a new clinic is; without it the command asks if it can, and else the strictest rules hold",
        )
        parser.add_argument("--language", default="en", choices=[code for code, _name in settings.LANGUAGES])

    def handle(self, *args: Any, email: str, name: str, language: str, place: str | None, **options: Any) -> None:
        """Appoint the owner, settle where a new clinic is, and say what to do next."""
        try:
            validate_email(email)
        except ValidationError:
            raise CommandError(f"{email} is not an e-mail address.") from None
        where = self._where(place)
        link = invitations.appoint_owner(email=email, name=name, language=language, now=timezone.now())
        if where:
            overrides.open_at(place=where, now=timezone.now())
            self.stdout.write(f"The clinic follows the rules of: {where.label}. This is no legal advice.")
        elif not Clinic.objects.exists():
            self.stdout.write("Nobody said where the clinic is: the strictest rules hold until an owner chooses.")
        hours = settings.PASSWORD_RESET_TIMEOUT // 3600
        self.stdout.write(
            f"{email} is an owner now. Within {hours} hours, open this link and choose a password:\n{link}"
        )

    def _where(self, place: str | None) -> Jurisdiction | None:
        """Where a new clinic is, if that was said or somebody sits there to be asked; a clinic that is there stays."""
        if Clinic.objects.exists():
            if place:
                raise CommandError("The clinic is there already; an owner chooses its place under Rules of the place.")
            return None
        if place:
            return Jurisdiction(place)
        return self._ask() if sys.stdin.isatty() else None

    def _ask(self) -> Jurisdiction:
        by_answer = {place.value.casefold(): place for place in Jurisdiction} | {"": Jurisdiction.CUSTOM}
        for place in Jurisdiction:
            self.stdout.write(f"  {place.value:8} {place.label}")
        while True:
            said = input("Where is the clinic? The rules of the place decide what its pages may show [custom]: ")
            if said.strip().casefold() in by_answer:
                return by_answer[said.strip().casefold()]
