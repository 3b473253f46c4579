"""What happens to a time: held, confirmed, moved, cancelled, visited. Whoever wonders what a booking does reads this.

Every verb is one transaction: lock the rows used and end lapsed holds on them (see taking.py), write, record, tell.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from clinic.accounts.models import User
from clinic.audit.models import Action
from clinic.premises.models import Clinic
from consultations import availability, changing, intake, messages, proposing, published, quoting, taking, transitions
from consultations.admission import admit, open_to, readmit, refuse_minors, refuse_unreachable
from consultations.availability import Slot
from consultations.errors import NotOffered, SlotTaken, TooLate
from consultations.models import (
    BLOCKING,
    BookingMode,
    Cancelled,
    Consultation,
    Draft,
    EventKind,
    Kind,
    Patient,
    ProposalState,
    Status,
)
from consultations.quoting import Wish
from consultations.scheduling.policy import Change, Terms
from consultations.scheduling.suiting import ANY_TIME, Suits
from practitioners.models import Practitioner

REQUEST_FOR = timedelta(hours=48)
# Who loses a time may only have lost its room: the question is asked once more before the time counts as taken.
ATTEMPTS = 2


def hold(
    *,
    actor: User | None,
    kind: Kind,
    practitioners: Iterable[Practitioner],
    starts: datetime,
    draft: Draft | None,
    suits: Suits = ANY_TIME,
    now: datetime,
) -> Consultation:
    """Hold a time for a draft with the first of these practitioners who is free, instead of the one it held before.

    The same choice sent again leads to the same hold as long as that stands.
    """
    open_to(actor=actor, kind=kind)
    people, before, gone = list(practitioners), getattr(draft, "hold", None), None
    if standing := _standing(before, kind, people, starts, now):
        return standing
    for _ in range(ATTEMPTS):
        # Nobody stands in their own way; whether this very form was here before is asked when the time is refused.
        asked = availability.around(
            kind=kind,
            practitioners=people,
            starts=starts,
            now=now,
            suits=suits,
            patient_id=draft.patient_id if draft else None,
            ignoring=before.pk if before else None,
        )
        slots = asked.slots()
        if not slots:
            gone = asked
            break
        for slot in slots:
            try:
                return _hold(actor, draft, before, kind, slot, now)
            except SlotTaken:
                continue
            except IntegrityError:  # a draft holds one time, and another form of it was faster
                break
    twin = Consultation.objects.filter(draft=draft).first() if draft else None
    if standing := _standing(twin, kind, people, starts, now):
        return standing
    raise SlotTaken(gone.nearest() if gone else ())


def _standing(
    held: Consultation | None, kind: Kind, people: list[Practitioner], starts: datetime, now: datetime
) -> Consultation | None:
    """What is held or booked already, as far as it is this choice and has not lapsed."""
    if held is None or (held.kind_id, held.starts) != (kind.pk, starts):
        return None
    is_chosen = held.practitioner_id in {each.pk for each in people}
    is_standing = held.status in BLOCKING and (held.held_until is None or held.held_until > now)
    return held if is_chosen and is_standing else None


def _hold(
    actor: User | None, draft: Draft | None, before: Consultation | None, kind: Kind, slot: Slot, now: datetime
) -> Consultation:
    with taking.time():
        taking.lock(now, practitioner=slot.practitioner_id, room=slot.room_id, device=slot.device_id, instead_of=before)
        if before is not None:
            Consultation.objects.filter(pk=before.pk, draft=draft).update(draft=None)
        last = slot.starts if draft else slot.ends  # the desk may write down who has come when it has begun
        return write_hold(actor, kind, slot, until=taking.until(now, last, now), draft=draft, now=now)


def write_hold(
    actor: User | None, kind: Kind, slot: Slot, *, until: datetime, draft: Draft | None = None, now: datetime
) -> Consultation:
    """Write a hold, in the transaction of whoever has locked the rows of the time."""
    consultation = Consultation.objects.create(
        kind=kind,
        status=Status.HELD,
        status_at=now,
        held_since=now,
        held_until=until,
        draft=draft,
        **_times(kind, slot),
    )
    transitions.note(consultation, EventKind.HELD, actor, now, after=slot.starts)
    transitions.record(Action.CONSULTATION_HELD, consultation, actor, now)
    return consultation


def renew(*, consultation: Consultation, now: datetime) -> Consultation:
    """Hold the time for another while, an hour in all at most; a lapsed hold that is still free is taken again."""
    until = taking.until(consultation.held_since or now, consultation.starts, now)
    if until <= now:
        return consultation  # the hour is over: the time is theirs only as long as nobody else takes it
    with taking.time():
        taking.lock_for(consultation, now)
        transitions.set_status(consultation, {Status.HELD, Status.EXPIRED}, Status.HELD, now, held_until=until)
    return consultation


def release(*, actor: User | None, consultation: Consultation, now: datetime) -> None:
    """Give a held time back."""
    with transaction.atomic():
        taking.let_go(Consultation.objects.filter(pk=consultation.pk, status=Status.HELD), now)


def confirm(
    *,
    actor: User,
    consultation: Consultation,
    patient: Patient,
    wish: Wish,
    answers: Mapping[str, Any],
    now: datetime,
) -> Consultation:
    """Turn a hold into a booking with its intake, and write to the patient; the same call again changes nothing."""
    if _is_booked_for(patient, consultation):
        return consultation
    if now >= consultation.starts:
        raise NotOffered
    with transitions.unless_done(consultation, lambda: _is_booked_for(patient, consultation)):
        _confirm(actor, consultation, patient, wish, answers, now)
    return consultation


def _confirm(
    actor: User, consultation: Consultation, patient: Patient, wish: Wish, answers: Mapping[str, Any], now: datetime
) -> None:
    on_request, in_force = consultation.kind.mode == BookingMode.REQUEST, published.in_force()
    clinic = in_force.clinic
    refuse_minors(patient, clinic, now)
    refuse_unreachable(patient, consultation.kind)
    with taking.time():
        taking.lock_for(consultation, now, patient=patient, person=actor)
        admission = admit(actor=actor, patient=patient, consultation=consultation, clinic=clinic, now=now)
        transitions.set_status(
            consultation,
            {Status.HELD, Status.EXPIRED},
            Status.REQUESTED if on_request else Status.CONFIRMED,
            now,
            unchanged={"patient": None},  # a request that lapsed is not a hold
            held_until=min(now + REQUEST_FOR, consultation.starts) if on_request else None,
            patient=patient,
            booked_by=actor,
            booked_at=now,
            concern=wish.concern,
            language=wish.language,
            quote=quoting.quote(fee_minor=admission.fee_minor, treatments=wish.treatments, clinic=clinic),
        )
        consultation.treatments.add(*wish.treatments)
        if not consultation.is_equipped:
            raise NotOffered
        intake.begin(
            actor=actor,
            consultation=consultation,
            codes=wish.codes,
            answers=answers,
            gradings=admission.gradings,
            in_force=in_force,
            now=now,
        )
        told = EventKind.REQUESTED if on_request else EventKind.CONFIRMED
        transitions.note(consultation, told, actor, now, after=consultation.starts)
        transitions.record(Action.CONSULTATION_BOOKED, consultation, actor, now)
        (messages.requested if on_request else messages.booked)(consultation, clinic=clinic, now=now)


def accept(*, actor: User, consultation: Consultation, now: datetime) -> Consultation:
    """Confirm a requested consultation on behalf of the clinic; the same call again changes nothing."""
    if now >= consultation.starts:
        raise TooLate
    with transitions.unless_done(consultation, lambda: consultation.status == Status.CONFIRMED), taking.time():
        taking.lock_for(consultation, now)
        seen = {"ics_sequence": consultation.ics_sequence}  # else whoever had it before would be named
        transitions.set_status(consultation, {Status.REQUESTED}, Status.CONFIRMED, now, unchanged=seen, held_until=None)
        transitions.note(consultation, EventKind.CONFIRMED, actor, now, after=consultation.starts)
        transitions.record(Action.CONSULTATION_BOOKED, consultation, actor, now)
        messages.accepted(consultation, clinic=Clinic.objects.the(), now=now)
    return consultation


def move(
    *,
    actor: User | None,
    consultation: Consultation,
    practitioner: Practitioner,
    starts: datetime,
    by: Cancelled,
    reason: str = "",
    quote: Mapping[str, Any] | None = None,
    now: datetime,
) -> Consultation:
    """Give the consultation another time; the row, its reference and its calendar entry stay the same.

    So does what it was to cost, unless its patient has agreed to another quote.
    """
    if is_at(starts, practitioner, consultation):
        return consultation
    owed = changing.terms_for(by, Change.MOVE, consultation, now, actor=actor).owed_minor
    slot = availability.is_offered(
        kind=consultation.own_kind,
        practitioner=practitioner,
        starts=starts,
        now=now,
        patient_id=consultation.patient_id,
        ignoring=consultation.pk,
    )
    if slot is None:
        raise SlotTaken
    with transitions.unless_done(consultation, lambda: is_at(starts, practitioner, consultation)):
        times = _times(consultation.kind, slot) | ({} if quote is None else {"quote": dict(quote)})
        give_time(actor, consultation, times, by=by, owed=owed, why=(reason, ""), now=now)
    return consultation


def give_time(
    actor: User | None,
    consultation: Consultation,
    times: Mapping[str, Any],
    *,
    by: Cancelled,
    owed: int,
    why: tuple[str, str] = ("", ""),
    held: Consultation | None = None,
    now: datetime,
) -> None:
    """Write another time of a booking, why as a reason and in words; `held` is the hold that has kept it for them."""
    before, with_whom, clinic = consultation.starts, consultation.practitioner, Clinic.objects.the()
    with taking.time():
        taking.lock(
            now,
            practitioner=times["practitioner_id"],
            room=times["room_id"],
            device=times["device_id"],
            patient=consultation.patient_id,
            keeping=consultation,
            instead_of=held,
        )
        transitions.set_status(
            consultation,
            {Status.CONFIRMED},
            Status.CONFIRMED,
            now,
            unchanged=transitions.as_seen(consultation),
            ics_sequence=consultation.ics_sequence + 1,
            coming_at=None,
            owed_minor=max(consultation.owed_minor, owed),
            moved_by_clinic_at=now if by == Cancelled.BY_CLINIC else None,
            **times,
        )
        proposing.settle(consultation, ProposalState.MET, now)
        intake.after_move(consultation, clinic=clinic, now=now)
        after = consultation.starts
        transitions.note(consultation, EventKind.MOVED, actor, now, before=before, after=after, by=by, why=why)
        transitions.record(Action.CONSULTATION_MOVED, consultation, actor, now)
        messages.moved(consultation, before=before, with_whom=with_whom, clinic=clinic, now=now)


def cancel(
    *,
    actor: User | None,
    consultation: Consultation,
    by: Cancelled,
    reason: str = "",
    words: str = "",
    now: datetime,
) -> Consultation:
    """Cancel and free the time at once; a late cancellation by the patient is recorded with what it costs."""
    if consultation.status == Status.CANCELLED:
        return consultation
    what = changing.terms_for(by, Change.CANCEL, consultation, now, actor=actor)
    with transitions.unless_done(consultation, lambda: consultation.status == Status.CANCELLED):
        _cancel(actor, consultation, by, what, (reason, words), now)
    return consultation


def _cancel(
    actor: User | None, consultation: Consultation, by: Cancelled, what: Terms, why: tuple[str, str], now: datetime
) -> None:
    with transaction.atomic():
        # A request keeps its end, by which an undo knows what it was.
        transitions.set_status(
            consultation,
            {Status.CONFIRMED, Status.REQUESTED, Status.ARRIVED},
            Status.CANCELLED,
            now,
            unchanged=transitions.as_seen(consultation),
            cancelled_by=by,
            cancelled_late=what.late,
            owed_before_minor=consultation.owed_minor,
            owed_minor=max(consultation.owed_minor, what.owed_minor),
            ics_sequence=consultation.ics_sequence + 1,
            coming_at=None,
        )
        proposing.settle(consultation, ProposalState.WITHDRAWN, now)
        before = consultation.starts
        transitions.note(consultation, EventKind.CANCELLED, actor, now, before=before, by=by, why=why)
        transitions.record(Action.CONSULTATION_CANCELLED, consultation, actor, now)
        messages.cancelled(consultation, clinic=Clinic.objects.the(), now=now)


def undo_cancel(*, actor: User | None, consultation: Consultation, now: datetime) -> Consultation:
    """Take a patient's cancellation back within fifteen minutes, if the time is still free."""
    if consultation.is_live:
        return consultation
    if not changing.may_undo(consultation, now):
        raise TooLate
    with transitions.unless_done(consultation, lambda: consultation.is_live):
        _undo_cancel(actor, consultation, now)
    return consultation


def _undo_cancel(actor: User | None, consultation: Consultation, now: datetime) -> None:
    clinic = Clinic.objects.the()
    with taking.time():
        taking.lock_for(consultation, now, person=consultation.booked_by)
        readmit(consultation=consultation, clinic=clinic, now=now)
        transitions.set_status(
            consultation,
            {Status.CANCELLED},
            Status.REQUESTED if consultation.held_until else Status.CONFIRMED,
            now,
            unchanged=transitions.as_seen(consultation),
            cancelled_by="",
            cancelled_late=False,
            owed_minor=min(consultation.owed_before_minor, consultation.owed_minor),  # less, if it was waived since
            ics_sequence=consultation.ics_sequence + 1,
        )
        transitions.note(consultation, EventKind.RESTORED, actor, now, after=consultation.starts)
        transitions.record(Action.CONSULTATION_BOOKED, consultation, actor, now)
        messages.restored(consultation, clinic=clinic, now=now)


def sweep(*, now: datetime) -> int:
    """Tidy lapsed holds and requests; availability already reads them as free. Returns how many ended."""
    ended = 0
    for pk in Consultation.objects.lapsed(now).values_list("pk", flat=True)[:200]:
        with transaction.atomic():
            ended += taking.let_go(Consultation.objects.lapsed(now).filter(pk=pk), now)
    return ended


def _is_booked_for(patient: Patient, consultation: Consultation) -> bool:
    return consultation.status in {Status.CONFIRMED, Status.REQUESTED} and consultation.patient_id == patient.pk


def is_at(starts: datetime, practitioner: Practitioner, consultation: Consultation) -> bool:
    """Whether the consultation has this time with this practitioner already."""
    return (consultation.starts, consultation.practitioner_id) == (starts, practitioner.pk)


def _times(kind: Kind, slot: Slot) -> dict[str, Any]:
    return {
        "practitioner_id": slot.practitioner_id,
        "location_id": slot.location_id,
        "room_id": slot.room_id,
        "device_id": slot.device_id,
        "starts": slot.starts,
        "ends": slot.ends,
        "blocked_from": slot.starts - timedelta(minutes=kind.minutes_before),
        "blocked_until": slot.ends + timedelta(minutes=kind.minutes_after),
    }
