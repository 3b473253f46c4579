"""Bookings that the desk makes: by phone for a patient, or for somebody who has just walked in.

The answers stay open: nobody at the desk asks about health, and the patient consents and answers by themselves.
"""

from collections.abc import Iterable, Mapping
from copy import copy
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import transaction

from clinic.accounts.models import User
from clinic.audit.models import Action
from clinic.localtime import local
from consultations import (
    admission,
    availability,
    booking,
    intake,
    messages,
    published,
    quoting,
    registering,
    taking,
    transitions,
    visits,
)
from consultations.availability import Slot
from consultations.errors import InThePast, SlotTaken
from consultations.models import Consultation, ConsultationQuerySet, EventKind, Grading, Kind, Patient, Source, Status
from practitioners.models import Practitioner


class Told(StrEnum):
    """How the patient hears of it."""

    BY_MAIL = "mail"
    IN_PERSON = "in_person"


def hold(
    *, actor: User, kind: Kind, practitioners: Iterable[Practitioner], starts: datetime, now: datetime
) -> Consultation:
    """Hold an offered time while the desk asks for whom it is; the same person's same choice leads to the same hold."""
    people = list(practitioners)
    mine = held_by_the_desk().filter(
        status=Status.HELD,
        held_until__gt=now,
        kind=kind,
        practitioner__in=people,
        starts=starts,
        events__kind=EventKind.HELD,
        events__actor=actor,
    )
    if standing := mine.first():
        return standing
    return booking.hold(actor=actor, kind=kind, practitioners=people, starts=starts, draft=None, now=now)


def free_now(*, kind: Kind, practitioners: Iterable[Practitioner], now: datetime) -> list[Slot]:
    """The next free minute of each practitioner who still has one today, soonest first."""
    zone = published.in_force().clinic.zone
    found = availability.next_free(kind=_at_once(kind), practitioners=practitioners, now=now, count=1)
    today = local(now, zone).date()
    slots = (slot for slots in found.values() for slot in slots if local(slot.starts, zone).date() == today)
    return sorted(slots, key=lambda slot: slot.starts)


def hold_now(*, actor: User, kind: Kind, practitioners: Iterable[Practitioner], now: datetime) -> Consultation:
    """Hold the next free minute of whoever has the soonest, for somebody who stands at the desk."""
    people = {each.pk: each for each in practitioners}
    for slot in free_now(kind=kind, practitioners=people.values(), now=now):
        try:
            who = [people[slot.practitioner_id]]
            return booking.hold(
                actor=actor, kind=_at_once(kind), practitioners=who, starts=slot.starts, draft=None, now=now
            )
        except SlotTaken:
            continue
    raise SlotTaken


def book(
    *, actor: User, consultation: Consultation, patient: Patient, source: Source, told: Told, now: datetime
) -> Consultation:
    """Turn a time that the desk holds into a booking whose answers are open; who has walked in has arrived."""
    with transitions.unless_done(consultation, lambda: _is_booked_for(patient, consultation)), taking.time():
        taking.lock_for(consultation, now, patient=patient)
        _book(actor, consultation, patient, source, now)
        if told == Told.BY_MAIL:
            messages.booked(consultation, clinic=published.in_force().clinic, now=now)
        if source == Source.WALK_IN:
            visits.arrive(actor=actor, consultation=consultation, now=now)
    return consultation


def book_new(
    *, actor: User, consultation: Consultation, details: Mapping[str, Any], source: Source, told: Told, now: datetime
) -> Consultation:
    """Write a new patient down and book for them; whoever cannot be booked is not written down."""
    with transaction.atomic():
        patient = registering.register(actor=actor, details=details, now=now)
        return book(actor=actor, consultation=consultation, patient=patient, source=source, told=told, now=now)


def held_by_the_desk() -> ConsultationQuerySet:
    """The times that are held, or were until they lapsed, without a browser of a patient's or an offer to one."""
    held: ConsultationQuerySet = Consultation.objects.filter(
        status__in=[Status.HELD, Status.EXPIRED], draft=None, patient=None, waitlist_offer=None
    )
    return held


def _book(actor: User, consultation: Consultation, patient: Patient, source: Source, now: datetime) -> None:
    if now >= consultation.ends:
        raise InThePast
    in_force = published.in_force()
    clinic = in_force.clinic
    admission.refuse_minors(patient, clinic, now)
    admission.refuse_unreachable(patient, consultation.kind)
    fee = admission.fees(consultation.kind, consultation.practitioner).first()
    transitions.set_status(
        consultation,
        {Status.HELD, Status.EXPIRED},
        Status.CONFIRMED,
        now,
        unchanged={"patient": None},
        held_until=None,
        patient=patient,
        booked_by=registering.person_of(patient),
        booked_at=now,
        source=source,
        language=patient.language,
        quote=quoting.quote(fee_minor=fee, treatments=(), clinic=clinic),
    )
    seen = Grading.objects.filter(patient=patient)
    intake.postpone(consultation=consultation, gradings=list(seen), in_force=in_force, now=now)
    transitions.note(consultation, EventKind.CONFIRMED, actor, now, after=consultation.starts)
    transitions.record(Action.CONSULTATION_BOOKED, consultation, actor, now)


def _at_once(kind: Kind) -> Kind:
    """The kind as somebody at the desk needs it: from this minute on."""
    now = copy(kind)
    now.notice_hours, now.step_minutes = 0, 1
    return now


def _is_booked_for(patient: Patient, consultation: Consultation) -> bool:
    return consultation.status in {Status.CONFIRMED, Status.ARRIVED} and consultation.patient_id == patient.pk
