"""Times outside of what patients are offered, given by staff with a typed reason. Never two people in one place.

What a time departs from is named before anybody presses a button; the database refuses an overlap whatever stands here.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clinic.accounts.models import User
from clinic.audit import trail as audit
from clinic.audit.models import Action
from clinic.localtime import local
from clinic.premises.models import Clinic, Device, Room
from consultations import admission, availability, booking, changing, dayplan, rosters, taking, transitions
from consultations.availability import Slot
from consultations.errors import AlreadyThere, InThePast, NoReason, NotWorkingThere, SlotTaken
from consultations.models import Cancelled, Consultation, EventKind, Kind, Status
from consultations.scheduling.spans import holds
from consultations.visits import SHORTEST_REASON
from practitioners.models import Practitioner, WorkingHours

# A buffer lasts four hours at most, so no neighbour further away has a say.
AROUND = timedelta(hours=4)


class Rule(models.TextChoices):
    """What a time may depart from."""

    HOURS = "outside_hours", _("It lies outside of the practitioner’s working hours.")
    AWAY = "away", _("The practitioner is away then.")
    CLOSED = "closed", _("The location is closed on that day.")
    NOTICE = "notice", _("It is sooner than the minimum notice of this kind of visit.")
    HORIZON = "horizon", _("It is further ahead than this kind of visit is offered.")
    BUFFER = "buffer", _("The time for preparation or clean-up beside a neighbouring visit becomes shorter.")
    OFFER = "not_offered", _("It is not one of the times that are offered for this kind of visit.")


@dataclass(frozen=True, slots=True)
class Departure:
    """A time that nobody else has, and the rules it departs from; none when it is simply offered."""

    slot: Slot
    rules: tuple[Rule, ...]
    blocked_from: datetime
    blocked_until: datetime


def judge(
    *,
    kind: Kind,
    practitioner: Practitioner,
    starts: datetime,
    now: datetime,
    patient_id: UUID | None = None,
    ignoring: UUID | None = None,
) -> Departure:
    """Say which rules this time departs from; a BookingError where somebody or something else has it already."""
    if starts < now - timedelta(minutes=1):
        raise InThePast
    slot = availability.is_offered(
        kind=kind, practitioner=practitioner, starts=starts, now=now, patient_id=patient_id, ignoring=ignoring
    )
    if slot is not None:
        return Departure(slot, (), starts - _before(kind), slot.ends + _after(kind))
    clinic, ends = Clinic.objects.the(), starts + timedelta(minutes=kind.minutes)
    near = _near(starts, ends, now, ignoring)
    if patient_id and near.filter(_meets(starts, ends), patient=patient_id).exists():
        raise AlreadyThere
    location, hours_rules = _place(practitioner, starts, ends, clinic)
    room = _room(kind, location, practitioner, near, starts, ends)
    device = _device(kind, location, practitioner, near, starts, ends)
    slot = Slot(practitioner.pk, location, room, device, starts, ends)
    neighbours = near.filter(_uses(slot))
    if neighbours.filter(_meets(starts, ends)).exists():
        raise SlotTaken
    blocked, is_short = _buffers(kind, slot, list(neighbours))
    rules = [*hours_rules, *_dates(kind, starts, clinic, now), *([Rule.BUFFER] if is_short else [])]
    return Departure(slot, tuple(rules) or (Rule.OFFER,), *blocked)


def hold(
    *, actor: User, kind: Kind, practitioner: Practitioner, starts: datetime, reason: str, now: datetime
) -> Consultation:
    """Hold a time that is not offered, for a booking by the desk."""
    admission.open_to(actor=actor, kind=kind)
    departure = judge(kind=kind, practitioner=practitioner, starts=starts, now=now)
    reason = _reason(reason)
    with taking.time():
        _take(departure, now)
        held: Consultation = Consultation.objects.create(
            kind=kind,
            status=Status.HELD,
            status_at=now,
            held_since=now,
            held_until=taking.until(now, starts, now),
            **_times(departure),
        )
        transitions.note(held, EventKind.HELD, actor, now, after=starts, why=("", reason))
        transitions.record(Action.CONSULTATION_HELD, held, actor, now)
        _record(departure, held, actor, now)
    return held


def move(
    *, actor: User, consultation: Consultation, practitioner: Practitioner, starts: datetime, reason: str, now: datetime
) -> Consultation:
    """Give a consultation a time that is not offered; the patient is told as of any other move, and owes nothing.

    The same call again changes nothing.
    """
    if booking.is_at(starts, practitioner, consultation):
        return consultation
    departure = judge(
        kind=consultation.own_kind,
        practitioner=practitioner,
        starts=starts,
        now=now,
        patient_id=consultation.patient_id,
        ignoring=consultation.pk,
    )
    words = _reason(reason)
    with (
        transitions.unless_done(consultation, lambda: booking.is_at(starts, practitioner, consultation)),
        taking.time(),
    ):
        _take(departure, now, consultation)
        booking.give_time(
            actor, consultation, _times(departure), by=Cancelled.BY_CLINIC, owed=0, why=("", words), now=now
        )
        _record(departure, consultation, actor, now)
    consultation.refresh_from_db(fields=["practitioner", "location", "room", "device"])
    return consultation


# --- what a time departs from ----------------------------------------------------------------------------------------


def _place(practitioner: Practitioner, starts: datetime, ends: datetime, clinic: Clinic) -> tuple[int, list[Rule]]:
    """Where the visit would take place, and what the hours say against it."""
    day, zone = local(starts, clinic.zone).date(), clinic.zone
    first, end = rosters.minute(starts), rosters.minute(ends)
    worked = dayplan.worked_on(day, zone, practitioner=practitioner.pk).get(practitioner.pk, {})
    inside = next((at for at, spans in worked.items() if holds(spans, first) and holds(spans, end - 1)), None)
    location = inside or next(iter(worked), None) or _usual(practitioner)
    rules = [] if inside else [Rule.HOURS]
    if any(
        one < end and first < other for one, other in dayplan.away_on(day, zone, [practitioner.pk])[practitioner.pk]
    ):
        rules.append(Rule.AWAY)
    if location in dayplan.closed_on(day, zone):
        rules.append(Rule.CLOSED)
    return location, rules


def _usual(practitioner: Practitioner) -> int:
    usual: int | None = (
        WorkingHours.objects.filter(practitioner=practitioner).values_list("location", flat=True).order_by("pk").first()
    )
    if usual is None:
        raise NotWorkingThere
    return usual


def _dates(kind: Kind, starts: datetime, clinic: Clinic, now: datetime) -> list[Rule]:
    rules = []
    if starts < now + timedelta(hours=kind.notice_hours):
        rules.append(Rule.NOTICE)
    if (local(starts, clinic.zone).date() - clinic.today(now)).days > kind.horizon_days:
        rules.append(Rule.HORIZON)
    return rules


def _room(
    kind: Kind, location: int, practitioner: Practitioner, near: Any, starts: datetime, ends: datetime
) -> int | None:
    """A room of the kind that the visit needs, if it needs one."""
    if kind.room_kind_id is None:
        return None
    rooms = Room.objects.filter(location=location, active=True, kinds=kind.room_kind_id)
    return _one_of("room", rooms, kind, practitioner, near, starts, ends)


def _device(
    kind: Kind, location: int, practitioner: Practitioner, near: Any, starts: datetime, ends: datetime
) -> int | None:
    """A device that serves as all that the visit needs, if it needs one."""
    devices = Device.objects.filter(location=location, active=True)
    for needed in kind.device_kinds:
        devices = devices.filter(kinds=needed)
    return _one_of("device", devices, kind, practitioner, near, starts, ends) if kind.device_kinds else None


def _one_of(
    which: str, all_of_them: Any, kind: Kind, practitioner: Practitioner, near: Any, starts: datetime, ends: datetime
) -> int:
    """One that nobody else uses; where there is one, one whose neighbours keep their buffers."""
    in_use = set(near.filter(_meets(starts, ends)).values_list(which, flat=True))
    early, late = starts - _before(kind), ends + _after(kind)
    tight = set(near.filter(blocked_from__lt=late, blocked_until__gt=early).values_list(which, flat=True))
    free = [pk for pk in all_of_them.order_by("pk").values_list("pk", flat=True) if pk not in in_use]
    if not free:
        raise SlotTaken
    roomy = [pk for pk in free if pk not in tight] or free
    chosen: int = roomy[practitioner.pk % len(roomy)]
    return chosen


def _buffers(kind: Kind, slot: Slot, neighbours: list[Consultation]) -> tuple[tuple[datetime, datetime], bool]:
    """What the visit blocks between its neighbours, and whether either of them gives way."""
    early, late, is_short = slot.starts - _before(kind), slot.ends + _after(kind), False
    for one in neighbours:
        if one.ends <= slot.starts:
            is_short |= one.blocked_until > slot.starts or one.ends > slot.starts - _before(kind)
            early = max(early, one.ends)
        else:
            is_short |= one.blocked_from < slot.ends or one.starts < slot.ends + _after(kind)
            late = min(late, one.starts)
    return (early, late), is_short


# --- taking it -------------------------------------------------------------------------------------------------------


def _take(departure: Departure, now: datetime, moved: Consultation | None = None) -> None:
    """Lock what the time uses, and let the neighbours' buffers end where it begins."""
    slot = departure.slot
    taking.lock(
        now,
        practitioner=slot.practitioner_id,
        room=slot.room_id,
        device=slot.device_id,
        patient=moved.patient_id if moved else None,
        keeping=moved,
    )
    near = _near(slot.starts, slot.ends, now, moved.pk if moved else None).filter(_uses(slot))
    near.filter(ends__lte=slot.starts, blocked_until__gt=slot.starts).update(blocked_until=slot.starts)
    near.filter(starts__gte=slot.ends, blocked_from__lt=slot.ends).update(blocked_from=slot.ends)


# --- giving back -----------------------------------------------------------------------------------------------------


def sweep(*, now: datetime) -> int:
    """Let buffers grow back, as far as there is room, where what they gave way to is gone; returns how many did.

    A chore of the worker. Nothing has to remember who gave way: a visit with less than its kind has is looked at.
    """
    return sum(_grow_back(visit, now) for visit in _short(now) if _roomier(visit, now) != _blocked(visit))


def _short(now: datetime) -> list[Consultation]:
    """The visits to come with less preparation or clean-up than their kind has."""
    less = Q(pk=None)
    for kind in Kind.objects.all():
        tight = Q(blocked_from__gt=F("starts") - _before(kind)) | Q(blocked_until__lt=F("ends") + _after(kind))
        less |= Q(kind=kind) & tight
    to_come = Consultation.objects.filter(status__in=[Status.REQUESTED, Status.CONFIRMED], starts__gt=now)
    return list(to_come.filter(less).select_related("kind").order_by("starts", "pk"))


def _grow_back(visit: Consultation, now: datetime) -> bool:
    with suppress(SlotTaken), taking.time():
        taking.lock(now, practitioner=visit.practitioner_id, room=visit.room_id, device=visit.device_id, keeping=visit)
        unmoved = Consultation.objects.filter(pk=visit.pk, status=visit.status, ics_sequence=visit.ics_sequence)
        fresh = unmoved.select_related("kind").first()
        if fresh is None:
            return False
        blocked_from, blocked_until = _roomier(fresh, now)
        return bool(unmoved.update(blocked_from=blocked_from, blocked_until=blocked_until))
    return False  # somebody takes a time there at this moment: the next round looks again


def _roomier(visit: Consultation, now: datetime) -> tuple[datetime, datetime]:
    """What the visit can block between its neighbours, and those who may still think again; never less than it does."""
    slot = Slot(visit.practitioner_id, visit.location_id, visit.room_id, visit.device_id, visit.starts, visit.ends)
    near = _near(visit.starts, visit.ends, now, visit.pk).filter(_uses(slot))
    back = changing.undoable(now).filter(_uses(slot)).exclude(_meets(visit.starts, visit.ends))
    (early, late), _is_short = _buffers(visit.kind, slot, [*near, *back])
    return min(early, visit.blocked_from), max(late, visit.blocked_until)


def _blocked(visit: Consultation) -> tuple[datetime, datetime]:
    return visit.blocked_from, visit.blocked_until


def _record(departure: Departure, consultation: Consultation, actor: User, now: datetime) -> None:
    """Which rules were departed from; the words of the reason stay in the consultation's history."""
    audit.record(
        actor=actor,
        action=Action.RULE_DEPARTED_FROM,
        object_type="consultation",
        object_id=consultation.pk,
        patient_id=consultation.patient_id,
        reason=", ".join(departure.rules),
        now=now,
    )


def _times(departure: Departure) -> dict[str, Any]:
    slot = departure.slot
    return {
        "practitioner_id": slot.practitioner_id,
        "location_id": slot.location_id,
        "room_id": slot.room_id,
        "device_id": slot.device_id,
        "starts": slot.starts,
        "ends": slot.ends,
        "blocked_from": departure.blocked_from,
        "blocked_until": departure.blocked_until,
    }


def _reason(typed: str) -> str:
    if len(typed.strip()) < SHORTEST_REASON:
        raise NoReason
    return typed.strip()


def _near(starts: datetime, ends: datetime, now: datetime, ignoring: UUID | None) -> Any:
    near = Consultation.objects.blocking(now).filter(starts__lt=ends + AROUND, ends__gt=starts - AROUND)
    return near.exclude(pk=ignoring) if ignoring else near


def _uses(slot: Slot) -> Q:
    same = Q(practitioner=slot.practitioner_id)
    same |= Q(room=slot.room_id) if slot.room_id else Q()
    return same | Q(device=slot.device_id) if slot.device_id else same


def _meets(starts: datetime, ends: datetime) -> Q:
    return Q(starts__lt=ends, ends__gt=starts)


def _before(kind: Kind) -> timedelta:
    return timedelta(minutes=kind.minutes_before)


def _after(kind: Kind) -> timedelta:
    return timedelta(minutes=kind.minutes_after)
