"""How people who work here come to sign in: an invitation by mail with a one-time link to choose a password."""

from datetime import datetime, timedelta

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic import outbox
from clinic.accounts import roles
from clinic.accounts.models import User
from clinic.accounts.roles import Role
from clinic.audit import trail as audit
from clinic.audit.models import Action
from clinic.premises.models import Clinic

# Which roles a person may invite others to. Nobody below an owner hands out more than a practitioner's.
MAY_INVITE: dict[Role, frozenset[Role]] = {
    Role.STAFF: frozenset({Role.PRACTITIONER}),
    Role.OWNER: frozenset(Role),
}


class InvitationError(Exception):
    """An invitation that cannot be sent; `sentence` says why to the person who tried."""

    sentence: str | Promise = gettext_lazy("The invitation could not be sent.")


class NotYoursToGive(InvitationError):
    sentence = gettext_lazy("You cannot invite somebody to this role.")


class AlreadySignsIn(InvitationError):
    sentence = gettext_lazy(
        "Somebody with this address already signs in with a password. An owner can give them the role under People."
    )


class SignInEnded(InvitationError):
    sentence = gettext_lazy("Signing in has been ended for this address. An owner can restore it under People.")


def may_invite(actor: User, role: Role) -> bool:
    """Whether the person may invite somebody to this role."""
    return any(role in MAY_INVITE.get(own, ()) for own in roles.of(actor))


def invite(*, actor: User, email: str, name: str, role: Role, language: str, now: datetime) -> User:
    """Make an account for the address, give it the role and mail the link; an unanswered invitation may be repeated."""
    if not may_invite(actor, role):
        raise NotYoursToGive
    with transaction.atomic():
        user = _account(email=email, name=name, language=language)
        if not user.is_active:
            raise SignInEnded
        if user.has_usable_password():
            raise AlreadySignsIn
        roles.give(user, role)
        audit.record(
            actor=actor, action=Action.PERSON_INVITED, object_type="user", object_id=user.pk, reason=role.value, now=now
        )
        _send(user, role, now)
    return user


def appoint_owner(*, email: str, name: str, language: str, now: datetime) -> str:
    """Make the person an owner, at the operator's command, and return the link where they choose a password."""
    with transaction.atomic():
        user = _account(email=email, name=name, language=language)
        roles.give(user, Role.OWNER)
        audit.record(
            actor=None,
            role="operator",
            action=Action.PERSON_INVITED,
            object_type="user",
            object_id=user.pk,
            reason=Role.OWNER.value,
            now=now,
        )
    return password_link(user)


def password_link(user: User) -> str:
    """The page where the person chooses a password; it works once, and for PASSWORD_RESET_TIMEOUT seconds."""
    with translation.override(user.language):
        path = reverse(
            "account_reset_password_from_key",
            kwargs={"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)},
        )
    return f"{settings.PUBLIC_BASE_URL}{path}"


def _account(*, email: str, name: str, language: str) -> User:
    """The person's account, locked; made without a password when there is none."""
    address = email.strip().lower()
    user, _made = User.objects.select_for_update().get_or_create(
        email__iexact=address,
        defaults={"email": address, "name": name, "language": language, "password": make_password(None)},
    )
    return user


def _send(user: User, role: Role, now: datetime) -> None:
    with translation.override(user.language):
        clinic = Clinic.objects.the()
        until = now + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
        words = {
            "clinic": clinic,
            "name": user.name,
            "role": role.label,
            "link": password_link(user),
            "until": until,
        }
        outbox.enqueue(
            key=f"invitation:{user.pk}:{now.isoformat()}",
            to=user.email,
            subject=_("Your sign-in for %(clinic)s") % {"clinic": clinic.name},
            text=render_to_string("emails/colleague.txt", words),
            html=render_to_string("emails/colleague.html", words),
            language=user.language,
            due_at=now,
            expires_at=until,
            now=now,
        )
