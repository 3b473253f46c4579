"""A patient sends photographs from two windows at once, and takes everything back from a third."""

import threading
from collections.abc import Callable
from uuid import uuid4

import pytest

from consultations import sending, taking
from consultations.models import Consultation, Photograph, PictureConsent, Scope
from tests import pictures
from tests.cast import Cast, enter, signed_in
from tests.consultations import photo_scene
from tests.factories import NOW
from tests.races.conftest import presses
from tests.races.crowd import Answer, Browser, race, session_of, tally

pytestmark = pytest.mark.usefixtures("calm")


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return enter()


@pytest.fixture
def page(cast: Cast) -> str:
    photo_scene.course(cast)
    return f"/my/{cast.alices_visit.reference}/photographs/"


def sends(page: str, key: str, **more: str) -> Callable[[Browser], Answer]:
    return lambda browser: browser.upload(f"{page}send/", picture=pictures.file(), angle="front", key=key, **more)


def test_of_many_at_once_six_are_kept(live_server, cast: Cast, page: str) -> None:
    alice = session_of(signed_in(cast.alice))
    answers = race(live_server.url, [(alice, sends(page, str(uuid4()))) for _ in range(10)])
    assert tally(answers) == {302: sending.MOST, 409: 4}
    assert Photograph.objects.count() == sending.MOST


def test_one_form_pressed_many_times_brings_one(live_server, cast: Cast, page: str) -> None:
    alice, key = session_of(signed_in(cast.alice)), str(uuid4())
    assert tally(race(live_server.url, [(alice, sends(page, key))] * 8)) == {302: 8}
    assert Photograph.objects.count() == 1


def test_whoever_moves_the_visit_meanwhile_and_whoever_sends_do_not_wait_in_a_circle(
    live_server, cast: Cast, page: str
) -> None:
    answers: list[Answer] = []
    errand = session_of(signed_in(cast.alice)), sends(page, str(uuid4()))
    sender = threading.Thread(target=lambda: answers.extend(race(live_server.url, [errand])))
    with taking.time():
        taking.lock_for(cast.alices_visit, NOW)
        sender.start()
        sender.join(2)  # it waits for the patient, and holds nothing that the move needs
        Consultation.objects.filter(pk=cast.alices_visit.pk).update(status_at=NOW)
    sender.join()
    assert tally(answers) == {302: 1}


def test_withdrawn_while_it_is_sent_nothing_stays(live_server, cast: Cast, page: str) -> None:
    alice = session_of(signed_in(cast.alice))
    withdraws = presses(f"{page}withdraw/", scope="record")
    errands = [(alice, sends(page, str(uuid4()))), (alice, withdraws), (alice, sends(page, str(uuid4())))]
    assert set(tally(race(live_server.url, errands))) <= {302, 409, 422}
    assert not Photograph.objects.exists()
    assert not PictureConsent.objects.open().filter(patient=cast.alices_visit.patient).exists()


def test_agreed_to_in_four_windows_at_once_it_is_agreed_to_once(live_server, cast: Cast, page: str) -> None:
    client, patient = signed_in(cast.alice), cast.alices_visit.patient
    assert patient is not None
    client.post(f"{page}withdraw/", {"scope": "record"})
    answers = race(live_server.url, [(session_of(client), sends(page, str(uuid4()), agrees="on")) for _ in range(4)])
    assert tally(answers) == {302: 4}
    assert Photograph.objects.count() == 4
    assert PictureConsent.objects.open().filter(patient=patient, scope=Scope.RECORD).count() == 1
