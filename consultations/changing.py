"""What a change of a consultation would mean now: for the pages and mails that say it, and the verbs that apply it."""

from datetime import datetime, timedelta

from clinic.premises.models import Clinic
from consultations.models import Consultation
from consultations.scheduling.policy import ChangePolicy, Terms, terms


def terms_now(consultation: Consultation, *, clinic: Clinic, now: datetime) -> Terms:
    """The terms of a change by the patient."""
    policy = ChangePolicy(
        notice=timedelta(hours=clinic.free_change_hours),
        grace=timedelta(minutes=clinic.grace_minutes),
        fee_minor=clinic.late_fee_minor,
    )
    return terms(starts=consultation.starts, booked_at=consultation.booked_at or now, now=now, policy=policy)
