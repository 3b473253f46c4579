"""Courses that the demo's patients tell of: sessions, drawn photographs, consent and story, each by its verb."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from clinic import outbox
from clinic.accounts.models import User
from clinic.site.demo import visits as visits_of_the_demo
from clinic.site.demo import voices
from clinic.site.demo.drawn import Patch
from clinic.site.demo.visits import Seeding
from consultations import availability, photographs, picture_consents, telling, visits
from consultations.models import ConsentText, Consultation, Kind, Patient, Scope, Shows
from practitioners import stories
from practitioners.models import Angle, KindCode, Practitioner, SkinBand
from practitioners.stories import Attested, Words
from treatments.models import Treatment

LASTS = timedelta(days=2 * 365)
TREATED_BEFORE, EVERY, REST = timedelta(weeks=38), timedelta(weeks=4), timedelta(weeks=8)
ANGLES = (Angle.LEFT, Angle.RIGHT, Angle.CLOSE)
ATTESTED = Attested(same_angle=True, same_light=True, unedited=True)
# Every one says in its words, its name and its pictures that it is an example.
MARKS = {"en": ("Example: ", "Example, {name}"), "zh-hant": ("示例：", "示例，{name}")}


@dataclass(frozen=True)
class Told:
    """An invented course. `pores` is what is left of them, 1 for no change; without it nothing was photographed."""

    patient: int
    treatment: str
    sessions: int
    phototype: int
    pores: float | None
    text: str
    care: str = ""
    skin: SkinBand | str = ""
    is_decided: bool = True


TOLD = (
    Told(
        1,
        "microneedling-face",
        3,
        4,
        0.62,
        "三次療程後，臉頰的毛孔在近看時小了一些，遠看分別不大。每次之後紅了兩天。",
        "每天防曬",
        SkinBand.MEDIUM,
    ),
    Told(
        3,
        "glycolic-acid-peel",
        4,
        4,
        0.7,
        "After four peels my skin looks smoother in daylight. The pores on my nose are as they were, which I had been "
        "told to expect.",
        "Sunscreen and a niacinamide serum",
        SkinBand.MEDIUM,
    ),
    Told(
        5,
        "fractional-laser-1550",
        3,
        6,
        0.8,
        "A small change, and slow. It took four months until I saw it. I was glad of the test area first.",
        "Sunscreen",
        SkinBand.DARK,
    ),
    Told(
        7,
        "microneedling-face",
        2,
        2,
        0.93,
        "Two sessions changed very little on me. The visits themselves were careful, and nobody pressed me to go on.",
        "",
        SkinBand.LIGHT,
    ),
    Told(
        8,
        "glycolic-acid-peel",
        3,
        3,
        0.75,
        "最大的分別是膚質較平滑。毛孔仍在，但沒有以前那麼顯眼。",
        "",
        SkinBand.MEDIUM,
    ),
    Told(
        11,
        "microneedling-face",
        3,
        4,
        0.66,
        "My cheeks are finer when I look closely. Two days of redness each time, as they had said.",
        "Sunscreen, no retinoid during the course",
        SkinBand.MEDIUM,
    ),
    Told(
        13,
        "fractional-laser-1550",
        2,
        3,
        None,
        "I did not want pictures of me shown, so here are only words: less than I had hoped, more than I had feared.",
        "A moisturiser",
        SkinBand.MEDIUM,
    ),
    Told(
        15,
        "glycolic-acid-peel",
        2,
        3,
        0.8,
        "Two light peels. It stung for a few minutes, and I went back to work the next day.",
        is_decided=False,
    ),
)


def tell(seeding: Seeding) -> int:
    """Let these patients have their sessions, come back, agree and tell; returns how many visits that took."""
    aside = replace(seeding, chance=Random(11))  # noqa: S311  what comes after stays as it was
    return sum(_tell(aside, told, number) for number, told in enumerate(TOLD))


def _tell(seeding: Seeding, told: Told, number: int) -> int:
    patient, user = seeding.patients[told.patient]
    treatment = Treatment.objects.select_related("facts").get(slug=told.treatment)
    able = Practitioner.objects.filter(kinds__kind=KindCode.TREATMENT_VISIT, treatments=treatment).order_by("position")
    practitioner = able[number % able.count()]
    first = seeding.now - TREATED_BEFORE - timedelta(days=number)
    talks = visits_of_the_demo.talk(
        seeding, practitioner, patient, user, treatment, first - visits_of_the_demo.TALKED_BEFORE
    )
    sessions = [
        _visit(seeding, told, practitioner, KindCode.TREATMENT_VISIT, first + EVERY * n, [treatment])
        for n in range(told.sessions)
    ]
    back = _visit(seeding, told, practitioner, KindCode.FOLLOW_UP, first + EVERY * told.sessions + REST, [])
    if told.pores is not None:
        _photograph(told, number, sessions[0], sessions[-1], back)
    at = seeding.now - timedelta(days=20 + 3 * number if told.is_decided else 1)
    _story(seeding, told, patient, user, back, treatment, at)
    return talks + len(sessions) + 1


def _visit(
    seeding: Seeding, told: Told, practitioner: Practitioner, code: str, at: datetime, done: list[Treatment]
) -> Consultation:
    """A visit with its course's practitioner, from the booking to its end."""
    kind = Kind.objects.get(code=code).carrying_out(done)
    slot = availability.soonest(kind=kind, practitioners=[practitioner], now=at)
    assert slot is not None
    patient, user = seeding.patients[told.patient]
    one = visits_of_the_demo.book(seeding, practitioner, kind, slot, patient, user, at, done)
    actor, ends = practitioner.user or seeding.staff, slot.starts + timedelta(minutes=28)
    visits.arrive(actor=seeding.staff, consultation=one, now=slot.starts - timedelta(minutes=5))
    visits.start(actor=actor, consultation=one, now=slot.starts)
    carried_out = [visits.Done(each, each.facts.downtime_typical_days) for each in done]
    visits.complete(actor=actor, consultation=one, done=carried_out, now=ends)
    outbox.withdraw(about=f"consultation:{one.pk}", now=seeding.now)
    voices.speak(seeding.wrote, one, now=seeding.now)
    return one


def _photograph(told: Told, number: int, first: Consultation, last: Consultation, back: Consultation) -> None:
    """Two drawings of the same patch of skin, filed and attested as two photographs would be."""
    assert told.pores is not None
    who = back.practitioner
    assert who.user is not None
    patch, angle = Patch(told.phototype, number), ANGLES[number % len(ANGLES)]
    taken = (
        (first, photographs.Shot(patch.drawn(1), Shows.BEFORE, angle)),
        (back, photographs.Shot(patch.drawn(told.pores), Shows.AFTER, angle, last.performed.get())),
    )
    before, after = (
        photographs.add(actor=who.user, taken_by=who, consultation=one, shot=shot, now=one.ends) for one, shot in taken
    )
    photographs.pair(actor=who.user, attested_by=who, before=before, after=after, attested=ATTESTED, now=back.ends)


def _story(
    seeding: Seeding,
    told: Told,
    patient: Patient,
    user: User,
    back: Consultation,
    treatment: Treatment,
    at: datetime,
) -> None:
    for scope in (Scope.VISIT, Scope.PUBLIC):
        text = ConsentText.newest_of(scope.words, patient.language)
        assert text is not None
        until = (at + LASTS).date()
        picture_consents.give(actor=user, patient=patient, scope=scope, text=text, expires_on=until, now=at)
    words_mark, name_mark = MARKS[patient.language]
    story = telling.tell(
        actor=user,
        consultation=back,
        treatment_id=treatment.pk,
        words=Words(
            text=words_mark + told.text,
            author=name_mark.format(name=patient.called.split()[0]),
            language=patient.language,
            care=told.care,
            skin_band=told.skin,
            concern=back.concern,
        ),
        show=list(telling.pairs_of(patient, at)),
        now=at,
    )
    if told.is_decided:
        stories.publish(actor=seeding.staff, story=story, now=at + timedelta(hours=6))
