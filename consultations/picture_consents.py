"""What a patient agrees may be done with their photographs: given by scope, withdrawn by one press, run out by itself.

Each verb locks the patient first, as those do that add a photograph or tell a story. So whatever comes second finds the
consent as it is, and what a withdrawal removes nobody puts back.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from clinic.accounts.models import User
from clinic.audit import trail as audit
from clinic.audit.models import Action
from clinic.premises.models import Clinic
from consultations import access
from consultations.errors import BookingError
from consultations.models import (
    Consent,
    ConsentKind,
    ConsentText,
    Patient,
    Photograph,
    PictureConsent,
    Scope,
    ToldStory,
)
from practitioners import stories

# What ends with a scope: without photographs in the record there is nothing to show.
ENDS_WITH = {Scope.RECORD: tuple(Scope), Scope.VISIT: (Scope.VISIT,), Scope.PUBLIC: (Scope.PUBLIC,)}
YEARS = (1, 2, 3)


class NotAgreed(BookingError):
    sentence = _("The patient has not agreed to this, or no longer does. Nothing was kept.")


class AgreedAlready(BookingError):
    sentence = _("You have agreed to this already.")


class OnlyForAdults(BookingError):
    sentence = _("Photographs and stories of people under 18 are shown to nobody else.")


@dataclass(frozen=True, slots=True)
class Removed:
    """What an end took away: how many photographs, and how many stories with their public copies."""

    photographs: int = 0
    stories: int = 0


def today(now: datetime) -> date:
    """The day on which a consent holds or no longer does: the clinic's."""
    return Clinic.objects.the().today(now)


def standing(patient: Patient, now: datetime) -> dict[str, PictureConsent]:
    """What the patient agrees to now, by scope."""
    found = patient.picture_consents.standing(today(now)).select_related("text")
    return {consent.scope: consent for consent in found}


def locked(patient_id: Any) -> Patient:
    """The patient, whose photographs and consents nobody else changes until this transaction ends."""
    found: Patient = Patient.objects.select_for_update(no_key=True).get(pk=patient_id)
    return found


def require(patient: Patient, scope: Scope, now: datetime) -> PictureConsent:
    """The consent that stands for the scope; NotAgreed without one."""
    found: PictureConsent | None = patient.picture_consents.standing(today(now)).filter(scope=scope).first()
    if found is None:
        raise NotAgreed
    return found


def give(
    *, actor: User, patient: Patient, scope: Scope, text: ConsentText, expires_on: date | None, now: datetime
) -> PictureConsent:
    """Write down what the patient agreed to, in which words, until when."""
    with transaction.atomic():
        patient = locked(patient.pk)
        _may_agree(patient, scope, expires_on, now)
        for over in patient.picture_consents.run_out(today(now)).filter(scope=scope):
            _lapse(over, now)
        consent: PictureConsent = PictureConsent.objects.create(
            patient=patient, scope=scope, text=text, given_at=now, given_by=actor, expires_on=expires_on
        )
        _record(actor, Action.PICTURE_CONSENT_GIVEN, consent, now)
    return consent


def keep(*, actor: User, patient: Patient, text: ConsentText, now: datetime) -> None:
    """Agreed to photographs while booking: that is the record's scope. Inside the transaction of that consent.

    From somebody who may not read what is about the patient's health, such as a partner who books, it does not count.
    """
    if text.kind != ConsentKind.PHOTO or not access.reads_health_of(actor, patient, now):
        return
    patient = locked(patient.pk)
    if not patient.picture_consents.open().filter(scope=Scope.RECORD).exists():
        PictureConsent.objects.create(patient=patient, scope=Scope.RECORD, text=text, given_at=now, given_by=actor)


def withdraw(*, actor: User, patient: Patient, scope: Scope, now: datetime) -> Removed:
    """End the consent and remove at once whatever stood on it; pressed again it finds nothing, and does nothing."""
    with transaction.atomic():
        patient = locked(patient.pk)
        ending = list(patient.picture_consents.open().filter(scope__in=ENDS_WITH[scope]))
        for consent in ending:
            _end(consent, withdrawn_at=now)
            _record(actor, Action.PICTURE_CONSENT_WITHDRAWN, consent, now)
        if scope == Scope.RECORD:
            given = Consent.objects.filter(patient=patient, text__kind=ConsentKind.PHOTO, withdrawn_at=None)
            given.update(withdrawn_at=now)
        return _remove(patient, {consent.scope for consent in ending})


def sweep(*, now: datetime) -> int:
    """Remove what stood on consents that have run out; pages hide it from the day's first minute. Returns how many."""
    over = PictureConsent.objects.run_out(today(now)).values_list("pk", "patient")
    return sum(_sweep(consent, patient, now) for consent, patient in list(over))


def _sweep(consent_id: Any, patient_id: Any, now: datetime) -> bool:
    with transaction.atomic():
        patient = locked(patient_id)
        over = patient.picture_consents.run_out(today(now)).filter(pk=consent_id).first()
        if over is not None:
            _lapse(over, now)
    return over is not None


def _lapse(over: PictureConsent, now: datetime) -> None:
    for consent in over.patient.picture_consents.open().filter(scope__in=ENDS_WITH[Scope(over.scope)]):
        _end(consent, lapsed_at=now)
        _record(None, Action.PICTURE_CONSENT_LAPSED, consent, now, role="system")
        _remove(over.patient, {consent.scope})


def _may_agree(patient: Patient, scope: Scope, expires_on: date | None, now: datetime) -> None:
    day = today(now)
    agreed = set(patient.picture_consents.standing(day).values_list("scope", flat=True))
    if scope in agreed:
        raise AgreedAlready
    if scope == Scope.VISIT and Scope.RECORD not in agreed:
        raise NotAgreed
    if scope != Scope.RECORD and patient.age_on(day) < access.OF_AGE:
        raise OnlyForAdults
    if (scope == Scope.PUBLIC and expires_on is None) or (expires_on is not None and expires_on <= day):
        raise NotAgreed


def _end(consent: PictureConsent, **when: datetime) -> None:
    PictureConsent.objects.open().filter(pk=consent.pk).update(**when)


def _remove(patient: Patient, scopes: Iterable[str]) -> Removed:
    """Whatever stood on these scopes: the stories with their public copies, and with the record the photographs."""
    told = photographs = 0
    ended = set(scopes)
    if ended & {Scope.RECORD, Scope.PUBLIC}:
        telling = ToldStory.objects.filter(patient=patient)
        keys = list(telling.values_list("story", flat=True))
        telling.delete()
        told = stories.remove(stories=keys)
    if Scope.RECORD in ended:
        _rows, by_model = Photograph.objects.filter(patient=patient).delete()
        photographs = by_model.get(Photograph._meta.label, 0)
    return Removed(photographs, told)


def _record(actor: User | None, action: Action, consent: PictureConsent, now: datetime, role: str = "") -> None:
    audit.record(
        actor=actor,
        action=action,
        object_type="picture consent",
        object_id=consent.pk,
        patient_id=consent.patient_id,
        reason=consent.scope,
        role=role,
        now=now,
    )
