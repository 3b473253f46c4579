"""What new rules say of the visits to come: their newest answers are screened anew, batch by batch.

How far it is stands in the rows themselves: a visit is done when its newest answers have been screened for its date
under the version in force. The worker does it; nobody has to start it, and stopping it loses nothing.
"""

import logging
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import TruncDate

from clinic.audit import trail as audit
from clinic.audit.models import Action
from clinic.crypto import SealBroken
from clinic.premises.models import Clinic
from consultations import intake
from consultations.models import Consultation, Intake, IntakeRevision, Screening, Status
from treatments.models import RuleSet

log = logging.getLogger(__name__)

TO_COME = (Status.REQUESTED, Status.CONFIRMED, Status.ARRIVED, Status.IN_CONSULTATION)
BATCH = 100


@dataclass(frozen=True)
class Fired:
    """In how many of the visits one rule fired before and fires now, and in how many its finding is another."""

    rule_id: str
    before: int
    now: int
    changed: int


@dataclass(frozen=True)
class Progress:
    """How far it is: counts of visits, and nothing that leads to one of them."""

    done: int
    of: int

    @property
    def is_done(self) -> bool:
        return self.done == self.of


def sweep(*, now: datetime, most: int = BATCH) -> int:
    """Screen the next visits under the version in force; returns how many. Does nothing where all is done."""
    version, screened = RuleSet.objects.defer("data").current(), 0
    if version is None:
        return 0
    for pk in list(_awaiting(version, now).order_by("starts").values_list("pk", flat=True)):
        if screened == most:
            break
        try:
            screened += _screen_anew(pk, version, now)
        except SealBroken:
            log.warning("the answers of one visit do not open; it was not screened anew")
    return screened


def progress(*, now: datetime) -> Progress:
    """How many of the visits to come have been screened under the version in force."""
    version, visits = RuleSet.objects.defer("data").current(), _with_answers(now)
    of = visits.count()
    return Progress(of if version is None else of - _awaiting(version, now).count(), of)


def counts(*, now: datetime) -> list[Fired]:
    """For each rule, in how many of the visits that were screened under an earlier version it fired, and fires now."""
    before: Counter[str] = Counter()
    after: Counter[str] = Counter()
    changed: Counter[str] = Counter()
    for old, new in _pairs(now):
        before.update(old.keys())
        after.update(new.keys())
        changed.update(rule_id for rule_id in old.keys() | new.keys() if old.get(rule_id) != new.get(rule_id))
    return [Fired(rule_id, before[rule_id], after[rule_id], changed[rule_id]) for rule_id in sorted(before | after)]


def _with_answers(now: datetime) -> "QuerySet[Consultation]":
    found: QuerySet[Consultation] = Consultation.objects.filter(
        Exists(IntakeRevision.objects.filter(intake__consultation=OuterRef("pk"))), status__in=TO_COME, starts__gt=now
    )
    return found


def _awaiting(version: RuleSet, now: datetime) -> "QuerySet[Consultation]":
    """Visits whose newest answers this version has not been run over for their date."""
    newest = IntakeRevision.objects.filter(intake__consultation=OuterRef("pk")).order_by("-number").values("pk")[:1]
    done = Screening.objects.filter(rule_set=version, revision=OuterRef("newest"), as_of=OuterRef("day"))
    day = TruncDate("starts", tzinfo=Clinic.objects.the().zone)
    return _with_answers(now).annotate(newest=Subquery(newest), day=day).exclude(Exists(done))


def _screen_anew(pk: Any, version: RuleSet, now: datetime) -> int:
    """Add the screening of one visit; the stamp falls where it finds something else than what was read."""
    with transaction.atomic():
        row = Consultation.objects.select_for_update(no_key=True).filter(pk=pk, status__in=TO_COME).first()
        if row is None or not _awaiting(version, now).filter(pk=pk).exists():
            return 0
        revision = IntakeRevision.objects.filter(intake__consultation=row).order_by("-number")[0]
        before = Screening.objects.filter(revision=revision).order_by("-made_at").first()
        made = intake.screen(revision, row, clinic=Clinic.objects.the(), now=now)
        fell = 0
        if before is None or before.findings != made.findings:
            stamped = Intake.objects.filter(consultation=row, reviewed_at__isnull=False)
            fell = stamped.update(reviewed_at=None, reviewed_by=None)
        audit.record(
            actor=None,
            role="system",
            action=Action.SCREENED_ANEW,
            object_type="consultation",
            object_id=row.pk,
            patient_id=row.patient_id,
            reason=f"screened under version {made.rule_set}" + (", the stamp fell" if fell else ""),
            now=now,
        )
    return 1


def _pairs(now: datetime) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """The findings by rule of each visit to come, before and now; only of visits that an earlier version has seen."""
    version = RuleSet.objects.defer("data").current()
    newest: dict[Any, dict[bool, Screening]] = {}
    visits = _with_answers(now).prefetch_related("treatments")
    revisions = IntakeRevision.objects.filter(intake__consultation__in=visits).order_by("number")
    latest = dict(revisions.values_list("intake__consultation", "pk"))
    for made in Screening.objects.filter(revision__in=latest.values()).order_by("made_at"):
        newest.setdefault(made.revision_id, {})[made.rule_set_id == (version and version.pk)] = made
    for visit in visits:
        found = newest.get(latest[visit.pk], {})
        if len(found) == 2:
            codes = {treatment.facts_id for treatment in visit.treatments.all()}
            yield _by_rule(found[False], codes), _by_rule(found[True], codes)


def _by_rule(made: Screening, codes: set[str]) -> dict[str, list[Any]]:
    """What each rule found on the treatments of interest, on all of them where none was named."""
    by_rule: dict[str, list[Any]] = {}
    for code, verdict in sorted(made.findings.items()):
        if code in codes or not codes:
            for finding in verdict["findings"]:
                by_rule.setdefault(finding["rule_id"], []).append((code, finding))
    return by_rule
