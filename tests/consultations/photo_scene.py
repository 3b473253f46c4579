"""Alice had three sessions with Dr Imani this winter, and comes back in spring: with photographs and a story."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from clinic.accounts.models import User
from consultations import photographs, picture_consents, sending, telling, visits
from consultations.models import (
    ConsentKind,
    ConsentText,
    Consultation,
    Kind,
    Pair,
    Patient,
    Photograph,
    PictureConsent,
    Scope,
    Shows,
    Status,
    ToldStory,
)
from practitioners import stories
from practitioners.models import Angle, Practitioner, Story
from practitioners.stories import Attested, Words
from tests import pictures
from tests.cast import Cast
from tests.consultations import scene
from tests.factories import MONDAY, NOW, at
from treatments.models import Concern, Treatment

SESSIONS = [MONDAY - timedelta(days=days) for days in (150, 120, 90)]
SPRING = MONDAY - timedelta(days=14)
UNTIL = date(2028, 5, 3)
ALL_THREE = Attested(same_angle=True, same_light=True, unedited=True)
SAYS = "canary-my-pores-look-finer"


def texts() -> None:
    """The words of the scopes that a booking does not ask."""
    for kind, words in ((ConsentKind.SHOWN, "They may be shown."), (ConsentKind.PUBLIC, "They may be published.")):
        ConsentText.objects.get_or_create(kind=kind, version=1, language="en", defaults={"text": words})


def words() -> ConsentText:
    """What is agreed to before a photograph is kept."""
    found = ConsentText.newest_of(ConsentKind.PHOTO, "en")
    assert found is not None
    return found


def visit(patient: Patient, who: Practitioner, day: date, *, treated: Treatment | None = None) -> Consultation:
    """A completed visit of that day, with or without a session of a treatment."""
    one = scene.a_visit(
        who,
        Kind.objects.get(),
        at("10:00", day),
        status=Status.ARRIVED,
        patient=patient,
        booked_by=patient.people.first(),
        concern=Concern.objects.get(),
    )
    assert who.user is not None
    done = [visits.Done(treated)] if treated else []
    # What time to decide there was is told elsewhere.
    early = visits.Early("They had talked about it by telephone.") if done else None
    return visits.complete(actor=who.user, consultation=one, done=done, early=early, now=one.ends)


@dataclass
class Course:
    """A patient's sessions with one practitioner, and the visit afterwards."""

    patient: Patient
    person: User
    who: Practitioner
    sessions: list[Consultation]
    last: Consultation

    @property
    def by(self) -> User:
        assert self.who.user is not None
        return self.who.user

    def photograph(
        self, one: Consultation, shows: Shows, *, colour: str = "tan", angle: Angle = Angle.FRONT
    ) -> Photograph:
        after = self.sessions[-1].performed.get() if shows == Shows.AFTER else None
        shot = photographs.Shot(pictures.jpeg(colour), shows, angle, after)
        return photographs.add(actor=self.by, taken_by=self.who, consultation=one, shot=shot, now=one.ends)

    def send(
        self,
        visit: Consultation,
        *,
        key: UUID | None = None,
        raw: bytes | None = None,
        angle: Angle = Angle.LEFT,
        agreed_to: ConsentText | None = None,
        now: datetime = NOW,
    ) -> Photograph:
        """The patient sends one before a visit."""
        shot = photographs.Shot(raw or pictures.jpeg(), Shows.SENT, angle, key=key or uuid4())
        return sending.send(actor=self.person, consultation=visit, shot=shot, agreed_to=agreed_to, now=now)

    def withdraw(self) -> picture_consents.Removed:
        return picture_consents.withdraw(actor=self.person, patient=self.patient, scope=Scope.RECORD, now=NOW)

    def pair(self, *, angle: Angle = Angle.FRONT) -> Pair:
        before = self.photograph(self.sessions[0], Shows.BEFORE, colour="peru", angle=angle)
        after = self.photograph(self.last, Shows.AFTER, colour="tan", angle=angle)
        now = self.last.ends
        return photographs.pair(
            actor=self.by, attested_by=self.who, before=before, after=after, attested=ALL_THREE, now=now
        )

    def agree(self, scope: Scope, until: date | None = None, now: datetime = NOW) -> PictureConsent:
        text = ConsentText.newest_of(scope.words, "en")
        assert text is not None
        return picture_consents.give(
            actor=self.person, patient=self.patient, scope=scope, text=text, expires_on=until, now=now
        )

    def tell(self, *, show: bool = True, now: datetime = NOW, **changes: Any) -> Story:
        said = Words(**{"text": SAYS, "author": "Alice", "language": "en", **changes})
        treatment = self.sessions[0].performed.get().treatment_id
        pairs = list(telling.pairs_of(self.patient, now)) if show else []
        return telling.tell(
            actor=self.person, consultation=self.last, treatment_id=treatment, words=said, show=pairs, now=now
        )

    def shown(self, by: User, **changes: Any) -> Story:
        """A story with a pair, that a moderator has published."""
        if not Pair.objects.filter(before__patient=self.patient).exists():
            self.pair()
        self.agree(Scope.PUBLIC, UNTIL)
        return stories.publish(actor=by, story=self.tell(**changes), now=NOW)


def course(cast: Cast, *, person: User | None = None, patient: Patient | None = None, wall: str = "10:00") -> Course:
    """Three sessions and a visit in spring, of Alice with Dr Imani unless somebody else is named."""
    texts()
    who = Practitioner.objects.get(user=cast.dr_imani)
    whose = patient or cast.alices_visit.patient
    assert whose is not None
    needling = Treatment.objects.get()
    sessions = [visit(whose, who, day, treated=needling) for day in SESSIONS]
    return Course(whose, person or cast.alice, who, sessions, visit(whose, who, SPRING))


def told() -> ToldStory:
    return ToldStory.objects.get()
