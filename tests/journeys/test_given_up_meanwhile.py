"""A draft or a photograph that another tab removes while a page is on its way: words, and never a failure."""

import pytest
from django.test import Client

from consultations.models import Draft, Photograph
from tests.cast import Cast
from tests.consultations import photo_scene
from tests.journeys.visitor import Visitor, sentences
from tests.meanwhile import VERB, meanwhile

# What a code proves is read outside of a transaction: before the draft alone is read.
DRAFT = 'FROM "consultations_draft" WHERE'
OVER = "This booking is no longer open here"
CLEARED = "What you had entered was cleared in the meantime. Please enter it again."


def give_up() -> None:
    Draft.objects.all().delete()


@pytest.mark.parametrize(("step", "statement"), [("who", VERB), ("details", VERB), ("code", DRAFT)])
def test_a_step_of_a_booking_that_was_given_up_leads_to_the_beginning(step, statement, cast: Cast, monday):
    visitor = Visitor().come_to(step)
    with meanwhile(statement, give_up):
        answer = visitor.take(step)
    assert answer["Location"] == "/book/"
    assert OVER in sentences(visitor.get(""))


def test_a_first_step_of_a_draft_that_was_given_up_is_asked_for_again(cast: Cast, monday):
    visitor = Visitor().come_to("who")
    with meanwhile(VERB, give_up):
        answer = visitor.what()
    assert answer["Location"] == "/book/"
    assert CLEARED in sentences(visitor.get(""))


@pytest.mark.parametrize("page", ["/fit/", "/fit/skin-type/"])
def test_the_fit_of_a_draft_that_was_cleared_is_asked_for_again(page, cast: Cast, monday):
    visitor = Visitor().come_to("who")
    with meanwhile(VERB, give_up):
        answer = visitor.client.post(page, {})
    assert answer["Location"] == page
    assert CLEARED in visitor.client.get(page).content.decode()


def test_clearing_twice_at_once_clears_once(cast: Cast, monday):
    visitor = Visitor().come_to("who")
    with meanwhile(VERB, give_up):
        answer = visitor.client.post("/fit/clear/")
    assert answer["Location"] == "/fit/"


def test_a_photograph_that_is_taken_back_while_it_is_read_is_shown_once_more(
    cast: Cast, as_alice: Client, as_dr_imani: Client, alices_visit
):
    alice, sent = photo_scene.course(cast), []
    for browser, door in ((as_alice, "my"), (as_dr_imani, "desk")):
        sent.append(alice.send(alices_visit))
        address = f"/{door}/{alices_visit.reference}/photographs/{sent[-1].pk}/"
        with meanwhile('INSERT INTO "audit', Photograph.objects.filter(pk=sent[-1].pk).delete):
            answer = browser.get(address)
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
        assert browser.get(address).status_code == 404
