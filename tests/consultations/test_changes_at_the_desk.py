"""What the desk does about a time for others: whose change it is, why, and times that a patient has proposed."""

from datetime import timedelta

import pytest

from clinic.premises.models import Clinic
from consultations import proposing
from consultations.models import Cancelled
from consultations.scheduling.suiting import DayPart
from tests.cast import TUESDAY
from tests.consultations.bookings import fresh, mails, move
from tests.factories import NOW, at


@pytest.fixture
def address(alices_visit):
    return f"/reception/{alices_visit.reference}/"


@pytest.fixture
def late(cast, monday):
    """Two hours before Alice's visit, and a fee for late changes."""
    Clinic.objects.update(late_fee_minor=30000)
    monday.move_to(at("08:00", TUESDAY))


def test_a_cancellation_by_the_clinic_costs_nothing_and_says_why(late, as_sam, address, alices_visit):
    as_sam.post(f"{address}change/", {"change": "cancel", "cause": "practitioner_away"})
    one = fresh(alices_visit)
    assert (one.cancelled_by, one.owed_minor) == ("clinic", 0)
    assert one.events.get(kind="cancelled").reason == "practitioner_away"
    assert "The practitioner is away" in as_sam.get(address).content.decode()


def test_what_a_patient_asks_for_by_phone_is_their_change_on_their_terms(late, as_sam, address, alices_visit):
    assert "it is late and costs them HK$300" in as_sam.get(address).content.decode()
    as_sam.post(f"{address}change/", {"change": "cancel", "cause": "asked"})
    one = fresh(alices_visit)
    assert (one.cancelled_by, one.cancelled_late, one.owed_minor) == ("patient", True, 30000)


def test_the_desk_can_change_what_patients_can_no_longer_change_online(late, as_sam, as_alice, address, alices_visit):
    Clinic.objects.update(online_change_hours=24)
    as_alice.post(f"/my/{alices_visit.reference}/cancel/")
    assert fresh(alices_visit).status == "confirmed"
    as_sam.post(f"{address}change/", {"change": "cancel", "cause": "asked"})
    assert fresh(alices_visit).status == "cancelled"


def test_a_move_that_the_patient_asked_for_is_not_one_that_the_clinic_chose(as_sam, address, alices_visit):
    moved = {"starts": f"{at('14:00', TUESDAY):%Y-%m-%dT%H:%M}Z"}
    as_sam.post(f"{address}move/", {**moved, "cause": "asked"})
    assert fresh(alices_visit).moved_by_clinic_at is None
    as_sam.post(f"{address}move/", {"starts": f"{at('15:00', TUESDAY):%Y-%m-%dT%H:%M}Z"})
    assert fresh(alices_visit).moved_by_clinic_at is not None


def test_proposed_times_wait_at_the_desk_until_they_are_met_or_refused(as_sam, address, alices_visit):
    visit = move(alices_visit, "14:00", by=Cancelled.BY_CLINIC)
    wishes = [(TUESDAY + timedelta(days=1), DayPart.MORNING)]
    proposing.propose(actor=None, consultation=visit, times=wishes, now=NOW)
    assert "Patients who propose other times" in as_sam.get("/reception/").content.decode()
    page = as_sam.get(address).content.decode()
    assert f'href="{address}move/?day=2027-05-05">Wednesday 5 May, Morning' in page
    as_sam.post(f"{address}change/", {"change": "not_possible"})
    assert "Patients who propose other times" not in as_sam.get("/reception/").content.decode()
    assert any("proposed" in mail.subject for mail in mails(visit))
    assert as_sam.post(f"{address}change/", {"change": "not_possible"}).status_code == 409
