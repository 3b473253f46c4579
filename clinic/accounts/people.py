"""Who works here and as what. An owner decides, never about themselves, and each decision stands in the audit trail."""

from collections.abc import Collection
from datetime import datetime

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clinic.accounts import roles
from clinic.accounts.models import User
from clinic.accounts.roles import Role
from clinic.audit import trail as audit
from clinic.audit.models import Action


class PeopleError(Exception):
    """A decision that is not taken; `sentence` says why to the person who tried."""

    sentence: str | Promise


class OwnersDecide(PeopleError):
    sentence = _("Only an owner decides who works here.")


class NotAboutYourself(PeopleError):
    sentence = _("Ask another owner: nobody changes their own roles or sign-in.")


class NoRole(PeopleError):
    sentence = _("Choose at least one role. To end somebody’s work here, end their sign-in.")


def appoint(*, actor: User, person: User, to: Collection[Role], now: datetime) -> None:
    """Let the person hold these roles and no others."""
    _check(actor, person)
    if not to:
        raise NoRole
    with transaction.atomic():
        before = roles.of(person)
        if before == frozenset(to):
            return
        person.groups.set(Group.objects.filter(name__in=[role.value for role in to]))
        person.is_staff = not frozenset(to) <= {Role.PRACTITIONER}
        person.save(update_fields=["is_staff"])
        person.roles = None
        change = f"{_list(before)} -> {_list(to)}"
        _record(actor, Action.ROLE_CHANGED, person, change, now)


def end_sign_in(*, actor: User, person: User, now: datetime) -> None:
    """Keep the person out from their next click on; what they did stays."""
    _check(actor, person)
    with transaction.atomic():
        if User.objects.filter(pk=person.pk, is_active=True).update(is_active=False):
            _record(actor, Action.SIGN_IN_ENDED, person, "", now)
    person.is_active = False


def restore_sign_in(*, actor: User, person: User, now: datetime) -> None:
    """Let the person sign in again."""
    _check(actor, person)
    with transaction.atomic():
        if User.objects.filter(pk=person.pk, is_active=False).update(is_active=True):
            _record(actor, Action.SIGN_IN_RESTORED, person, "", now)
    person.is_active = True


def _check(actor: User, person: User) -> None:
    if not roles.holds(actor, Role.OWNER):
        raise OwnersDecide
    if actor.pk == person.pk:
        raise NotAboutYourself


def _list(held: Collection[Role]) -> str:
    return ", ".join(sorted(role.value for role in held)) or "none"


def _record(actor: User, action: Action, person: User, reason: str, now: datetime) -> None:
    audit.record(actor=actor, action=action, object_type="user", object_id=person.pk, reason=reason, now=now)
