"""The front desk at once with somebody else: a press too many writes nobody down, and nothing happens twice."""

import pytest
from django.test import Client

from clinic.accounts.models import User
from clinic.audit.models import AuditEntry
from consultations import booking
from consultations.models import Cancelled, Consultation, Patient
from tests.cast import Cast, signed_in
from tests.consultations.bookings import cancel, fresh
from tests.consultations.test_desk_booking import CAROL, SENT, page_for
from tests.factories import NOW
from tests.meanwhile import VERB, meanwhile


@pytest.fixture
def held(as_sam: Client) -> Consultation:
    as_sam.post("/reception/book/?kind=first_visit&practitioner=dr-imani", {"starts": SENT})
    return Consultation.objects.get(status="held")


def test_a_new_patient_who_is_booked_twice_at_once_is_written_down_once(as_sam: Client, held):
    with meanwhile(VERB, lambda: as_sam.post(page_for(held), CAROL)):
        answer = as_sam.post(page_for(held), CAROL)
    assert (answer.status_code, "has changed in the meantime" in answer.text) == (409, True)
    assert fresh(held).patient == Patient.objects.get(full_name="Carol Lim")
    assert AuditEntry.objects.filter(action="patient_registered").count() == 1
    assert as_sam.post(page_for(held), CAROL)["Location"] == f"/reception/{held.reference}/"


def test_a_new_patient_whose_time_is_given_back_meanwhile_is_not_written_down(cast: Cast, as_sam: Client, held):
    def give_back() -> None:
        booking.release(actor=cast.sam, consultation=held, now=NOW)
        booking.hold(
            actor=None, kind=held.kind, practitioners=[held.practitioner], starts=held.starts, draft=None, now=NOW
        )

    with meanwhile(VERB, give_back):
        assert as_sam.post(page_for(held), CAROL).status_code == 409
    assert not Patient.objects.filter(full_name="Carol Lim").exists()
    assert not User.objects.filter(email=CAROL["email"]).exists()


def test_an_arrival_that_is_noted_while_the_patient_cancels_shows_the_visit_as_it_is(cast: Cast, monday, alices_visit):
    monday.move_to(alices_visit.starts)
    sam = signed_in(cast.sam)
    with meanwhile(VERB, lambda: cancel(fresh(alices_visit), by=Cancelled.BY_CLINIC, now=alices_visit.starts)):
        answer = sam.post(f"/reception/{alices_visit.reference}/change/", {"change": "arrived"})
    assert answer.status_code == 409
    assert "This consultation has changed in the meantime." in answer.text
    assert 'value="arrived"' not in answer.text
    assert 'value="arrived"' not in sam.get(f"/reception/{alices_visit.reference}/").text
