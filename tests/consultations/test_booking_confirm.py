"""A hold becomes a booking with its answers, its mail and its price, all at once or not at all."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clinic.outbox.models import OutboundMessage
from consultations import booking, quoting
from consultations.errors import (
    AlreadyThere,
    ConsentMissing,
    Incomplete,
    MovedOn,
    NotOffered,
    SlotTaken,
    TooLate,
    TooManyOpen,
)
from consultations.models import BookingMode, Consultation, Intake, Kind, Patient, Status
from practitioners.models import Practitioner
from tests import factories
from tests.cast import TUESDAY, Cast
from tests.consultations.bookings import audited, cancel, confirm, fresh, happened, hold, mails
from tests.factories import NOW, at
from treatments.models import Treatment

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
# With both ends of the transaction: three locks, what the patient has open, the fee, consent, what practitioners have
# graded of them, two versions, nine rows.
STATEMENTS = 23


@pytest.fixture
def imani(cast: Cast) -> Practitioner:
    return cast.dr_imani.practitioner


@pytest.fixture
def alice(cast: Cast) -> Patient:
    assert cast.alices_visit.patient is not None
    return cast.alices_visit.patient


@pytest.fixture
def on_request(cast: Cast) -> None:
    Kind.objects.update(mode=BookingMode.REQUEST)


def test_a_confirmed_hold_is_booked_with_answers_mail_and_price(imani, alice) -> None:
    held = hold("14:00", imani)
    booked = confirm(held, alice, wants=Treatment.objects.all(), now=NOW + 5 * MINUTE)
    assert (booked.status, booked.held_until, booked.booked_at) == (Status.CONFIRMED, None, NOW + 5 * MINUTE)
    [quoted] = booked.quote["treatments"]
    assert (booked.quote["fee_minor"], booked.quote["currency"]) == (80000, "HKD")
    assert (quoted["names"]["en"], quoted["price_minor"], quoted["is_from"]) == ("Microneedling", 180000, False)
    assert quoted["course_minor"] == [times * 180000 for times in quoted["sessions"]]
    assert booked.intake.revisions.get().screenings.count() == 1
    assert [mail.subject for mail in mails(booked)] == ["Your consultation is booked"]
    assert happened(booked) == ["confirmed", "held"]
    assert audited(booked) == ["consultation_booked", "consultation_held"]


def test_a_later_price_does_not_change_what_was_quoted(imani, alice) -> None:
    booked = confirm(hold("14:00", imani), alice, wants=Treatment.objects.all())
    imani.kinds.update(fee_minor=99900)
    Treatment.objects.update(price_minor=99900)
    assert fresh(booked).quote["fee_minor"] == 80000
    assert fresh(booked).quote["treatments"][0]["price_minor"] == 180000


def test_the_same_confirmation_again_changes_nothing(imani, alice) -> None:
    held = hold("14:00", imani)
    seen_before = fresh(held)
    booked = confirm(held, alice)
    for again in (booked, fresh(held), seen_before):
        assert confirm(again, alice).status == Status.CONFIRMED
    assert happened(booked) == ["confirmed", "held"]
    assert len(mails(booked)) == 1


def test_a_booked_time_is_nobody_elses_to_confirm(imani, alice, cast) -> None:
    held = hold("14:00", imani)
    seen_before = fresh(held)
    confirm(held, alice)
    with pytest.raises(MovedOn):
        confirm(seen_before, cast.bobs_visit.patient)
    assert fresh(held).patient == alice


def test_a_lapsed_hold_whose_time_is_free_is_confirmed_all_the_same(imani, alice) -> None:
    held = hold("14:00", imani)
    booking.sweep(now=NOW + 70 * MINUTE)
    assert confirm(fresh(held), alice, now=NOW + 80 * MINUTE).status == Status.CONFIRMED


def test_a_lapsed_hold_whose_time_is_gone_is_not_and_nothing_is_left_behind(imani, alice) -> None:
    held = hold("14:00", imani)
    hold("14:00", imani, holder="another browser", now=NOW + 16 * MINUTE)
    before = OutboundMessage.objects.count()
    with pytest.raises(SlotTaken):
        confirm(held, alice, now=NOW + 17 * MINUTE)
    assert (fresh(held).status, fresh(held).patient) == (Status.EXPIRED, None)
    assert not Intake.objects.filter(consultation=held).exists()
    assert OutboundMessage.objects.count() == before


def test_a_visit_that_should_have_begun_cannot_be_booked_any_more(imani, alice) -> None:
    held = hold("14:00", imani)
    with pytest.raises(NotOffered):
        confirm(held, alice, now=at("14:00", TUESDAY))
    assert fresh(held).status == Status.HELD


def test_a_patient_is_not_in_two_places(imani, alice, cast) -> None:
    other = cast.dr_reyes.practitioner
    with pytest.raises(AlreadyThere):
        confirm(hold("10:00", other), alice)  # alice sees dr_imani at ten
    assert confirm(hold("10:30", other), alice).status == Status.CONFIRMED


def test_nobody_hoards_more_than_three_consultations(imani, alice) -> None:
    for hour in ("11:00", "12:00"):
        confirm(hold(hour, imani), alice)
    with pytest.raises(TooManyOpen):
        confirm(hold("16:00", imani), alice)
    cancel(Consultation.objects.filter(patient=alice, status=Status.CONFIRMED).latest("starts"))
    assert confirm(hold("16:00", imani), alice).status == Status.CONFIRMED


def test_the_last_confirmation_sent_twice_is_no_hoarding(imani, alice) -> None:
    confirm(hold("11:00", imani), alice)
    third = hold("15:00", imani)
    seen_before = fresh(third)
    confirm(third, alice)
    assert confirm(seen_before, alice).status == Status.CONFIRMED


@pytest.mark.parametrize("lacking", ["consent", "an answer"])
def test_without_consent_or_the_core_answers_nothing_is_booked(imani, cast, lacking) -> None:
    carol = factories.patient("Carol", factories.user("carol@patients.test"), consents=lacking != "consent")
    held = hold("14:00", imani)
    answers = factories.clean_answers()
    if lacking == "an answer":
        del answers["pregnant"]
    before = OutboundMessage.objects.count()
    with pytest.raises(ConsentMissing if lacking == "consent" else Incomplete):
        confirm(held, carol, answers=answers)
    assert (fresh(held).status, fresh(held).patient) == (Status.HELD, None)
    assert OutboundMessage.objects.count() == before


def test_confirming_takes_a_fixed_number_of_statements(imani, alice) -> None:
    confirm(hold("13:00", imani), alice)  # the versions in force are parsed once a process
    held = Consultation.objects.select_related("practitioner", "location", "kind").get(pk=hold("14:00", imani).pk)
    everything = tuple(Treatment.objects.all())
    person = alice.access.get().user
    with CaptureQueriesContext(connection) as statements:
        booking.confirm(
            actor=person,
            consultation=held,
            patient=alice,
            wish=quoting.Wish(None, everything, "en"),
            answers=factories.clean_answers(),
            now=NOW,
        )
    assert len(statements) <= STATEMENTS


# --- on request ------------------------------------------------------------------------------------------------------


def test_a_request_keeps_its_time_until_the_clinic_answers(imani, alice, cast, on_request) -> None:
    asked = confirm(hold("14:00", imani, day=TUESDAY + 7 * DAY), alice)
    assert (asked.status, asked.held_until) == (Status.REQUESTED, NOW + 2 * DAY)
    assert [mail.subject for mail in mails(asked)] == ["We have your request"]
    with pytest.raises(SlotTaken):
        hold("14:00", imani, day=TUESDAY + 7 * DAY, holder="another browser", now=NOW + DAY)
    booking.accept(actor=cast.sam, consultation=asked, now=NOW + DAY)
    assert (fresh(asked).status, fresh(asked).held_until) == (Status.CONFIRMED, None)
    assert happened(asked) == ["confirmed", "held", "requested"]
    assert [mail.subject for mail in mails(asked)] == ["Your consultation is booked"]


def test_a_request_for_tomorrow_waits_until_the_visit_and_no_longer(imani, alice, on_request) -> None:
    asked = confirm(hold("14:00", imani), alice)
    assert asked.held_until == at("14:00", TUESDAY)


def test_a_request_that_nobody_answers_lapses_and_the_patient_is_told(imani, alice, on_request) -> None:
    asked = confirm(hold("14:00", imani, day=TUESDAY + 7 * DAY), alice)
    booking.sweep(now=NOW + 2 * DAY)
    assert fresh(asked).status == Status.EXPIRED
    assert [mail.subject for mail in mails(asked)] == ["Your request could not be confirmed"]


def test_a_request_that_lapsed_is_not_confirmed_a_second_time(imani, alice, on_request) -> None:
    asked = confirm(hold("14:00", imani, day=TUESDAY + 7 * DAY), alice)
    booking.sweep(now=NOW + 2 * DAY)
    with pytest.raises(MovedOn):
        confirm(fresh(asked), alice, now=NOW + 2 * DAY)


def test_accepting_twice_confirms_once(imani, alice, cast, on_request) -> None:
    asked = confirm(hold("14:00", imani), alice)
    seen_before = fresh(asked)
    for each in (asked, asked, seen_before):
        booking.accept(actor=cast.sam, consultation=each, now=NOW)
    assert happened(asked) == ["confirmed", "held", "requested"]


def test_a_request_is_not_accepted_after_its_visit_should_have_begun(imani, alice, cast, on_request) -> None:
    asked = confirm(hold("14:00", imani), alice)
    with pytest.raises(TooLate):
        booking.accept(actor=cast.sam, consultation=asked, now=at("14:00", TUESDAY))


def test_a_cancelled_request_is_not_accepted(imani, alice, cast, on_request) -> None:
    asked = confirm(hold("14:00", imani), alice)
    seen_before = fresh(asked)
    cancel(asked)
    with pytest.raises(MovedOn):
        booking.accept(actor=cast.sam, consultation=seen_before, now=NOW)
