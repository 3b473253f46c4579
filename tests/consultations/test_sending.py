"""Photographs that a patient sends before a visit: sealed, few, read by who treats them, and gone when they say so."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from PIL import Image

from clinic.audit.models import Action, AuditEntry
from clinic.pictures import NotAPicture
from consultations import photographs, sending
from consultations.models import (
    Cancelled,
    Consultation,
    Photograph,
    Shows,
    Status,
)
from consultations.photographs import NotAPair, Shot
from consultations.picture_consents import NotAgreed
from consultations.sending import SentEnough, TooLateToSend
from practitioners.models import Angle
from practitioners.stories import Attested
from tests import pictures
from tests.cast import Cast
from tests.consultations import photo_scene
from tests.consultations.bookings import cancel
from tests.factories import NOW

MONTH = sending.KEPT_WITHOUT_A_VISIT
MINUTE = timedelta(minutes=1)
GPS = 0x8825


@pytest.fixture
def course(cast: Cast) -> photo_scene.Course:
    return photo_scene.course(cast)


@pytest.fixture
def page(course, alices_visit) -> str:
    return f"/my/{alices_visit.reference}/photographs/"


def test_it_is_sealed_without_what_came_along(course, alices_visit):
    sent = course.send(alices_visit)
    assert (sent.shows, sent.sent_by, sent.taken_by) == (Shows.SENT, course.person, None)
    opened = Photograph.objects.get(pk=sent.pk).picture
    assert Image.open(BytesIO(opened)).size == (640, 480)
    assert pictures.PLACE not in opened
    assert not Image.open(BytesIO(opened)).getexif().get_ifd(GPS)
    row = AuditEntry.objects.get(action=Action.PHOTOGRAPH_ADDED, actor=course.person)
    assert (row.object_id, row.patient_id) == (str(sent.pk), course.patient.pk)


def test_the_same_form_again_is_the_same_photograph(course, alices_visit):
    key = uuid4()
    assert course.send(alices_visit, key=key) == course.send(alices_visit, key=key)
    assert Photograph.objects.count() == 1
    assert AuditEntry.objects.filter(action=Action.PHOTOGRAPH_ADDED, actor=course.person).count() == 1


def test_another_file_from_the_page_one_goes_back_to_is_not_lost(course, alices_visit):
    key, other = uuid4(), pictures.jpeg("peru")
    first = course.send(alices_visit, key=key)
    assert len({first, course.send(alices_visit, key=key, raw=other)}) == 2
    course.send(alices_visit, key=key, raw=other, angle=Angle.RIGHT)
    assert Photograph.objects.sent_for(alices_visit).count() == 3


def test_a_practitioners_form_sent_again_files_no_second_one(course):
    shot = Shot(pictures.jpeg(), Shows.BEFORE, Angle.FRONT)
    another = replace(shot, raw=pictures.jpeg("peru"))  # chosen after going back to the page
    for each in (shot, shot, another, another):
        photographs.add(actor=course.by, taken_by=course.who, consultation=course.last, shot=each, now=NOW)
    assert Photograph.objects.count() == 2


def test_without_consent_or_with_another_file_nothing_is_kept(course, alices_visit):
    with pytest.raises(NotAPicture):
        course.send(alices_visit, raw=b"GIF89a and a script")
    course.withdraw()
    with pytest.raises(NotAgreed):
        course.send(alices_visit)
    assert not Photograph.objects.exists()


def test_agreed_to_with_the_same_press_it_is_kept(course, alices_visit):
    course.withdraw()
    course.send(alices_visit, agreed_to=photo_scene.words())
    course.send(alices_visit, agreed_to=photo_scene.words())  # from a window that was open before
    consent = course.patient.picture_consents.open().get()
    assert (consent.scope, consent.text, consent.given_by, consent.expires_on) == (
        "record",
        photo_scene.words(),
        course.person,
        None,
    )
    assert Photograph.objects.sent_for(alices_visit).count() == 2


def test_what_is_refused_is_not_agreed_to_either(course, alices_visit):
    course.withdraw()
    with pytest.raises(NotAPicture):
        course.send(alices_visit, agreed_to=photo_scene.words(), raw=b"GIF89a")
    with pytest.raises(TooLateToSend):
        course.send(alices_visit, agreed_to=photo_scene.words(), now=alices_visit.starts)
    assert not course.patient.picture_consents.open().exists()


def test_six_at_most_beside_those_that_are_taken_here(course, alices_visit):
    sent = [course.send(alices_visit) for _ in range(sending.MOST)]
    with pytest.raises(SentEnough):
        course.send(alices_visit)
    photographs.remove(actor=course.person, photograph=sent[0], now=NOW)
    course.send(alices_visit)
    assert Photograph.objects.sent_for(alices_visit).count() == 6


@pytest.mark.parametrize("status", [Status.ARRIVED, Status.IN_CONSULTATION, Status.NO_SHOW])
def test_once_they_have_arrived_none_is_taken_in(course, alices_visit, status):
    Consultation.objects.filter(pk=alices_visit.pk).update(status=status)  # while the page was open
    with pytest.raises(TooLateToSend):
        course.send(alices_visit)


def test_none_is_taken_in_for_a_visit_that_was_or_never_will_be(course, alices_visit):
    cancel(alices_visit, by=Cancelled.BY_PATIENT, now=NOW)
    for visit in (alices_visit, course.last):
        with pytest.raises(TooLateToSend):
            course.send(visit, now=visit.starts - MINUTE)


def test_once_the_visit_should_have_begun_none_is_taken_in(course, alices_visit):
    with pytest.raises(TooLateToSend):
        course.send(alices_visit, now=alices_visit.starts)


def test_no_pair_is_made_of_what_was_sent(course, alices_visit):
    sent, after = course.send(alices_visit), course.photograph(course.last, Shows.AFTER)
    attested = Attested(same_angle=True, same_light=True, unedited=True)
    with pytest.raises(NotAPair):
        photographs.pair(actor=course.by, attested_by=course.who, before=sent, after=after, attested=attested, now=NOW)


def test_the_database_knows_who_took_it_or_who_sent_it(course, alices_visit):
    sent = Photograph.objects.filter(pk=course.send(alices_visit).pk)
    for told in ({"shows": Shows.BEFORE}, {"sent_by": None}, {"taken_by": course.who}):
        with pytest.raises(IntegrityError), transaction.atomic():
            sent.update(**told)


def test_a_month_after_a_visit_is_cancelled_they_are_removed(course, alices_visit):
    sent, taken = course.send(alices_visit), course.photograph(course.last, Shows.BEFORE)
    assert sending.sweep(now=NOW + 2 * MONTH) == 0
    cancel(alices_visit, by=Cancelled.BY_PATIENT, now=NOW)
    assert sending.sweep(now=NOW + MONTH) == 0
    assert sending.sweep(now=NOW + MONTH + MINUTE) == 1
    assert list(Photograph.objects.all()) == [taken]
    row = AuditEntry.objects.get(action=Action.PHOTOGRAPH_REMOVED)
    assert (row.object_id, row.actor, row.role) == (str(sent.pk), None, "system")


def test_withdrawn_consent_takes_them_along(course, alices_visit):
    course.send(alices_visit)
    assert course.withdraw().photographs == 1
    assert not Photograph.objects.exists()
