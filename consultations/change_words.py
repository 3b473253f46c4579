"""What a change by the patient means, in sentences: for the pages that show it before the button, and for mails."""

from datetime import datetime

from django.utils.translation import gettext as _

from clinic.premises.models import Clinic
from clinic.premises.templatetags.clinic import money, when
from consultations.changing import terms_now
from consultations.models import Consultation, Status
from consultations.scheduling.policy import Change, Terms


def of_either(consultation: Consultation, clinic: Clinic, now: datetime) -> list[str]:
    """Of moving and of cancelling: one sentence where they are the same, else one each."""
    if consultation.status == Status.REQUESTED:
        return [_("Withdrawing the request costs nothing.")]
    move, cancel = (terms_now(change, consultation, clinic, now) for change in Change)
    if consultation.moved_by_clinic_at:
        return [_("The clinic chose this time, so moving or cancelling costs you nothing.")]
    if move == cancel:
        return [_said(move, clinic, _either(move, clinic))]
    return [_said(move, clinic, _moving(move, clinic)), _said(cancel, clinic, _cancelling(cancel, clinic))]


def of_one(change: Change, consultation: Consultation, clinic: Clinic, now: datetime) -> str:
    """Of one of them, on the page where it is done."""
    if consultation.moved_by_clinic_at or consultation.status == Status.REQUESTED:
        return of_either(consultation, clinic, now)[0]
    terms = terms_now(change, consultation, clinic, now)
    return _said(terms, clinic, _moving(terms, clinic) if change is Change.MOVE else _cancelling(terms, clinic))


def _said(terms: Terms, clinic: Clinic, words: str) -> str:
    fee = terms.owed_minor if terms.late else clinic.late_fee_minor
    return words % {"until": when(terms.free_until, clinic.zone), "fee": money(fee, clinic.currency)}


def _either(terms: Terms, clinic: Clinic) -> str:
    if not terms.late and clinic.late_fee_minor:
        return _("Moving or cancelling costs nothing until %(until)s, and %(fee)s after that.")
    if not terms.late:
        return _("Moving or cancelling costs nothing until %(until)s.")
    if terms.owed_minor:
        return _("Moving or cancelling now is late and costs %(fee)s; it was free until %(until)s.")
    return _("A change now is late; it was free until %(until)s. There is nothing to pay.")


def _moving(terms: Terms, clinic: Clinic) -> str:
    if not terms.late and clinic.late_fee_minor:
        return _("Moving costs nothing until %(until)s, and %(fee)s after that.")
    if not terms.late:
        return _("Moving costs nothing until %(until)s.")
    if terms.owed_minor:
        return _("Moving is late now and costs %(fee)s; it was free until %(until)s.")
    return _("Moving is late now; it was free until %(until)s. There is nothing to pay.")


def _cancelling(terms: Terms, clinic: Clinic) -> str:
    if not terms.late and clinic.late_fee_minor:
        return _("Cancelling costs nothing until %(until)s, and %(fee)s after that.")
    if not terms.late:
        return _("Cancelling costs nothing until %(until)s.")
    if terms.owed_minor:
        return _("Cancelling is late now and costs %(fee)s; it was free until %(until)s.")
    return _("Cancelling is late now; it was free until %(until)s. There is nothing to pay.")
