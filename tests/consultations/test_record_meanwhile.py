"""The patient's record in two windows at once: what is removed twice is removed once, what is added twice is once."""

from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from clinic.audit.models import AuditEntry
from consultations import notes, photographs, reassigning, sending
from consultations.models import NoteAmendment, Pair, Photograph, Shows
from tests import pictures
from tests.cast import Cast, signed_in
from tests.consultations import photo_scene
from tests.consultations.bookings import fresh
from tests.factories import NOW
from tests.meanwhile import VERB, meanwhile


def removals() -> int:
    return AuditEntry.objects.filter(action="photograph_removed").count()


def test_a_photograph_that_is_taken_back_twice_at_once_is_taken_back_once(cast: Cast, as_alice: Client, alices_visit):
    sent = photo_scene.course(cast).send(alices_visit)
    address = f"/my/{alices_visit.reference}/photographs/{sent.pk}/take-back/"
    with meanwhile(VERB, lambda: as_alice.post(address)):
        assert as_alice.post(address).status_code == 302
    assert (Photograph.objects.count(), removals()) == (0, 1)


def test_a_photograph_that_is_taken_back_while_the_worker_removes_it_is_removed_once(cast: Cast, alices_visit):
    sent = photo_scene.course(cast).send(alices_visit)
    type(alices_visit).objects.filter(pk=alices_visit.pk).update(
        status="cancelled", cancelled_by="patient", status_at=NOW - 2 * sending.KEPT_WITHOUT_A_VISIT
    )

    def take_back() -> None:
        photographs.remove(actor=cast.alice, photograph=sent, now=NOW)

    with meanwhile(VERB, take_back):
        sending.sweep(now=NOW)
    assert removals() == 1


def test_a_photograph_that_is_withdrawn_while_it_is_paired_makes_no_pair(cast: Cast, as_dr_imani: Client):
    course = photo_scene.course(cast)
    before = course.photograph(course.sessions[0], Shows.BEFORE, colour="peru")
    after = course.photograph(course.last, Shows.AFTER)
    said = {"before": before.pk, "after": after.pk, "same_angle": "on", "same_light": "on", "unedited": "on"}
    form = {f"pair-{name}": value for name, value in said.items()}
    with meanwhile(VERB, course.withdraw):
        answer = as_dr_imani.post(f"/desk/{course.last.reference}/photographs/pair/", form)
    assert answer.status_code == 409
    assert "These two do not make a pair" in answer.text
    assert not Pair.objects.exists()


def test_a_photograph_that_is_added_while_its_consent_is_withdrawn_is_not_kept(cast: Cast, as_dr_imani: Client):
    course = photo_scene.course(cast)
    address = f"/desk/{course.last.reference}/photographs/"
    shot = SimpleUploadedFile("one.jpg", pictures.jpeg(), "image/jpeg")
    with meanwhile(VERB, course.withdraw):
        answer = as_dr_imani.post(address, {"picture": shot, "shows": "before", "angle": "front"})
    assert answer.status_code == 409
    assert "The patient has not agreed to this, or no longer does." in answer.text
    assert not Photograph.objects.exists()


def test_an_amendment_that_is_sent_twice_stands_once(cast: Cast, monday, as_dr_imani: Client, alices_visit):
    by: dict[str, Any] = {"actor": cast.dr_imani, "author": cast.dr_imani.practitioner}
    notes.sign(**by, consultation=alices_visit, body="Seen.", now=NOW)
    address = f"/desk/{alices_visit.reference}/amend/"
    with meanwhile(VERB, lambda: as_dr_imani.post(address, {"body": "Also the nose."})):
        as_dr_imani.post(address, {"body": "Also the nose."})
    for minutes, body in ((1, "Left cheek only."), (2, "Also the nose.")):
        monday.move_to(NOW + timedelta(minutes=minutes))
        as_dr_imani.post(address, {"body": body})
    said = [each.body for each in NoteAmendment.objects.all()]
    assert said == ["Also the nose.", "Left cheek only.", "Also the nose."]
    assert AuditEntry.objects.filter(action="note_amended").count() == 3


def test_a_visit_that_is_handed_on_while_it_is_begun_is_not_there_any_more(cast: Cast, monday):
    one, reyes = cast.alices_visit, cast.dr_reyes.practitioner
    monday.move_to(one.starts - timedelta(minutes=5))
    imani = signed_in(cast.dr_imani)

    def hand_on() -> None:
        reassigning.reassign(actor=cast.sam, consultation=fresh(one), practitioner=reyes, now=timezone.now())

    with meanwhile(VERB, hand_on):
        answer = imani.post(f"/desk/{one.reference}/visit/", {"change": "start"})
    assert answer.status_code == 404
    assert (fresh(one).practitioner, fresh(one).status) == (reyes, "confirmed")
