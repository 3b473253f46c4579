"""What a patient agrees to, by scope: given in known words, ended once, and never rewritten."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from clinic.audit.models import Action, AuditEntry
from clinic.site.management.commands import work
from consultations import access, intake, picture_consents
from consultations.errors import BookingError
from consultations.models import Consent, ConsentText, Pair, Photograph, PictureConsent, Scope, ToldStory
from consultations.picture_consents import AgreedAlready, NotAgreed, OnlyForAdults, Removed
from practitioners.models import Story, StoryPair
from tests import factories
from tests.consultations import photo_scene
from tests.factories import MONDAY, NOW


@pytest.fixture
def course(cast) -> photo_scene.Course:
    return photo_scene.course(cast)


def withdraw(course: photo_scene.Course, scope: Scope) -> Removed:
    return picture_consents.withdraw(actor=course.person, patient=course.patient, scope=scope, now=NOW)


def left() -> list[int]:
    return [model.objects.count() for model in (Photograph, Pair, Story, StoryPair, ToldStory)]


def test_who_agrees_to_photographs_while_booking_agrees_to_them_in_the_record(course):
    standing = picture_consents.standing(course.patient, NOW)
    assert set(standing) == {Scope.RECORD}
    assert standing[Scope.RECORD].text == Consent.objects.get(patient=course.patient, text__kind="photo").text
    intake.consent(actor=course.person, patient=course.patient, texts=list(ConsentText.objects.all()), now=NOW)
    assert PictureConsent.objects.filter(patient=course.patient).count() == 1


def test_a_partner_who_books_agrees_to_no_photographs_of_somebody_else(cast, course):
    withdraw(course, Scope.RECORD)
    factories.access_to(course.patient, cast.bob)
    intake.consent(actor=cast.bob, patient=course.patient, texts=list(ConsentText.objects.all()), now=NOW)
    assert picture_consents.standing(course.patient, NOW) == {}


def test_a_booking_asks_for_nothing_more_than_that(course):
    assert set(ConsentText.newest("en")) == {"data", "photo"}
    found = ConsentText.newest_of(Scope.PUBLIC.words, "zh-hant")
    assert found is not None
    assert found.language == "en"


def test_each_scope_is_agreed_to_once_at_a_time(course):
    course.agree(Scope.VISIT)
    with pytest.raises(AgreedAlready):
        course.agree(Scope.VISIT)
    withdraw(course, Scope.VISIT)
    course.agree(Scope.VISIT)
    ends = {consent.withdrawn_at for consent in PictureConsent.objects.filter(scope="visit")}
    assert ends == {None, NOW}


@pytest.mark.parametrize("until", [None, MONDAY, MONDAY - timedelta(days=1)])
def test_what_is_public_runs_out_and_not_today(course, until):
    with pytest.raises(NotAgreed):
        course.agree(Scope.PUBLIC, until)
    assert not PictureConsent.objects.filter(scope="public").exists()


def test_nothing_is_shown_in_a_visit_that_the_record_does_not_hold(course):
    withdraw(course, Scope.RECORD)
    with pytest.raises(NotAgreed):
        course.agree(Scope.VISIT)


def test_nobody_under_18_is_shown_to_others(cast):
    person = factories.user("mother@patients.test")
    child = factories.patient("Tim Lam", person, date_of_birth="2012-01-01", relation="guardian")
    course = photo_scene.course(cast, person=person, patient=child)
    for scope in (Scope.VISIT, Scope.PUBLIC):
        with pytest.raises(OnlyForAdults):
            course.agree(scope, photo_scene.UNTIL)


def test_withdrawing_the_public_scope_takes_the_story_and_its_copies_and_leaves_the_record(course, sam):
    course.shown(sam)
    assert left() == [2, 1, 1, 1, 1]
    assert withdraw(course, Scope.PUBLIC) == Removed(photographs=0, stories=1)
    assert left() == [2, 1, 0, 0, 0]
    assert set(picture_consents.standing(course.patient, NOW)) == {Scope.RECORD}


def test_withdrawing_the_record_takes_everything(course, sam):
    course.shown(sam)
    course.agree(Scope.VISIT)
    assert withdraw(course, Scope.RECORD) == Removed(photographs=2, stories=1)
    assert left() == [0, 0, 0, 0, 0]
    assert picture_consents.standing(course.patient, NOW) == {}
    assert Consent.objects.get(patient=course.patient, text__kind="photo").withdrawn_at == NOW


def test_the_same_press_again_finds_nothing_and_writes_nothing(course, sam):
    course.shown(sam)
    withdraw(course, Scope.RECORD)
    rows = AuditEntry.objects.count()
    assert withdraw(course, Scope.RECORD) == Removed()
    assert AuditEntry.objects.count() == rows


def test_nobody_elses_photographs_go_along(cast, course, sam):
    course.shown(sam)
    bob = photo_scene.course(cast, person=cast.bob, patient=cast.bobs_visit.patient)
    bob.shown(sam, author="Bob")
    withdraw(course, Scope.RECORD)
    assert left() == [2, 1, 1, 1, 1]
    assert Story.objects.get().author == "Bob"


def test_the_trail_says_who_and_what_and_nothing_of_the_skin(course, sam):
    course.shown(sam)
    withdraw(course, Scope.RECORD)
    rows = AuditEntry.objects.filter(action=Action.PICTURE_CONSENT_WITHDRAWN).order_by("reason")
    assert [(row.reason, row.actor, row.patient_id) for row in rows] == [
        (scope, course.person, course.patient.pk) for scope in ("public", "record")
    ]


def test_on_the_day_after_its_last_it_is_hidden_before_anybody_sweeps(course, sam, dr_imani):
    course.pair()
    course.agree(Scope.PUBLIC, MONDAY + timedelta(days=30))
    last_day, next_day = NOW + timedelta(days=30), NOW + timedelta(days=31)
    assert set(picture_consents.standing(course.patient, last_day)) == {"record", "public"}
    assert set(picture_consents.standing(course.patient, next_day)) == {"record"}
    assert access.photographs_in_care_of(dr_imani, next_day).count() == 2


def test_a_record_that_runs_out_hides_the_photographs_at_once_and_loses_them_to_the_sweeper(course, dr_imani, alice):
    course.pair()
    withdrawn = PictureConsent.objects.get(patient=course.patient)
    PictureConsent.objects.filter(pk=withdrawn.pk).update(lapsed_at=NOW)
    course.agree(Scope.RECORD, MONDAY + timedelta(days=3))
    later = NOW + timedelta(days=4)
    for found in (access.photographs_in_care_of(dr_imani, later), access.photographs_of(alice, later)):
        assert found.count() == 0
    assert Photograph.objects.count() == 2
    assert picture_consents.sweep(now=later - timedelta(days=1)) == 0
    assert picture_consents.sweep(now=later) == 1
    assert left() == [0, 0, 0, 0, 0]
    row = AuditEntry.objects.get(action=Action.PICTURE_CONSENT_LAPSED)
    assert (row.role, row.actor, row.reason) == ("system", None, "record")
    assert picture_consents.sweep(now=later) == 0


def test_the_worker_sweeps(course, sam, monday):
    course.shown(sam)
    monday.move_to(NOW + timedelta(days=400))
    worker = work.Command()
    worker.beaten_at = datetime.min.replace(tzinfo=UTC)
    worker._do_the_chores("")
    assert left()[2:] == [0, 0, 0]
    assert PictureConsent.objects.get(scope="public").lapsed_at is not None


def test_who_agrees_anew_after_it_ran_out_begins_afresh(course, sam):
    course.shown(sam)
    later = NOW + timedelta(days=400)
    course.agree(Scope.PUBLIC, (later + timedelta(days=365)).date(), now=later)
    assert left()[2:] == [0, 0, 0]
    assert PictureConsent.objects.filter(scope="public").count() == 2


# --- what the database keeps -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        {"expires_on": date(2030, 1, 1)},
        {"scope": "visit"},
        {"given_at": NOW - timedelta(days=1)},
        {"withdrawn_at": None},
        {"withdrawn_at": NOW + timedelta(days=1)},
        {"lapsed_at": NOW},
    ],
)
def test_a_consent_is_not_rewritten(course, change):
    consent = course.agree(Scope.PUBLIC, photo_scene.UNTIL)
    withdraw(course, Scope.PUBLIC)
    with pytest.raises(IntegrityError), transaction.atomic():
        PictureConsent.objects.filter(pk=consent.pk).update(**change)


@pytest.mark.parametrize(
    "fields",
    [
        {"scope": "record"},
        {"scope": "public", "expires_on": None},
        {"scope": "visit", "withdrawn_at": NOW, "lapsed_at": NOW},
    ],
)
def test_the_database_refuses_what_makes_no_sense(course, fields):
    text = ConsentText.objects.get(kind="photo")
    with pytest.raises(IntegrityError), transaction.atomic():
        PictureConsent.objects.create(patient=course.patient, text=text, given_at=NOW, given_by=course.person, **fields)


def test_each_refusal_has_a_sentence():
    assert all(issubclass(each, BookingError) and each.sentence for each in (NotAgreed, AgreedAlready, OnlyForAdults))
