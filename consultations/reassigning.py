"""A visit goes to another practitioner, at its own time: caused by the clinic, free for the patient, told by mail.

Who had it before reads nothing of it any more from the moment the row is written: access hangs on its practitioner.
"""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from clinic import outbox
from clinic.accounts.models import User
from clinic.audit.models import Action
from clinic.premises.models import Clinic
from consultations import availability, booking, intake, mail, taking, transitions
from consultations.availability import Slot
from consultations.errors import BookingError, NotTakenOver
from consultations.models import Cancelled, Consultation, EventKind, Status
from consultations.scheduling.invite import Method
from practitioners.models import Practitioner


def candidates(consultation: Consultation, now: datetime) -> list[Practitioner]:
    """Who else could take the visit over at its time, in the clinic's order."""
    others = availability.everyone(kind=consultation.kind, now=now).exclude(pk=consultation.practitioner_id)
    by_id = {who.pk: who for who in others}
    slots = availability.who_could(consultation=consultation, practitioners=by_id.values(), now=now)
    return [by_id[slot.practitioner_id] for slot in slots]


def reassign(*, actor: User, consultation: Consultation, practitioner: Practitioner, now: datetime) -> Consultation:
    """Give the visit to a practitioner who is free at its time; the same call again changes nothing."""
    if consultation.practitioner_id == practitioner.pk:
        return consultation
    slots = availability.who_could(consultation=consultation, practitioners=[practitioner], now=now)
    if not slots:
        raise NotTakenOver
    with transitions.unless_done(consultation, lambda: consultation.practitioner_id == practitioner.pk):
        _reassign(actor, consultation, slots[0], now)
    return consultation


def _reassign(actor: User, consultation: Consultation, slot: Slot, now: datetime) -> None:
    before, status = consultation.practitioner, Status(consultation.status)
    with taking.time():
        taking.lock(
            now,
            practitioner=slot.practitioner_id,
            room=slot.room_id,
            device=slot.device_id,
            patient=consultation.patient_id,
            keeping=consultation,
        )
        transitions.set_status(
            consultation,
            {status} & {Status.REQUESTED, Status.CONFIRMED},
            status,
            now,
            unchanged={"ics_sequence": consultation.ics_sequence, "practitioner": before},
            practitioner_id=slot.practitioner_id,
            room_id=slot.room_id,
            device_id=slot.device_id,
            moved_by_clinic_at=now,
            ics_sequence=consultation.ics_sequence + 1,
        )
        intake.unstamp(consultation)
        transitions.note(consultation, EventKind.REASSIGNED, actor, now, after=slot.starts, by=Cancelled.BY_CLINIC)
        transitions.record(Action.CONSULTATION_REASSIGNED, consultation, actor, now)
        _tell(consultation, before, now)


def _tell(consultation: Consultation, before: Practitioner, now: datetime) -> None:
    """Who the visit is with now; a request has not been in a calendar."""
    outbox.withdraw(about=mail.about(consultation), now=now)
    method = Method.REQUEST if consultation.status == Status.CONFIRMED else None
    mail.tell(consultation, "reassigned", _subject, method, Clinic.objects.the(), now, instead_of=before)


def _subject() -> str:
    return _("A change to your consultation")


def reassign_all(*, actor: User, visits: Iterable[Consultation], now: datetime) -> list[Consultation]:
    """Give each visit to the first who can take it over; returns those that nobody can."""
    return [visit for visit in visits if not _given_to_somebody(actor, visit, now)]


def _given_to_somebody(actor: User, visit: Consultation, now: datetime) -> bool:
    return any(_taken_over(actor, visit, who, now) for who in candidates(visit, now))


def _taken_over(actor: User, visit: Consultation, who: Practitioner, now: datetime) -> bool:
    try:
        reassign(actor=actor, consultation=visit, practitioner=who, now=now)
    except BookingError:
        return False
    return True


def cancel_all(*, actor: User, visits: Iterable[Consultation], reason: str, now: datetime) -> list[Consultation]:
    """Cancel each visit for the clinic, for the one reason that was typed; returns those that had changed meanwhile."""
    left = []
    for visit in visits:
        try:
            booking.cancel(actor=actor, consultation=visit, by=Cancelled.BY_CLINIC, words=reason, now=now)
        except BookingError:
            left.append(visit)
    return left
