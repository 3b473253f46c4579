"""What anybody may do only so often, or only so much of; and that a limit is no weapon against somebody else."""

from datetime import timedelta

import pytest
from django.test import Client

from clinic.outbox.models import OutboundMessage
from clinic.premises.models import Clinic
from consultations import booking, quoting, visits
from consultations.errors import TooManyOpen, TooManyToday
from consultations.models import Cancelled, Consultation, IntakeRevision, Note, VisitInvitation
from practitioners.models import Practitioner, Review
from tests import factories
from tests.cast import TUESDAY
from tests.consultations import bookings
from tests.consultations.test_drafts import TYPED, at_details
from tests.factories import NOW, PASSWORD, at
from treatments.models import Concern

HERE, THERE = "198.51.100.7", "203.0.113.9"
WALLS = [f"{hour}:{minute:02}" for hour in range(10, 18) for minute in (0, 30)]


@pytest.fixture
def imani(cast):
    return Practitioner.objects.get(user=cast.dr_imani)


def day(n):
    return TUESDAY + timedelta(days=n)


# --- bookings --------------------------------------------------------------------------------------------------------


def test_a_patient_has_three_visits_to_come_and_no_fourth(cast, imani):
    patient = cast.alices_visit.patient
    for n in range(1, 3):
        factories.consultation(patient, imani, at("15:00", day(n)))
    with pytest.raises(TooManyOpen):
        factories.consultation(patient, imani, at("15:00", day(7)))


def test_the_clinic_says_how_many_visits_to_come_a_patient_may_have(cast, imani):
    Clinic.objects.update(open_visits=1)
    patient = cast.alices_visit.patient
    with pytest.raises(TooManyOpen):
        factories.consultation(patient, imani, at("15:00", day(1)))
    Clinic.objects.update(open_visits=2)
    assert factories.consultation(patient, imani, at("15:00", day(2))).status == "confirmed"


def test_the_desk_books_as_many_as_it_finds_right(cast, imani):
    Clinic.objects.update(open_visits=1)
    one = bookings.hold("15:00", imani, day=day(1))
    wish = quoting.Wish(Concern.objects.get(), (), "en")
    booked = booking.confirm(
        actor=cast.sam,
        consultation=one,
        patient=cast.alices_visit.patient,
        wish=wish,
        answers=factories.clean_answers(),
        now=NOW,
    )
    assert booked.status == "confirmed"


def test_whoever_did_not_come_before_books_like_anybody_else(cast, imani):
    """A no-show is a note that its patient reads; nothing is refused, charged ahead or hidden because of it."""
    patient = cast.alices_visit.patient
    for n in range(4):
        missed = factories.consultation(patient, imani, at("15:00", day(n)), now=at("08:00", day(n)))
        visits.no_show(actor=cast.sam, consultation=missed, now=at("15:30", day(n)))
    booked = factories.consultation(patient, imani, at("15:00", day(9)), now=at("08:00", day(5)))
    assert booked.status == "confirmed"
    assert booked.owed_minor == 0


def test_one_address_does_not_hoard_times_under_many_names(cast, imani):
    for n in range(1, 6):
        factories.consultation(factories.patient(f"Somebody {n}", cast.alice), imani, at("15:00", day(n)))
    with pytest.raises(TooManyOpen):
        factories.consultation(factories.patient("Somebody Else", cast.alice), imani, at("15:00", day(7)))
    assert Consultation.objects.filter(booked_by=cast.alice, status="confirmed").count() == 6


def test_a_visit_that_is_over_or_cancelled_counts_no_more(cast, imani):
    patient = cast.alices_visit.patient
    booked = [factories.consultation(patient, imani, at("15:00", day(n))) for n in range(1, 3)]
    booking.cancel(actor=cast.alice, consultation=booked[0], by=Cancelled.BY_PATIENT, now=NOW)
    assert factories.consultation(patient, imani, at("15:00", day(7))).status == "confirmed"


def test_who_has_booked_another_visit_meanwhile_takes_no_cancellation_back_beyond_the_limit(cast, imani, as_alice):
    Clinic.objects.update(open_visits=1)
    visit = cast.alices_visit
    bookings.cancel(visit)
    another = factories.consultation(visit.patient, imani, at("15:00", day(1)))
    page = as_alice.post(f"/my/{visit.reference}/undo/", follow=True).content.decode()
    assert "Cancel one that you do not need, or call the clinic" in page
    assert bookings.fresh(visit).status == "cancelled"
    bookings.cancel(another)
    as_alice.post(f"/my/{visit.reference}/undo/")
    assert bookings.fresh(visit).status == "confirmed"


def test_a_cancellation_under_another_name_is_not_taken_back_beyond_the_limit_either(cast, imani):
    booked = [
        factories.consultation(factories.patient(f"Somebody {n}", cast.alice), imani, at("15:00", day(n)))
        for n in range(1, 6)
    ]
    bookings.cancel(booked[0])
    factories.consultation(factories.patient("Somebody Else", cast.alice), imani, at("15:00", day(7)))
    with pytest.raises(TooManyOpen):
        booking.undo_cancel(actor=None, consultation=booked[0], now=NOW)


def test_what_the_desk_has_booked_is_taken_back_as_it_was_booked(cast, imani):
    Clinic.objects.update(open_visits=1)
    patient, wish = cast.alices_visit.patient, quoting.Wish(Concern.objects.get(), (), "en")
    by_phone = {"actor": cast.sam, "patient": patient, "wish": wish, "answers": factories.clean_answers(), "now": NOW}
    second = booking.confirm(consultation=bookings.hold("15:00", imani, day=day(1)), **by_phone)
    bookings.cancel(second)
    assert booking.undo_cancel(actor=None, consultation=second, now=NOW).status == "confirmed"


def test_nobody_books_more_than_ten_times_in_a_day(cast, imani):
    patient = cast.alices_visit.patient
    for wall in WALLS[2:11]:
        one = factories.consultation(patient, imani, at(wall, day(1)))
        booking.cancel(actor=cast.alice, consultation=one, by=Cancelled.BY_PATIENT, now=NOW)
    with pytest.raises(TooManyToday):
        factories.consultation(patient, imani, at("16:30", day(1)))
    tomorrow = NOW + timedelta(days=1, seconds=1)
    assert factories.consultation(patient, imani, at("16:30", day(1)), now=tomorrow).status == "confirmed"


def test_a_time_is_held_thirty_times_an_hour_from_one_place(cast):
    browser, elsewhere = Client(REMOTE_ADDR=HERE), Client(REMOTE_ADDR=THERE)
    for client, wall in ((browser, "15:00"), (elsewhere, "16:00")):
        at_details(client, wall)
    assert {browser.post("/book/when/", {"go": "1"}).status_code for _ in range(30)} == {409}
    refused = browser.post("/book/when/", {"go": "1"})
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 3600
    assert elsewhere.post("/book/when/", {"go": "1"}).status_code == 409


def test_times_are_listed_120_times_a_minute_from_one_place(cast, monday):
    browser = Client(REMOTE_ADDR=HERE)
    at_details(browser)
    assert {browser.get("/book/when/").status_code for _ in range(120)} == {200}
    assert browser.get("/book/when/").status_code == 429
    monday.move_to(NOW + timedelta(minutes=1))
    assert browser.get("/book/when/").status_code == 200


# --- mail and signing in ---------------------------------------------------------------------------------------------


@pytest.fixture
def ask_for_a_code(cast, monday):
    """Ask from a place for a code to an address: while booking, or to sign in."""

    browsers = {place: Client(REMOTE_ADDR=place) for place in (HERE, THERE)}
    for browser, wall in zip(browsers.values(), ("15:00", "16:00"), strict=True):
        at_details(browser, wall)

    def book(email, place):
        return browsers[place].post("/book/details/", {**TYPED, "email": email}).status_code

    def sign_in(email, place):
        return Client(REMOTE_ADDR=place).post("/account/login/code/", {"email": email}).status_code

    def reset(email, place):
        return Client(REMOTE_ADDR=place).post("/account/password/reset/", {"email": email}).status_code

    return {"book": book, "sign in": sign_in, "reset": reset}


@pytest.mark.parametrize("how", ["book", "sign in", "reset"])
def test_one_place_sends_five_mails_an_hour_to_an_address(ask_for_a_code, how):
    ask = ask_for_a_code[how]
    assert [ask("alice@patients.test", HERE) for _ in range(6)] == [302] * 5 + [429]
    assert ask("Alice@Patients.test", HERE) == 429
    assert ask("alice@patients.test", THERE) == 302, "whoever floods cannot lock the owner out"


def test_a_mailbox_is_not_flooded_from_many_places(ask_for_a_code):
    answers = [ask_for_a_code["sign in"]("alice@patients.test", f"198.51.100.{n}") for n in range(21)]
    assert answers == [302] * 20 + [429]


def test_one_place_does_not_write_to_everybody(ask_for_a_code):
    answers = [ask_for_a_code["sign in"](f"person{n}@patients.test", HERE) for n in range(21)]
    assert answers == [302] * 20 + [429]


def sign_in(place, password, email="sam@clinic.test"):
    return Client(REMOTE_ADDR=place).post("/account/login/", {"login": email, "password": password})


def test_ten_wrong_passwords_from_one_place_and_no_more(cast):
    assert [sign_in(HERE, "wrong").status_code for _ in range(10)] == [200] * 10
    refused = sign_in(HERE, PASSWORD)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 900


def test_whoever_guesses_does_not_lock_the_owner_out(cast):
    for _ in range(11):
        sign_in(HERE, "wrong")
    assert sign_in(THERE, PASSWORD).status_code == 302


def test_one_place_guesses_thirty_times_whoever_it_is_after(cast):
    answers = [sign_in(HERE, "wrong", f"person{n}@clinic.test").status_code for n in range(31)]
    assert answers == [200] * 30 + [429]


# --- length ----------------------------------------------------------------------------------------------------------


def test_a_note_has_four_thousand_characters_at_most(as_dr_imani, alices_visit):
    address = f"/desk/{alices_visit.reference}/note/"
    assert as_dr_imani.post(address, {"body": "x" * 4001}).status_code == 422
    assert not Note.objects.exists()
    assert as_dr_imani.post(address, {"body": "x" * 4000}).status_code == 302


def test_an_answer_in_words_has_a_thousand_characters_at_most(as_alice, alices_visit):
    address = f"/my/{alices_visit.reference}/answers/goals-plans/"
    before = IntakeRevision.objects.count()
    assert as_alice.post(address, {"questions": "x" * 1001}).status_code == 422
    assert IntakeRevision.objects.count() == before
    assert as_alice.post(address, {"questions": "x" * 1000}).status_code == 302


def test_a_review_has_a_thousand_characters_at_most(cast, visitor, imani):
    invitation, secret = factories.invitation(imani)
    VisitInvitation.objects.create(consultation=cast.alices_visit, moment="consultation", invitation=invitation)
    written = {"stars": "5", "author": "A."}
    assert visitor.post(f"/review/{secret}/", {**written, "text": "x" * 1001}).status_code == 422
    assert not Review.objects.exists()
    assert visitor.post(f"/review/{secret}/", {**written, "text": "x" * 1000}).status_code == 302


def test_what_was_refused_mailed_nobody(ask_for_a_code, monday):
    for second in range(7):
        monday.move_to(NOW + timedelta(seconds=second))
        ask_for_a_code["book"]("dora@patients.test", HERE)
    assert OutboundMessage.objects.filter(to="dora@patients.test").count() == 5
