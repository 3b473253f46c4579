"""Free times for those who wait: offered one by one, held until they answer, passed on when they do not.

Every round looks at the times that are free now, through the functions that also list them to patients, so nothing has
to remember that a time was freed, and a worker that dies loses nothing: the hold, the offer and its mail are one
transaction, and what lapsed meanwhile is found by the next round.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from clinic.accounts.models import User
from clinic.audit.models import Action
from clinic.localtime import local
from clinic.premises.models import Clinic
from consultations import (
    admission,
    availability,
    booking,
    changing,
    drafts,
    outside,
    taking,
    transitions,
    waitlist,
    waitlist_mail,
)
from consultations.availability import Slot
from consultations.errors import BookingError, MovedOn, NoTimeToAsk, NotWaiting, OfferOver, SlotTaken
from consultations.models import (
    Cancelled,
    Consultation,
    Kind,
    OfferState,
    Status,
    WaitingState,
    WaitlistAct,
    WaitlistEntry,
    WaitlistOffer,
    booked_since,
)
from consultations.scheduling.waiting import Found, Misfit, answer_by, misfit
from practitioners.models import Practitioner
from treatments.models import Concern, Treatment

PAUSED_AFTER = 3
BATCH = 50
# Of the times that fit, how many are tried for one who waits: the first is nearly always still free.
TRIES = 5
ALONG = ("patient", "user", "kind", "instead_of")
HELD_ON = ("consultation__practitioner", "consultation__room", "consultation__device")
CHOSEN = ("practitioners", "locations", "offers")
# What an accepted offer hands to the booking that moves there.
TIME = ("practitioner_id", "location_id", "room_id", "device_id", "starts", "ends", "blocked_from", "blocked_until")


def make(
    *, actor: User | None, entry: WaitlistEntry, practitioner: Practitioner, starts: datetime, now: datetime
) -> WaitlistOffer:
    """Hold a free time for one who waits and ask them, in one transaction; `actor` is staff who picked by hand."""
    admission.open_to(actor=entry.user, kind=entry.kind)
    slot, clinic = _slot(entry, practitioner, starts, now), Clinic.objects.the()
    until = answer_by(now, starts - entry.sought.notice, clinic.zone)
    if until is None:
        raise NoTimeToAsk
    with taking.time():
        taking.lock(
            now, practitioner=slot.practitioner_id, room=slot.room_id, device=slot.device_id, patient=entry.patient_id
        )
        asked = waitlist.lock(entry)
        if asked.state != WaitingState.WAITING or asked.offers.standing().exists():
            raise NotWaiting
        hold = booking.write_hold(actor, entry.kind, slot, until=until, now=now)
        offer: WaitlistOffer = WaitlistOffer.objects.create(
            entry=asked,
            consultation=hold,
            practitioner_id=slot.practitioner_id,
            location_id=slot.location_id,
            starts=slot.starts,
            ends=slot.ends,
            made_at=now,
            made_by=actor,
            answer_by=until,
            state_at=now,
        )
        waitlist.note(asked, WaitlistAct.OFFERED, actor, now, offer=offer)
        waitlist.record(Action.WAITLIST_OFFERED, asked, actor, now)
        waitlist_mail.offered(offer, clinic=clinic, now=now)
    return offer


def _slot(entry: WaitlistEntry, practitioner: Practitioner, starts: datetime, now: datetime) -> Slot:
    """The time as it is offered to everybody, with what the treatments of a booking that would move there need."""
    booked = entry.replaces(now)
    kind = booked.own_kind if booked else entry.kind
    slot = availability.is_offered(
        kind=kind, practitioner=practitioner, starts=starts, now=now, patient_id=entry.patient_id
    )
    if slot is None:
        raise SlotTaken
    return slot


def accept(
    *, actor: User | None, offer: WaitlistOffer, quote: Mapping[str, Any] | None = None, now: datetime
) -> WaitlistOffer:
    """Take what is offered. A booking that wanted to be earlier moves there at once, free of charge, with its intake.

    So does what it was to cost, unless its patient has agreed to another quote. Whoever has none keeps the time held
    while they book it. Accepting twice changes nothing.
    """
    try:
        _accept(actor, offer, quote, now)
    except MovedOn:
        offer.refresh_from_db()
        if offer.state == OfferState.OPEN and now < offer.answer_by:  # what has changed is the booking
            raise
        if offer.state != OfferState.ACCEPTED:
            raise OfferOver from None
    return offer


def _accept(actor: User | None, offer: WaitlistOffer, quote: Mapping[str, Any] | None, now: datetime) -> None:
    hold, booked = offer.consultation, offer.entry.replaces(now)
    with taking.time():
        taking.lock(
            now,
            practitioner=hold.practitioner_id,
            room=hold.room_id,
            device=hold.device_id,
            patient=offer.entry.patient_id,
            keeping=hold,
        )
        entry = waitlist.lock(offer.entry)
        waitlist.answer(offer, OfferState.ACCEPTED, actor, now, state=OfferState.OPEN, answer_by__gt=now)
        waitlist.record(Action.WAITLIST_ANSWERED, entry, actor, now)
        waitlist_mail.nothing_more(entry, now=now)
        if booked:
            waitlist.enter(entry, WaitingState.SERVED, WaitlistAct.SERVED, actor, now)
            times = {name: getattr(hold, name) for name in TIME} | ({} if quote is None else {"quote": dict(quote)})
            booking.give_time(actor, booked, times, by=Cancelled.BY_PATIENT, owed=0, held=hold, now=now)
        else:
            WaitlistEntry.objects.filter(pk=entry.pk).update(ignored=0)
            # From here it is held like any other: renewed with each step of the booking, an hour in all.
            transitions.set_status(hold, {Status.HELD}, Status.HELD, now, held_since=now)
            booking.renew(consultation=hold, now=now)


def decline(*, actor: User | None, offer: WaitlistOffer, now: datetime) -> WaitlistOffer:
    """Refuse what is offered; the time goes to the next in line at once, and the place in the line stays."""
    try:
        with transaction.atomic():
            entry = waitlist.lock(offer.entry)
            waitlist.answer(offer, OfferState.DECLINED, actor, now)
            waitlist.free(offer, now)
            WaitlistEntry.objects.filter(pk=entry.pk).update(ignored=0)
            waitlist.record(Action.WAITLIST_ANSWERED, entry, actor, now)
            waitlist_mail.nothing_more(entry, now=now)
    except MovedOn:
        offer.refresh_from_db()
        if offer.state != OfferState.DECLINED:
            raise OfferOver from None
    return offer


def begin(
    *, actor: User, offer: WaitlistOffer, concern: Concern, treatments: Iterable[Treatment], now: datetime
) -> str:
    """Open the booking of an accepted time for its person, with its hold; the secret goes into their session."""
    if offer.state != OfferState.ACCEPTED or now >= offer.starts:
        raise OfferOver
    entry, hold = offer.entry, offer.consultation
    with taking.time():
        held = booking.renew(consultation=hold, now=now)
        draft, secret = drafts.begin(now=now)
        drafts.keep(
            draft=draft,
            now=now,
            concern=concern,
            treatments=[each.slug for each in treatments],
            kind=entry.kind,
            practitioner=offer.practitioner,
        )
        if not Consultation.objects.filter(pk=held.pk, status=Status.HELD, patient=None).update(draft=draft):
            raise OfferOver
        drafts.choose(draft=draft, user=actor, patient=entry.patient, now=now)
    return secret


# --- the worker's round ----------------------------------------------------------------------------------------------


def sweep(*, now: datetime) -> int:
    """Note what became of the offers that stand, end what has waited long enough, and offer what is free.

    A chore of the worker, in small steps that each stand for themselves. Returns how many offers were made.
    """
    _settle(now)
    for offer in _on_lost_hours(now):
        _take_back(offer, now)
    for offer in _unanswered(now):
        _lapse(offer, now)
    today = Clinic.objects.the().today(now)
    for entry in WaitlistEntry.objects.open().filter(waits_until__lt=today)[:BATCH]:
        waitlist.end(entry=entry, now=now)
    return sum(_offer(kind, now) for kind in _due(now))


def _settle(now: datetime) -> None:
    """Take off the list whoever has booked such a visit since they joined, or what they accepted, kept or not since."""
    booked = WaitlistOffer.objects.standing().filter(entry=OuterRef("pk"), consultation__patient__isnull=False)
    for entry in WaitlistEntry.objects.open().filter(Exists(booked_since()) | Exists(booked))[:BATCH]:
        waitlist.serve(entry=entry, now=now)


def _on_lost_hours(now: datetime) -> list[WaitlistOffer]:
    """The offers that wait for an answer, of times that the clinic has no longer."""
    rows = WaitlistOffer.objects.filter(state=OfferState.OPEN, answer_by__gt=now).select_related("entry", *HELD_ON)
    offers = {offer.consultation: offer for offer in rows}
    return [offers[each.visit] for each in outside.lacking(list(offers), now=now)] if offers else []


def _take_back(offer: WaitlistOffer, now: datetime) -> None:
    with suppress(MovedOn), transaction.atomic():
        entry = waitlist.lock(offer.entry)
        waitlist.answer(offer, OfferState.WITHDRAWN, None, now, state=OfferState.OPEN)
        waitlist.free(offer, now)
        waitlist_mail.nothing_more(entry, now=now)


def _unanswered(now: datetime) -> list[WaitlistOffer]:
    """The offers whose time is up, and those that were accepted without the booking being finished."""
    over = Q(state=OfferState.OPEN, answer_by__lte=now)
    given_up = Q(state=OfferState.ACCEPTED, consultation__status__in=[Status.HELD, Status.EXPIRED])
    given_up &= Q(consultation__held_until__lte=now, consultation__patient=None, entry__state__in=["waiting", "paused"])
    return list(WaitlistOffer.objects.filter(over | given_up).select_related("entry").order_by("made_at")[:BATCH])


def _lapse(offer: WaitlistOffer, now: datetime) -> None:
    with suppress(MovedOn), transaction.atomic():
        entry = waitlist.lock(offer.entry)
        if offer.state == OfferState.ACCEPTED and not _is_given_up(offer, now):
            return
        waitlist.answer(offer, OfferState.LAPSED, None, now, state=offer.state)
        waitlist.free(offer, now)
        ignored = entry.ignored + 1
        WaitlistEntry.objects.filter(pk=entry.pk).update(ignored=ignored)
        if ignored >= PAUSED_AFTER and entry.state == WaitingState.WAITING:
            waitlist.enter(entry, WaitingState.PAUSED, WaitlistAct.PAUSED, None, now)
            waitlist_mail.paused(entry, now=now)


def _is_given_up(offer: WaitlistOffer, now: datetime) -> bool:
    """Whether the hold of an accepted offer has run out, read once more under the lock of its row."""
    mine = Consultation.objects.select_for_update(no_key=True).filter(pk=offer.consultation_id, patient=None)
    return mine.filter(held_until__lte=now).first() is not None


def _due(now: datetime) -> list[Kind]:
    return list(Kind.objects.for_patients().filter(pk__in=WaitlistEntry.objects.due(now).values("kind")))


def _offer(kind: Kind, now: datetime) -> int:
    """Offer what is free for this kind of visit to those in line, first who joined first."""
    WaitlistEntry.objects.filter(kind=kind).due(now).update(looked_at=now)
    waiting = WaitlistEntry.objects.filter(kind=kind).to_be_asked().select_related(*ALONG).prefetch_related(*CHOSEN)
    line = list(waiting[:BATCH])
    if not line:
        return 0
    times, made = Times.free(kind, now), 0
    for entry in line:
        made += _offer_to(entry, times, now)
    return made


def _offer_to(entry: WaitlistEntry, times: "Times", now: datetime) -> int:
    for slot in times.fitting(entry)[:TRIES]:
        try:
            make(actor=None, entry=entry, practitioner=times.people[slot.practitioner_id], starts=slot.starts, now=now)
        except NotWaiting:
            return 0
        except BookingError:
            times.without(slot)
            continue
        times.without(slot)
        return 1
    return 0


@dataclass
class Times:
    """The times of one kind of visit that are free now, and what is kept from being offered again at once."""

    people: dict[int, Practitioner]
    slots: list[Slot]
    zone: ZoneInfo
    now: datetime

    @classmethod
    def free(cls, kind: Kind, now: datetime) -> "Times":
        """All that is free as far ahead as the kind is offered, but for what may still be taken back."""
        zone = Clinic.objects.the().zone
        people = {each.pk: each for each in availability.everyone(kind=kind, now=now)}
        today = local(now, zone).date()
        offer = availability.free(
            kind=kind, practitioners=people.values(), first_day=today, days=kind.horizon_days + 1, now=now
        )
        slots = sorted((slot for pk in people for slot in offer.of(pk)), key=lambda slot: slot.starts)
        times = cls(people, slots, zone, now)
        for cancelled in changing.undoable(now):
            times.without(cancelled)
        return times

    def without(self, taken: Slot | Consultation) -> None:
        """Leave out what meets this time of the practitioner."""
        self.slots = [
            slot
            for slot in self.slots
            if slot.practitioner_id != taken.practitioner_id or slot.ends <= taken.starts or slot.starts >= taken.ends
        ]

    def fitting(self, entry: WaitlistEntry) -> list[Slot]:
        """The times that are what they wait for and that they have not been asked about before, soonest first."""
        before = {(offer.practitioner_id, offer.starts) for offer in entry.offers.all()}
        sought = entry.sought
        return [
            slot
            for slot in self.slots
            if (slot.practitioner_id, slot.starts) not in before
            and misfit(sought, found(slot), now=self.now, zone=self.zone) is None
        ]


def found(slot: Slot) -> Found:
    """A slot as the pure functions want it."""
    return Found(slot.practitioner_id, slot.location_id, slot.starts)


# --- for staff who pick by hand --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Candidate:
    """One who waits, and why a free time is not for them; no reason where it is."""

    entry: WaitlistEntry
    misfit: Misfit | None
    is_asked: bool

    @property
    def fits(self) -> bool:
        return self.misfit is None and not self.is_asked and self.entry.state == WaitingState.WAITING


def candidates(*, kind: Kind, slot: Slot, now: datetime) -> list[Candidate]:
    """Everybody who waits for this kind of visit: those whom the time suits first, each in the order they joined."""
    zone = Clinic.objects.the().zone
    line = WaitlistEntry.objects.open().filter(kind=kind).select_related(*ALONG).prefetch_related(*CHOSEN)
    asked = set(WaitlistOffer.objects.standing().values_list("entry", flat=True))
    listed = [
        Candidate(entry, misfit(entry.sought, found(slot), now=now, zone=zone), entry.pk in asked)
        for entry in line.order_by("joined_at", "pk")
    ]
    return sorted(listed, key=lambda each: not each.fits)
