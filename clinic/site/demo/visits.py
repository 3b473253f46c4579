"""Four weeks of the demo clinic's visits, past and to come, made through the verbs with the clock of their day."""

import uuid
from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from random import Random

from clinic import outbox
from clinic.accounts.models import User
from clinic.premises.models import Clinic
from clinic.site.demo import guide, judgements, voices
from clinic.site.demo.answers import (
    COMPLICATED,
    PHOTOTYPES_OF_PATIENTS,
    PLAIN,
    SHOWN,
    SHOWN_TREATMENTS,
    Story,
    answers_for,
)
from clinic.site.demo.people import PATIENTS, Invented
from consultations import availability, booking, drafts, figures, intake, notes, published, quoting, visits
from consultations.availability import Slot
from consultations.errors import BookingError
from consultations.models import BookingMode, Cancelled, ConsentText, Consultation, Draft, Kind, Patient
from practitioners.models import KindCode, Practitioner
from treatments.models import Concern, Treatment

DAYS = 28
# Treatments carried out some weeks ago, so that their patients have had time to see a result.
FIRST_TREATMENTS, LAST_TREATMENTS, A_WEEKDAY = 126, 45, 7
TALKED_BEFORE = timedelta(days=8)
MOSTLY = 0.85
A_DAY = (1, 1, 2)  # visits of a practitioner on a working day; one is drawn
NOTES = (
    "Looked at nose and cheeks under fixed light. Agreed to start with home care and to meet again in eight weeks.",
    "Went through the options and their costs. Wants to think about it; no pressure. Sunscreen every day.",
    "Test area behind the ear arranged. Explained what would make us wait.",
)


@dataclass
class Seeding:
    """What the demo is made of while it is being made; the same day always makes the same clinic."""

    clinic: Clinic
    now: datetime
    staff: User
    chance: Random = field(default_factory=lambda: Random(7))  # noqa: S311  believable, not secret
    patients: list[tuple[Patient, User]] = field(default_factory=list)
    talked: set[tuple[int, uuid.UUID]] = field(default_factory=set)
    wrote: voices.Voices = field(init=False)

    def __post_init__(self) -> None:
        self.wrote = voices.Voices(self.staff, self.chance)

    @property
    def today(self) -> date:
        return self.clinic.today(self.now)


def enrol(seeding: Seeding) -> None:
    """Invent the patients, who came before the first course that one of them tells of."""
    early = seeding.now - timedelta(days=300)
    seeding.patients = [_patient(invented, early, n) for n, invented in enumerate(PATIENTS)]


def fill(seeding: Seeding) -> int:
    """Invent the visits of these weeks and their reviews; returns how many visits there are."""
    shown = _shown(seeding)
    count = 1 if shown else 0
    kind = Kind.objects.get(code=KindCode.FIRST_VISIT)
    later = Kind.objects.get(code=KindCode.FOLLOW_UP)
    for practitioner in Practitioner.objects.order_by("position"):
        for slot, offered_kind in _chosen(seeding, practitioner, [kind, kind, later]):
            count += _visit(seeding, practitioner, offered_kind, slot)
    count += _treatments(seeding)
    figures.count(now=seeding.now)
    _requests(seeding)
    if shown:
        # After the newest booking: a grading screens the patient's visits to come, and no screening may seem older.
        judgements.judge(shown, seeding.now - timedelta(minutes=50))
        judgements.suggest(shown, seeding.now - timedelta(minutes=50))
        judgements.send(shown, seeding.now - timedelta(minutes=40))
    return count


def _chosen(seeding: Seeding, practitioner: Practitioner, kinds: list[Kind]) -> Iterator[tuple[Slot, Kind]]:
    """Some of the practitioner's times of each day, as they were free before the first of these bookings."""
    first = seeding.today - timedelta(days=DAYS)
    for kind in kinds[:1]:
        long_ago = seeding.now - timedelta(days=DAYS + 2)
        offer = availability.free(kind=kind, practitioners=[practitioner], first_day=first, days=2 * DAYS, now=long_ago)
        for slots in offer.by_day().values():
            apart = slots[::2]
            how_many = min(len(apart), seeding.chance.choice(A_DAY))
            for slot in sorted(seeding.chance.sample(apart, how_many), key=lambda slot: slot.starts):
                yield slot, kind if seeding.chance.random() < 0.8 else kinds[-1]


def _visit(seeding: Seeding, practitioner: Practitioner, kind: Kind, slot: Slot) -> int:
    chance = seeding.chance
    patient, user = chance.choice(seeding.patients)
    booked_at = min(
        slot.starts - timedelta(days=chance.randint(1, 9), hours=chance.randint(1, 8)), seeding.now - timedelta(hours=1)
    )
    try:
        consultation = book(seeding, practitioner, kind, slot, patient, user, booked_at)
    except BookingError:
        return 0  # the patient or the room is taken: the clinic has one visit fewer
    fate = chance.random()
    if slot.starts < seeding.now:
        _past(seeding, consultation, fate)
        outbox.withdraw(about=f"consultation:{consultation.pk}", now=seeding.now)
    elif fate < 0.08:
        booking.cancel(
            actor=user, consultation=consultation, by=Cancelled.BY_PATIENT, now=seeding.now - timedelta(minutes=40)
        )
    elif fate < 0.5:
        intake.stamp(
            actor=practitioner.user or seeding.staff,
            practitioner=practitioner,
            consultation=consultation,
            screening=intake.newest(consultation).screening.pk,
            now=seeding.now - timedelta(hours=3),
        )
    return 1


def book(
    seeding: Seeding,
    practitioner: Practitioner,
    kind: Kind,
    slot: Slot,
    patient: Patient,
    user: User,
    at: datetime,
    done: Sequence[Treatment] = (),
) -> Consultation:
    """A visit about what will be done, or else with an invented wish, and with invented answers.

    A BookingError where somebody or something is taken.
    """
    chance = seeding.chance
    story: Story = chance.choice(COMPLICATED if chance.random() < 0.4 else PLAIN)
    shelf = list(Treatment.objects.filter(practitioners=practitioner))
    wish = quoting.Wish(
        concern=chance.choice(list(Concern.objects.published(seeding.now)[:2])),
        treatments=tuple(done) or tuple(chance.sample(shelf, min(len(shelf), chance.randint(1, 3)))),
        language=patient.language,
    )
    held = _hold(practitioner, kind, slot, user, at)
    return _confirm(seeding, held, patient, user, wish, story, at)


def _hold(practitioner: Practitioner, kind: Kind, slot: Slot, user: User, at: datetime) -> Consultation:
    return booking.hold(
        actor=user,
        kind=_as_if_offered(kind) if kind.is_booked_by_staff else kind,
        practitioners=[practitioner],
        starts=slot.starts,
        draft=None,
        now=at,
    )


def _as_if_offered(kind: Kind) -> Kind:
    """The kind as if patients booked it online: the desk takes no answers, and the demo's visits come with theirs."""
    offered = copy(kind)
    offered.mode = BookingMode.INSTANT
    return offered


def _confirm(
    seeding: Seeding,
    held: Consultation,
    patient: Patient,
    user: User,
    wish: quoting.Wish,
    story: Story,
    at: datetime,
) -> Consultation:
    asked = published.questions_of(published.questionnaire())
    # Nobody's eyes change colour from one visit to the next.
    place = [one for one, _user in seeding.patients].index(patient)
    own = PHOTOTYPES_OF_PATIENTS[place % len(PHOTOTYPES_OF_PATIENTS)]
    answers = answers_for(asked, replace(story, phototype=own), at.date(), seeding.chance)
    try:
        return booking.confirm(actor=user, consultation=held, patient=patient, wish=wish, answers=answers, now=at)
    except BookingError:
        booking.release(actor=user, consultation=held, now=at)
        raise


def _shown(seeding: Seeding) -> Consultation | None:
    """The visit that the demo's guide points at: tomorrow or soon after, with the first practitioner."""
    practitioner, kind = Practitioner.objects.order_by("position")[0], Kind.objects.get(code=KindCode.FIRST_VISIT)
    patient, user = seeding.patients[0]
    soon, at = seeding.now + timedelta(hours=14), seeding.now - timedelta(days=2)
    slot = availability.soonest(kind=kind, practitioners=[practitioner], now=soon)
    if slot is None:
        return None
    wish = quoting.Wish(
        concern=Concern.objects.published(seeding.now)[0],
        treatments=tuple(Treatment.objects.filter(slug__in=SHOWN_TREATMENTS)),
        language=patient.language,
    )
    return _confirm(seeding, _hold(practitioner, kind, slot, user, at), patient, user, wish, SHOWN, at)


def _past(seeding: Seeding, consultation: Consultation, fate: float) -> None:
    practitioner, starts = consultation.practitioner, consultation.starts
    actor = practitioner.user or seeding.staff
    if fate < 0.07:
        booking.cancel(
            actor=consultation.booked_by,
            consultation=consultation,
            by=Cancelled.BY_PATIENT,
            now=starts - timedelta(hours=30),
        )
        return
    if fate < 0.13:
        visits.no_show(actor=seeding.staff, consultation=consultation, now=starts + timedelta(minutes=20))
        return
    visits.arrive(actor=seeding.staff, consultation=consultation, now=starts - timedelta(minutes=5))
    if starts + timedelta(minutes=30) > seeding.now:
        return  # under way right now
    visits.start(actor=actor, consultation=consultation, now=starts)
    done = starts + timedelta(minutes=28)
    notes.sign(actor=actor, author=practitioner, consultation=consultation, body=seeding.chance.choice(NOTES), now=done)
    visits.complete(actor=actor, consultation=consultation, now=done)
    voices.speak(seeding.wrote, consultation, now=seeding.now)


def _treatments(seeding: Seeding) -> int:
    """One treatment a week for each practitioner who has treatment visits."""
    kind, count = Kind.objects.get(code=KindCode.TREATMENT_VISIT), 0
    for practitioner in Practitioner.objects.filter(kinds__kind=kind.code).order_by("position"):
        for days in range(FIRST_TREATMENTS, LAST_TREATMENTS, -A_WEEKDAY):
            count += _treatment(seeding, practitioner, kind, seeding.now - timedelta(days=days))
    return count


def _treatment(seeding: Seeding, practitioner: Practitioner, kind: Kind, at: datetime) -> int:
    treatment = _favourite(practitioner)
    kind = kind.carrying_out([treatment])
    slot = availability.soonest(kind=kind, practitioners=[practitioner], now=at)
    patient, user = seeding.chance.choice(seeding.patients)
    if slot is None:
        return 0
    try:
        talks = _talk(seeding, practitioner, patient, user, treatment, at - TALKED_BEFORE)
        consultation = book(seeding, practitioner, kind, slot, patient, user, at, [treatment])
    except BookingError:
        return 0
    # Most have what they came for; some came for something else.
    if seeding.chance.random() >= MOSTLY:
        consultation.treatments.set(Treatment.objects.filter(practitioners=practitioner).exclude(pk=treatment.pk)[:1])
    actor, done = practitioner.user or seeding.staff, slot.starts + timedelta(minutes=28)
    visits.arrive(actor=seeding.staff, consultation=consultation, now=slot.starts - timedelta(minutes=5))
    visits.start(actor=actor, consultation=consultation, now=slot.starts)
    carried_out = visits.Done(treatment, treatment.facts.downtime_typical_days)
    visits.complete(actor=actor, consultation=consultation, done=[carried_out], now=done)
    outbox.withdraw(about=f"consultation:{consultation.pk}", now=seeding.now)
    voices.speak(seeding.wrote, consultation, now=seeding.now)
    return talks + 1


def _talk(
    seeding: Seeding, practitioner: Practitioner, patient: Patient, user: User, treatment: Treatment, at: datetime
) -> int:
    """Somebody who has a treatment has talked about it before, and had time to decide; once is enough."""
    if (practitioner.pk, patient.pk) in seeding.talked:
        return 0
    return talk(seeding, practitioner, patient, user, treatment, at)


def talk(
    seeding: Seeding, practitioner: Practitioner, patient: Patient, user: User, treatment: Treatment, at: datetime
) -> int:
    """A first visit about a treatment, from the booking to its end; returns how many visits that took."""
    kind = Kind.objects.get(code=KindCode.FIRST_VISIT)
    slot = availability.soonest(kind=kind, practitioners=[practitioner], now=at)
    if slot is None:
        return 0
    wish = quoting.Wish(Concern.objects.published(seeding.now)[0], (treatment,), patient.language)
    consultation = _confirm(
        seeding, _hold(practitioner, kind, slot, user, at), patient, user, wish, seeding.chance.choice(PLAIN), at
    )
    actor, done = practitioner.user or seeding.staff, slot.starts + timedelta(minutes=28)
    visits.start(actor=actor, consultation=consultation, now=slot.starts)
    visits.complete(actor=actor, consultation=consultation, now=done)
    outbox.withdraw(about=f"consultation:{consultation.pk}", now=seeding.now)
    voices.speak(seeding.wrote, consultation, now=seeding.now)
    seeding.talked.add((practitioner.pk, patient.pk))
    return 1


def _favourite(practitioner: Practitioner) -> Treatment:
    """What they carry out in the demo: one treatment for as many as offer it, so that there is something to count."""
    offered = Treatment.objects.filter(practitioners=practitioner).select_related("facts")
    found: Treatment = offered.filter(slug="glycolic-acid-peel").first() or offered[0]
    return found


def _requests(seeding: Seeding) -> None:
    """Two phone calls that wait for the desk's answer."""
    kind = Kind.objects.get(code=KindCode.PHONE)
    at = seeding.now - timedelta(hours=2)
    for practitioner in Practitioner.objects.order_by("position")[:2]:
        slot = availability.soonest(kind=kind, practitioners=[practitioner], now=seeding.now)
        if slot is None:
            continue
        patient, user = seeding.chance.choice(seeding.patients)
        try:
            book(seeding, practitioner, kind, slot, patient, user, at)
        except BookingError:
            continue


def _patient(invented: Invented, at: datetime, number: int) -> tuple[Patient, User]:
    """A patient who came the way every patient comes: with a draft, whose address is proved."""
    email = (
        guide.PATIENT.email if number == 0 else f"{invented.called.lower().replace(' ', '.')}.{number}@patients.example"
    )
    user = User.objects.create_user(email, name=invented.name, language=invented.language)
    draft, _secret = drafts.begin(now=at)
    details = {
        "full_name": invented.name,
        "preferred_name": invented.called,
        "date_of_birth": invented.born,
        "sex_at_birth": invented.sex,
        "phone": f"+852 5550 {1000 + number}",
        "language": invented.language,
        "relation": "self",
        "email": email,
    }
    draft = drafts.keep(draft=draft, now=at, details=details)
    draft = drafts.adopt(draft=draft, user=user, now=at)
    patient = draft.patient
    assert patient is not None
    words = ConsentText.newest(invented.language)
    intake.consent(actor=user, patient=patient, texts=list(words.values()), now=at)
    Draft.objects.filter(pk=draft.pk).delete()
    return patient, user
