"""Counting what practitioners have done here, in groups that are large enough for nobody to be known by them.

A chore of the worker: it opens answers to sum them up and shows them to nobody, so nothing is audited.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from consultations.models import Consultation, Grading, Intake, Performed, Status
from practitioners import downtime
from practitioners.models import Figures, Practitioner, SkinBand
from treatments.codes import SkinType
from treatments.questionnaire import score_phototype

SMALLEST_GROUP = 5
EVERY = timedelta(hours=6)
BANDS = dict(zip(SkinType, [band for band in SkinBand for _ in range(2)], strict=True))


def count(*, now: datetime) -> int:
    """Count anew what was counted more than six hours ago, or never; returns for how many practitioners."""
    fresh = Figures.objects.filter(counted_at__gt=now - EVERY).values("practitioner")
    people = list(Practitioner.objects.listed().exclude(pk__in=fresh))
    bands = _bands() if people else {}
    if people:  # first: who dies over it finds the people still to be counted, and comes here again
        downtime.count(now=now)
    for practitioner in people:
        Figures.objects.update_or_create(
            practitioner=practitioner, defaults={**_sums(practitioner, bands), "counted_at": now}
        )
    return len(people)


def _sums(practitioner: Practitioner, bands: Mapping[Any, SkinBand]) -> dict[str, Any]:
    visits = Consultation.objects.filter(practitioner=practitioner, status=Status.COMPLETED)
    done = list(Performed.objects.filter(performed_by=practitioner).select_related("consultation"))
    return {
        "completed": visits.count(),
        "changed_percent": _changed(done),
        "treatments": _treatments(done, bands),
    }


def _treatments(done: Iterable[Performed], bands: Mapping[Any, SkinBand]) -> list[dict[str, Any]]:
    by_treatment: dict[int, list[Any]] = defaultdict(list)
    for each in done:
        by_treatment[each.treatment_id].append(each.consultation.patient_id)
    return [
        {
            "treatment": treatment,
            "count": len(patients),
            "bands": _large(Counter(bands[who].value for who in set(patients) if who in bands)),
        }
        for treatment, patients in sorted(by_treatment.items())
        if len(patients) >= SMALLEST_GROUP
    ]


def _changed(done: Iterable[Performed]) -> int | None:
    """Of the visits with a treatment, in how many percent it was none of those the patient had asked about."""
    carried_out: dict[Any, set[int]] = defaultdict(set)
    for each in done:
        carried_out[each.consultation_id].add(each.treatment_id)
    if len(carried_out) < SMALLEST_GROUP:
        return None
    asked: dict[Any, set[int]] = defaultdict(set)
    wishes = Consultation.treatments.through.objects.filter(consultation__in=list(carried_out))
    for consultation, treatment in wishes.values_list("consultation", "treatment"):
        asked[consultation].add(treatment)
    others = sum(1 for visit, treatments in carried_out.items() if asked[visit] and not treatments & asked[visit])
    return round(100 * others / len(carried_out))


def _bands() -> dict[Any, SkinBand]:
    """The band of everybody who has had a treatment: as it was graded last, or else as their answers score it."""
    treated = Performed.objects.values("consultation__patient")
    found: dict[Any, SkinBand] = {}
    intakes = Intake.objects.filter(consultation__patient__in=treated, screening__isnull=False)
    for each in intakes.select_related("screening__revision", "consultation").order_by("consultation__starts"):
        assert each.screening is not None
        scored = score_phototype(each.screening.revision.answers)
        if scored is not None:
            found[each.consultation.patient_id] = BANDS[scored.band]
    for grading in Grading.objects.filter(patient__in=treated).order_by("made_at"):
        if grading.phototype:
            found[grading.patient_id] = BANDS[SkinType(grading.phototype)]
    return found


def _large(counts: Counter[str]) -> dict[str, int]:
    return {band: count for band, count in sorted(counts.items()) if count >= SMALLEST_GROUP}
