"""Photographs of a patient's skin: kept while the patient agrees, paired when all is attested, read on record.

Originals as they come from a camera are never kept: what is sealed is a new picture without what came along.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4, uuid5

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from clinic import pictures
from clinic.accounts.models import User
from clinic.audit import trail as audit
from clinic.audit.models import Action
from clinic.localtime import local
from clinic.premises.models import Clinic
from consultations import picture_consents, transitions
from consultations.errors import BookingError
from consultations.models import (
    TAKEN_HERE,
    Consultation,
    Pair,
    Patient,
    Performed,
    Photograph,
    Scope,
    Shows,
    Status,
)
from practitioners.models import Angle, Practitioner, StoryPair
from practitioners.stories import Attested

# The longer edge of what is sealed, in dots.
LONGEST = 1600
MOST_OF_A_VISIT = 20
# While the patient is here, and afterwards: whoever files the pictures may do so in the evening.
TAKEN_WHILE = (Status.ARRIVED, Status.IN_CONSULTATION, Status.COMPLETED)


class NotHere(BookingError):
    sentence = _("Photographs are added to a visit once the patient has arrived.")


class TooManyPhotographs(BookingError):
    sentence = _("There are 20 photographs of this visit already. Remove one before you add another.")


class NotAPair(BookingError):
    sentence = _(
        "These two do not make a pair: one from before and a later one from after, of the same patient, from the same "
        "angle, with a session of the treatment carried out between them or on the day of the first."
    )


class NotAttested(BookingError):
    sentence = _("A pair needs all three: the same angle, the same light, and that nobody has edited the pictures.")


class PairedAlready(BookingError):
    sentence = _("One of these photographs belongs to a pair already.")


@dataclass(frozen=True, slots=True)
class Shot:
    """A file from a camera, what it shows, and the key of its form."""

    raw: bytes
    shows: Shows | str
    angle: Angle | str
    performed: Performed | None = None
    key: UUID = field(default_factory=uuid4)

    def of(self, consultation: Consultation) -> UUID:
        """The photograph's own key: the same from a form that is sent again, another for another file from it."""
        session = self.performed.pk if self.performed else ""
        said = (consultation.pk, self.shows, self.angle, session, sha256(self.raw).hexdigest())
        return uuid5(self.key, " ".join(map(str, said)))


def add(*, actor: User, taken_by: Practitioner, consultation: Consultation, shot: Shot, now: datetime) -> Photograph:
    """Seal a photograph into the patient's record, if the patient agrees to that."""
    if consultation.status not in TAKEN_WHILE or consultation.patient is None:
        raise NotHere
    clean = pictures.clean(shot.raw, longest=LONGEST)
    with transaction.atomic():
        patient = picture_consents.locked(consultation.patient_id)
        picture_consents.require(patient, Scope.RECORD, now)
        if found := came_in(shot, consultation):
            return found
        if consultation.photographs.filter(shows__in=TAKEN_HERE).count() >= MOST_OF_A_VISIT:
            raise TooManyPhotographs
        whose = {"patient": patient, "taken_by": taken_by, "taken_at": min(now, consultation.ends)}
        return keep(actor, consultation, shot, clean, now, **whose)


def keep(
    actor: User, consultation: Consultation, shot: Shot, clean: pictures.Picture, now: datetime, **whose: Any
) -> Photograph:
    """Write a clean picture down, in the transaction of whoever has asked whether it may be kept; whose and by whom."""
    photograph: Photograph = Photograph.objects.create(
        pk=shot.of(consultation),
        consultation=consultation,
        performed=shot.performed,
        shows=shot.shows,
        angle=shot.angle,
        picture=clean.data,
        **whose,
    )
    _record(Action.PHOTOGRAPH_ADDED, photograph, actor, now)
    return photograph


def came_in(shot: Shot, consultation: Consultation) -> Photograph | None:
    """What the same form has brought before, whose answer got lost."""
    found: Photograph | None = Photograph.objects.filter(pk=shot.of(consultation)).first()
    return found


def look(*, actor: User, photograph: Photograph, now: datetime) -> bytes:
    """The picture that came with the row, after writing down who looked."""
    with transaction.atomic():
        _record(Action.PHOTOGRAPH_READ, photograph, actor, now)
    return photograph.picture


def looked_through(*, actor: User, consultation: Consultation, now: datetime) -> None:
    """Write down that somebody saw which photographs there are."""
    with transaction.atomic():
        transitions.record(Action.PHOTOGRAPH_READ, consultation, actor, now)


def remove(*, actor: User | None, photograph: Photograph, now: datetime) -> None:
    """Take a photograph out of the record, with its pair and the pair's public copy; once, whoever asks again."""
    with transaction.atomic():
        picture_consents.locked(photograph.patient_id)
        if not Photograph.objects.filter(pk=photograph.pk).exists():
            return
        pairs = Pair.objects.filter(before=photograph) | Pair.objects.filter(after=photograph)
        StoryPair.objects.filter(pk__in=list(pairs.values_list("copy", flat=True))).delete()
        _record(Action.PHOTOGRAPH_REMOVED, photograph, actor, now)
        Photograph.objects.filter(pk=photograph.pk).delete()


def pair(
    *, actor: User, attested_by: Practitioner, before: Photograph, after: Photograph, attested: Attested, now: datetime
) -> Pair:
    """Say that two photographs may be compared; the name and the time of who says so stay with them."""
    if not attested.in_full:
        raise NotAttested
    try:
        with transaction.atomic():
            picture_consents.locked(before.patient_id)
            if Photograph.objects.filter(pk__in=[before.pk, after.pk]).count() < 2:  # removed meanwhile
                raise NotAPair
            made: Pair = Pair.objects.create(
                before=before,
                after=after,
                performed=_session_between(before, after),
                same_angle=attested.same_angle,
                same_light=attested.same_light,
                unedited=attested.unedited,
                attested_by=attested_by,
                attested_at=now,
            )
            _record(Action.PHOTOGRAPHS_PAIRED, after, actor, now)
    except IntegrityError as taken:
        raise PairedAlready from taken
    return made


def sessions_of(patient: Patient) -> Iterable[Performed]:
    """What was carried out on the patient, oldest first."""
    found: Iterable[Performed] = (
        Performed.objects.filter(consultation__patient=patient)
        .select_related("treatment", "performed_by", "consultation__concern")
        .order_by("performed_on", "session")
    )
    return found


def _session_between(before: Photograph, after: Photograph) -> Performed:
    """The last session, before the later photograph, of the treatment that this one follows; else NotAPair."""
    fits = (before.shows, after.shows, before.patient_id, before.angle) == (
        Shows.BEFORE,
        Shows.AFTER,
        after.patient_id,
        after.angle,
    )
    if not fits or before.taken_at >= after.taken_at or after.performed is None:
        raise NotAPair
    zone = Clinic.objects.the().zone
    first, last = (local(each.taken_at, zone).date() for each in (before, after))
    treatment = after.performed.treatment_id
    between = [
        session
        for session in sessions_of(before.patient)
        if session.treatment_id == treatment and first <= session.performed_on <= last
    ]
    if not between:
        raise NotAPair
    return between[-1]


def _record(action: Action, photograph: Photograph, actor: User | None, now: datetime) -> None:
    """Write down an act about a photograph; without an actor it is the worker's."""
    audit.record(
        actor=actor,
        action=action,
        object_type="photograph",
        object_id=photograph.pk,
        patient_id=photograph.patient_id,
        role="" if actor else "system",
        now=now,
    )
