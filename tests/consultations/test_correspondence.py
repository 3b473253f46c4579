"""What staff see of the messages about a visit: what, when and what became of it; never the words."""

import re
from datetime import timedelta
from typing import Any

import pytest

from clinic.outbox.models import OutboundMessage, State
from consultations.models import Consultation
from consultations.models.consultation import new_reference
from tests.consultations.bookings import cancel, move
from tests.factories import NOW
from tests.journeys.visitor import sentences

MINUTE = timedelta(minutes=1)


def booked(visit: Consultation) -> Any:
    return OutboundMessage.objects.get(reference=visit.reference, occasion="booked")


def test_no_reference_spells_a_word() -> None:
    """One that stood in a mail and an address once read ACNE."""
    references = [new_reference() for _ in range(500)]
    assert len(set(references)) == len(references)
    for each in references:
        assert re.fullmatch(r"[2-9B-DF-HJ-NP-TV-XZ]{4}-[2-9B-DF-HJ-NP-TV-XZ]{4}", each), each


def page(browser: Any, visit: Consultation) -> str:
    return sentences(browser.get(f"/reception/{visit.reference}/"))


def again(browser: Any, visit: Consultation, mail: Any) -> Any:
    return browser.post(f"/reception/{visit.reference}/messages/{mail.pk}/", follow=True)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"state": State.PENDING}, "Waiting"),
        ({"state": State.SENT, "sent_at": NOW}, "Sent on Monday 3 May, 09:00"),
        ({"state": State.FAILED, "error": "550 no such user"}, "Failed: 550 no such user"),
        ({"state": State.UNSURE}, "Unsure: it may have arrived."),
        ({"state": State.WITHDRAWN}, "Withdrawn"),
    ],
)
def test_the_desk_reads_what_became_of_each_message(as_sam, alices_visit, changes, words) -> None:
    OutboundMessage.objects.filter(pk=booked(alices_visit).pk).update(**changes)
    told = page(as_sam, alices_visit)
    for part in ("Messages about this visit", "Confirmation", "alice@patients.test", words):
        assert part in told
    assert ("Send again" in told) is (changes["state"] == State.FAILED)


def test_the_words_of_a_message_are_not_shown_nor_any_link_in_it(as_sam, alices_visit) -> None:
    for address in (f"/reception/{alices_visit.reference}/", "/admin/outbox/outboundmessage/"):
        assert "/visit/" not in as_sam.get(address).text


def test_only_what_was_written_about_this_visit_is_listed(as_sam, alices_visit, bobs_visit) -> None:
    assert "bob@patients.test" not in page(as_sam, alices_visit)
    assert as_sam.post(f"/reception/{alices_visit.reference}/messages/{booked(bobs_visit).pk}/").status_code == 404


def test_a_failed_message_is_sent_again_and_one_that_would_mislead_is_not(as_sam, alices_visit) -> None:
    failed = OutboundMessage.objects.filter(pk=booked(alices_visit).pk)
    failed.update(state=State.FAILED, error="550", attempts=8)
    assert "The message is on its way again." in sentences(again(as_sam, alices_visit, failed.get()))
    assert failed.get().state == State.PENDING
    failed.update(state=State.FAILED)
    move(alices_visit, "14:00", now=NOW + MINUTE)
    assert "There is a newer message about the same" in sentences(again(as_sam, alices_visit, failed.get()))
    assert failed.get().state == State.FAILED


def test_a_message_is_found_by_the_reference_of_its_visit_and_by_its_kind(as_sam, alices_visit, bobs_visit) -> None:
    cancel(alices_visit)
    listed = "/admin/outbox/outboundmessage/"
    found = as_sam.get(listed, {"q": alices_visit.reference.lower()}).text
    assert alices_visit.reference in found
    assert bobs_visit.reference not in found
    cancelled = as_sam.get(listed, {"occasion": "cancelled"}).text
    assert "Cancellation" in cancelled
    assert bobs_visit.reference not in cancelled
