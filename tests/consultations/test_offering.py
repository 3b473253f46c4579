"""What an offer of the waiting list turns into: a move, a booking, the next one's offer; and that none is lost."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from clinic.outbox.models import OutboundMessage
from consultations import availability, booking, offering, quoting, waitlist, waitlist_mail
from consultations.errors import NotWaiting, OfferOver, SlotTaken
from consultations.models import Cancelled, Consultation, Kind, OfferState, Status, WaitingState, WaitlistOffer
from practitioners import absences
from practitioners.models import Absence, Practitioner
from tests import factories
from tests.consultations.bookings import cancel, confirm, person_of
from tests.consultations.bookings import happened as told_of
from tests.consultations.waiting import TUESDAY, WEDNESDAY, fresh, joins, offered_to, only, wishes
from tests.factories import MONDAY, NOW, at
from treatments.models import Concern, Treatment

pytestmark = pytest.mark.usefixtures("cast")
LATER = NOW + timedelta(minutes=2)


@pytest.fixture
def imani(cast):
    return Practitioner.objects.get(user=cast.dr_imani)


@pytest.fixture
def carol():
    return factories.patient("Carol Lim", factories.user("carol@patients.test"))


def at_ten(imani):
    """Wishes that only the time of alice's visit can meet: Tuesday at ten with Dr Imani."""
    return {"practitioners": (imani,), **only(TUESDAY, "morning")}


def crowd(imani):
    """Every other time of that morning is booked."""
    for n, wall in enumerate(("10:30", "11:00", "11:30")):
        whose = factories.patient(f"Somebody {n}", factories.user(f"somebody{n}@patients.test"))
        factories.consultation(whose, imani, at(wall, TUESDAY))


def test_a_freed_time_is_offered_only_when_it_can_no_longer_be_taken_back(cast, carol, imani):
    crowd(imani)
    entry = joins(carol, **at_ten(imani))
    assert offering.sweep(now=NOW) == 0
    booking.cancel(actor=None, consultation=cast.alices_visit, by=Cancelled.BY_PATIENT, now=LATER)
    over = LATER + timedelta(minutes=15)
    assert offering.sweep(now=over - timedelta(seconds=1)) == 0
    assert offering.sweep(now=over + timedelta(minutes=1)) == 1
    assert offered_to(entry).starts == at("10:00", TUESDAY)


def test_what_the_clinic_cancels_is_offered_at_once(cast, carol, imani):
    crowd(imani)
    entry = joins(carol, **at_ten(imani))
    booking.cancel(actor=cast.sam, consultation=cast.alices_visit, by=Cancelled.BY_CLINIC, now=LATER)
    assert offering.sweep(now=LATER) == 1
    assert offered_to(entry) is not None


def test_who_has_a_booking_is_moved_by_accepting_and_keeps_everything(carol, imani):
    booked = factories.consultation(carol, imani, at("15:00", WEDNESDAY))
    revision, owed = booked.intake.revisions.get().pk, booked.owed_minor
    entry = joins(carol, instead_of=booked, last_day=WEDNESDAY, waits_until=WEDNESDAY)
    offering.sweep(now=NOW)
    offer = offered_to(entry)
    assert offer.starts < booked.starts
    offering.accept(actor=None, offer=offer, now=LATER)
    booked.refresh_from_db()
    assert (booked.starts, booked.status, booked.ics_sequence) == (offer.starts, Status.CONFIRMED, 1)
    assert (booked.intake.revisions.get().pk, booked.owed_minor) == (revision, owed)
    assert told_of(booked) == ["confirmed", "held", "moved"]
    offer.consultation.refresh_from_db()
    assert offer.consultation.status == Status.EXPIRED
    assert fresh(entry).state == WaitingState.SERVED
    assert OutboundMessage.objects.filter(key=f"moved:{booked.pk}:1").exists()
    again = WaitlistOffer.objects.select_related("entry__instead_of", "consultation").get(pk=offer.pk)
    assert offering.accept(actor=None, offer=again, now=LATER).state == OfferState.ACCEPTED
    assert Consultation.objects.filter(patient=carol, status=Status.CONFIRMED).count() == 1


def test_a_late_move_through_the_list_costs_nothing(carol, imani):
    booked = factories.consultation(carol, imani, at("17:00", TUESDAY))
    entry = joins(carol, instead_of=booked, **only(TUESDAY), now=at("10:00"))
    now = at("18:00")  # within the day's notice
    offering.sweep(now=now)
    offering.accept(actor=None, offer=offered_to(entry), now=now)
    booked.refresh_from_db()
    assert booked.starts < at("17:00", TUESDAY)
    assert booked.owed_minor == 0


def test_who_has_none_books_the_held_time_with_no_step_twice(carol, imani):
    entry = joins(carol)
    offering.sweep(now=NOW)
    offer = offered_to(entry)
    offering.accept(actor=None, offer=offer, now=LATER)
    hold = offer.consultation
    hold.refresh_from_db()
    assert (hold.status, hold.held_until) == (Status.HELD, LATER + timedelta(minutes=15))
    offering.begin(actor=person_of(carol), offer=offer, concern=Concern.objects.get(), treatments=[], now=LATER)
    hold.refresh_from_db()
    assert (hold.draft.patient, hold.draft.practitioner_id) == (carol, offer.practitioner_id)
    wish = quoting.Wish(Concern.objects.get(), (), "en")
    answers = factories.clean_answers()
    booking.confirm(actor=person_of(carol), consultation=hold, patient=carol, wish=wish, answers=answers, now=LATER)
    offering.sweep(now=LATER)
    assert fresh(entry).state == WaitingState.SERVED
    assert fresh(entry).offers.get().state == OfferState.ACCEPTED


def test_who_books_the_accepted_time_and_cancels_before_the_worker_looks_is_off_the_list_as_well(carol, imani):
    entry = joins(carol)
    offering.sweep(now=NOW)
    offer = offered_to(entry)
    offering.accept(actor=None, offer=offer, now=LATER)
    offer.consultation.refresh_from_db()
    booked = confirm(offer.consultation, carol, now=LATER)
    cancel(booked, now=LATER)
    offering.sweep(now=LATER)
    assert fresh(entry).state == WaitingState.SERVED, "or they would be asked about nothing else for ever"


def test_an_accepted_time_that_is_not_booked_goes_on_to_the_next(carol, imani):
    entry = joins(carol)
    offering.sweep(now=NOW)
    offer = offered_to(entry)
    offering.accept(actor=None, offer=offer, now=LATER)
    offering.sweep(now=LATER + timedelta(minutes=14))
    assert fresh(entry).offers.get().state == OfferState.ACCEPTED
    offering.sweep(now=LATER + timedelta(minutes=15))
    lapsed = WaitlistOffer.objects.get(pk=offer.pk)
    assert lapsed.state == OfferState.LAPSED
    with pytest.raises(OfferOver):
        offering.begin(actor=person_of(carol), offer=lapsed, concern=Concern.objects.get(), treatments=[], now=LATER)


def test_what_is_offered_at_hours_that_are_taken_away_is_taken_back_and_another_time_is_offered(cast, carol, imani):
    entry = joins(carol, practitioners=(imani,))
    offering.sweep(now=NOW)
    offer = offered_to(entry)
    assert offer.starts < at("00:00", WEDNESDAY)
    absences.away(
        actor=cast.sam, practitioner=imani, first_day=MONDAY, last_day=TUESDAY, absence=Absence.OTHER, now=LATER
    )
    assert offering.sweep(now=LATER) == 1
    with pytest.raises(OfferOver):
        offering.accept(actor=None, offer=offer, now=LATER)
    offer.consultation.refresh_from_db()
    assert (offer.state, offer.consultation.status) == (OfferState.WITHDRAWN, Status.EXPIRED)
    assert offered_to(entry).starts > at("00:00", WEDNESDAY)
    assert fresh(entry).ignored == 0, "nobody was asked in earnest"


def test_a_visit_with_treatments_is_offered_only_times_with_their_device(carol, imani):
    laser, kind = factories.device_kind(), factories.kind("treatment_visit")
    Treatment.objects.update(device_kind=laser)
    factories.device(imani.hours.all()[0].location)
    imani.kinds.create(kind=kind.code, fee_minor=0)
    booked = factories.consultation(carol, imani, at("15:00", WEDNESDAY), at_kind=kind)
    booked.treatments.add(Treatment.objects.get())
    entry = waitlist.join(
        actor=None, user=person_of(carol), patient=carol, kind=kind, wishes=wishes(), instead_of=booked,
        language="en", now=NOW,
    )  # fmt: skip
    offering.sweep(now=NOW)
    offering.accept(actor=None, offer=offered_to(entry), now=LATER)
    booked.refresh_from_db()
    assert (booked.starts < at("15:00", WEDNESDAY), booked.is_equipped) == (True, True)


def test_after_its_time_an_offer_cannot_be_accepted_or_declined(carol):
    entry = joins(carol)
    offering.sweep(now=NOW)
    offer = offered_to(entry)
    with pytest.raises(OfferOver):
        offering.accept(actor=None, offer=offer, now=offer.answer_by)
    offering.sweep(now=offer.answer_by)
    old = WaitlistOffer.objects.select_related("entry", "consultation").get(pk=offer.pk)
    for late in (offering.accept, offering.decline):
        with pytest.raises(OfferOver):
            late(actor=None, offer=old, now=offer.answer_by)


class Killed(BaseException):
    """The worker's process is gone."""


def dies_at_the_mail(execute, sql, *rest):
    if "INSERT INTO" in sql and "outbox_outboundmessage" in sql:
        raise Killed
    return execute(sql, *rest)


def test_a_worker_that_dies_before_the_mail_leaves_neither_hold_nor_offer(carol):
    entry = joins(carol)
    with connection.execute_wrapper(dies_at_the_mail), pytest.raises(Killed):
        offering.sweep(now=NOW)
    assert not WaitlistOffer.objects.exists()
    assert not Consultation.objects.filter(status=Status.HELD).exists()
    assert offering.sweep(now=NOW + timedelta(minutes=1)) == 1
    assert OutboundMessage.objects.filter(key=f"waitlist_offer:{offered_to(entry).pk}").exists()


def test_the_database_refuses_a_second_offer_to_the_same_person(carol, imani):
    entry = joins(carol)
    offering.sweep(now=NOW)
    with pytest.raises(NotWaiting):
        offering.make(actor=None, entry=entry, practitioner=imani, starts=at("16:00", TUESDAY), now=NOW)
    other = factories.held(imani, at("16:00", TUESDAY))
    with pytest.raises(IntegrityError), transaction.atomic():
        WaitlistOffer.objects.create(
            entry=entry, consultation=other, practitioner=imani, location=other.location, starts=other.starts,
            ends=other.ends, made_at=NOW, answer_by=NOW, state_at=NOW,
        )  # fmt: skip


def test_staff_pick_whom_a_time_suits_and_see_why_not_the_others(cast, carol, imani):
    suited = joins(carol, **only(TUESDAY))
    dan = factories.patient("Dan Ho", factories.user("dan@patients.test"))
    other = joins(dan, now=NOW - timedelta(hours=1), **only(WEDNESDAY))
    kind = suited.kind
    slot = availability.is_offered(kind=kind, practitioner=imani, starts=at("16:00", TUESDAY), now=NOW)
    assert slot is not None
    listed = offering.candidates(kind=kind, slot=slot, now=NOW)
    assert [(each.entry, each.misfit) for each in listed] == [(suited, None), (other, "another_day")]
    offer = offering.make(actor=cast.sam, entry=suited, practitioner=imani, starts=slot.starts, now=NOW)
    assert offer.made_by == cast.sam
    with pytest.raises(SlotTaken):
        offering.make(actor=cast.sam, entry=other, practitioner=imani, starts=slot.starts, now=NOW)


def test_a_mail_about_an_offer_says_nothing_of_what_it_is_about(carol):
    entry = joins(carol)
    offering.sweep(now=NOW)
    for mail in OutboundMessage.objects.filter(about=waitlist_mail.about(entry)):
        said = f"{mail.subject} {mail.text} {mail.html}".casefold()
        assert not {"pores", "microneedling", "acne"} & set(said.split())


def test_a_device_whose_hold_has_lapsed_is_offered_although_nobody_has_swept(cast, carol, imani):
    """Somebody else's hold on the only laser ran out: availability calls the time free, and so the offer takes it."""
    reyes, laser = Practitioner.objects.get(slug="dr-reyes"), factories.device_kind()
    factories.device(cast.alices_visit.location)
    factories.room(cast.alices_visit.location, "Another room")
    Kind.objects.update(device_kind=laser)
    held = factories.held(reyes, at("15:00", WEDNESDAY))
    entry = joins(carol)
    assert held.held_until is not None
    later = held.held_until + timedelta(minutes=1)
    offer = offering.make(actor=None, entry=entry, practitioner=imani, starts=at("15:00", WEDNESDAY), now=later)
    assert offer.consultation.device == held.device
