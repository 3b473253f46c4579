"""A practitioner's own judgement of a finding: at another level, with the reason, until the facts behind it change."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from clinic.accounts.models import User
from clinic.audit.models import Action
from clinic.premises.models import Clinic
from consultations import intake, published, transitions
from consultations.errors import MovedOn
from consultations.models import Consultation, Override, Status
from practitioners.models import Practitioner
from treatments.codes import Level
from treatments.screening import Rule, Verdict

REASON = (10, 500)
OPEN = {Status.CONFIRMED, Status.ARRIVED, Status.IN_CONSULTATION}


def make(
    *,
    actor: User,
    practitioner: Practitioner,
    consultation: Consultation,
    screening: UUID,
    rule_id: str,
    level: Level,
    reason: str,
    now: datetime,
) -> Override:
    """Judge a rule's finding otherwise, provided that the practitioner saw the newest answers; the newest counts."""
    with transaction.atomic():
        read = _locked(consultation)
        rule = next((rule for rule in fired(read) if rule.id == rule_id), None)
        if read.screening.pk != screening or rule is None or level is rule.level:
            raise MovedOn
        for earlier in Override.objects.made().filter(consultation=consultation):
            if earlier.rule_id == rule_id:
                Override.objects.filter(pk=earlier.pk).update(withdrawn_at=now)
        made: Override = Override.objects.create(
            consultation=consultation,
            revision=read.revision,
            made_by=practitioner,
            made_at=now,
            rule_id=rule_id,
            level=level.value,
            reason=reason,
        )
        intake.screen_again(consultation, clinic=Clinic.objects.the(), now=now)
        transitions.record(Action.FINDING_OVERRIDDEN, consultation, actor, now)
    return made


def withdraw(*, actor: User, consultation: Consultation, override: UUID, now: datetime) -> None:
    """Take an override back: the finding stands again as the rule says it."""
    with transaction.atomic():
        _locked(consultation)
        made = Override.objects.made().filter(pk=override, consultation=consultation)
        if made.update(withdrawn_at=now) != 1:
            raise MovedOn
        intake.screen_again(consultation, clinic=Clinic.objects.the(), now=now)
        transitions.record(Action.OVERRIDE_WITHDRAWN, consultation, actor, now)


def fired(read: intake.Reading) -> list[Rule]:
    """The rules that say something about any treatment, gravest first: those that may be judged otherwise."""
    rules = published.rules_of(read.screening.rule_set)
    ids = {rule_id for raw in read.screening.findings.values() for rule_id in Verdict.from_json(raw).rule_ids}
    return sorted((rules.by_id[rule_id] for rule_id in ids), key=lambda rule: (-rule.level.severity, rule.id))


def _locked(consultation: Consultation) -> intake.Reading:
    """The newest answers, kept from changing until the transaction ends; MovedOn when the visit is over."""
    rows = Consultation.objects.select_for_update(no_key=True).filter(pk=consultation.pk, status__in=OPEN)
    if rows.first() is None:
        raise MovedOn
    return intake.newest(consultation)
