"""A clinic that is open day and night around a change of its clock, so that the change cannot be missed."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial

from clinic.accounts.models import User
from clinic.accounts.roles import Role
from clinic.premises.models import Clinic, Location
from consultations.models import Consultation, Kind, Patient
from practitioners.models import Practitioner
from tests import factories, scenes
from tests.zones import ClockChange


@dataclass(frozen=True)
class Around:
    """The clinic, its people, and the moment three days before the change at which everything is booked."""

    change: ClockChange
    clinic: Clinic
    central: Location
    kind: Kind
    imani: Practitioner
    doctor: User
    sam: User
    now: datetime

    def patient(self, name: str = "Alice Wong") -> Patient:
        """Somebody who came with an address of their own."""
        person = factories.user(f"{name.split()[0].lower()}@patients.test", name=name)
        return factories.patient(name, person)

    def visit(self, starts: datetime, whose: Patient | None = None) -> Consultation:
        """A visit that was booked three days before the change."""
        whose = whose or self.patient()
        return factories.consultation(whose, self.imani, starts, at_kind=self.kind, now=self.now)


def opened(change: ClockChange) -> Around:
    """Open from midnight to six and from ten to six, every day, at a step of half an hour."""
    return scenes.laid(_scene(change))


@cache
def _scene(change: ClockChange) -> partial[Around]:
    return partial(_open, change)


def _open(change: ClockChange) -> Around:
    clinic = factories.clinic(zone_name=change.zone.key)
    factories.in_force()
    factories.consent_texts()
    factories.concern()
    central = factories.location()
    factories.room(central)
    kind = factories.kind(notice_hours=0, horizon_days=30)
    doctor = factories.user("imani@clinic.test", Role.PRACTITIONER)
    imani = factories.practitioner("Dr Imani", kind, user=doctor)
    factories.hours(imani, central, "00:00", "06:00")
    factories.hours(imani, central, "10:00", "18:00")
    sam = factories.user("sam@clinic.test", Role.STAFF, name="Sam Yip")
    return Around(change, clinic, central, kind, imani, doctor, sam, change.at("12:00", -3))
