"""What happens on the day: arrived, begun, completed, or not come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from clinic.accounts.models import User
from clinic.audit.models import Action
from clinic.localtime import local
from clinic.premises.models import Clinic
from consultations import deciding, messages, taking, transitions
from consultations.deciding import Wait
from consultations.errors import MovedOn, NoReason, NotYet, NotYetUnderAge, StillInGrace, TooEarly
from consultations.models import Consultation, EventKind, Performed, Status, VisitInvitation
from practitioners import reviews
from practitioners.models import Moment
from treatments.models import Treatment

SHORTEST_REASON = 10
AFTER_A_TREATMENT = (Moment.COMFORT, Moment.RESULT, Moment.AGAIN)


def arrive(*, actor: User, consultation: Consultation, now: datetime) -> Consultation:
    """Note that the patient is here, on the day of their visit or after it."""
    _require_its_day(consultation, now)
    with transaction.atomic():
        _go(actor, consultation, Status.ARRIVED, EventKind.ARRIVED, Action.CONSULTATION_ARRIVED, now)
    return consultation


def start(*, actor: User, consultation: Consultation, now: datetime) -> Consultation:
    """Note that the visit begins, on its day or after it."""
    _require_its_day(consultation, now)
    with transaction.atomic():
        _go(actor, consultation, Status.IN_CONSULTATION, EventKind.STARTED, Action.CONSULTATION_STARTED, now)
    return consultation


def _require_its_day(consultation: Consultation, now: datetime) -> None:
    zone = Clinic.objects.the().zone
    if local(now, zone).date() < local(consultation.starts, zone).date():
        raise TooEarly


def no_show(*, actor: User, consultation: Consultation, now: datetime) -> Consultation:
    """Note that the patient did not come; only a person says so, and only when the clinic's grace is over."""
    if now < consultation.starts:
        raise TooEarly
    if now < absent_from(consultation, Clinic.objects.the()):
        raise StillInGrace
    with transaction.atomic():
        _go(actor, consultation, Status.NO_SHOW, EventKind.NO_SHOW, Action.CONSULTATION_NO_SHOW, now)
    return consultation


def absent_from(consultation: Consultation, clinic: Clinic) -> datetime:
    """From when on somebody may say that the patient did not come."""
    return consultation.starts + timedelta(minutes=clinic.no_show_minutes)


def needs_reason(consultation: Consultation, clinic: Clinic, now: datetime) -> bool:
    """Whether the day of the visit is over, after which what was noted on it is taken back with a reason only."""
    return clinic.today(now) > local(consultation.starts, clinic.zone).date()


def came(*, actor: User, consultation: Consultation, reason: str = "", now: datetime) -> Consultation:
    """Take back that the patient did not come, while the day lasts, or later with a reason."""
    told = EventKind.CAME_AFTER_ALL, Action.NO_SHOW_UNDONE
    return _take_back(actor, consultation, Status.NO_SHOW, told, reason, now)


def not_here(*, actor: User, consultation: Consultation, reason: str = "", now: datetime) -> Consultation:
    """Take back that the patient is here, while the day lasts, or later with a reason; once begun, a visit goes on."""
    told = EventKind.NOT_HERE, Action.ARRIVAL_UNDONE
    return _take_back(actor, consultation, Status.ARRIVED, told, reason, now)


def _take_back(
    actor: User, consultation: Consultation, said: Status, told: tuple[EventKind, Action], reason: str, now: datetime
) -> Consultation:
    event, action = told
    reason = reason.strip()
    if needs_reason(consultation, Clinic.objects.the(), now) and len(reason) < SHORTEST_REASON:
        raise NoReason
    with taking.time():
        taking.lock_for(consultation, now)
        transitions.set_status(consultation, {said}, Status.CONFIRMED, now)
        transitions.note(consultation, event, actor, now, why=("", reason))
        transitions.record(action, consultation, actor, now)
    return consultation


@dataclass(frozen=True, slots=True)
class Done:
    """A treatment that was carried out, and how many days of downtime the patient was told to expect."""

    treatment: Treatment
    downtime_told: int | None = None


@dataclass(frozen=True, slots=True)
class Early:
    """Why a treatment did not wait until the time to decide was over; fresh consent was taken on paper before it."""

    reason: str


def complete(
    *, actor: User, consultation: Consultation, done: Sequence[Done] = (), early: Early | None = None, now: datetime
) -> Consultation:
    """Close the visit, keep what was carried out and mint the invitations to review: nobody chooses who is asked.

    A visit invites one review of the practitioner; each treatment carried out invites three, of its three moments.
    What was carried out while its patient still had time to decide needs a reason.
    """
    if now < consultation.starts:
        raise TooEarly
    with transaction.atomic():
        ongoing = Consultation.objects.select_for_update(no_key=True).filter(
            pk=consultation.pk,
            status__in=transitions.sources(Status.COMPLETED),
            ics_sequence=consultation.ics_sequence,
        )
        if ongoing.first() is None:
            raise MovedOn
        hurried = _hurried(consultation, done, early, now)
        performed = [_perform(consultation, each, hurried.get(each.treatment.pk), now) for each in done]
        if hurried:
            transitions.record(Action.TREATED_EARLY, consultation, actor, now)
        minted = [_mint(consultation, moment, each, now) for each in performed for moment in AFTER_A_TREATMENT]
        first = minted[0] if minted else _mint(consultation, Moment.CONSULTATION, None, now)
        _go(
            actor,
            consultation,
            Status.COMPLETED,
            EventKind.COMPLETED,
            Action.CONSULTATION_COMPLETED,
            now,
            invitation=first,
        )
        if performed:
            messages.aftercare(consultation, clinic=Clinic.objects.the(), now=now)
    return consultation


def _hurried(consultation: Consultation, done: Sequence[Done], early: Early | None, now: datetime) -> dict[int, str]:
    """The reason by the key of each treatment that did not wait; NotYet where one is missing or none counts."""
    waiting: dict[int, Wait] = {}
    if done:
        treatments = [each.treatment for each in done]
        waiting = deciding.waits(consultation, treatments, clinic=Clinic.objects.the(), now=now)
    if not waiting:
        return {}
    if not all(wait.may_be_shortened for wait in waiting.values()):
        raise NotYetUnderAge
    shortest, longest = Performed.REASON
    if early is None or not shortest <= len(early.reason.strip()) <= longest:
        raise NotYet
    return dict.fromkeys(waiting, early.reason.strip())


def _perform(consultation: Consultation, done: Done, hurried: str | None, now: datetime) -> Performed:
    before = Performed.objects.filter(consultation__patient=consultation.patient, code=done.treatment.facts_id)
    performed: Performed = Performed.objects.create(
        consultation=consultation,
        treatment=done.treatment,
        code=done.treatment.facts_id,
        session=before.count() + 1,
        downtime_told=done.downtime_told,
        performed_by=consultation.practitioner,
        performed_on=_day(consultation),
        early_reason=hurried,
        consented_afresh_at=now if hurried else None,
    )
    return performed


def _mint(consultation: Consultation, moment: Moment, performed: Performed | None, now: datetime) -> VisitInvitation:
    invitation = reviews.invite(
        practitioner=consultation.practitioner,
        moment=moment,
        visited=_day(consultation),
        ended=consultation.ends,
        now=now,
    )
    made: VisitInvitation = VisitInvitation.objects.create(
        consultation=consultation, performed=performed, moment=moment, invitation=invitation
    )
    return made


def _day(consultation: Consultation) -> date:
    return local(consultation.starts, Clinic.objects.the().zone).date()


def _go(
    actor: User, consultation: Consultation, to: Status, event: EventKind, action: Action, now: datetime, **fields: Any
) -> None:
    seen = {"ics_sequence": consultation.ics_sequence}  # what is true of one time of a visit is not of another
    transitions.set_status(consultation, transitions.sources(to), to, now, unchanged=seen, **fields)
    transitions.note(consultation, event, actor, now)
    transitions.record(action, consultation, actor, now)
    messages.not_reminded_any_more(consultation, now=now)
