"""A small clinic in Hong Kong on a Monday morning, built by plain functions for the tests of its calendar."""

import secrets
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from clinic.premises.models import Clinic, Location, Room
from consultations import visits
from consultations.availability import Slot
from consultations.models import Consultation, Kind, Patient, Status
from practitioners.models import KindCode, Practitioner, PractitionerKind, WorkingHours
from tests import factories

HONG_KONG = ZoneInfo("Asia/Hong_Kong")
MONDAY = date(2027, 5, 3)
TUESDAY = MONDAY + timedelta(days=1)


def at(wall: str, day: date = MONDAY, zone: ZoneInfo = HONG_KONG) -> datetime:
    return datetime.combine(day, time.fromisoformat(wall), zone).astimezone(UTC)


NOW = at("07:00")


def walls(slots: Iterable[Slot], zone: ZoneInfo = HONG_KONG) -> list[str]:
    return [f"{slot.starts.astimezone(zone):%H:%M}" for slot in slots]


def a_clinic(zone: ZoneInfo = HONG_KONG) -> Clinic:
    return Clinic.objects.create(name="Lumen Skin Clinic", zone_name=zone.key, jurisdiction="HK")


def a_location(name: str = "Central", rooms: int = 1) -> Location:
    location = Location.objects.create(name=name, slug=name.lower(), address="1 Example Road")
    for number in range(1, rooms + 1):
        factories.room(location, f"Room {number}")
    return location


def a_kind(**changes: Any) -> Kind:
    usual = {"code": KindCode.FIRST_VISIT, "name": "First visit", "minutes": 30, "step_minutes": 30, "horizon_days": 60}
    return factories.kind(**{**usual, **changes})


def a_practitioner(name: str, *kinds: Kind, **changes: Any) -> Practitioner:
    slug = name.lower().replace(" ", "-")
    practitioner: Practitioner = Practitioner.objects.create(name=name, slug=slug, practising_since=2010, **changes)
    for kind in kinds:
        PractitionerKind.objects.create(practitioner=practitioner, kind=kind.code, fee_minor=80000)
    return practitioner


def works(
    who: Practitioner, where: Location, opens: str, closes: str, weekdays: Iterable[int] = range(7), **validity: date
) -> None:
    for weekday in weekdays:
        WorkingHours.objects.create(
            practitioner=who, location=where, weekday=weekday, opens=opens, closes=closes, **validity
        )  # fmt: skip


def a_patient(name: str = "Alice Wong") -> Patient:
    return Patient.objects.create(full_name=name, date_of_birth=date(1990, 1, 1), sex_at_birth="female", created_at=NOW)


def a_visit(
    who: Practitioner, kind: Kind, starts: datetime, *, room: Room | None = None, minutes: int = 30, before: int = 0,
    after: int = 0, status: Status = Status.CONFIRMED, patient: Patient | None = None, **changes: Any,
) -> Consultation:  # fmt: skip
    ends = starts + timedelta(minutes=minutes)
    if patient is None and status not in {Status.HELD, Status.EXPIRED}:
        patient = a_patient("Bob Chan")
    is_completed = status == Status.COMPLETED
    made: Consultation = Consultation.objects.create(
        reference=secrets.token_hex(6),
        kind=kind,
        practitioner=who,
        location=room.location if room else who.hours.all()[0].location,
        room=room,
        patient=patient,
        starts=starts,
        ends=ends,
        blocked_from=starts - timedelta(minutes=before),
        blocked_until=ends + timedelta(minutes=after),
        status=Status.ARRIVED if is_completed else status,
        status_at=NOW,
        **changes,
    )
    if is_completed:
        visits.complete(actor=factories.user(f"{made.reference}@clinic.test"), consultation=made, now=ends)
    return made


def booked(slot: Slot, kind: Kind) -> Consultation:
    return a_visit(
        Practitioner(pk=slot.practitioner_id), kind, slot.starts, minutes=kind.minutes,
        room=Room.objects.get(pk=slot.room_id) if slot.room_id else None,
        before=kind.minutes_before, after=kind.minutes_after,
    )  # fmt: skip
