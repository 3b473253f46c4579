"""Time to decide: which rule gives it, from which consultation it runs, and what therefore has to wait.

A consultation was about the treatments that its patient asked about, about any where they asked about none in
particular, and about what was carried out there.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain

from clinic.localtime import local
from clinic.premises.law import Matter, Rule
from clinic.premises.models import Clinic
from consultations.access import OF_AGE
from consultations.models import Consultation, Performed, Status
from consultations.scheduling.deciding import carried_out_from
from treatments.models import Treatment

BEGUN = (Status.IN_CONSULTATION, Status.COMPLETED)
Talks = Mapping[str | None, datetime]


@dataclass(frozen=True, slots=True)
class Wait:
    """From when a treatment may be carried out, and the rule that says so."""

    until: datetime
    rule: Rule

    @property
    def may_be_shortened(self) -> bool:
        """Whether a reason can; what the place asks for under 18 gives way to none."""
        return self.rule.matter is not Matter.MINORS


def waits(
    consultation: Consultation, treatments: Iterable[Treatment], *, clinic: Clinic, now: datetime
) -> dict[int, Wait]:
    """By their keys, those of the treatments for which the time to decide still runs."""
    rule, talks = _rule(consultation, clinic), _talks(consultation)
    found = {each.pk: Wait(_from(each.facts_id, talks, consultation, rule), rule) for each in treatments}
    return {key: wait for key, wait in found.items() if now < wait.until}


def undecided_until(consultation: Consultation, *, clinic: Clinic) -> datetime | None:
    """Until when nothing that was discussed in this consultation is carried out; None when no time was given."""
    rule = _rule(consultation, clinic)
    if not rule.hours or consultation.status not in BEGUN or consultation.performed.exists():
        return None
    codes: set[str | None] = set(consultation.treatments.values_list("facts_id", flat=True))
    talks = _talks(consultation)
    return max(_from(code, talks, consultation, rule) for code in codes or {None})


def _rule(consultation: Consultation, clinic: Clinic) -> Rule:
    """The rule that gives the most time: everybody's, while it is on, or that of the place for under 18."""
    assert consultation.patient is not None
    usual, minors = clinic.law[Matter.COOLING_OFF], clinic.law[Matter.MINORS]
    is_minor = consultation.patient.age_on(local(consultation.starts, clinic.zone).date()) < OF_AGE
    asked = [*([usual] if usual.is_allowed else []), *([minors] if is_minor else [])]
    return max(asked, key=lambda rule: rule.hours, default=replace(usual, hours=0))


def _talks(consultation: Consultation) -> Talks:
    """When each treatment was first discussed before, by its code; under None, when any could have been."""
    earlier = Consultation.objects.filter(
        patient=consultation.patient_id, status__in=BEGUN, starts__lt=consultation.starts
    )
    asked = earlier.order_by().values_list("treatments__facts", "starts")
    done = Performed.objects.filter(consultation__in=earlier).order_by().values_list("code", "consultation__starts")
    first: dict[str | None, datetime] = {}
    for code, starts in chain(asked, done):
        first[code] = min(starts, first.get(code, starts))
    return first


def _from(code: str | None, talks: Talks, consultation: Consultation, rule: Rule) -> datetime:
    about = [talks[each] for each in (code, None) if each in talks]
    return carried_out_from(talks=about, visit=consultation.starts, hours=rule.hours)
