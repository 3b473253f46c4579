"""The rules from one version to the next: drafted, edited with reasons, tried on the vignettes, published, signed.

Only a clinical lead may. A published version never changes; a discarded draft stays with its history.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

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
from treatments import screening
from treatments.loading import DATA, read
from treatments.models import Questionnaire, RuleChange, RuleSet, VersionStatus
from treatments.questionnaire import comparing
from treatments.questionnaire.comparing import Entry


class VersionError(Exception):
    """Something that is not done; `sentence` says why to the person who tried."""

    sentence: str | Promise


class OnlyTheLead(VersionError):
    sentence = _("Only a clinical lead drafts, publishes and signs the rules.")


class NothingInForce(VersionError):
    sentence = _("No version is in force yet. Load the one that ships first.")


class DraftExists(VersionError):
    sentence = _("There is a draft already. Publish it or discard it first.")


class NoDraft(VersionError):
    sentence = _("This version is no draft any more, so nothing in it changes.")


class Overtaken(VersionError):
    sentence = _("Another version has come into force since this draft was made. Discard it and begin a new one.")


class NotTried(VersionError):
    sentence = _("The vignettes have not been run on this content. Run them, and read what changes.")


class NotInForce(VersionError):
    sentence = _("Only the version in force is signed.")


class SignedAlready(VersionError):
    sentence = _("This version is signed already.")


@dataclass(frozen=True)
class Run:
    """How the vignettes came out: how many agree with what they expect, and which verdicts change.

    `moved` is a list of {"vignette", "treatment", "before", "after"}, the last two verdicts as JSON.
    """

    agree: int
    of: int
    moved: list[dict[str, Any]]


def draft(*, actor: User, now: datetime) -> RuleSet:
    """Begin a draft with the content of the version in force."""
    _check(actor)
    base = RuleSet.objects.current()
    if base is None:
        raise NothingInForce
    number = (RuleSet.objects.aggregate(Max("version"))["version__max"] or 0) + 1
    try:
        with transaction.atomic():
            made = RuleSet.objects.create(version=number, data={**base.data, "version": number}, based_on=base)
            _record(Action.RULES_DRAFTED, made, "begun", actor, now)
    except IntegrityError:
        raise DraftExists from None
    return made


def change(
    *, actor: User, rule_set: RuleSet, rule_id: str, edit: screening.Edit, reason: str, now: datetime
) -> list[RuleChange]:
    """Edit one rule of a draft, and keep each field that differs with the reason; BadRules when it cannot stand."""
    _check(actor)
    with transaction.atomic():
        row = _locked_draft(rule_set)
        rules = row.data["rules"]
        place = next(number for number, rule in enumerate(rules) if rule["id"] == rule_id)
        before, after = rules[place], screening.edited(rules[place], edit)
        row.data = {**row.data, "rules": [*rules[:place], after, *rules[place + 1 :]]}
        _validate(row)
        kept = [
            RuleChange.objects.create(
                rule_set=row, rule_id=rule_id, field=line.field, before=line.before, after=line.after,
                reason=reason, changed_by=actor, changed_at=now,
            )
            for line in comparing.lines(before, after)
        ]  # fmt: skip
        if kept:
            row.save(update_fields=["data"])
            _record(Action.RULES_DRAFTED, row, f"{rule_id} changed", actor, now)
    return kept


def discard(*, actor: User, rule_set: RuleSet, now: datetime) -> None:
    """Give a draft up; it stays to be read, with its changes and their reasons."""
    _check(actor)
    with transaction.atomic():
        row = _locked_draft(rule_set)
        row.status = VersionStatus.DISCARDED
        row.save(update_fields=["status"])
        _record(Action.RULES_DRAFTED, row, "discarded", actor, now)


def try_out(*, actor: User, rule_set: RuleSet, now: datetime) -> Run:
    """Run the vignettes over a draft and keep how they came out, with the digest of what they were run on."""
    _check(actor)
    with transaction.atomic():
        row = _locked_draft(rule_set)
        run = vignettes_on(row, against=row.based_on)
        row.run, row.run_on, row.run_at = asdict(run), digest(row), now
        row.save(update_fields=["run", "run_on", "run_at"])
        _record(Action.RULES_DRAFTED, row, "vignettes run", actor, now)
    return run


def publish(*, actor: User, rule_set: RuleSet, now: datetime) -> RuleSet:
    """Put a draft into force under the actor's name: it holds together, and the vignettes have run on exactly this."""
    _check(actor)
    with transaction.atomic():
        row = _locked_draft(rule_set)
        if row.based_on != RuleSet.objects.current():
            raise Overtaken
        _validate(row)
        if not has_been_tried(row):
            raise NotTried
        row.status, row.published_at = VersionStatus.PUBLISHED, now
        row.signed_by, row.signed_at = str(actor), now
        row.save(update_fields=["status", "published_at", "signed_by", "signed_at"])
        _record(Action.RULES_PUBLISHED, row, "", actor, now)
    return row


def sign(*, actor: User, version: RuleSet | Questionnaire, now: datetime) -> None:
    """Put the actor's name under the version in force as it is."""
    _check(actor)
    model = type(version)
    with transaction.atomic():
        row = model._default_manager.select_for_update().get(pk=version.pk)
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


def vignettes() -> list[dict[str, Any]]:
    """The written cases that ship."""
    cases: list[dict[str, Any]] = read(DATA / "vignettes.json")
    return cases


def vignettes_on(rule_set: RuleSet, *, against: RuleSet | None) -> Run:
    """How the vignettes come out under a version, and which verdicts differ from those of another."""
    asked, rules = questions_in_force(), screening.load(rule_set.data)
    cases, baselines = vignettes(), read(DATA / "vignette_baselines.json")
    agree = sum(not screening.mismatches(case, baselines, rules, asked) for case in cases)
    before = screening.load(against.data) if against else rules
    moved = screening.moved(cases, baselines, before, rules, asked)
    told = [
        {
            "vignette": each.vignette,
            "treatment": str(each.treatment),
            "before": each.before.as_json(),
            "after": each.after.as_json(),
        }
        for each in moved
    ]
    return Run(agree, len(cases), told)


def fires_in(rule_set: RuleSet, rule_id: str) -> list[tuple[str, list[str]]]:
    """The vignettes in which a rule fires, each with the treatments it fires on."""
    asked, rules = questions_in_force(), screening.load(rule_set.data)
    baselines = read(DATA / "vignette_baselines.json")
    found = []
    for case in vignettes():
        verdicts = screening.judged(case, baselines, rules, asked)
        if codes := [str(code) for code, verdict in verdicts.items() if rule_id in verdict.rule_ids]:
            found.append((screening.named(case), codes))
    return found


def has_been_tried(rule_set: RuleSet) -> bool:
    """Whether the vignettes have run on exactly this content."""
    return bool(rule_set.run_on) and rule_set.run_on == digest(rule_set)


def digest(rule_set: RuleSet) -> str:
    """What stands for all that a run depends on: the rules, the questions and the cases themselves."""
    asked = Questionnaire.objects.current()
    whole = [rule_set.data, asked.data if asked else None, vignettes(), read(DATA / "vignette_baselines.json")]
    return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()


def differences(before: RuleSet | Questionnaire, after: RuleSet | Questionnaire) -> list[Entry]:
    """What differs between two versions, entry by entry."""
    return comparing.compare(before.data, after.data)


def _validate(rule_set: RuleSet) -> None:
    screening.validate_rules(screening.load(rule_set.data), questions_in_force())


def _check(actor: User) -> None:
    if not may(actor):
        raise OnlyTheLead


def _locked_draft(rule_set: RuleSet) -> RuleSet:
    row: RuleSet | None = (
        RuleSet.objects.select_for_update(of=("self",)).filter(pk=rule_set.pk, status=VersionStatus.DRAFT).first()
    )
    if row is None:
        raise NoDraft
    return row


def _record(action: Action, row: RuleSet | Questionnaire, reason: str, actor: User, now: datetime) -> None:
    audit.record(
        actor=actor, action=action, object_type=row._meta.model_name or "", object_id=row.pk, reason=reason, now=now
    )
