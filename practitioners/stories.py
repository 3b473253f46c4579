"""Stories, as everybody reads them: they come in with their pictures, a moderator decides, and they can go at any time.

Who told one, and whether they still agree, is known behind the privacy line; so verbs here take what is public. What a
moderator decides stands in the audit trail and not in the reviews' ledger: a chain cannot forget, and a story must.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from clinic import pictures
from clinic.accounts.models import User
from clinic.audit import trail as audit
from clinic.audit.models import Action
from practitioners.models import Angle, Practitioner, ReviewState, SkinBand, Story, StoryPair, WithheldFor
from treatments.models import Concern, Treatment

# The longer edge of a public copy, in dots: enough to compare, too little to print.
LONGEST = 800
# How long a story or an appeal may wait for a moderator.
TARGET = timedelta(days=3)


class StoryError(Exception):
    sentence = _("That did not work. Nothing was changed.")


class MovedOn(StoryError):
    sentence = _("Somebody else has decided about this story in the meantime, or it was withdrawn. Please look again.")


class NotYours(StoryError):
    sentence = _("You decided about this story before. Somebody else has to hear the appeal.")


@dataclass(frozen=True, slots=True)
class Words:
    """What the teller says and shows for everybody to read."""

    text: str
    author: str
    language: str
    care: str = ""
    skin_band: SkinBand | str = ""
    concern: Concern | None = None


@dataclass(frozen=True, slots=True)
class Course:
    """What the clinic's own rows say of the course that is told of."""

    practitioner: Practitioner
    treatment: Treatment
    sessions: int
    days_since: int


@dataclass(frozen=True, slots=True)
class Attested:
    """What is attested of a pair, each by itself."""

    same_angle: bool
    same_light: bool
    unedited: bool

    @property
    def in_full(self) -> bool:
        return self.same_angle and self.same_light and self.unedited


@dataclass(frozen=True, slots=True)
class Shot:
    """Two opened photographs from one angle, after how many sessions and days, and who attests what of them."""

    angle: Angle
    before: bytes
    after: bytes
    sessions: int
    days_since: int
    attested: Attested
    attested_by: str
    attested_at: datetime


def submit(*, course: Course, words: Words, until: date, now: datetime) -> Story:
    """Write the story down; it waits for a moderator."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("stories.submit belongs inside the transaction that ties a story to its consent")
    story: Story = Story.objects.create(
        practitioner=course.practitioner,
        treatment=course.treatment,
        sessions=course.sessions,
        days_since=course.days_since,
        text=words.text,
        author=words.author,
        language=words.language,
        care=words.care,
        skin_band=words.skin_band,
        concern=words.concern,
        shown_until=until,
        told_at=now,
    )
    return story


def show(*, story: Story, shot: Shot) -> StoryPair:
    """Add public copies of a pair to a story that nobody has decided about; part of the transaction that tells it."""
    before, after = (pictures.clean(raw, longest=LONGEST).data for raw in (shot.before, shot.after))
    pair: StoryPair = StoryPair.objects.create(
        story=story,
        angle=shot.angle,
        before=before,
        after=after,
        digest=hashlib.sha256(before + after).hexdigest(),
        sessions=shot.sessions,
        days_since=shot.days_since,
        same_angle=shot.attested.same_angle,
        same_light=shot.attested.same_light,
        unedited=shot.attested.unedited,
        attested_by=shot.attested_by,
        attested_at=shot.attested_at,
    )
    return pair


def publish(*, actor: User, story: Story, now: datetime) -> Story:
    """Let everyone read the story, whatever it says of the result."""
    return _decide(actor, story, ReviewState.PUBLISHED, "", now)


def withhold(*, actor: User, story: Story, reason: WithheldFor, now: datetime) -> Story:
    """Keep the story back for one of the stated reasons; how the result looks is none of them."""
    return _decide(actor, story, ReviewState.WITHHELD, reason, now)


def appeal(*, story: Story, words: str, now: datetime) -> Story:
    """Ask a second person to look at a story that was withheld; once for each decision."""
    if story.state != ReviewState.WITHHELD or story.appealed_at is not None:
        raise MovedOn
    _change(story, appealed_at=now, appeal=words)
    return story


def remove(*, stories: Iterable[int]) -> int:
    """Take stories away with their pictures, by their keys, so that no row of them is left; returns how many."""
    _rows, by_model = Story.objects.filter(pk__in=list(stories)).delete()
    return by_model.get(Story._meta.label, 0)


def waits_since(story: Story) -> datetime:
    """Since when its teller waits for a decision."""
    return story.appealed_at or story.told_at


def _decide(actor: User, story: Story, state: ReviewState, reason: str, now: datetime) -> Story:
    """The decision, if the story still stands as the moderator read it; an appeal is heard by somebody else."""
    appealed = story.state == ReviewState.WITHHELD and story.appealed_at is not None and story.heard_at is None
    if appealed and story.moderated_by_id == actor.pk:
        raise NotYours
    if not appealed and (story.state, story.withheld_for) == (state, reason):
        raise MovedOn  # somebody has decided just so
    decided: dict[str, Any] = {"heard_at": now, "heard_by": actor}
    if not appealed:
        nothing_heard = {"appealed_at": None, "appeal": "", "heard_at": None, "heard_by": None}
        decided = {"moderated_at": now, "moderated_by": actor, **nothing_heard}
    with transaction.atomic():
        _change(story, state=state, withheld_for=reason, **decided)
        audit.record(
            actor=actor, action=Action.STORY_MODERATED, object_type="story", object_id=story.pk, reason=reason, now=now
        )
    return story


def _change(story: Story, **fields: Any) -> None:
    """Write the fields if the story still stands as it was read; else MovedOn."""
    as_read = Story.objects.filter(
        pk=story.pk, state=story.state, appealed_at=story.appealed_at, heard_at=story.heard_at
    )
    if as_read.update(**fields) != 1:
        raise MovedOn
    story.refresh_from_db()
