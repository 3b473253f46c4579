"""What holds at every moment of every story, whoever did what before."""

from collections import Counter, defaultdict
from datetime import datetime, timedelta
from typing import Any

from clinic.audit.models import Action, AuditEntry
from clinic.outbox.models import OutboundMessage
from consultations import changing, outside
from consultations.models import (
    Consultation,
    OfferState,
    ProposalState,
    Source,
    Status,
    TimeProposal,
    WaitingState,
    WaitlistAct,
    WaitlistEntry,
    WaitlistOffer,
    What,
)
from tests.overlaps import overlapping

HOUR = timedelta(hours=1)
OPEN = {Status.REQUESTED, Status.CONFIRMED}
OVER = {Status.CANCELLED, Status.EXPIRED, Status.ENTERED_IN_ERROR}
# What is told by mail; of a hold that ends nobody hears, of a request that lapses its patient does.
TOLD = {"requested", "confirmed", "moved", "reassigned", "cancelled", "restored", "not_met", "readdressed"}
CHANGES_THE_CALENDAR = ("moved", "reassigned", "cancelled", "restored", "readdressed")
# Who hears that a visit is off hears nothing else of it any more.
LAST_WORDS = {"cancelled", "declined", "request_lapsed"}
# What leaves the mail before it as true as it was.
BESIDE_OTHERS = {"times_not_possible", "readdressed"}
# Written down beside the change itself: what staff departed from, and that earlier answers were read.
BESIDES = [Action.RULE_DEPARTED_FROM, Action.INTAKE_READ]
ANSWERS = set(WaitlistAct.values) & set(OfferState.values)


def kept(now: datetime) -> None:
    """Nobody in two places, every hold short, every change told once and nothing after the last word."""
    assert overlapping() == []
    everything = list(
        Consultation.objects.prefetch_related("events", "invitations").select_related("intake", "waitlist_offer")
    )
    mails = defaultdict(list)
    for mail in OutboundMessage.objects.exclude(about=""):
        mails[mail.about.partition(":")[2]].append(mail)
    about_visits = AuditEntry.objects.filter(object_type="consultation").exclude(action__in=BESIDES)
    audited = Counter(about_visits.values_list("object_id", flat=True))
    for one in everything:
        happened = Counter(event.kind for event in one.events.all())
        holds_are_short(one)
        told_once(one, happened, mails[str(one.pk)])
        assert audited[str(one.pk)] == happened.total() - happened["expired"] - happened["readdressed"], (
            happened,
            one.status,
        )
        assert one.ics_sequence == sum(happened[kind] for kind in CHANGES_THE_CALENDAR)
        assert len(one.invitations.all()) == happened["completed"] == (one.status == Status.COMPLETED)
        assert (one.patient_id is None) == (not hasattr(one, "intake"))
        assert one.status != Status.NO_SHOW or one.starts <= now, "nobody misses a visit that is still to come"
    nobody_hoards(everything, now)
    offers_are_held(everything)
    off = TimeProposal.objects.filter(state=ProposalState.OPEN, consultation__status__in=OVER)
    assert not off.exists(), "nobody asks for another time of what is off"


def holds_are_short(one: Consultation) -> None:
    """A hold outlives neither an hour nor the beginning of its visit; an offer's, neither its answer."""
    if one.status == Status.HELD:
        assert one.held_until is not None
        assert one.held_since is not None
        offer = getattr(one, "waitlist_offer", None)
        is_asked = offer and offer.state == OfferState.OPEN
        longest = offer.answer_by if offer and is_asked else one.held_since + HOUR
        assert one.held_until <= min(longest, one.starts)


def told_once(one: Consultation, happened: Counter[str], mails: list[OutboundMessage]) -> None:
    """Each change is one mail, only the newest is on its way, and of what is off nothing but that."""
    waiting = [mail.occasion for mail in mails if mail.state in {"pending", "sending"}]
    changes = [mail for mail in mails if mail.occasion not in What.values]
    unanswered = one.status == Status.EXPIRED and one.patient_id is not None
    in_person = one.source == Source.WALK_IN
    told = sum(happened[kind] for kind in TOLD) + unanswered - in_person
    assert len(changes) == told, (one.status, happened, Counter(mail.occasion for mail in changes))
    assert len(set(waiting) - set(What.values) - BESIDE_OTHERS) <= 1, "only the newest is still on its way"
    if one.status in OVER:
        assert set(waiting) <= LAST_WORDS, f"{waiting} after the last word"
    for mail in mails:
        assert mail.occasion not in What.values or mail.created_at < one.starts or one.status != Status.CONFIRMED


def nobody_hoards(everything: list[Consultation], now: datetime) -> None:
    """What the desk gives is not counted: nobody else has more than six visits to come."""
    own = [one for one in everything if one.source == Source.ONLINE]
    coming = Counter(one.patient_id for one in own if one.status in OPEN and one.starts > now)
    assert all(count <= 6 for count in coming.values()), "nobody hoards"


def offers_are_held(everything: list[Consultation]) -> None:
    """Who waits is asked about one time, which is kept for them; what is answered is free again or booked."""
    held = {one.pk: one for one in everything}
    standing: Counter[Any] = Counter()
    for offer in WaitlistOffer.objects.select_related("entry").prefetch_related("events"):
        one, acts = held[offer.consultation_id], Counter(event.act for event in offer.events.all())
        assert acts[WaitlistAct.OFFERED] == 1
        ends = sum(acts[act] for act in ANSWERS - {WaitlistAct.ACCEPTED})
        assert ends == (offer.state not in {OfferState.OPEN, OfferState.ACCEPTED}), "answered once"
        if offer.state == OfferState.OPEN:
            assert offer.entry.is_open, "only who waits is asked"
            assert one.status in {Status.HELD, Status.EXPIRED}, "nobody else has it meanwhile"
            assert one.draft_id is None
        elif offer.state != OfferState.ACCEPTED:
            assert one.status != Status.HELD or one.draft_id, "its time has gone back"
        standing[offer.entry_id] += offer.state in {OfferState.OPEN, OfferState.ACCEPTED}
    assert max(standing.values(), default=0) <= 1
    waits = Counter(WaitlistEntry.objects.open().values_list("patient", "kind"))
    assert max(waits.values(), default=0) <= 1, "once for each kind of visit"


def kept_by_the_worker(now: datetime) -> None:
    """Where the worker has just looked in, nothing that has run out is left, and no buffer short of the room it has."""
    buffers_are_whole(now)
    assert not Consultation.objects.lapsed(now).exists()
    open_offers = WaitlistOffer.objects.filter(state=OfferState.OPEN)
    assert not open_offers.filter(answer_by__lte=now).exists()
    assert not open_offers.exclude(consultation__status=Status.HELD).exists(), "an offer is held until it is answered"
    offered = Consultation.objects.filter(waitlist_offer__in=open_offers)
    assert outside.lacking(list(offered), now=now) == [], "nobody is asked about a time that is none"
    accepted = WaitlistOffer.objects.filter(
        state=OfferState.ACCEPTED, entry__state__in=[WaitingState.WAITING, WaitingState.PAUSED]
    )
    for offer in accepted.select_related("consultation"):
        hold = offer.consultation
        assert hold.patient_id is None, "who has a time is off the list"
        assert hold.held_until is not None
        assert hold.held_until > now, "who does not take it is asked about another"


def buffers_are_whole(now: datetime) -> None:
    """A visit to come lacks preparation or clean-up only where a neighbour stands, or may come back, right there."""
    around = [*Consultation.objects.blocking(now), *changing.undoable(now)]
    for one in Consultation.objects.filter(status__in=OPEN, starts__gt=now).select_related("kind"):
        before, after = (timedelta(minutes=each) for each in (one.kind.minutes_before, one.kind.minutes_after))
        beside = [each for each in around if each.pk != one.pk and shares(one, each)]
        if one.blocked_from > one.starts - before:
            assert any(each.ends == one.blocked_from for each in beside), "preparation"
        if one.blocked_until < one.ends + after:
            assert any(each.starts == one.blocked_until for each in beside), "clean-up"


def shares(one: Consultation, other: Consultation) -> bool:
    """Whether both need the same practitioner, room or device."""
    needs = ("practitioner_id", "room_id", "device_id")
    return any(getattr(one, need) is not None and getattr(one, need) == getattr(other, need) for need in needs)


def everything_has_ended(now: datetime) -> None:
    """Long after the last visit: no hold, no request, no offer and nobody waits for ever."""
    kept(now)
    kept_by_the_worker(now)
    assert not Consultation.objects.filter(status__in=[Status.HELD, Status.REQUESTED]).exists()
    assert not WaitlistEntry.objects.open().exists()
    assert not OutboundMessage.objects.filter(state__in=["pending", "sending"]).exists()
