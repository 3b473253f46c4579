"""The pages around photographs that a patient sends: the patient's, the practitioner's, and nobody else's."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from clinic.audit.models import Action, AuditEntry
from consultations import reassigning, sending
from consultations.models import (
    Consultation,
    PatientAccess,
    Photograph,
    Relation,
    Shows,
    Status,
)
from practitioners.models import Practitioner
from tests import factories, pictures
from tests.cast import Cast, signed_in
from tests.consultations import photo_scene
from tests.factories import NOW


@pytest.fixture
def course(cast: Cast) -> photo_scene.Course:
    return photo_scene.course(cast)


@pytest.fixture
def page(course, alices_visit) -> str:
    return f"/my/{alices_visit.reference}/photographs/"


def form(**more: Any) -> dict[str, Any]:
    return {"picture": pictures.file(), "angle": "front", "key": str(uuid4()), **more}


def test_the_patient_sends_sees_and_takes_back(as_alice: Client, page, alices_visit):
    assert "Send photographs before your visit" in as_alice.get(f"/my/{alices_visit.reference}/").text
    assert as_alice.post(f"{page}send/", form()).status_code == 302
    sent = Photograph.objects.get()
    shown = as_alice.get(page).text
    assert shown.index("Sent before the visit, From the front") < shown.index("In my record")  # where they look for it
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
        assert not any(b"JFIF" in answer.content for answer in asked)
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


def test_whoever_takes_the_visit_over_reads_it_and_who_had_it_no_longer_does(
    cast: Cast, as_alice: Client, as_dr_imani: Client, as_dr_reyes: Client, page, alices_visit
):
    as_alice.post(f"{page}send/", form())
    address = f"/desk/{alices_visit.reference}/photographs/{Photograph.objects.get().pk}/"
    assert (as_dr_imani.get(address).status_code, as_dr_reyes.get(address).status_code) == (200, 404)
    reyes = Practitioner.objects.get(user=cast.dr_reyes)
    reassigning.reassign(actor=cast.sam, consultation=alices_visit, practitioner=reyes, now=NOW)
    assert (as_dr_imani.get(address).status_code, as_dr_reyes.get(address).status_code) == (404, 200)


def test_who_has_not_agreed_reads_the_words_and_agrees_with_the_same_press(as_alice: Client, course, page):
    assert 'name="agrees"' not in as_alice.get(page).text
    course.withdraw()
    shown = as_alice.get(page).text
    assert photo_scene.words().text in shown
    assert 'name="agrees"' in shown
    answer = as_alice.post(f"{page}send/", form())
    assert (answer.status_code, Photograph.objects.count()) == (422, 0)
    assert "Tick the box if you agree. Without it we cannot keep a photograph." in answer.text
    assert as_alice.post(f"{page}send/", form(agrees="on")).status_code == 302
    assert Photograph.objects.count() == 1
    assert 'name="agrees"' not in as_alice.get(page).text


def test_who_has_arrived_meanwhile_reads_what_to_do_instead(as_alice: Client, page, alices_visit):
    Consultation.objects.filter(pk=alices_visit.pk).update(status=Status.ARRIVED)
    answer = as_alice.post(f"{page}send/", form(), follow=True)
    assert "Show this one to your practitioner during the visit." in answer.text
    assert 'name="picture"' not in answer.text
    assert not Photograph.objects.exists()


def test_two_that_were_sent_are_offered_to_no_pair(course, as_dr_imani: Client, alices_visit):
    for _ in range(2):
        course.send(alices_visit)
    desk = f"/desk/{course.last.reference}/photographs/"
    assert "Pair these two" not in as_dr_imani.get(desk).text
    course.photograph(course.last, Shows.BEFORE)
    course.photograph(course.last, Shows.AFTER)
    assert "Pair these two" in as_dr_imani.get(desk).text


def test_one_address_sends_thirty_in_ten_minutes(as_alice: Client, page):
    answers = [as_alice.post(f"{page}send/", form(picture="")).status_code for _ in range(31)]
    assert answers == [422] * 30 + [429]


def test_whoever_prepares_is_told_of_it_until_they_arrive(as_alice: Client, page, alices_visit):
    prepare = f"/my/{alices_visit.reference}/prepare/"
    assert f'href="{page}#send"' in as_alice.get(prepare).text
    Consultation.objects.filter(pk=alices_visit.pk).update(status=Status.ARRIVED)
    arrived = as_alice.get(prepare)
    assert arrived.status_code == 200
    assert "#send" not in arrived.text
