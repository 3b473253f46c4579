"""The demo clinic's house: clinic, places, kinds of visit, practitioners with their hours, and who signs in."""

from datetime import datetime, time, timedelta
from typing import Any

from clinic.accounts import roles
from clinic.accounts.models import User
from clinic.accounts.roles import Role
from clinic.localtime import opening_instant
from clinic.premises.models import Clinic, Closure, Device, DeviceKind, Location, Room, RoomKind
from clinic.site.demo import guide
from consultations import reminding
from consultations.models import ConsentText, Consultation, Kind, Status
from practitioners.models import Absence, ExtraHours, Practitioner, TimeOff
from treatments.loading import DATA, put, read
from treatments.models import Treatment

SHELF = DATA / "catalogue"
WITH_LOGIN = {"evelyn-lam": guide.LEAD, "amir-shah": guide.PRACTITIONER}


def open_clinic(now: datetime) -> Clinic:
    """Lay the clinic, its places and its people."""
    words: dict[str, Any] = dict(read(SHELF / "clinic.json"))
    locations = words.pop("locations")
    consents = words.pop("consents")
    known = {field.name for field in Clinic._meta.get_fields()}
    clinic = put(Clinic, {"id": 1, **{name: value for name, value in words.items() if name in known}}, key="id")
    for entry in locations:
        put(Location, entry, key="slug")
    for entry in consents:
        _consent(entry)
    rooms = _supply()
    for entry in read(SHELF / "kinds.json"):
        # As if it had been laid yesterday: the worker finds something to say as soon as it starts.
        room = rooms.get(entry.pop("room_kind"))
        kind = put(Kind, {**entry, "room_kind_id": room}, key="code")
        reminding.lay_schedule(kind, now=now - timedelta(days=1))
    for entry in read(SHELF / "practitioners.json"):
        _practitioner(entry, now)
    _absences(clinic, now)
    _logins()
    return clinic


def _consent(entry: dict[str, Any]) -> None:
    for language, text in entry["text"].items():
        ConsentText.objects.get_or_create(
            kind=entry["kind"], version=entry["version"], language=language, defaults={"text": text}
        )


def _supply() -> dict[str, int]:
    """The kinds of rooms and devices, what serves as them, and which treatments need which; the rooms' by name."""
    supply, found = read(SHELF / "supply.json"), {}
    for entry in supply["rooms"]:
        kind = put(RoomKind, {"name_en": entry["name"]["en"], "name": entry["name"]}, key="name_en")
        kind.rooms.add(*Room.objects.filter(name_en__in=entry["called"]))
        found[entry["name"]["en"]] = kind.pk
    for entry in supply["devices"]:
        device = put(DeviceKind, {"name_en": entry["name"]["en"], "name": entry["name"]}, key="name_en")
        device.devices.add(*Device.objects.filter(name_en__in=entry["called"]))
        Treatment.objects.filter(slug__in=entry["treatments"], device_kind=None).update(device_kind=device)
    return found


def _practitioner(entry: dict[str, Any], now: datetime) -> None:
    put(
        Practitioner,
        entry,
        key="slug",
        registration_checked_on=now.date() - timedelta(days=40),
        registration_expires_on=now.date() + timedelta(days=400),
    )


def _absences(clinic: Clinic, now: datetime) -> None:
    """A closed day ahead, somebody's leave and somebody's extra morning, so that the roster shows them."""
    today = clinic.today(now)
    closed = today + timedelta(days=18)
    Closure.objects.get_or_create(
        first_day=closed, last_day=closed, defaults={"reason_en": "Staff training day", "reason_zh_hant": "員工培訓日"}
    )
    away = Practitioner.objects.order_by("position").last()
    if away is not None:
        TimeOff.objects.get_or_create(
            practitioner=away,
            starts=opening_instant(today + timedelta(days=9), time(0), clinic.zone),
            ends=opening_instant(today + timedelta(days=12), time(0), clinic.zone),
        )
    busy = Practitioner.objects.order_by("position").first()
    if busy is not None:
        saturday = today + timedelta(days=(5 - today.weekday()) % 7 or 7)
        ExtraHours.objects.get_or_create(
            practitioner=busy, day=saturday, location=Location.objects.all()[0], opens=time(10), closes=time(13)
        )


def call_away(now: datetime) -> None:
    """Somebody is kept from a booked visit, so that the list of visits outside of hours shows one."""
    booked = Consultation.objects.filter(status=Status.CONFIRMED, starts__gt=now + timedelta(days=2))
    visit = booked.order_by("starts").first()
    if visit is not None:
        TimeOff.objects.create(
            practitioner=visit.practitioner, starts=visit.starts, ends=visit.ends, absence=Absence.TRAINING
        )


def _logins() -> None:
    _person(guide.OWNER, "Olivia Ho", Role.OWNER)
    _person(guide.DESK, "Sam Yip", Role.STAFF)
    for slug, login in WITH_LOGIN.items():
        practitioner = Practitioner.objects.get(slug=slug)
        wears = (Role.PRACTITIONER, Role.CLINICAL_LEAD) if login is guide.LEAD else (Role.PRACTITIONER,)
        # What the lead's name signs, no dermatologist has read: the brief shows this mark with the name.
        mark = " (fictional)" if login is guide.LEAD else ""
        practitioner.user = _person(login, f"{practitioner.name_en}{mark}", *wears)
        practitioner.save(update_fields=["user"])
    for practitioner in Practitioner.objects.filter(user=None):
        login = guide.Login(practitioner.name_en, f"{practitioner.slug}@lumen.example", "")
        practitioner.user = _person(login, practitioner.name_en, Role.PRACTITIONER)
        practitioner.save(update_fields=["user"])


def _person(login: guide.Login, name: str, *wears: Role) -> User:
    user = User.objects.of(login.email) or User.objects.create_user(login.email, guide.PASSWORD, name=name)
    for role in wears:
        roles.give(user, role)
    return user
