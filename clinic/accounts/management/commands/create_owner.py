"""The operator's first command after migrate."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.utils import timezone

from clinic.accounts import invitations


class Command(BaseCommand):
    help = (
        "Make the person with this address an owner, and print a link where they choose a password. The link works "
        "once; run the command again for another. It needs no mail server, but the site at PUBLIC_BASE_URL."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the address the owner signs in with")
        parser.add_argument("--name", default="", help="the owner's name")
        parser.add_argument("--language", default="en", choices=[code for code, _name in settings.LANGUAGES])

    def handle(self, *args: Any, email: str, name: str, language: str, **options: Any) -> None:
        """Appoint the owner and say what to do next."""
        try:
            validate_email(email)
        except ValidationError:
            raise CommandError(f"{email} is not an e-mail address.") from None
        link = invitations.appoint_owner(email=email, name=name, language=language, now=timezone.now())
        hours = settings.PASSWORD_RESET_TIMEOUT // 3600
        self.stdout.write(
            f"{email} is an owner now. Within {hours} hours, open this link and choose a password:\n{link}"
        )
