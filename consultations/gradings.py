"""What the practitioner saw for themselves: the phototype and the grade of the pores. It outweighs the self-score."""

from datetime import datetime

from django.db import transaction

from clinic.accounts.models import User
from clinic.audit.models import Action
from clinic.premises.models import Clinic
from consultations import intake, transitions
from consultations.errors import MovedOn
from consultations.models import Consultation, Grading, Screening, Status
from practitioners.models import Practitioner

OPEN = {Status.CONFIRMED, Status.ARRIVED, Status.IN_CONSULTATION}


def grade(
    *,
    actor: User,
    practitioner: Practitioner,
    consultation: Consultation,
    phototype: str,
    pores: str,
    now: datetime,
) -> Grading:
    """Keep a grading, and screen this visit and those of the patient still to come by it; "" leaves a grade as it was.

    A stamp falls where the findings became others.
    """
    assert consultation.patient is not None
    with transaction.atomic():
        patients = Consultation.objects.select_for_update(no_key=True).filter(patient=consultation.patient)
        visits = list(patients.filter(status__in={Status.REQUESTED, *OPEN}).order_by("pk"))
        if not any(visit.pk == consultation.pk and visit.status in OPEN for visit in visits):
            raise MovedOn
        made: Grading = Grading.objects.create(
            patient=consultation.patient,
            consultation=consultation,
            made_by=practitioner,
            made_at=now,
            phototype=phototype,
            pores=pores,
        )
        for visit in visits:
            _screen_again(visit, now)
        transitions.record(Action.SKIN_GRADED, consultation, actor, now)
    return made


def _screen_again(visit: Consultation, now: datetime) -> None:
    before = Screening.objects.filter(revision__intake__consultation=visit).order_by("-made_at").first()
    after = intake.screen_again(visit, clinic=Clinic.objects.the(), now=now)
    if before is not None and after is not None and before.findings != after.findings:
        intake.unstamp(visit)
