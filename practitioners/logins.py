"""How a practitioner comes to sign in: a colleague at the desk invites them."""

from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from clinic.accounts import invitations
from clinic.accounts.models import User
from clinic.accounts.roles import Role
from practitioners.models import Practitioner


class AnotherAddress(invitations.InvitationError):
    sentence = _("This practitioner already signs in with another address. An owner can undo that on their profile.")


class AnotherPractitioner(invitations.InvitationError):
    sentence = _("Another practitioner signs in with this address.")


def invite(*, actor: User, practitioner: Practitioner, email: str, language: str, now: datetime) -> User:
    """Invite the practitioner to sign in with this address and tie the account to the profile; may be repeated."""
    with transaction.atomic():
        profile = Practitioner.objects.select_for_update(of=("self",)).select_related("user").get(pk=practitioner.pk)
        if profile.user is not None and profile.user.email != email.strip().lower():
            raise AnotherAddress
        with translation.override(language):
            name = profile.name
        user = invitations.invite(
            actor=actor, email=email, name=name, role=Role.PRACTITIONER, language=language, now=now
        )
        if Practitioner.objects.filter(user=user).exclude(pk=profile.pk).exists():
            raise AnotherPractitioner
        if profile.user is None:
            profile.user = user
            profile.save(update_fields=["user"])
    return user
