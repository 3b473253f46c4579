"""A patient tells of a course: composed from what was carried out, shown to the patient as it will stand, then told."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from clinic.accounts.models import User
from clinic.audit.models import Action
from clinic.localtime import local
from clinic.premises.models import Clinic
from consultations import messages, photographs, picture_consents, transitions
from consultations.errors import BookingError
from consultations.models import Consultation, Pair, Patient, Performed, Photograph, Scope, ToldStory
from practitioners import stories
from practitioners.models import Angle, Story

BATCH = 50


class ToldAlready(BookingError):
    sentence = _("You have told of this treatment already. Withdraw that story first if you want to tell it anew.")


class NothingToTell(BookingError):
    sentence = _("A story tells of a treatment that was carried out here.")


@dataclass(frozen=True, slots=True)
class Course:
    """The sessions of one treatment so far, and the last of them."""

    last: Performed
    sessions: int
    days_since: int


def course(patient: Patient, treatment_id: int, now: datetime) -> Course:
    """What the clinic's own rows say of the patient's sessions of a treatment; NothingToTell without any."""
    sessions = [each for each in photographs.sessions_of(patient) if each.treatment_id == treatment_id]
    if not sessions:
        raise NothingToTell
    return Course(sessions[-1], len(sessions), (picture_consents.today(now) - sessions[-1].performed_on).days)


def pairs_of(patient: Patient, now: datetime) -> QuerySet[Pair]:
    """Every pair of the patient's photographs that may be kept today, oldest first."""
    kept = Photograph.objects.kept(picture_consents.today(now)).filter(patient=patient)
    found = Pair.objects.filter(before__in=kept, after__in=kept)
    return found.select_related("before", "after", "attested_by", "performed").order_by("after__taken_at", "pk")


def untold(patient: Patient) -> list[Performed]:
    """The last session of each treatment that the patient has not told of, newest first."""
    told = set(ToldStory.objects.filter(patient=patient).values_list("story__treatment", flat=True))
    newest = {each.treatment_id: each for each in photographs.sessions_of(patient)}
    return [each for treatment, each in reversed(newest.items()) if treatment not in told]


def of(patient: Patient) -> list[ToldStory]:
    """The stories that the patient has told, newest first."""
    return list(
        ToldStory.objects.filter(patient=patient)
        .select_related("story__treatment", "story__practitioner", "story__concern")
        .prefetch_related("story__pairs")
        .order_by("-story__told_at")
    )


def tell(
    *, actor: User, consultation: Consultation, treatment_id: int, words: stories.Words, show: list[Pair], now: datetime
) -> Story:
    """Hand the story to a moderator, with public copies of the pairs that are to be shown."""
    with transaction.atomic():
        patient = picture_consents.locked(consultation.patient_id)
        consent = picture_consents.require(patient, Scope.PUBLIC, now)
        kept = picture_consents.require(patient, Scope.RECORD, now) if show else None
        found = course(patient, treatment_id, now)
        if found.last not in untold(patient):
            raise ToldAlready
        # Public copies end with the photographs they were made from, on the day itself and not when it is swept.
        ends = [each.expires_on for each in (consent, kept) if each is not None and each.expires_on is not None]
        story = stories.submit(
            course=stories.Course(found.last.performed_by, found.last.treatment, found.sessions, found.days_since),
            words=words,
            until=min(ends),
            now=now,
        )
        shown = pairs_of(patient, now).filter(performed__treatment=treatment_id, pk__in=[pair.pk for pair in show])
        for pair in shown:
            pair.copy = stories.show(story=story, shot=_shot(pair))
            pair.save(update_fields=["copy"])
        ToldStory.objects.create(
            patient=patient, consultation=consultation, performed=found.last, consent=consent, story=story
        )
        transitions.record_about(Action.STORY_TOLD, "story", story.pk, patient.pk, actor, now)
    return story


def appeal(*, actor: User, told: ToldStory, words: str, now: datetime) -> Story:
    """Ask a second person to look at a story that was withheld."""
    with transaction.atomic():
        story = stories.appeal(story=told.story, words=words, now=now)
        transitions.record_about(Action.STORY_APPEALED, "story", story.pk, told.patient_id, actor, now)
    return story


def hear(*, now: datetime) -> int:
    """Write to the tellers whose story was decided since they last heard; returns how many. A chore of the worker."""
    decided = Q(story__moderated_at__isnull=False) & (
        Q(told_at=None) | Q(story__moderated_at__gt=F("told_at")) | Q(story__heard_at__gt=F("told_at"))
    )
    related = ("story", "consultation__booked_by", "consultation__patient", "consultation__practitioner")
    reachable = ToldStory.objects.filter(decided).exclude(consultation__booked_by=None).select_related(*related)
    return sum(_hear(each, now) for each in reachable[:BATCH])


def _hear(told: ToldStory, now: datetime) -> bool:
    with transaction.atomic():
        if not ToldStory.objects.filter(pk=told.pk, told_at=told.told_at).update(told_at=now):
            return False
        messages.told_about_story(told, now=now)
    return True


def _shot(pair: Pair) -> stories.Shot:
    zone = Clinic.objects.the().zone
    before = [
        each
        for each in photographs.sessions_of(pair.before.patient)
        if each.treatment_id == pair.performed.treatment_id and each.performed_on <= pair.performed.performed_on
    ]
    return stories.Shot(
        angle=Angle(pair.before.angle),
        before=pair.before.picture,
        after=pair.after.picture,
        sessions=len(before),
        days_since=(local(pair.after.taken_at, zone).date() - pair.performed.performed_on).days,
        attested=stories.Attested(pair.same_angle, pair.same_light, pair.unedited),
        attested_by=pair.attested_by.name,
        attested_at=pair.attested_at,
    )
