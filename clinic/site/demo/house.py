"""The demo clinic's house: clinic, places, kinds of visit, practitioners with their hours, and who signs in."""

from datetime import datetime, time, timedelta
from typing import Any

from clinic.accounts import roles
from clinic.accounts.models import User
from clinic.accounts.roles import Role
from clinic.localtime import opening_instant
from clinic.premises.models import Clinic, Closure, Location
from clinic.site.demo import guide
from consultations import reminding
from consultations.models import ConsentText, Kind
from practitioners.models import Practitioner, TimeOff
from treatments.loading import DATA, put, read

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
    for entry in read(SHELF / "kinds.json"):
        # As if it had been laid yesterday: the worker finds something to say as soon as it starts.
        reminding.lay_schedule(put(Kind, entry, key="code"), now=now - timedelta(days=1))
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


def _practitioner(entry: dict[str, Any], now: datetime) -> None:
    put(
        Practitioner,
        entry,
        key="slug",
        registration_checked_on=now.date() - timedelta(days=40),
        registration_expires_on=now.date() + timedelta(days=400),
    )


def _absences(clinic: Clinic, now: datetime) -> None:
    """A closed day ahead and somebody's leave, so that the roster shows both."""
    today = now.astimezone(clinic.zone).date()
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
