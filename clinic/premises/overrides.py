"""Where the clinic is, and its owner's decisions against a rule of the place: reasoned, logged, taken back at will.

The shop window keeps a visitor's page for at most a minute; whoever is signed in sees the change at once.
"""

from datetime import datetime

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clinic.accounts import roles
from clinic.accounts.models import User
from clinic.accounts.roles import Role
from clinic.audit import trail as audit
from clinic.audit.models import Action
from clinic.premises import law
from clinic.premises.law import Matter, Setting
from clinic.premises.models import Clinic, Jurisdiction, LegalOverride, LegalOverrideQuerySet


class LawError(Exception):
    """A change to the rules that is refused; `sentence` says why to the person who tried."""

    sentence: str | Promise = _("That did not work. Nothing was changed.")

    def __str__(self) -> str:
        return str(self.sentence)


class NotTheOwner(LawError):
    sentence = _("Only an owner decides about the rules of the place.")


class ReasonTooShort(LawError):
    sentence = _("Say in a sentence why the clinic departs from the rule.")


class NothingToChange(LawError):
    sentence = _("The rule says so already. Nothing was changed.")


def make(*, actor: User, matter: Matter, setting: Setting, reason: str, now: datetime) -> LegalOverride:
    """Depart from a rule of the place; the newest decision about a matter counts, and earlier ones stay as history."""
    _must_own(actor)
    shortest, longest = LegalOverride.REASON
    if not shortest <= len(reason.strip()) <= longest:
        raise ReasonTooShort
    with transaction.atomic():
        clinic = _locked()
        if setting in {law.profile(clinic.jurisdiction).setting(matter), clinic.law.setting(matter)}:
            raise NothingToChange
        _standing(clinic, matter).update(withdrawn_at=now, withdrawn_by=actor)
        made: LegalOverride = LegalOverride.objects.create(
            clinic=clinic,
            place=clinic.jurisdiction,
            matter=matter,
            setting=setting,
            reason=reason.strip(),
            made_by=actor,
            made_at=now,
        )
        _record(Action.LAW_OVERRIDDEN, actor, f"{clinic.jurisdiction} {matter}: {setting}", now)
    return made


def withdraw(*, actor: User, matter: Matter, now: datetime) -> None:
    """Take an override back: the rule of the place holds again."""
    _must_own(actor)
    with transaction.atomic():
        clinic = _locked()
        if not _standing(clinic, matter).update(withdrawn_at=now, withdrawn_by=actor):
            raise NothingToChange
        _record(Action.LAW_RESTORED, actor, f"{clinic.jurisdiction} {matter}", now)


def choose_place(*, actor: User, place: Jurisdiction, now: datetime) -> None:
    """Say where the clinic is; overrides of another place's rules do not come along."""
    _must_own(actor)
    with transaction.atomic():
        clinic = _locked()
        if clinic.jurisdiction == place:
            raise NothingToChange
        Clinic.objects.filter(pk=clinic.pk).update(jurisdiction=place)
        _record(Action.PLACE_CHOSEN, actor, place, now)


def open_at(*, place: Jurisdiction, now: datetime) -> None:
    """Say where a new clinic is, at the operator's command, before anybody has described it."""
    with transaction.atomic():
        clinic = Clinic.objects.the()
        clinic.jurisdiction = place
        clinic.save()
        _record(Action.PLACE_CHOSEN, None, place, now)


def _must_own(actor: User) -> None:
    if not roles.holds(actor, Role.OWNER):
        raise NotTheOwner


def _locked() -> Clinic:
    """The clinic's row, kept from changing until the transaction ends."""
    return Clinic.objects.select_for_update(no_key=True).get()


def _standing(clinic: Clinic, matter: Matter) -> LegalOverrideQuerySet:
    rows: LegalOverrideQuerySet = LegalOverride.objects.standing()
    return rows.filter(clinic=clinic, place=clinic.jurisdiction, matter=matter)


def _record(action: Action, actor: User | None, what: str, now: datetime) -> None:
    role = "" if actor else "operator"
    audit.record(actor=actor, role=role, action=action, object_type="clinic", object_id=1, reason=what, now=now)
