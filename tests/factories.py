"""A small clinic and its people, made by plain functions; whatever has a verb is made by its verb.

It is Monday morning in Hong Kong. `now=` is another moment; arguments that a function does not know go to the model.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from clinic.accounts import roles
from clinic.accounts.models import User
from clinic.accounts.roles import Role
from clinic.crypto import digest
from clinic.premises.models import Clinic, Device, DeviceKind, Location, Room, RoomKind
from consultations import booking, drafts, intake, quoting
from consultations.models import ConsentText, Consultation, Draft, Kind, Patient, Relation
from practitioners import proposals, reviews
from practitioners.models import (
    Invitation,
    KindCode,
    Moment,
    Offering,
    Practitioner,
    PractitionerKind,
    ProposedWords,
    Review,
    WorkingHours,
)
from treatments.loading import DATA
from treatments.models import Concern, Questionnaire, RuleSet, Treatment, TreatmentFacts, VersionStatus

HONG_KONG = ZoneInfo("Asia/Hong_Kong")
MONDAY = date(2027, 5, 3)
PASSWORD = "correct horse battery staple"
KINDS: dict[str, Any] = dict(KindCode.choices)


def at(wall: str, day: date = MONDAY, zone: ZoneInfo = HONG_KONG) -> datetime:
    """A wall time of the clinic as an instant in UTC."""
    return datetime.combine(day, time.fromisoformat(wall), zone).astimezone(UTC)


NOW = at("09:00")
LONG_AGO = at("09:00", date(2026, 1, 5))


# --- the house -------------------------------------------------------------------------------------------------------


def clinic(**changes: Any) -> Clinic:
    usual = {
        "name": "Lumen Skin Clinic",
        "zone_name": HONG_KONG.key,
        "jurisdiction": "HK",
        "phone": "+852 5550 0100",
        "late_fee_minor": 30000,
    }
    return Clinic.objects.create(**{**usual, **changes})


def location(name: str = "Central", **changes: Any) -> Location:
    return Location.objects.create(**{"name": name, "slug": name.lower(), "address": "1 Example Road", **changes})


def room_kind(name: str = "Consulting room") -> RoomKind:
    return RoomKind.objects.get_or_create(name_en=name, defaults={"name": name})[0]


def room(where: Location, name: str = "Room 1", *serves: RoomKind) -> Room:
    made = Room.objects.create(location=where, name=name)
    made.kinds.set(serves or [room_kind()])
    return made


def device_kind(name: str = "Laser") -> DeviceKind:
    return DeviceKind.objects.get_or_create(name_en=name, defaults={"name": name})[0]


def device(where: Location, name: str = "Laser 1", *serves: DeviceKind) -> Device:
    made = Device.objects.create(location=where, name=name)
    made.kinds.set(serves or [device_kind()])
    return made


def kind(code: str = KindCode.FIRST_VISIT, **changes: Any) -> Kind:
    usual: dict[str, Any] = {"code": code, "name": KINDS.get(code, code), "minutes": 30, "step_minutes": 30}
    if "room_kind" not in changes:
        usual["room_kind"] = room_kind()
    return Kind.objects.create(**{**usual, **changes})  # type: ignore[no-any-return]


def consent_texts() -> list[ConsentText]:
    words = {"data": "We keep your answers and your practitioner reads them.", "photo": "We take photographs."}
    return [ConsentText.objects.create(kind=k, version=1, language="en", text=text) for k, text in words.items()]


# --- the shelf -------------------------------------------------------------------------------------------------------


@cache
def shipped(name: str) -> Any:
    return json.loads((DATA / name).read_text(encoding="utf-8"))


def in_force() -> None:
    """Publish the questionnaire and the rules that ship; always as the same rows, so they are parsed once a process."""
    for version, model, name in ((1, Questionnaire, "questionnaire_v1.json"), (1, RuleSet, "rules_v1.json")):
        published = {
            "data": shipped(name),
            "status": VersionStatus.PUBLISHED,
            "published_at": LONG_AGO,
            "shipped_as": 1,
        }
        model.objects.get_or_create(version=version, defaults={"pk": 1_000_001, **published})


def concern(slug: str = "enlarged-pores", **changes: Any) -> Concern:
    words = {"name": slug.replace("-", " ").capitalize(), "summary": "In short.", "what": "What it is."}
    usual = {"slug": slug, **words, "published_from": LONG_AGO}
    made: Concern = Concern.objects.create(**{**usual, **changes})
    return made


def treatment(code: str = "microneedling", category: str = "microneedling", **changes: Any) -> Treatment:
    name = code.replace("_", " ").capitalize()
    usual = {"category": category, "name": name, "slug": code.replace("_", "-"), "summary": "In short."}
    price = {"price_minor": 180000, "duration_minutes": 45, "published_from": LONG_AGO}
    made: Treatment = Treatment.objects.create(**{"facts": _facts(code, category), **usual, **price, **changes})
    return made


def _facts(code: str, category: str) -> TreatmentFacts:
    ranges = {"depth_to_um": 1500, "sessions_min": 3, "sessions_max": 6, "spacing_min_days": 28, "spacing_max_days": 42}
    felt = {"downtime_typical_days": 2, "downtime_cautious_days": 5, "pain_min": 2, "pain_max": 5}
    words = {"name": code, "short": "In short.", "mechanism": "How.", "longevity": "Months.", "for_pores": "Smaller."}
    facts, _made = TreatmentFacts.objects.get_or_create(
        code=code, defaults={"category": category, "evidence_grade": "B", **ranges, **felt, **words}
    )
    return facts


def clean_answers(**differently: Any) -> dict[str, Any]:
    """A healthy adult of phototype II who answers "no" to everything, but for what is given."""
    baseline = shipped("vignette_baselines.json")["CLEAN_ADULT_V1"]
    asked = {item["key"] for item in shipped("questionnaire_v1.json")["items"]}
    phototype = {f"fitz_q{n}": "1" for n in range(1, 11)}
    elsewhere = {"dob", "sex_at_birth", "fst_practitioner"}
    plain = {key: value for key, value in baseline.items() if key in asked - elsewhere and value is not None}
    return {**plain, **phototype, **differently}


def complete_answers(**differently: Any) -> dict[str, Any]:
    """The same adult, with no question left open but the optional ones."""
    feels = {f"sens_{n}": "0" for n in range(1, 6)}
    wishes = {"pore_areas": ["nose"], "pore_self_grade": "1", "downtime_max_days": "3"}
    return clean_answers(**feels, **wishes, **{"medicines": "Nothing", "medical_other": "Nothing", **differently})


# --- people ----------------------------------------------------------------------------------------------------------


def user(email: str, *wears: Role, name: str = "", password: str | None = None, **changes: Any) -> User:
    """Somebody who signs in: with the password when they work here, with a mailed code otherwise."""
    made = User.objects.create_user(email, password or (PASSWORD if wears else None), name=name, **changes)
    for role in wears:
        roles.give(made, role)
    return made


def practitioner(name: str, *kinds: Kind, offers: Iterable[Treatment] = (), **changes: Any) -> Practitioner:
    slug = name.lower().replace(".", "").replace(" ", "-")
    usual = {"name": name, "slug": slug, "title": "Registered medical practitioner", "practising_since": 2010}
    made: Practitioner = Practitioner.objects.create(**{**usual, **changes})
    for visit in kinds:
        PractitionerKind.objects.create(practitioner=made, kind=visit.code, fee_minor=80000)
    for offer in offers:
        Offering.objects.create(practitioner=made, treatment=offer)
    return made


def hours(
    who: Practitioner, where: Location, opens: str = "10:00", closes: str = "18:00", weekdays: Iterable[int] = range(7)
) -> None:
    for weekday in weekdays:
        WorkingHours.objects.create(practitioner=who, location=where, weekday=weekday, opens=opens, closes=closes)


def details(name: str, email: str, **changes: Any) -> dict[str, Any]:
    """What the details page asks for, as it is kept in a draft."""
    usual = {"preferred_name": "", "date_of_birth": "1992-04-15", "sex_at_birth": "female", "phone": ""}
    return {"full_name": name, "email": email, "relation": "self", "language": "en", **usual, **changes}


def chosen(
    who: Practitioner | None = None, *, at_kind: Kind | None = None, wants: Iterable[Treatment] = ()
) -> dict[str, Any]:
    """What the first pages of a booking ask for, as it is kept in a draft."""
    return {
        "concern": Concern.objects.get(slug="enlarged-pores"),
        "treatments": [treatment.slug for treatment in wants],
        "kind": at_kind or Kind.objects.get(code=KindCode.FIRST_VISIT),
        "practitioner": who,
    }


def browser(secret: str, now: datetime = NOW) -> Draft:
    """The draft of whoever has this secret in their session, begun if there is none."""
    fresh = {"created_at": now, "expires_at": now + timedelta(hours=settings.DRAFT_HOURS)}
    draft: Draft = Draft.objects.get_or_create(token_hash=digest(secret), defaults=fresh)[0]
    return draft


def patient(name: str, person: User, *, consents: bool = True, now: datetime = LONG_AGO, **changes: Any) -> Patient:
    """A patient who came with a draft, whose person has proved their address and agreed to the newest words."""
    draft, _secret = drafts.begin(now=now)
    draft = drafts.keep(draft=draft, now=now, details=details(name, person.email, **changes))
    made = drafts.adopt(draft=draft, user=person, now=now).patient
    assert made is not None
    if consents:
        intake.consent(actor=person, patient=made, texts=list(ConsentText.newest("en").values()), now=now)
    drafts.clear(draft=draft)
    return made


def access_to(who: Patient, person: User, relation: Relation = Relation.PARTNER) -> None:
    """Let another person act for the patient, as the relation allows."""
    reads = relation in {Relation.SELF, Relation.GUARDIAN}
    who.access.create(user=person, relation=relation, may_manage=True, may_read_health=reads)


# --- visits ----------------------------------------------------------------------------------------------------------


def held(
    who: Practitioner, starts: datetime, *, at_kind: Kind | None = None, holder: str = "", now: datetime = NOW
) -> Consultation:
    """A time held by a visitor whose session has this secret, or by nobody in particular."""
    return booking.hold(
        actor=None,
        kind=at_kind or Kind.objects.get(code=KindCode.FIRST_VISIT),
        practitioners=[who],
        starts=starts,
        draft=browser(holder) if holder else None,
        now=now,
    )


def consultation(
    whose: Patient, who: Practitioner, starts: datetime, *, at_kind: Kind | None = None, about: Concern | None = None,
    wants: Iterable[Treatment] = (), answers: Mapping[str, Any] | None = None, now: datetime = NOW,
) -> Consultation:  # fmt: skip
    """A consultation that the patient's own person has booked, with the answers of a healthy adult."""
    return booking.confirm(
        actor=whose.access.select_related("user").order_by("-may_read_health")[0].user,
        consultation=held(who, starts, at_kind=at_kind, now=now),
        patient=whose,
        wish=quoting.Wish(about or Concern.objects.first(), tuple(wants), "en"),
        answers=clean_answers() if answers is None else answers,
        now=now,
    )


def invitation(who: Practitioner, now: datetime = NOW, moment: Moment = Moment.CONSULTATION) -> tuple[Invitation, str]:
    """An invitation to review that has been sent, and the secret of its link."""
    with transaction.atomic():
        made = reviews.invite(practitioner=who, moment=moment, visited=now.date(), ended=now, now=now)
        return made, reviews.send(invitation=made, now=now)


def words(stars: int = 4, text: str = "She took her time.", **shown: Any) -> reviews.Words:
    """What an author says for everybody to read."""
    return reviews.Words(stars, text, "A.", "en", shown)


def review(
    who: Practitioner,
    *,
    stars: int = 5,
    text: str = "Listened.",
    moment: Moment = Moment.CONSULTATION,
    now: datetime = NOW,
    **shown: Any,
) -> Review:
    """A review that waits for a moderator."""
    made, _secret = invitation(who, now, moment)
    return reviews.submit(invitation=made, words=words(stars, text, **shown), now=now)


def proposal(who: Practitioner, *, now: datetime = NOW, **texts: str) -> ProposedWords:
    """Texts of a profile, in the practitioner's own words, that wait for staff."""
    actor = who.user or user(f"{who.slug}@clinic.test", Role.PRACTITIONER)
    newest = Practitioner.objects.get(pk=who.pk)
    words, seen = proposals.public_words(newest) | texts, proposals.fingerprint(newest)
    return proposals.propose(actor=actor, practitioner=who, words=words, seen=seen, now=now)
