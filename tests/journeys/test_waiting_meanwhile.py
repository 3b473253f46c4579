"""The waiting list in two browsers at once: whoever leaves in one of them is led to their place by the other."""

import pytest

from consultations import waitlist
from consultations.models import WaitingState, WaitlistEntry
from tests.cast import Cast, signed_in
from tests.consultations.test_waiting_pages import WISHES
from tests.consultations.waiting import fresh, joins
from tests.factories import NOW
from tests.meanwhile import meanwhile

REFUSED = "RELEASE SAVEPOINT"  # once they were told that they wait already


@pytest.fixture
def entry(cast: Cast) -> WaitlistEntry:
    patient = cast.alices_visit.patient
    assert patient is not None
    return joins(patient, instead_of=cast.alices_visit)


def leave(entry: WaitlistEntry) -> None:
    waitlist.leave(actor=entry.user, entry=entry, now=NOW)


def test_whoever_leaves_while_they_join_again_for_an_earlier_time_is_led_to_their_place(cast: Cast, monday, entry):
    alice, wanted = signed_in(cast.alice), {**WISHES, "last_day": "2027-05-04"}
    with meanwhile(REFUSED, lambda: leave(entry)):
        answer = alice.post(f"/my/{cast.alices_visit.reference}/earlier/", wanted)
    assert answer["Location"] == f"/my/waiting/{entry.pk}/"
    assert alice.get(answer["Location"]).status_code == 200
    assert fresh(entry).state == WaitingState.LEFT
