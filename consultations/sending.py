"""Photographs that a patient sends before a visit: a few, until they arrive, if they agree that a record keeps them.

The practitioner reads them as all others of the visit. No pair for others is made of them: nobody here saw them taken.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from clinic import pictures
from clinic.accounts.models import User
from consultations import intake, photographs, picture_consents
from consultations.errors import BookingError
from consultations.models import ConsentText, Consultation, Patient, Photograph, Scope, Shows, Status
from consultations.photographs import Shot

MOST = 6
# Whose visit never took place may book again and would send new ones.
KEPT_WITHOUT_A_VISIT = timedelta(days=30)
NEVER_TOOK_PLACE = (Status.CANCELLED, Status.NO_SHOW, Status.EXPIRED, Status.ENTERED_IN_ERROR)


class TooLateToSend(BookingError):
    sentence = _("Photographs can be sent until you arrive. Show this one to your practitioner during the visit.")


class SentEnough(BookingError):
    sentence = _("You have sent six photographs for this visit. Remove one before you send another.")


def may_send(consultation: Consultation, now: datetime) -> bool:
    """Whether photographs for this visit are still taken in: as long as its answers may be changed."""
    return consultation.status in intake.EDITABLE and now < consultation.starts


def send(
    *, actor: User, consultation: Consultation, shot: Shot, agreed_to: ConsentText | None = None, now: datetime
) -> Photograph:
    """Seal a photograph from the patient into the record; the same form again brings no second one.

    `agreed_to` are the words of the record's consent, given with the same press: kept only with the photograph.
    """
    clean = pictures.clean(shot.raw, longest=photographs.LONGEST)
    with transaction.atomic():
        patient = _of_a_visit_to_come(consultation, now)
        if agreed_to is not None:
            _agree(actor, patient, agreed_to, now)
        picture_consents.require(patient, Scope.RECORD, now)
        if found := photographs.came_in(shot, consultation):
            return found
        if Photograph.objects.sent_for(consultation).count() >= MOST:
            raise SentEnough
        return photographs.keep(actor, consultation, shot, clean, now, patient=patient, sent_by=actor, taken_at=now)


def _of_a_visit_to_come(consultation: Consultation, now: datetime) -> Patient:
    """Whose visit it is, who neither changes a consent nor arrives meanwhile; TooLateToSend once they have arrived.

    The patient before the visit, as whoever moves it: in another order the two would wait for each other.
    """
    patient = picture_consents.locked(consultation.patient_id)
    if not may_send(Consultation.objects.select_for_update(no_key=True).get(pk=consultation.pk), now):
        raise TooLateToSend
    return patient


def _agree(actor: User, patient: Patient, words: ConsentText, now: datetime) -> None:
    """Unless it was agreed to in another window meanwhile."""
    if Scope.RECORD not in picture_consents.standing(patient, now):
        picture_consents.give(actor=actor, patient=patient, scope=Scope.RECORD, text=words, expires_on=None, now=now)


def sweep(*, now: datetime) -> int:
    """Remove what was sent for visits that never took place, a month after that was known. Returns how many."""
    over = Photograph.objects.filter(
        shows=Shows.SENT,
        consultation__status__in=NEVER_TOOK_PLACE,
        consultation__status_at__lt=now - KEPT_WITHOUT_A_VISIT,
    ).defer("picture")
    found = list(over)
    for photograph in found:
        photographs.remove(actor=None, photograph=photograph, now=now)
    return len(found)
