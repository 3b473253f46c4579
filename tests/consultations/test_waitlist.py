"""The waiting list: "a waitlist above all for health practices; fair and leavable" (complaint 16)."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from clinic.outbox.models import OutboundMessage
from clinic.premises.models import Location
from consultations import offering, waitlist
from consultations.errors import AlreadyWaiting, SlotTaken, WaitingTooOften
from consultations.models import OfferState, Status, WaitingState, WaitlistEntry, WaitlistEvent
from practitioners.models import Practitioner, WorkingHours
from tests import factories
from tests.consultations import bookings
from tests.consultations.waiting import TUESDAY, WEDNESDAY, fresh, happened, joins, offered_to, only, wishes
from tests.factories import NOW, at

pytestmark = pytest.mark.usefixtures("cast")
LATER = NOW + timedelta(minutes=2)


@pytest.fixture
def imani(cast):
    return Practitioner.objects.get(user=cast.dr_imani)


@pytest.fixture
def carol():
    return factories.patient("Carol Lim", factories.user("carol@patients.test"))


@pytest.fixture
def dan():
    return factories.patient("Dan Ho", factories.user("dan@patients.test"))


def mails_to(whom, state="pending"):
    found = OutboundMessage.objects.filter(about__startswith="waitlist:", to=whom, state=state)
    return sorted(found.values_list("key", flat=True))


def test_who_joins_is_told_so_and_waits_once_for_a_kind(carol):
    entry = joins(carol)
    assert (entry.state, happened(entry)) == ("waiting", ["joined"])
    (told,) = OutboundMessage.objects.filter(about=f"waitlist:{entry.pk}")
    assert told.to == "carol@patients.test"
    assert "/wait/" in str(told.text)
    with pytest.raises(AlreadyWaiting):
        joins(carol)
    again = WaitlistEntry.objects.get(pk=entry.pk)
    again.pk = uuid.uuid4()
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save(force_insert=True)


def test_one_person_is_on_few_lists_whatever_names_they_give():
    person = factories.user("many@patients.test")
    for n in range(6):
        joins(factories.patient(f"Somebody {n}", person))
    with pytest.raises(WaitingTooOften):
        joins(factories.patient("Somebody Else", person))


def test_a_free_time_is_held_for_the_first_whom_it_suits_and_they_are_asked(carol, dan, imani):
    first = joins(carol, practitioners=(imani,), **only(TUESDAY, "afternoon"))
    second = joins(dan, now=LATER, practitioners=(imani,), **only(TUESDAY, "afternoon"))
    assert offering.sweep(now=LATER) == 2
    one, other = offered_to(first), offered_to(second)
    assert (one.starts, other.starts) == (at("12:00", TUESDAY), at("12:30", TUESDAY))
    assert one.answer_by == LATER + timedelta(hours=2)
    hold = one.consultation
    assert (hold.status, hold.held_until, hold.patient) == (Status.HELD, one.answer_by, None)
    (asked,) = OutboundMessage.objects.filter(key=f"waitlist_offer:{one.pk}")
    assert (asked.to, asked.expires_at) == ("carol@patients.test", one.answer_by)
    assert offering.sweep(now=LATER + timedelta(minutes=5)) == 0, "one offer at a time for each"


def test_what_is_held_for_one_is_not_free_for_others(carol, imani):
    entry = joins(carol, practitioners=(imani,), **only(TUESDAY, "afternoon"))
    offering.sweep(now=NOW)
    assert offered_to(entry).starts == at("12:00", TUESDAY)
    with pytest.raises(SlotTaken):
        bookings.hold("12:00", imani)


def only_free(imani, opens, closes):
    """Nothing but these wall times of Tuesday, with Dr Imani."""
    WorkingHours.objects.all().delete()
    factories.hours(imani, Location.objects.get(), opens, closes, weekdays=[1])


def test_declining_passes_the_time_to_the_next_at_once_and_keeps_the_place(carol, dan, imani):
    only_free(imani, "12:00", "12:30")
    first, second = joins(carol), joins(dan, now=LATER)
    assert offering.sweep(now=LATER) == 1
    assert offered_to(second) is None
    offering.decline(actor=None, offer=offered_to(first), now=LATER)
    assert offering.sweep(now=LATER) == 1, "at once, not a minute later"
    assert offered_to(second).starts == at("12:00", TUESDAY)
    assert fresh(first).state == WaitingState.WAITING
    assert mails_to("carol@patients.test", "withdrawn") == sorted(
        [f"waitlist_joined:{first.pk}", f"waitlist_offer:{first.offers.get().pk}"]
    )
    offering.decline(actor=None, offer=offered_to(second), now=LATER)
    assert offering.sweep(now=LATER) == 0, "nobody is asked twice about the same time"


def test_what_is_not_answered_in_time_goes_to_the_next(carol, dan, imani):
    only_free(imani, "12:00", "12:30")
    first, second = joins(carol), joins(dan, now=LATER)
    offering.sweep(now=LATER)
    offer = offered_to(first)
    assert offering.sweep(now=offer.answer_by - timedelta(seconds=1)) == 0
    assert offering.sweep(now=offer.answer_by) == 1
    assert first.offers.get().state == OfferState.LAPSED
    assert happened(first) == ["joined", "offered", "lapsed"]
    assert fresh(first).ignored == 1
    assert offered_to(second).starts == offer.starts


def test_who_leaves_three_offers_unanswered_is_paused_and_told_so(carol, imani):
    entry, now = joins(carol), NOW
    for n in range(3):
        offering.sweep(now=now)
        offer = offered_to(entry)
        assert offer is not None, n
        now = offer.answer_by
    offering.sweep(now=now)
    assert fresh(entry).state == WaitingState.PAUSED
    assert offered_to(entry) is None
    assert offering.sweep(now=now + timedelta(hours=1)) == 0
    assert any("paused" in key for key in mails_to("carol@patients.test"))
    waitlist.resume(actor=None, entry=entry, now=now)
    assert offering.sweep(now=now) == 1


def test_who_leaves_frees_what_they_were_offered(carol, dan, imani):
    only_free(imani, "12:00", "12:30")
    first, second = joins(carol), joins(dan, now=LATER)
    offering.sweep(now=LATER)
    waitlist.leave(actor=None, entry=first, now=LATER)
    waitlist.leave(actor=None, entry=first, now=LATER)
    assert (fresh(first).state, first.offers.get().state) == ("left", "withdrawn")
    assert sorted(happened(first)) == ["joined", "left", "offered", "withdrawn"]
    assert mails_to("carol@patients.test") == []
    assert offering.sweep(now=LATER) == 1
    assert offered_to(second).starts == at("12:00", TUESDAY)


def test_who_is_taken_off_is_told_why(carol, cast):
    entry = joins(carol)
    waitlist.remove(actor=cast.sam, entry=entry, reason="Booked by phone.", now=LATER)
    assert (fresh(entry).state, fresh(entry).reason) == ("removed", "Booked by phone.")
    (told,) = OutboundMessage.objects.filter(key=f"waitlist_over:{entry.pk}")
    assert "Booked by phone." in str(told.text)


def test_who_has_waited_until_their_day_is_told_so(carol, imani):
    entry = joins(carol, **only(TUESDAY, "evening"))
    assert offering.sweep(now=NOW) == 0
    offering.sweep(now=at("00:01", WEDNESDAY))
    assert fresh(entry).state == WaitingState.OVER
    assert happened(entry)[-1] == "over"


def test_who_books_by_themselves_waits_no_longer_and_frees_their_offer(carol, imani):
    entry = joins(carol)
    offering.sweep(now=NOW)
    offered = offered_to(entry)
    factories.consultation(carol, imani, at("16:00", TUESDAY), now=LATER)
    offering.sweep(now=LATER)
    assert fresh(entry).state == WaitingState.SERVED
    offered.consultation.refresh_from_db()
    assert offered.consultation.status == Status.EXPIRED


def test_changing_the_wishes_keeps_the_place(carol, imani):
    entry = joins(carol, **only(TUESDAY, "evening"))
    assert offering.sweep(now=NOW) == 0
    waitlist.change(actor=None, entry=entry, wishes=wishes(parts=("afternoon",)), now=NOW)
    assert fresh(entry).joined_at == NOW
    assert offering.sweep(now=NOW) == 1


def test_the_history_of_the_list_is_never_rewritten(carol):
    entry = joins(carol)
    with pytest.raises(IntegrityError), transaction.atomic():
        WaitlistEvent.objects.filter(entry=entry).update(act="left")
    with pytest.raises(IntegrityError), transaction.atomic():
        WaitlistEvent.objects.filter(entry=entry).delete()
