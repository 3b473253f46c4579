"""A time is held for a quarter of an hour, by one browser at a time, and given back without anybody asking."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consultations import availability, booking, drafts
from consultations.errors import SlotTaken
from consultations.models import Consultation, Draft, Kind, Status
from practitioners.models import Practitioner
from tests import factories
from tests.cast import TUESDAY, Cast
from tests.consultations.bookings import audited, confirm, fresh, happened, hold, mails
from tests.factories import NOW, at

MINUTE = timedelta(minutes=1)
# Outside the transaction: hours, diary. Inside: its two ends, the locks if need be, lapsed holds, three rows.
STATEMENTS = 9


@pytest.fixture
def imani(cast: Cast) -> Practitioner:
    return cast.dr_imani.practitioner


@pytest.fixture
def reyes(cast: Cast) -> Practitioner:
    return cast.dr_reyes.practitioner


def live() -> list[Consultation]:
    return list(Consultation.objects.blocking(NOW).filter(patient=None).order_by("starts"))


def begun(secret: str) -> Draft:
    """The draft of a browser as a page finds it."""
    factories.browser(secret)
    found = drafts.find(secret=secret, now=NOW)
    assert found
    return found


# --- holding ---------------------------------------------------------------------------------------------------------


def test_a_held_time_is_kept_for_a_quarter_of_an_hour(imani) -> None:
    held = hold("14:00", imani)
    assert held.status == Status.HELD
    assert held.held_until == NOW + 15 * MINUTE
    assert (happened(held), audited(held)) == (["held"], ["consultation_held"])
    with pytest.raises(SlotTaken):
        hold("14:00", imani, holder="another browser", now=NOW + 15 * MINUTE - timedelta(seconds=1))


def test_a_lapsed_hold_reads_as_free_and_the_next_hold_ends_it(imani) -> None:
    lapsed = hold("14:00", imani)
    later = hold("14:00", imani, holder="another browser", now=NOW + 15 * MINUTE)
    assert later.status == Status.HELD
    assert fresh(lapsed).status == Status.EXPIRED
    assert happened(lapsed) == ["expired", "held"]


def test_times_that_are_not_on_offer_cannot_be_held(imani) -> None:
    for wall, day in (("09:30", TUESDAY), ("18:00", TUESDAY), ("14:10", TUESDAY), ("10:30", NOW.date())):
        with pytest.raises(SlotTaken):
            hold(wall, imani, day=day)
    with pytest.raises(SlotTaken):
        hold("14:00", imani, day=TUESDAY + timedelta(days=60))


def test_a_hold_ends_at_the_latest_when_the_visit_begins(imani) -> None:
    Kind.objects.update(notice_hours=0)
    held = hold("14:00", imani, day=NOW.date(), now=at("13:50"))
    assert held.held_until == at("14:00")


def test_neighbours_keep_the_larger_of_clean_up_and_preparation(imani) -> None:
    hold("14:00", imani)
    long_ones = factories.kind("follow_up", minutes=30, minutes_before=10, minutes_after=20, step_minutes=5)
    imani.kinds.create(kind=long_ones.code, fee_minor=50000)
    for wall, free in (("14:35", False), ("14:40", True), ("13:15", False), ("13:10", True)):
        if free:
            booking.release(actor=None, consultation=hold(wall, imani, kind=long_ones, holder="b"), now=NOW)
        else:
            with pytest.raises(SlotTaken):
                hold(wall, imani, kind=long_ones, holder="b")


# --- the same form, and other forms ----------------------------------------------------------------------------------


def test_the_same_form_twice_makes_one_hold(imani) -> None:
    first = hold("14:00", imani)
    again = hold("14:00", imani, now=NOW + MINUTE)
    assert again.pk == first.pk
    assert happened(first) == ["held"]


def test_the_same_form_twice_at_once_makes_one_hold(imani, reyes) -> None:
    slower = factories.browser("a browser")
    assert not hasattr(slower, "hold")  # it was read before the other form had held anything
    first = hold("14:00", imani)
    assert hold("14:00", imani, draft=slower) == first
    for who in (imani, reyes):
        with pytest.raises(SlotTaken):
            hold("15:00", who, draft=slower)
    assert live() == [first]


def test_the_same_form_sent_from_a_stale_page_holds_the_time_it_names(imani) -> None:
    hold("14:00", imani)
    other = hold("15:00", imani)  # the page was shown again by Back, without asking the server
    assert other.starts == at("15:00", TUESDAY)
    assert live() == [other]


def test_a_form_sent_again_after_its_hold_has_lapsed_holds_anew(imani) -> None:
    first = hold("14:00", imani)
    again = hold("14:00", imani, now=NOW + 20 * MINUTE)
    assert again.status == Status.HELD
    assert again.held_until == NOW + 35 * MINUTE
    assert fresh(first).status == Status.EXPIRED


def test_a_form_sent_again_after_another_choice_holds_anew(imani, reyes) -> None:
    hold("14:00", imani)
    hold("15:00", reyes)
    again = hold("14:00", imani)
    assert live() == [again]


def test_a_lapsed_hold_with_somebody_else_gives_way_to_the_same_form(imani, reyes) -> None:
    hold("14:00", imani)
    imani.accepts_bookings = False
    imani.save()
    again = hold("14:00", imani, reyes, now=NOW + 20 * MINUTE)
    assert again.practitioner == reyes


def test_choosing_another_time_gives_the_first_back(imani) -> None:
    first = hold("14:00", imani)
    second = hold("15:00", imani)
    assert live() == [second]
    assert happened(first) == ["expired", "held"]
    assert hold("14:00", imani, holder="another browser")


def test_a_time_next_to_ones_own_hold_is_free_to_its_holder(imani) -> None:
    Kind.objects.update(minutes=60)
    hold("14:00", imani)
    assert hold("14:30", imani).starts == at("14:30", TUESDAY)


def test_who_loses_a_second_choice_keeps_the_first(imani) -> None:
    mine = hold("14:00", imani)
    hold("15:00", imani, holder="another browser")
    with pytest.raises(SlotTaken):
        hold("15:00", imani)
    assert fresh(mine).status == Status.HELD


# --- anyone, and rooms -----------------------------------------------------------------------------------------------


def test_anyone_means_the_first_named_who_is_free(imani, reyes) -> None:
    assert hold("10:00", imani, reyes).practitioner == reyes  # alice sees dr_imani at ten
    assert hold("14:00", imani, reyes, holder="b").practitioner == imani
    assert hold("14:00", imani, reyes, holder="c").practitioner == reyes
    with pytest.raises(SlotTaken):
        hold("14:00", imani, reyes, holder="d")


def test_two_visits_at_one_moment_never_share_a_room(imani, reyes) -> None:
    extra = factories.practitioner("Dr Osei", Kind.objects.get())
    factories.hours(extra, imani.hours.all()[0].location)
    rooms = {hold("14:00", imani, holder="a").room_id, hold("14:00", reyes, holder="b").room_id}
    assert len(rooms) == 2
    with pytest.raises(SlotTaken):
        hold("14:00", extra, holder="c")  # dr_osei is free and no room is


# --- renewing, releasing, sweeping -----------------------------------------------------------------------------------


def test_each_saved_step_renews_the_hold_but_an_hour_is_the_limit(imani) -> None:
    held = hold("14:00", imani)
    for minutes, until in ((10, 25), (20, 35), (34, 49), (48, 60), (59, 60)):
        booking.renew(consultation=held, now=NOW + minutes * MINUTE)
        assert fresh(held).held_until == NOW + until * MINUTE
    booking.renew(consultation=held, now=NOW + 60 * MINUTE)
    assert fresh(held).held_until == NOW + 60 * MINUTE


def test_a_lapsed_hold_whose_time_is_free_is_taken_again(imani) -> None:
    held = hold("14:00", imani)
    assert booking.sweep(now=NOW + 16 * MINUTE) == 1
    again = booking.renew(consultation=fresh(held), now=NOW + 20 * MINUTE)
    assert (again.status, again.held_until) == (Status.HELD, NOW + 35 * MINUTE)


def test_a_lapsed_hold_whose_time_is_gone_is_not(imani) -> None:
    held = hold("14:00", imani)
    hold("14:00", imani, holder="another browser", now=NOW + 16 * MINUTE)
    with pytest.raises(SlotTaken):
        booking.renew(consultation=held, now=NOW + 17 * MINUTE)
    assert fresh(held).status == Status.EXPIRED


def test_a_released_hold_is_free_at_once_and_may_be_released_twice(imani) -> None:
    held = hold("14:00", imani)
    for _ in range(2):
        booking.release(actor=None, consultation=held, now=NOW)
    assert happened(held) == ["expired", "held"]
    assert hold("14:00", imani, holder="another browser")


def test_releasing_does_not_undo_a_booking(imani, cast) -> None:
    held = hold("14:00", imani)
    confirm(held, cast.bobs_visit.patient)
    booking.release(actor=None, consultation=held, now=NOW)
    assert fresh(held).status == Status.CONFIRMED


def test_the_sweeper_ends_what_has_lapsed_and_nothing_else(imani) -> None:
    lapsed, standing = hold("14:00", imani, holder="a"), hold("15:00", imani, holder="b", now=NOW + 5 * MINUTE)
    assert booking.sweep(now=NOW + 15 * MINUTE) == 1
    assert booking.sweep(now=NOW + 15 * MINUTE) == 0
    assert (fresh(lapsed).status, fresh(standing).status) == (Status.EXPIRED, Status.HELD)
    assert mails(lapsed) == []


def test_holding_takes_a_fixed_number_of_statements(imani, reyes) -> None:
    kind = Kind.objects.get()
    for secret, people in (("a", (imani,)), ("b", (imani, reyes))):
        draft = begun(secret)
        with CaptureQueriesContext(connection) as statements:
            hold("14:00", *people, kind=kind, draft=draft)
        assert len(statements) <= STATEMENTS


def test_who_comes_late_is_refused_by_the_first_look(imani) -> None:
    hold("14:00", imani, holder="a")
    kind, draft = Kind.objects.get(), begun("b")
    with CaptureQueriesContext(connection) as statements, pytest.raises(SlotTaken):
        hold("14:00", imani, draft=draft, kind=kind)
    assert len(statements) == 3  # the hours, the diary, and whether their own form was here before


def test_who_is_refused_is_told_what_is_near_from_the_same_look(imani) -> None:
    hold("14:00", imani, holder="a")
    kind, draft = Kind.objects.get(), begun("b")
    with CaptureQueriesContext(connection) as statements, pytest.raises(SlotTaken) as refused:
        hold("14:00", imani, draft=draft, kind=kind)
    free = availability.free(kind=kind, practitioners=[imani], first_day=TUESDAY, days=1, now=NOW).slots()
    nearest = sorted(free, key=lambda slot: abs(slot.starts - at("14:00", TUESDAY)))[:3]
    assert {slot.starts for slot in refused.value.others} == {slot.starts for slot in nearest}
    assert len(statements) == 3
