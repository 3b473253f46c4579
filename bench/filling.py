"""A seeded clinic of fifty practitioners, its visits laid in bulk; `main` runs in a process that knows one database.

The past may be as long as one likes, and the days to come stay the same: so the free times must stay the same as well.
"""

import json
import secrets
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from clinic.accounts import roles
from clinic.accounts.models import User
from clinic.accounts.roles import Role
from clinic.localtime import opening_instant
from clinic.premises.models import Clinic, Closure, Location, Room
from clinic.site.demo import house
from clinic.site.demo.answers import COMPLICATED, PLAIN, Story, answers_for
from clinic.site.management.commands.demo import server_command
from consultations import published, signing
from consultations.models import (
    Consultation,
    Intake,
    IntakeRevision,
    Kind,
    Patient,
    PatientAccess,
    Relation,
    Screening,
    SexAtBirth,
    Status,
)
from practitioners.models import KindCode, Offering, Practitioner, PractitionerKind, TimeOff, WorkingHours
from treatments import loading, screening
from treatments.codes import TreatmentCode
from treatments.models import Concern, Treatment

PRACTITIONERS, LOCATIONS, TREATMENTS, PATIENTS = 50, 5, 20, 2000
OPENS, HALF_HOURS, TAKEN = time(9), 16, 8
COMING_DAYS, A_MONTH = 7, 31
LISTED, MONTHLY = 0, 1  # whose day list has sixteen rows, and whose month is asked about
BATCH = 500
WANTED = TreatmentCode.MICRONEEDLING.value
STORIES = (*PLAIN[:3], COMPLICATED[0])


def base(now: datetime) -> dict[str, Any]:
    """Lay the clinic, its people, and the visits to come; return what a measurement needs to know."""
    call_command("migrate", interactive=False, verbosity=0)
    with transaction.atomic():
        loading.load_catalogue(now=now - timedelta(days=400))
        clinic = house.open_clinic(now)
        _widen_the_offer()
        _offer_half_hours()
        people = _staff(now)
        _patients(now)
        Closure.objects.create(first_day=_day(now, 18), last_day=_day(now, 18), reason="Training")
    _visits(people, range(1, COMING_DAYS + 1), now)
    _visits([people[MONTHLY]], range(COMING_DAYS + 1, A_MONTH + 1), now)
    lister = people[LISTED]
    assert lister.user is not None
    return {
        "cookies": {settings.SESSION_COOKIE_NAME: _signed_in(lister.user)},
        "tomorrow": _day(now, 1).isoformat(),
        "month_of": people[MONTHLY].slug,
        "practitioners": [person.slug for person in people],
        "first_empty_day": _day(now, COMING_DAYS + 1).isoformat(),
        "zone": clinic.zone_name,
        "granian": server_command("127.0.0.1", 0)[:-1],  # as the product starts it, but for port and application
        "laid_on_last": people[-1].consultations.count(),
        "answers": _told(PLAIN[0], now)[0],
        "concern": Concern.objects.published(now)[0].slug,
        "treatment": Treatment.objects.published(now)[0].slug,
    }


def _widen_the_offer() -> None:
    """Bring the catalogue to twenty services by offering some of them a second time."""
    for treatment in Treatment.objects.order_by("pk")[: TREATMENTS - Treatment.objects.count()]:
        treatment.pk, treatment.slug = None, f"{treatment.slug}-again"
        treatment.save()


def _offer_half_hours() -> None:
    """The grid of the comparison: twenty minutes and ten of clean-up, so that sixteen half-hours make a day."""
    Kind.objects.filter(code=KindCode.FIRST_VISIT).update(
        minutes=20, minutes_before=0, minutes_after=10, step_minutes=30
    )
    # Longer and begun earlier, it is in the way of a first visit of another start.
    Kind.objects.filter(code=KindCode.FOLLOW_UP).update(minutes=50, minutes_before=0, minutes_after=10, step_minutes=30)


def _staff(now: datetime) -> list[Practitioner]:
    """Fifty practitioners in place of the demo's: ten at each location, each with a room."""
    Practitioner.objects.update(is_active=False)
    places = [Location.objects.create(name=f"House {n}", slug=f"house-{n}", address="1 Road") for n in range(LOCATIONS)]
    treatments = list(Treatment.objects.all())
    people, consulting = [], Kind.objects.get(code=KindCode.FIRST_VISIT).room_kind
    for number in range(PRACTITIONERS):
        place = places[number * LOCATIONS // PRACTITIONERS]
        person = Practitioner.objects.create(
            name=f"Dr Bench {number:02}", slug=f"dr-bench-{number:02}", title="Practitioner", languages=["en"],
            practising_since=2010, position=number,
        )  # fmt: skip
        Room.objects.create(location=place, name=f"Room {number:02}").kinds.add(consulting)
        for kind in (KindCode.FIRST_VISIT, KindCode.FOLLOW_UP):
            PractitionerKind.objects.create(practitioner=person, kind=kind, fee_minor=80000)
        closes = time(OPENS.hour + HALF_HOURS // 2)
        WorkingHours.objects.bulk_create(
            WorkingHours(practitioner=person, location=place, weekday=day, opens=opens, closes=ends)
            for day in range(7)
            for opens, ends in ((OPENS, time(13)), (time(13), closes))
        )
        Offering.objects.bulk_create(Offering(practitioner=person, treatment=each) for each in treatments)
        if number not in (LISTED, MONTHLY):
            away = _day(now, 40 + number % 7)
            zone = Clinic.objects.the().zone
            TimeOff.objects.create(
                practitioner=person, starts=opening_instant(away, OPENS, zone), ends=opening_instant(away, closes, zone)
            )
        people.append(person)
    people[LISTED].user = User.objects.create_user("listed@bench.example", secrets.token_urlsafe(), name="Dr Bench 00")
    people[LISTED].save()
    roles.give(people[LISTED].user, Role.PRACTITIONER)
    return people


def _patients(now: datetime) -> None:
    users = User.objects.bulk_create(
        [User(email=f"patient{n}@bench.example", name=f"Patient {n}", password="!") for n in range(PATIENTS)],
        batch_size=BATCH,
    )
    patients = Patient.objects.bulk_create(
        [
            Patient(
                full_name=f"Patient {n}", date_of_birth=date(1990, 1, 1), sex_at_birth=SexAtBirth.FEMALE, phone="",
                created_at=now,
            )
            for n in range(PATIENTS)
        ],
        batch_size=BATCH,
    )  # fmt: skip
    PatientAccess.objects.bulk_create(
        [
            PatientAccess(user=user, patient=patient, relation=Relation.SELF, may_manage=True, may_read_health=True)
            for user, patient in zip(users, patients, strict=True)
        ],
        batch_size=BATCH,
    )


# --- visits ----------------------------------------------------------------------------------------------------------


def history(days: int, now: datetime) -> dict[str, Any]:
    """Add past days, each with half of its half-hours taken."""
    _visits(list(Practitioner.objects.filter(is_active=True)), range(-days, 0), now)
    return {}


def _visits(people: list[Practitioner], days: range, now: datetime) -> None:
    """Lay the visits of these days with their intakes, a day of all practitioners at a time."""
    maker = _Maker(people, now)
    for ahead in days:
        with transaction.atomic():
            maker.lay(list(maker.of_day(ahead)))


class _Maker:
    """Makes visits; the same day always has the same half-hours taken, whatever else there is."""

    def __init__(self, people: list[Practitioner], now: datetime) -> None:
        self.people, self.now = people, now
        self.clinic = Clinic.objects.the()
        self.kind = Kind.objects.get(code=KindCode.FIRST_VISIT)
        self.concern = Concern.objects.published(now)[0]
        self.patients = list(Patient.objects.order_by("full_name"))
        self.rooms = dict(Room.objects.filter(name__startswith="Room ").values_list("name", "pk"))
        self.places = dict(Room.objects.values_list("pk", "location"))
        self.version, self.rules = published.questionnaire(), published.rule_set()
        self.treatment = Treatment.objects.filter(facts=WANTED)[0]
        self.told = [_told(story, now) for story in STORIES]
        self.booker = User.objects.get(email="patient0@bench.example")

    def of_day(self, ahead: int) -> Iterator[Consultation]:
        day = _day(self.now, ahead)
        opens = opening_instant(day, OPENS, self.clinic.zone)
        for person in self.people:
            chance = Random(f"{person.slug} {ahead}")
            full = person.position == LISTED and ahead == 1
            for half_hour in range(HALF_HOURS) if full else sorted(chance.sample(range(HALF_HOURS), TAKEN)):
                starts = opens + timedelta(minutes=30 * half_hour)
                # Nobody is in two places: fifty patients for each half-hour of the day, others on the next day.
                whose = (ahead * HALF_HOURS + half_hour) * PRACTITIONERS + person.position
                yield self._visit(person, starts, self.patients[whose % PATIENTS])

    def _visit(self, person: Practitioner, starts: datetime, patient: Patient) -> Consultation:
        room = self.rooms[f"Room {person.position:02}"]
        ends = starts + timedelta(minutes=self.kind.minutes)
        past = starts < self.now
        return Consultation(
            patient=patient, booked_by=self.booker, kind=self.kind, practitioner=person,
            location_id=self.places[room], room_id=room, concern=self.concern,
            starts=starts, ends=ends, blocked_from=starts, blocked_until=ends + timedelta(minutes=10),
            # A visit is completed only with its invitation; to what is measured, one that nobody came to is the same.
            status=Status.NO_SHOW if past else Status.CONFIRMED, status_at=self.now,
            booked_at=starts - timedelta(days=40), quote={"fee_minor": 80000, "currency": "HKD"},
        )  # fmt: skip

    def lay(self, visits: list[Consultation]) -> None:
        """Write the visits with their wishes, answers and findings."""
        Consultation.objects.bulk_create(visits, batch_size=BATCH)
        wish = Consultation.treatments.through
        wish.objects.bulk_create(
            [wish(consultation=visit, treatment=self.treatment) for visit in visits], batch_size=BATCH
        )
        intakes = Intake.objects.bulk_create([Intake(consultation=visit) for visit in visits], batch_size=BATCH)
        told = [Random(str(visit.starts)).choice(self.told) for visit in visits]
        revisions = IntakeRevision.objects.bulk_create(
            [
                signing.sign(
                    IntakeRevision(
                        intake=asked, number=1, questionnaire=self.version, answers=answers, saved_at=self.now,
                        saved_by=self.booker,
                    )
                )
                for asked, (answers, _) in zip(intakes, told, strict=True)
            ],
            batch_size=BATCH,
        )  # fmt: skip
        Screening.objects.bulk_create(
            [
                Screening(
                    revision=revision, rule_set=self.rules, as_of=visit.starts.date(), made_at=self.now,
                    findings=findings, worst=findings[WANTED]["level"],
                )
                for revision, visit, (_, findings) in zip(revisions, visits, told, strict=True)
            ],
            batch_size=BATCH,
        )  # fmt: skip


def _told(story: Story, now: datetime) -> tuple[dict[str, Any], dict[str, Any]]:
    """A story's answers, and what the rules find in them: worked out once, then shared by thousands of equal visits."""
    asked = published.questions_of(published.questionnaire())
    answers = answers_for(asked, story, now.date(), Random(1))
    known = {**answers, "dob": "1990-01-01", "sex_at_birth": "female", "treatments_interest": [WANTED]}
    facts = screening.facts(asked, known, as_of=now.date())
    rules, policy = published.rules_of(published.rule_set()), {"iso_policy": Clinic.objects.the().iso_policy}
    verdicts: dict[Any, Any] = {}
    for code in TreatmentCode:
        verdicts |= screening.evaluate(rules, facts, [code], now.date(), policy)
    return answers, {str(code): verdict.as_json() for code, verdict in verdicts.items()}


# --- small things ----------------------------------------------------------------------------------------------------


def _day(now: datetime, ahead: int) -> date:
    return now.astimezone(Clinic.objects.the().zone).date() + timedelta(days=ahead)


def _signed_in(user: User) -> str:
    """The session of somebody who has just signed in."""
    browser = Client()
    browser.force_login(user)
    return str(browser.cookies[settings.SESSION_COOKIE_NAME].value)


def _postmaster() -> int | None:
    """The process that all of PostgreSQL's own descend from, when it runs on this machine."""
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("analyze")
        cursor.execute("select pg_backend_pid()")
        backend = Path(f"/proc/{cursor.fetchone()[0]}/stat")
    words = backend.read_text() if backend.exists() else ""
    return int(words.rpartition(")")[2].split()[1]) if "(postgres" in words else None


def main(past_days: int = 0) -> None:
    """Lay the clinic, or else so many days of its past; the last line of what is printed is for who asked."""
    now = timezone.now()
    told = history(past_days, now) if past_days else base(now)
    print(json.dumps({**told, "consultations": Consultation.objects.count(), "postmaster": _postmaster()}))
