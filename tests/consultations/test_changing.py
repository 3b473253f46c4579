"""What a patient sees and says when a time changes: the terms, a reason, other times, and what has happened."""

from datetime import timedelta

import pytest

from clinic.premises.models import Clinic
from consultations import changing, proposing
from consultations.errors import AlreadyProposed, MovedOn, TooLate
from consultations.models import Cancelled, Kind, ProposalState, TimeProposal
from consultations.scheduling.suiting import DayPart
from tests.cast import TUESDAY
from tests.consultations.bookings import cancel, fresh, happened, mails, move
from tests.factories import NOW, at

TEN = at("10:00", TUESDAY)
WISHES = [(TUESDAY + timedelta(days=1), DayPart.MORNING), (TUESDAY + timedelta(days=2), DayPart.EVENING)]


@pytest.fixture
def address(alices_visit):
    return f"/my/{alices_visit.reference}/"


@pytest.fixture
def moved(alices_visit):
    """Alice's visit, which the clinic has moved to Tuesday at two."""
    return move(alices_visit, "14:00", by=Cancelled.BY_CLINIC, now=NOW + timedelta(minutes=1))


def propose(one, *, times=WISHES, now=NOW):
    return proposing.propose(actor=None, consultation=one, times=times, now=now)


# --- the terms on the page -------------------------------------------------------------------------------------------


def test_two_windows_are_shown_as_two_moments_before_any_button(as_alice, address):
    Clinic.objects.update(free_move_hours=12, free_cancel_hours=20)
    page = as_alice.get(address).content.decode()
    assert "Moving costs nothing until Monday 3 May, 22:00" in page
    assert "Cancelling costs nothing until Monday 3 May, 14:00" in page
    assert page.index("Cancelling costs") < page.index("Choose another time")
    assert "Cancelling costs nothing until Monday 3 May, 14:00" in as_alice.get(f"{address}cancel/").content.decode()
    assert "Moving costs nothing until Monday 3 May, 22:00" in as_alice.get(f"{address}move/").content.decode()


def test_a_kind_of_visit_may_be_kinder_than_the_clinic_and_never_less(as_alice, address):
    Clinic.objects.update(free_move_hours=12, free_cancel_hours=20)
    Kind.objects.update(free_move_hours=48, free_cancel_hours=4)
    page = as_alice.get(address).content.decode()
    assert "Moving costs nothing until Monday 3 May, 22:00" in page
    assert "Cancelling costs nothing until Tuesday 4 May, 06:00" in page
    assert changing.free_hours(Kind.objects.get(), Clinic.objects.the()) == 12


def test_one_may_be_late_while_the_other_is_free(as_alice, address, monday):
    Clinic.objects.update(free_move_hours=2, free_cancel_hours=48, grace_minutes=0, late_fee_minor=30000)
    monday.shift(timedelta(minutes=1))
    page = as_alice.get(address).content.decode()
    assert "Moving costs nothing until Tuesday 4 May, 08:00" in page
    assert "Cancelling is late now and costs HK$300; it was free until Monday 3 May, 09:00" in page
    assert "can waive the fee" in as_alice.get(f"{address}cancel/").content.decode()


def test_when_changes_online_are_over_the_page_says_whom_to_call(as_alice, address, alices_visit):
    Clinic.objects.update(online_change_hours=72, grace_minutes=0, phone="+852 5550 0100")
    page = as_alice.get(address).content.decode()
    assert "It is too late to change this visit here. Please call +852 5550 0100" in page
    assert "Choose another time" not in page
    assert as_alice.post(f"{address}cancel/").headers["Location"] == address
    with pytest.raises(TooLate):
        cancel(alices_visit)
    assert fresh(alices_visit).status == "confirmed"


# --- reasons ---------------------------------------------------------------------------------------------------------


def test_a_reason_may_be_given_and_need_not(as_alice, address, alices_visit):
    as_alice.post(f"{address}cancel/", {"reason": "mistake"})
    event = alices_visit.events.get(kind="cancelled")
    assert (event.by, event.reason) == ("patient", "mistake")
    page = as_alice.get(address).content.decode()
    assert "Booked by mistake" in page
    assert "By the patient" in page


def test_a_reason_of_ones_own_making_is_refused_and_cancels_nothing(as_alice, address, alices_visit):
    assert as_alice.post(f"{address}cancel/", {"reason": "because I am ill"}).status_code == 422
    assert fresh(alices_visit).status == "confirmed"


# --- other times -----------------------------------------------------------------------------------------------------


def test_whom_the_clinic_has_moved_may_propose_other_times(as_alice, address, moved):
    page = as_alice.get(address).content.decode()
    assert "moving or cancelling costs you nothing" in page
    sent = {"day_1": "2027-05-05", "part_1": "morning", "day_2": "2027-05-06", "part_2": "evening", "part_3": "morning"}
    page = as_alice.post(f"{address}propose/", sent, follow=True).content.decode()
    assert "Wednesday 5 May, Morning; Thursday 6 May, Evening" in page
    assert [(time.day, time.part) for time in TimeProposal.objects.get().times.all()] == WISHES
    assert (fresh(moved).status, fresh(moved).starts) == ("confirmed", at("14:00", TUESDAY))
    assert "proposed" in happened(moved)


@pytest.mark.parametrize("day", ["", "2027-05-02", "2029-01-01", "soon"])
def test_a_day_that_is_none_of_the_coming_ones_is_asked_for_again(as_alice, address, moved, day):
    answer = as_alice.post(f"{address}propose/", {"day_1": day, "part_1": "morning"})
    assert answer.status_code == 422
    assert not TimeProposal.objects.exists()


def test_who_was_not_moved_by_the_clinic_proposes_nothing(as_alice, address, alices_visit):
    assert as_alice.get(f"{address}propose/").status_code == 302
    with pytest.raises(TooLate):
        propose(alices_visit)


def test_one_proposal_at_a_time(moved):
    propose(moved)
    with pytest.raises(AlreadyProposed):
        propose(moved)


def test_another_time_answers_the_proposal_and_a_cancellation_ends_it(moved):
    propose(moved)
    move(moved, "11:00", TUESDAY + timedelta(days=1), by=Cancelled.BY_CLINIC)
    propose(moved)
    cancel(moved)
    states = TimeProposal.objects.order_by("proposed_at", "state").values_list("state", flat=True)
    assert sorted(states) == [ProposalState.MET, ProposalState.WITHDRAWN]


def test_nobody_proposes_another_time_of_what_was_cancelled_meanwhile(moved):
    seen = fresh(moved)
    cancel(moved)
    with pytest.raises(TooLate):
        propose(seen)
    assert not TimeProposal.objects.exists()


def test_none_of_them_is_possible_and_the_patient_hears_it_once(moved, sam):
    propose(moved)
    proposing.refuse(actor=sam, consultation=moved, now=NOW)
    with pytest.raises(MovedOn):
        proposing.refuse(actor=sam, consultation=moved, now=NOW)
    told = [mail for mail in mails(moved) if "proposed" in mail.subject]
    assert len(told) == 1
    assert "either costs you nothing" in str(told[0].text)


def test_who_proposes_again_at_once_hears_again_that_it_is_not_possible(moved, sam):
    for _ in range(2):
        propose(moved)
        proposing.refuse(actor=sam, consultation=moved, now=NOW)
    assert len([mail for mail in mails(moved) if "proposed" in mail.subject]) == 2


# --- the history -----------------------------------------------------------------------------------------------------


def test_the_history_reads_from_booking_to_the_last_change_and_names_no_colleague(as_alice, address, moved, sam):
    page = as_alice.get(address).content.decode()
    story = page.split("What has happened so far")[1]
    assert story.index("Booked") < story.index("Moved")
    assert "from Tuesday 4 May, 10:00, Hong Kong time to Tuesday 4 May, 14:00, Hong Kong time" in story
    assert "By the clinic" in story
    assert "Held" not in story
    assert sam.email not in story
