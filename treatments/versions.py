"""Rules and questions from one version to the next: drafted, edited with reasons, tried, published, signed.

Only a clinical lead may. A published version never changes; a discarded draft stays with its history.
"""

from dataclasses import asdict
from datetime import datetime
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clinic.accounts import roles
from clinic.accounts.models import User
from clinic.accounts.roles import Role
from clinic.audit import trail as audit
from clinic.audit.models import Action
from treatments import questionnaire as questions
from treatments import screening, trials
from treatments.models import Change, Questionnaire, RuleSet, Version, VersionStatus
from treatments.questionnaire import comparing
from treatments.questionnaire.comparing import Entry

_Kind = TypeVar("_Kind", bound=Version)


class VersionError(Exception):
    """Something that is not done; `sentence` says why to the person who tried."""

    sentence: str | Promise


class OnlyTheLead(VersionError):
    sentence = _("Only a clinical lead drafts, publishes and signs rules and questions.")


class NothingInForce(VersionError):
    sentence = _("No version is in force yet. Load the one that ships first.")


class DraftExists(VersionError):
    sentence = _("There is a draft already. Publish it or discard it first.")


class NoDraft(VersionError):
    sentence = _("This version is no draft any more, so nothing in it changes.")


class NotOffered(VersionError):
    sentence = _("This version is not on offer any more.")


class Overtaken(VersionError):
    sentence = _("Another version has come into force since this draft was made. Discard it and begin a new one.")


class NotTried(VersionError):
    sentence = _("The vignettes have not been run on this content. Run them, and read what changes.")


class NotInForce(VersionError):
    sentence = _("Only the version in force is signed.")


class SignedAlready(VersionError):
    sentence = _("This version is signed already.")


def draft(*, actor: User, model: type[_Kind], now: datetime) -> _Kind:
    """Begin a draft with the content of the version in force."""
    _check(actor)
    manager: Any = model.objects
    base = manager.current()
    if base is None:
        raise NothingInForce
    number = _last_number(model) + 1
    try:
        with transaction.atomic():
            content = {**base.data, "version": number}
            made: _Kind = manager.create(version=number, data=content, based_on=base)
            _record(Action.RULES_DRAFTED, made, "begun", actor, now)
    except IntegrityError:
        raise DraftExists from None
    return made


def take_up(*, actor: User, version: _Kind, now: datetime) -> _Kind:
    """Make a version that ships the draft, to be read, edited, tried and published in place of the one in force."""
    _check(actor)
    try:
        with transaction.atomic():
            row = _locked(version, VersionStatus.OFFERED)
            if row is None:
                raise NotOffered
            if row.version < (last := _last_number(type(row))):
                row.version = last + 1  # the highest number is the one in force once it is published
                row.data = {**row.data, "version": row.version}
            row.status, row.based_on = VersionStatus.DRAFT, type(row).objects.current()
            row.save(update_fields=["version", "data", "status", "based_on"])
            _record(Action.RULES_DRAFTED, row, "taken up", actor, now)
    except IntegrityError:
        raise DraftExists from None
    return row


def change(
    *, actor: User, version: Version, entry: str, edit: screening.Edit | questions.Rewording, reason: str, now: datetime
) -> list[Change]:
    """Edit one entry of a draft, and keep each field that differs with the reason.

    An edit that cannot stand raises BadRules or BadQuestionnaire.
    """
    _check(actor)
    with transaction.atomic():
        row = _locked_draft(version)
        part = next(part for part in row.EDITABLE if entry in map(comparing.named, row.data[part]))
        place = [comparing.named(each) for each in row.data[part]].index(entry)
        before = row.data[part][place]
        after = screening.edited(before, edit) if isinstance(edit, screening.Edit) else questions.reworded(before, edit)
        row.data = {**row.data, part: [*row.data[part][:place], after, *row.data[part][place + 1 :]]}
        _validate(row)
        kept: list[Change] = [
            row.changes.create(
                entry=entry, field=line.field, before=line.before, after=line.after,
                reason=reason, changed_by=actor, changed_at=now,
            )
            for line in comparing.lines(before, after)
        ]  # fmt: skip
        if kept:
            row.save(update_fields=["data"])
            _record(Action.RULES_DRAFTED, row, f"{entry} changed", actor, now)
    return kept


def discard(*, actor: User, version: Version, now: datetime) -> None:
    """Give up a draft, or a version that ships; it stays to be read, with its changes and their reasons."""
    _check(actor)
    with transaction.atomic():
        row = _locked(version, VersionStatus.DRAFT, VersionStatus.OFFERED)
        if row is None:
            raise NoDraft
        row.status = VersionStatus.DISCARDED
        row.save(update_fields=["status"])
        _record(Action.RULES_DRAFTED, row, "discarded", actor, now)


def try_out(*, actor: User, version: Version, now: datetime) -> trials.Run:
    """Run the vignettes over a draft and keep how they came out, with the digest of what they were run on."""
    _check(actor)
    with transaction.atomic():
        row = _locked_draft(version)
        run = trials.run(row, against=row.based_on)
        row.run, row.run_on, row.run_at = asdict(run), trials.digest(row), now
        row.save(update_fields=["run", "run_on", "run_at"])
        _record(Action.RULES_DRAFTED, row, "vignettes run", actor, now)
    return run


def publish(*, actor: User, version: _Kind, now: datetime) -> _Kind:
    """Put a draft into force under the actor's name: it holds together, and the vignettes have run on exactly this."""
    _check(actor)
    with transaction.atomic():
        row = _locked_draft(version)
        _lock_what_is_in_force()
        if row.based_on != type(row).objects.current():
            raise Overtaken
        _validate(row)
        if not trials.has_been_run(row):
            raise NotTried
        row.status, row.published_at = VersionStatus.PUBLISHED, now
        row.signed_by, row.signed_at = str(actor), now
        row.save(update_fields=["status", "published_at", "signed_by", "signed_at"])
        _record(Action.RULES_PUBLISHED, row, "", actor, now)
    return row


def sign(*, actor: User, version: Version, now: datetime) -> None:
    """Put the actor's name under the version in force as it is."""
    _check(actor)
    model = type(version)
    with transaction.atomic():
        row = model.objects.select_for_update(of=("self",)).get(pk=version.pk)
        if row != model.objects.current():
            raise NotInForce
        if row.is_signed:
            raise SignedAlready
        row.signed_by, row.signed_at = str(actor), now
        row.save(update_fields=["signed_by", "signed_at"])
        _record(Action.RULES_PUBLISHED, row, "signed", actor, now)


def may(user: User) -> bool:
    """Whether the person drafts, publishes and signs."""
    return roles.holds(user, Role.CLINICAL_LEAD)


def questions_in_force() -> questions.Questionnaire:
    """The questions whose answers the rules read from now on."""
    asked: Questionnaire | None = Questionnaire.objects.current()
    if asked is None:
        raise NothingInForce
    return questions.load(asked.data)


def differences(before: Version, after: Version) -> list[Entry]:
    """What differs between two versions, entry by entry."""
    return comparing.compare(before.data, after.data)


def _validate(row: Version) -> None:
    """Refuse what does not hold together, by itself and with what is in force of the other kind."""
    rules, asked = trials.together(row)
    if isinstance(row, RuleSet):
        screening.validate_rules(rules, asked)
    else:
        before = questions.load(row.based_on.data) if row.based_on else asked
        screening.validate_questions(asked, before=before, rules=rules, intakes=trials.intakes())


def _check(actor: User) -> None:
    if not may(actor):
        raise OnlyTheLead


def _locked_draft(version: _Kind) -> _Kind:
    row = _locked(version, VersionStatus.DRAFT)
    if row is None:
        raise NoDraft
    return row


def _locked(version: _Kind, *statuses: VersionStatus) -> _Kind | None:
    rows = type(version).objects.filter(pk=version.pk, status__in=statuses)
    row: _Kind | None = rows.select_for_update(of=("self",)).first()
    return row


def _last_number(model: type[Version]) -> int:
    return int(model.objects.aggregate(Max("version"))["version__max"] or 0)


def _lock_what_is_in_force() -> None:
    """Let nobody publish rules and questions side by side that have not been tried together."""
    for model in (RuleSet, Questionnaire):
        published = model.objects.filter(status=VersionStatus.PUBLISHED).order_by("pk")
        list(published.select_for_update(no_key=True).values_list("pk"))


def _record(action: Action, row: Version, reason: str, actor: User, now: datetime) -> None:
    audit.record(
        actor=actor, action=action, object_type=row._meta.model_name or "", object_id=row.pk, reason=reason, now=now
    )
