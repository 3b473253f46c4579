"""Photographs that a patient sends before a visit: sealed, few, read by who treats them, and gone when they say so."""

from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from PIL import Image

from clinic.audit.models import Action, AuditEntry
from clinic.pictures import NotAPicture
from consultations import photographs, picture_consents, sending
from consultations.errors import MovedOn
from consultations.models import Cancelled, Consultation, PatientAccess, Photograph, Relation, Scope, Shows, Status
from consultations.photographs import NotAPair, Shot
from consultations.picture_consents import NotAgreed
from consultations.sending import SentEnough, TooLateToSend
from practitioners.models import Angle
from practitioners.stories import Attested
from tests import factories, pictures
from tests.cast import Cast, signed_in
from tests.consultations import photo_scene
from tests.consultations.bookings import cancel
from tests.factories import NOW

MONTH = sending.KEPT_WITHOUT_A_VISIT
MINUTE = timedelta(minutes=1)


@pytest.fixture
def course(cast: Cast) -> photo_scene.Course:
    return photo_scene.course(cast)


@pytest.fixture
def page(course, alices_visit) -> str:
    return f"/my/{alices_visit.reference}/photographs/"


def send(course, visit: Consultation, *, key: UUID | None = None, raw: bytes | None = None, now=NOW) -> Photograph:
    return sending.send(
        actor=course.person,
        consultation=visit,
        raw=pictures.jpeg() if raw is None else raw,
        angle=Angle.LEFT,
        key=key or uuid4(),
        now=now,
    )


def form(**more: Any) -> dict[str, Any]:
    return {"picture": pictures.file(), "angle": "front", "key": str(uuid4()), **more}


# --- the verb --------------------------------------------------------------------------------------------------------


def test_it_is_sealed_without_what_came_along(course, alices_visit):
    sent = send(course, alices_visit)
    assert (sent.shows, sent.sent_by, sent.taken_by) == (Shows.SENT, course.person, None)
    opened = Photograph.objects.get(pk=sent.pk).picture
    assert Image.open(BytesIO(opened)).size == (640, 480)
    assert pictures.PLACE not in opened
    row = AuditEntry.objects.get(action=Action.PHOTOGRAPH_ADDED, actor=course.person)
    assert (row.object_id, row.patient_id) == (str(sent.pk), course.patient.pk)


def test_the_same_form_again_is_the_same_photograph(course, alices_visit):
    key = uuid4()
    assert send(course, alices_visit, key=key) == send(course, alices_visit, key=key)
    assert Photograph.objects.count() == 1
    shot = Shot(pictures.jpeg(), Shows.BEFORE, Angle.FRONT, key=key)
    with pytest.raises(MovedOn):
        photographs.add(actor=course.by, taken_by=course.who, consultation=course.last, shot=shot, now=NOW)


def test_a_practitioners_form_sent_again_files_no_second_one(course):
    shot = Shot(pictures.jpeg(), Shows.BEFORE, Angle.FRONT)
    for _ in range(2):
        photographs.add(actor=course.by, taken_by=course.who, consultation=course.last, shot=shot, now=NOW)
    assert Photograph.objects.count() == 1


def test_without_consent_or_with_another_file_nothing_is_kept(course, alices_visit):
    with pytest.raises(NotAPicture):
        send(course, alices_visit, raw=b"GIF89a and a script")
    picture_consents.withdraw(actor=course.person, patient=course.patient, scope=Scope.RECORD, now=NOW)
    with pytest.raises(NotAgreed):
        send(course, alices_visit)
    assert not Photograph.objects.exists()


def test_six_at_most_beside_those_that_are_taken_here(course, alices_visit):
    sent = [send(course, alices_visit) for _ in range(sending.MOST)]
    with pytest.raises(SentEnough):
        send(course, alices_visit)
    photographs.remove(actor=course.person, photograph=sent[0], now=NOW)
    send(course, alices_visit)
    assert Photograph.objects.sent_for(alices_visit).count() == 6


@pytest.mark.parametrize("status", [Status.ARRIVED, Status.COMPLETED, Status.CANCELLED, Status.NO_SHOW])
def test_once_they_have_arrived_none_is_taken_in(course, alices_visit, status):
    alices_visit.status = status
    with pytest.raises(TooLateToSend):
        send(course, alices_visit)


def test_once_the_visit_should_have_begun_none_is_taken_in(course, alices_visit):
    with pytest.raises(TooLateToSend):
        send(course, alices_visit, now=alices_visit.starts)


def test_no_pair_is_made_of_what_was_sent(course, alices_visit):
    sent, after = send(course, alices_visit), course.photograph(course.last, Shows.AFTER)
    attested = Attested(same_angle=True, same_light=True, unedited=True)
    with pytest.raises(NotAPair):
        photographs.pair(actor=course.by, attested_by=course.who, before=sent, after=after, attested=attested, now=NOW)


def test_the_database_knows_who_took_it_or_who_sent_it(course, alices_visit):
    sent = Photograph.objects.filter(pk=send(course, alices_visit).pk)
    for told in ({"shows": Shows.BEFORE}, {"sent_by": None}, {"taken_by": course.who}):
        with pytest.raises(IntegrityError), transaction.atomic():
            sent.update(**told)


def test_a_month_after_a_visit_is_cancelled_they_are_removed(course, alices_visit):
    sent, taken = send(course, alices_visit), course.photograph(course.last, Shows.BEFORE)
    assert sending.sweep(now=NOW + 2 * MONTH) == 0
    cancel(alices_visit, by=Cancelled.BY_PATIENT, now=NOW)
    assert sending.sweep(now=NOW + MONTH) == 0
    assert sending.sweep(now=NOW + MONTH + MINUTE) == 1
    assert list(Photograph.objects.all()) == [taken]
    row = AuditEntry.objects.get(action=Action.PHOTOGRAPH_REMOVED)
    assert (row.object_id, row.actor, row.role) == (str(sent.pk), None, "system")


def test_withdrawn_consent_takes_them_along(course, alices_visit):
    send(course, alices_visit)
    removed = picture_consents.withdraw(actor=course.person, patient=course.patient, scope=Scope.RECORD, now=NOW)
    assert removed.photographs == 1
    assert not Photograph.objects.exists()


# --- the page --------------------------------------------------------------------------------------------------------


def test_the_patient_sends_sees_and_takes_back(as_alice: Client, page, alices_visit):
    assert "Send photographs before your visit" in as_alice.get(f"/my/{alices_visit.reference}/").text
    assert as_alice.post(f"{page}send/", form()).status_code == 302
    sent = Photograph.objects.get()
    shown = as_alice.get(page).text
    assert "Sent before the visit, From the front" in shown
    assert as_alice.get(f"{page}{sent.pk}/")["Content-Type"] == "image/jpeg"
    assert as_alice.post(f"{page}{sent.pk}/take-back/").status_code == 302
    assert not Photograph.objects.exists()


def test_the_practitioner_reads_that_there_are_some_and_each_look_is_kept(
    as_alice: Client, as_dr_imani: Client, page, alices_visit
):
    brief = f"/desk/{alices_visit.reference}/"
    assert "sent by the patient" not in as_dr_imani.get(brief).text
    as_alice.post(f"{page}send/", form())
    assert "1 sent by the patient" in as_dr_imani.get(brief).text
    assert "Sent before the visit, From the front" in as_dr_imani.get(f"{brief}photographs/").text
    sent = Photograph.objects.get()
    assert as_dr_imani.get(f"{brief}photographs/{sent.pk}/").status_code == 200
    assert AuditEntry.objects.filter(action=Action.PHOTOGRAPH_READ, object_id=str(sent.pk)).count() == 1


def test_nobody_else_comes_near(cast: Cast, as_alice: Client, page, alices_visit):
    as_alice.post(f"{page}send/", form())
    sent = Photograph.objects.get()
    partner = factories.user("partner@patients.test", name="Pat")
    PatientAccess.objects.create(
        user=partner, patient=alices_visit.patient, relation=Relation.PARTNER, may_manage=True, may_read_health=False
    )
    for who in (partner, cast.bob, cast.dr_reyes, cast.sam, cast.owner):
        browser = signed_in(who)
        asked = [
            browser.post(f"{page}send/", form()),
            browser.get(f"{page}{sent.pk}/"),
            browser.post(f"{page}{sent.pk}/take-back/"),
            browser.get(f"/desk/{alices_visit.reference}/photographs/{sent.pk}/"),
        ]
        assert [answer.status_code for answer in asked] == [404] * 4
    assert Photograph.objects.count() == 1


def test_what_was_taken_here_is_not_the_patients_to_take_back(as_alice: Client, course, page):
    taken = course.photograph(course.last, Shows.BEFORE)
    assert as_alice.post(f"{page}{taken.pk}/take-back/").status_code == 404
    assert Photograph.objects.get() == taken


def test_what_is_wrong_stands_at_the_field(as_alice: Client, page):
    for file, status, said in (
        (pictures.file(b"GIF89a"), 422, "We cannot open this file."),
        (pictures.file(b""), 422, "This file is empty."),
        ("", 422, "Choose a photograph."),
    ):
        answer = as_alice.post(f"{page}send/", form(picture=file))
        assert answer.status_code == status
        assert said in answer.text
    for _ in range(sending.MOST):
        as_alice.post(f"{page}send/", form())
    answer = as_alice.post(f"{page}send/", form())
    assert answer.status_code == 409
    assert "You have sent six photographs for this visit." in answer.text


def test_who_has_not_agreed_is_led_to_the_words_first(as_alice: Client, course, page):
    picture_consents.withdraw(actor=course.person, patient=course.patient, scope=Scope.RECORD, now=NOW)
    shown = as_alice.get(page).text
    assert "First agree that photographs are kept in your record" in shown
    assert 'type="file"' not in shown
    assert as_alice.post(f"{page}send/", form()).status_code == 409


def test_one_address_sends_thirty_in_ten_minutes(as_alice: Client, page):
    answers = [as_alice.post(f"{page}send/", form(picture="")).status_code for _ in range(31)]
    assert answers == [422] * 30 + [429]
