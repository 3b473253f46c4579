"""A patient tells of a course: in their own words, with what the clinic's rows say, on a consent that stands."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.db import IntegrityError, transaction
from PIL import Image

from clinic.audit.models import Action, AuditEntry
from clinic.outbox.models import OutboundMessage
from consultations import photographs, picture_consents, telling
from consultations.models import Pair, Scope, ToldStory
from consultations.picture_consents import NotAgreed
from consultations.telling import NothingToTell, ToldAlready
from practitioners import stories
from practitioners.models import Angle, ReviewState, SkinBand, Story, StoryPair, WithheldFor
from practitioners.stories import MovedOn
from tests import pictures
from tests.consultations import photo_scene
from tests.factories import MONDAY, NOW


@pytest.fixture
def course(cast) -> photo_scene.Course:
    return photo_scene.course(cast)


@pytest.fixture
def agreed(course):
    course.pair()
    course.agree(Scope.PUBLIC, photo_scene.UNTIL)
    return course


def test_a_story_says_what_the_rows_say(agreed):
    story = agreed.tell(skin_band=SkinBand.MEDIUM, care="Sunscreen")
    assert (story.sessions, story.days_since) == (3, 90)
    assert (story.practitioner, story.treatment.slug) == (agreed.who, "microneedling")
    assert (story.state, story.shown_until) == (ReviewState.PENDING, photo_scene.UNTIL)
    assert (story.text, story.author, story.care) == (photo_scene.SAYS, "Alice", "Sunscreen")
    pair = story.pairs.get()
    assert (pair.sessions, pair.days_since) == (3, 90 - 14)
    assert (pair.attested_by, pair.attested_at) == ("Dr Imani", agreed.last.ends)
    assert (pair.same_angle, pair.same_light, pair.unedited) == (True, True, True)


def test_public_copies_are_smaller_and_written_anew(agreed):
    pair = agreed.tell().pairs.get()
    for half in (bytes(pair.before), bytes(pair.after)):
        assert Image.open(BytesIO(half)).size == (640, 480)
        assert pictures.PLACE not in half
    big = photographs.Shot(pictures.jpeg(size=(2000, 1500)), "before", Angle.LEFT)
    kept = photographs.add(actor=agreed.by, taken_by=agreed.who, consultation=agreed.last, shot=big, now=NOW)
    made = stories.show(
        story=Story.objects.get(),
        shot=stories.Shot(Angle.LEFT, kept.picture, kept.picture, 1, 1, photo_scene.ALL_THREE, "Dr Imani", NOW),
    )
    assert Image.open(BytesIO(bytes(made.before))).size == (800, 600)


def test_whoever_wants_no_pictures_shown_has_none(agreed):
    assert agreed.tell(show=False).pairs.count() == 0
    assert Pair.objects.get().copy is None


def test_every_pair_is_shown_if_any(agreed):
    agreed.pair(angle=Angle.LEFT)
    assert sorted(agreed.tell().pairs.values_list("angle", flat=True)) == ["front", "left"]


def test_without_a_public_consent_that_stands_nothing_is_told(course):
    course.pair()
    with pytest.raises(NotAgreed):
        course.tell()
    course.agree(Scope.PUBLIC, MONDAY + timedelta(days=10))
    with pytest.raises(NotAgreed):
        course.tell(now=NOW + timedelta(days=11))
    assert (Story.objects.count(), StoryPair.objects.count()) == (0, 0)


def test_a_story_with_pictures_ends_with_the_photographs_they_are_of(course):
    picture_consents.withdraw(actor=course.person, patient=course.patient, scope=Scope.RECORD, now=NOW)
    ends = MONDAY + timedelta(days=20)
    course.agree(Scope.RECORD, ends)
    course.agree(Scope.PUBLIC, photo_scene.UNTIL)
    course.pair()
    story = stories.publish(actor=course.by, story=course.tell(), now=NOW)
    assert story.shown_until == ends
    assert [Story.objects.shown(day).count() for day in (ends, ends + timedelta(days=1))] == [1, 0]


def test_a_course_is_told_of_once(agreed):
    story = agreed.tell()
    with pytest.raises(ToldAlready):
        agreed.tell()
    told = ToldStory.objects.get()
    assert (told.story, told.performed.session) == (story, 3)
    assert telling.untold(agreed.patient) == []
    with pytest.raises(IntegrityError), transaction.atomic():
        ToldStory.objects.create(
            patient=told.patient,
            consultation=told.consultation,
            performed=told.performed,
            consent=told.consent,
            story=story,
        )


def test_nobody_tells_of_what_was_not_carried_out(cast, course):
    bob = cast.bobs_visit.patient
    with pytest.raises(NothingToTell):
        telling.course(bob, course.sessions[0].performed.get().treatment_id, NOW)
    assert telling.untold(bob) == []


def test_a_story_comes_only_with_its_consent(agreed):
    course = stories.Course(agreed.who, agreed.sessions[0].performed.get().treatment, 1, 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Story.objects.create(
            practitioner=course.practitioner,
            treatment=course.treatment,
            text="",
            sessions=1,
            days_since=1,
            shown_until=photo_scene.UNTIL,
            told_at=NOW,
        )


# --- moderating ------------------------------------------------------------------------------------------------------


def test_a_moderator_publishes_and_the_teller_hears_of_it_without_a_word_of_it(agreed, sam):
    story = agreed.tell()
    assert telling.hear(now=NOW) == 0
    stories.publish(actor=sam, story=story, now=NOW)
    assert telling.hear(now=NOW) == 1
    assert telling.hear(now=NOW) == 0
    mail = OutboundMessage.objects.get(about=f"story:{ToldStory.objects.get().pk}")
    assert mail.to == "alice@patients.test"
    said = f"{mail.subject} {mail.text} {mail.html}"
    assert "What you wrote is published" in said
    assert photo_scene.SAYS not in said
    assert "eedling" not in said
    row = AuditEntry.objects.get(action=Action.STORY_MODERATED)
    assert (row.actor, row.reason, row.patient_id) == (sam, "", None)


def test_a_story_is_withheld_for_a_stated_reason_and_a_second_person_hears_the_appeal(agreed, sam, owner):
    story = agreed.tell()
    stories.withhold(actor=sam, story=story, reason=WithheldFor.PERSONAL_DATA, now=NOW)
    told = ToldStory.objects.select_related("story").get()
    telling.appeal(actor=agreed.person, told=told, words="It names nobody.", now=NOW)
    with pytest.raises(MovedOn):
        telling.appeal(actor=agreed.person, told=told, words="Again.", now=NOW)
    waiting = Story.objects.to_decide().get()
    with pytest.raises(stories.NotYours):
        stories.publish(actor=sam, story=waiting, now=NOW)
    heard = stories.publish(actor=owner, story=waiting, now=NOW + timedelta(hours=1))
    assert (heard.state, heard.heard_by) == (ReviewState.PUBLISHED, owner)
    assert telling.hear(now=NOW + timedelta(hours=2)) == 1


def test_how_the_result_looks_is_no_reason():
    assert not {"negative", "ugly", "result", "quality"} & set(WithheldFor.values)


def test_a_decision_about_what_moved_on_is_refused(agreed, sam):
    story = agreed.tell()
    again = Story.objects.get()
    stories.publish(actor=sam, story=story, now=NOW)
    with pytest.raises(MovedOn):
        stories.withhold(actor=sam, story=again, reason=WithheldFor.ABUSE, now=NOW)
    with pytest.raises(MovedOn):
        stories.publish(actor=sam, story=Story.objects.get(), now=NOW)
    picture_consents.withdraw(actor=agreed.person, patient=agreed.patient, scope=Scope.PUBLIC, now=NOW)
    with pytest.raises(MovedOn):
        stories.withhold(actor=sam, story=story, reason=WithheldFor.ABUSE, now=NOW)
    assert not Story.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        {"state": "withheld"},
        {"withheld_for": "abuse"},
        {"state": "published"},
        {"state": "withdrawn"},
        {"heard_at": NOW},
        {"sessions": 0},
        {"text": ""},
    ],
)
def test_the_database_refuses_a_story_that_makes_no_sense(agreed, change):
    agreed.tell()
    with pytest.raises(IntegrityError), transaction.atomic():
        Story.objects.update(**change)
