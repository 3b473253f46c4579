"""Who waits for a time: joining, changing what is waited for, resuming, leaving, being taken off.

Offers are made and answered in offering.py. Rows are locked in one order: those of a time (taking.py), the entry, its
offer, the hold.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from clinic.accounts.models import User
from clinic.audit import trail as audit
from clinic.audit.models import Action
from clinic.premises.models import Location
from consultations import admission, taking, waitlist_mail
from consultations.errors import AlreadyWaiting, MovedOn, WaitingTooOften
from consultations.models import (
    LEGAL_ANSWERS,
    LEGAL_WAITING,
    Consultation,
    Kind,
    OfferState,
    Patient,
    Status,
    WaitingState,
    WaitlistAct,
    WaitlistEntry,
    WaitlistEvent,
    WaitlistOffer,
)
from practitioners.models import Practitioner


@dataclass(frozen=True, slots=True)
class Wishes:
    """When a time would suit; nothing named means that any will do."""

    practitioners: tuple[Practitioner, ...]
    locations: tuple[Location, ...]
    first_day: date
    last_day: date
    weekdays: tuple[int, ...]
    parts: tuple[str, ...]
    notice_hours: int
    waits_until: date

    @property
    def columns(self) -> dict[str, Any]:
        """What of it the row itself keeps."""
        return {
            "first_day": self.first_day,
            "last_day": self.last_day,
            "weekdays": list(self.weekdays),
            "parts": list(self.parts),
            "notice_hours": self.notice_hours,
            "waits_until": self.waits_until,
        }


def join(
    *,
    actor: User | None,
    user: User,
    patient: Patient,
    kind: Kind,
    wishes: Wishes,
    instead_of: Consultation | None = None,
    language: str,
    now: datetime,
) -> WaitlistEntry:
    """Put a patient on the list for a kind of visit, once; `user` is written to, and has proved their address."""
    if instead_of is None:  # whoever has such a visit was let in when it was booked
        admission.let_in(actor=user, patient=patient, kind=kind)
    try:
        with transaction.atomic():
            User.objects.select_for_update(no_key=True).get(pk=user.pk)  # two at once are counted one after the other
            if WaitlistEntry.objects.open().filter(patient=patient, kind=kind).exists():
                raise AlreadyWaiting
            if WaitlistEntry.objects.open().filter(user=user).count() >= settings.WAITLISTS_PER_PERSON:
                raise WaitingTooOften
            entry: WaitlistEntry = WaitlistEntry.objects.create(
                patient=patient,
                user=user,
                kind=kind,
                instead_of=instead_of,
                language=language,
                state_at=now,
                joined_at=now,
                **wishes.columns,
            )
            _choose(entry, wishes)
            note(entry, WaitlistAct.JOINED, actor, now)
            record(Action.WAITLIST_JOINED, entry, actor, now)
            waitlist_mail.joined(entry, now=now)
    except IntegrityError as refused:
        raise AlreadyWaiting from refused
    return entry


def place_of(patient: Patient, kind: Kind) -> WaitlistEntry:
    """The newest place of a patient who waits for a kind of visit, also if it has just been left."""
    found: WaitlistEntry = WaitlistEntry.objects.filter(patient=patient, kind=kind).latest("joined_at")
    return found


def change(*, actor: User | None, entry: WaitlistEntry, wishes: Wishes, now: datetime) -> WaitlistEntry:
    """Change what is waited for; the place in the line stays, and what is being offered stays offered."""
    with transaction.atomic():
        if lock(entry).state not in {WaitingState.WAITING, WaitingState.PAUSED}:
            raise MovedOn
        WaitlistEntry.objects.filter(pk=entry.pk).update(looked_at=None, **wishes.columns)
        _choose(entry, wishes)
        note(entry, WaitlistAct.CHANGED, actor, now)
        record(Action.WAITLIST_CHANGED, entry, actor, now)
    entry.refresh_from_db()
    return entry


def resume(*, actor: User | None, entry: WaitlistEntry, now: datetime) -> WaitlistEntry:
    """Want offers again after a pause; the place in the line is the old one."""
    with transaction.atomic():
        fresh = lock(entry)
        if fresh.state != WaitingState.WAITING:
            enter(fresh, WaitingState.WAITING, WaitlistAct.RESUMED, actor, now, ignored=0, looked_at=None)
            record(Action.WAITLIST_CHANGED, entry, actor, now)
    return fresh


def leave(*, actor: User | None, entry: WaitlistEntry, now: datetime) -> WaitlistEntry:
    """Leave the list; a time that is being offered goes to the next. Leaving twice changes nothing."""
    with transaction.atomic():
        fresh = lock(entry)
        if fresh.state != WaitingState.LEFT:
            enter(fresh, WaitingState.LEFT, WaitlistAct.LEFT, actor, now)
            let_go(fresh, now)
            record(Action.WAITLIST_LEFT, entry, actor, now)
            waitlist_mail.nothing_more(fresh, now=now)
    return fresh


def remove(*, actor: User, entry: WaitlistEntry, reason: str, now: datetime) -> WaitlistEntry:
    """Take somebody off the list for the clinic, with the reason that they are told."""
    with transaction.atomic():
        fresh = lock(entry)
        if fresh.state != WaitingState.REMOVED:
            enter(fresh, WaitingState.REMOVED, WaitlistAct.REMOVED, actor, now, reason=reason)
            let_go(fresh, now)
            record(Action.WAITLIST_REMOVED, entry, actor, now)
            waitlist_mail.over(fresh, now=now)
    return fresh


def end(*, entry: WaitlistEntry, now: datetime) -> None:
    """Take off whoever has waited until the day they named, and tell them."""
    with transaction.atomic():
        fresh = lock(entry)
        if fresh.is_open and not fresh.offers.standing().exists():
            enter(fresh, WaitingState.OVER, WaitlistAct.OVER, None, now)
            waitlist_mail.over(fresh, now=now)


def serve(*, entry: WaitlistEntry, now: datetime) -> None:
    """Note that somebody has a time now, from the list or booked by themselves; what else is offered goes back."""
    with transaction.atomic():
        fresh = lock(entry)
        if fresh.is_open:
            enter(fresh, WaitingState.SERVED, WaitlistAct.SERVED, None, now)
            let_go(fresh, now)
            waitlist_mail.nothing_more(fresh, now=now)


# --- shared with offering.py, inside its transactions ----------------------------------------------------------------


def lock(entry: WaitlistEntry) -> WaitlistEntry:
    """The entry as it stands, kept so until the transaction ends."""
    rows = WaitlistEntry.objects.select_for_update(no_key=True, of=("self",)).select_related("patient", "user", "kind")
    found: WaitlistEntry = rows.get(pk=entry.pk)
    return found


def enter(
    entry: WaitlistEntry, to: WaitingState, act: WaitlistAct, actor: User | None, now: datetime, **fields: Any
) -> None:
    """Move an entry along the legal moves, only if nobody moved it first; else MovedOn."""
    sources = [state for state in WaitingState if to in LEGAL_WAITING[state]]
    values = {"state": to, "state_at": now, **fields}
    if not WaitlistEntry.objects.filter(pk=entry.pk, state__in=sources).update(**values):
        raise MovedOn
    for name, value in values.items():
        setattr(entry, name, value)
    note(entry, act, actor, now)


def answer(offer: WaitlistOffer, to: OfferState, actor: User | None, now: datetime, **unchanged: Any) -> None:
    """Write what became of an offer, only if nobody has answered it first; else MovedOn."""
    sources = [state for state in OfferState if to in LEGAL_ANSWERS[state]]
    mine = WaitlistOffer.objects.filter(pk=offer.pk, state__in=sources, **unchanged)
    if not mine.update(state=to, state_at=now):
        raise MovedOn
    offer.state, offer.state_at = to, now
    note(offer.entry, WaitlistAct(to.value), actor, now, offer=offer)


def let_go(entry: WaitlistEntry, now: datetime) -> None:
    """Withdraw what the entry is offered, unless it is booked by now, and free its time for the next."""
    booked = Consultation.objects.filter(waitlist_offer__entry=entry, patient__isnull=False)
    for offer in entry.offers.standing().exclude(consultation__in=booked).select_related("entry"):
        answer(offer, OfferState.WITHDRAWN, None, now)
        free(offer, now)


def free(offer: WaitlistOffer, now: datetime) -> None:
    """End the hold of an offer, and have the worker look for the next in line at once."""
    taking.let_go(Consultation.objects.filter(pk=offer.consultation_id, status=Status.HELD), now)
    WaitlistEntry.objects.filter(pk=offer.entry_id).update(looked_at=None)


def note(
    entry: WaitlistEntry, act: WaitlistAct, actor: User | None, now: datetime, offer: WaitlistOffer | None = None
) -> None:
    """Add a line to the entry's history."""
    WaitlistEvent.objects.create(entry=entry, offer=offer, act=act, at=now, actor=actor)


def record(action: Action, entry: WaitlistEntry, actor: User | None, now: datetime) -> None:
    """Add the audit row."""
    audit.record(
        actor=actor, action=action, object_type="waitlist", object_id=entry.pk, patient_id=entry.patient_id, now=now
    )


def _choose(entry: WaitlistEntry, wishes: Wishes) -> None:
    entry.practitioners.set(wishes.practitioners)
    entry.locations.set(wishes.locations)
