"""Looking for a time: the soonest, the next ones, the nearest ones, and what the looking costs."""

import secrets
from datetime import timedelta

import pytest

from clinic.premises.models import Location
from consultations import availability
from consultations.models import Consultation, Kind, Status
from consultations.scheduling.suiting import Suits
from practitioners.models import Practitioner, TimeOff
from tests.consultations.scene import (
    MONDAY,
    NOW,
    TUESDAY,
    a_clinic,
    a_kind,
    a_location,
    a_patient,
    a_practitioner,
    a_visit,
    at,
    walls,
    works,
)  # fmt: skip

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


@pytest.fixture
def central() -> Location:
    a_clinic()
    return a_location("Central", rooms=2)


@pytest.fixture
def kind() -> Kind:
    return a_kind()


@pytest.fixture
def dr_imani(central: Location, kind: Kind) -> Practitioner:
    imani = a_practitioner("Dr Imani", kind)
    works(imani, central, "09:00", "10:00")
    return imani


@pytest.fixture
def dr_reyes(central: Location, kind: Kind) -> Practitioner:
    reyes = a_practitioner("Dr Reyes", kind)
    works(reyes, central, "09:30", "10:30")
    return reyes


def away(who, first, last):
    TimeOff.objects.create(practitioner=who, starts=at("00:00", first), ends=at("00:00", last))


def a_busy_month(who, kind):
    """Two visits a day for a month past and a month to come."""
    patient, where = a_patient(), who.hours.all()[0].location
    Consultation.objects.bulk_create(
        Consultation(
            reference=secrets.token_hex(6), kind=kind, practitioner=who, location=where, patient=patient,
            starts=starts, ends=starts + timedelta(minutes=30), blocked_from=starts,
            blocked_until=starts + timedelta(minutes=40), status=Status.CONFIRMED, status_at=NOW,
        )
        for day in range(-30, 30)
        for hour in ("11:00", "12:00")
        if (starts := at(hour, MONDAY + timedelta(days=day)))
    )  # fmt: skip


# --- several people, several days ------------------------------------------------------------------------------------


def test_of_several_who_are_free_at_a_time_the_one_named_first_is_offered(kind, dr_imani, dr_reyes) -> None:
    both = availability.free(kind=kind, practitioners=[dr_reyes, dr_imani], first_day=MONDAY, days=1, now=NOW)
    assert walls(both.slots()) == ["09:00", "09:30", "10:00"]
    assert [slot.practitioner_id for slot in both.slots()] == [dr_imani.pk, dr_reyes.pk, dr_reyes.pk]
    assert walls(both.of(dr_imani.pk)) == ["09:00", "09:30"]
    assert both.first() == both.slots()[0]


def test_every_day_asked_for_is_there_also_when_it_is_full_or_past(kind, dr_imani) -> None:
    away(dr_imani, TUESDAY, TUESDAY + timedelta(days=1))
    late = at("07:15")
    week = availability.free(
        kind=kind, practitioners=[dr_imani], first_day=MONDAY - timedelta(days=1), days=4, now=late
    )
    days = [MONDAY + timedelta(days=n) for n in range(-1, 3)]
    assert list(week.counts().items()) == list(zip(days, [0, 1, 0, 2], strict=True))
    assert [walls(slots) for slots in week.by_day().values()] == [[], ["09:30"], [], ["09:00", "09:30"]]
    assert list(week.by_day()) == days


def test_nobody_to_ask_means_nothing_is_offered(kind, central) -> None:
    nobody = availability.free(kind=kind, practitioners=[], first_day=MONDAY, days=7, now=NOW)
    assert nobody.slots() == []
    assert nobody.first() is None
    assert set(nobody.counts().values()) == {0}
    assert availability.soonest(kind=kind, practitioners=[], now=NOW) is None


def test_a_time_names_everyone_at_that_time_in_the_order_asked(kind, dr_imani, dr_reyes) -> None:
    asked = {"kind": kind, "practitioners": [dr_reyes, dr_imani], "now": NOW}
    assert [slot.practitioner_id for slot in availability.around(starts=at("09:30"), **asked).slots()] == [
        dr_reyes.pk, dr_imani.pk,
    ]  # fmt: skip
    rooms = {slot.room_id for slot in availability.around(starts=at("09:30"), **asked).slots()}
    assert len(rooms) == 2, "two who are booked at the same moment are given different rooms"
    assert [slot.practitioner_id for slot in availability.around(starts=at("10:00"), **asked).slots()] == [dr_reyes.pk]


# --- searches --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("weeks_away", [1, 3, 5, 8])
def test_the_soonest_time_is_found_as_far_ahead_as_the_kind_is_offered(kind, dr_imani, dr_reyes, weeks_away) -> None:
    for who in (dr_imani, dr_reyes):
        away(who, MONDAY, MONDAY + weeks_away * WEEK)
    soonest = availability.soonest(kind=kind, practitioners=[dr_reyes, dr_imani], now=NOW - timedelta(hours=5))
    assert soonest is not None
    assert soonest.starts == at("09:00", MONDAY + weeks_away * WEEK)
    assert soonest.practitioner_id == dr_imani.pk


def test_there_is_no_soonest_time_beyond_the_horizon(kind, dr_imani) -> None:
    away(dr_imani, MONDAY, MONDAY + timedelta(days=61))
    assert availability.soonest(kind=kind, practitioners=[dr_imani], now=NOW) is None
    kind.horizon_days = 61
    assert availability.soonest(kind=kind, practitioners=[dr_imani], now=NOW) is not None


def test_the_soonest_time_can_be_asked_for_one_location(kind, dr_imani) -> None:
    kowloon = a_location("Kowloon")
    works(dr_imani, kowloon, "15:00", "16:00", [2])
    soonest = availability.soonest(kind=kind, practitioners=[dr_imani], now=NOW, suits=Suits(location_id=kowloon.pk))
    assert soonest is not None
    assert soonest.starts == at("15:00", MONDAY + timedelta(days=2))


def test_the_next_free_times_of_everyone_come_at_once(kind, dr_imani, dr_reyes) -> None:
    away(dr_reyes, MONDAY, MONDAY + 4 * WEEK)
    newcomer = a_practitioner("Dr New", kind)
    found = availability.next_free(kind=kind, practitioners=[dr_imani, dr_reyes, newcomer], now=NOW)
    assert [slot.starts for slot in found[dr_imani.pk]] == [at("09:00"), at("09:30"), at("09:00", TUESDAY)]
    assert [slot.starts for slot in found[dr_reyes.pk]] == [
        at("09:30", MONDAY + 4 * WEEK), at("10:00", MONDAY + 4 * WEEK), at("09:30", TUESDAY + 4 * WEEK),
    ]  # fmt: skip
    assert newcomer.pk not in found, "who has no hours has no times"


def test_the_nearest_times_lie_round_the_lost_one_in_the_order_of_the_clock(kind, dr_imani) -> None:
    wednesday = MONDAY + timedelta(days=2)
    a_visit(dr_imani, kind, at("09:30", wednesday))
    found = availability.around(kind=kind, practitioners=[dr_imani], starts=at("09:30", wednesday), now=NOW).nearest()
    assert [slot.starts for slot in found] == [
        at("09:30", TUESDAY), at("09:00", wednesday), at("09:00", wednesday + timedelta(days=1)),
    ]  # fmt: skip


def test_the_nearest_times_are_far_when_the_days_around_are_full(kind, dr_imani) -> None:
    away(dr_imani, MONDAY, MONDAY + 3 * WEEK)
    found = availability.around(kind=kind, practitioners=[dr_imani], starts=at("09:00"), now=NOW).nearest(2)
    assert [slot.starts for slot in found] == [at("09:00", MONDAY + 3 * WEEK), at("09:30", MONDAY + 3 * WEEK)]


# --- what it costs ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("bookings", [False, True])
@pytest.mark.parametrize("how_many", [1, 50])
def test_the_number_of_queries_is_the_same_for_one_and_fifty_and_with_many_bookings(
    kind, dr_imani, central, how_many, bookings, django_assert_num_queries
) -> None:
    everyone = [dr_imani]
    for number in range(how_many - 1):
        everyone.append(a_practitioner(f"Dr {number}", kind))
        works(everyone[-1], central, "09:00", "17:00", range(5))
    for who in everyone if bookings else ():
        a_busy_month(who, kind)
    asked = {"kind": kind, "practitioners": everyone, "now": NOW}
    with django_assert_num_queries(2):
        month = availability.free(first_day=MONDAY, days=31, **asked)
        month.by_day()
        month.counts()
    with django_assert_num_queries(2):
        availability.soonest(**asked)
    with django_assert_num_queries(2):
        availability.next_free(**asked)
    with django_assert_num_queries(2):
        assert availability.is_offered(kind=kind, practitioner=dr_imani, starts=at("09:00"), now=NOW)


def test_a_search_in_vain_stops_after_four_queries(kind, dr_imani, django_assert_num_queries) -> None:
    kind.horizon_days = 95
    away(dr_imani, MONDAY, MONDAY + timedelta(days=100))
    with django_assert_num_queries(4):
        assert availability.soonest(kind=kind, practitioners=[dr_imani], now=NOW) is None
    with django_assert_num_queries(4):
        assert availability.next_free(kind=kind, practitioners=[dr_imani], now=NOW) == {dr_imani.pk: []}
    with django_assert_num_queries(4):
        assert availability.around(kind=kind, practitioners=[dr_imani], starts=at("09:00"), now=NOW).nearest() == []


def test_the_nearest_times_are_read_of_their_own_day_if_it_has_enough_and_of_a_week_if_not(
    kind, dr_imani, dr_reyes, central, django_assert_num_queries
) -> None:
    asked = {"kind": kind, "starts": at("09:00"), "now": NOW}
    with django_assert_num_queries(3):
        assert len(availability.around(practitioners=[dr_imani], **asked).nearest()) == 3
    works(dr_reyes, central, "09:00", "17:00", range(5))
    with django_assert_num_queries(2):
        found = availability.around(practitioners=[dr_imani, dr_reyes], **asked).nearest()
    assert [slot.starts for slot in found] == [at("09:00"), at("09:30"), at("10:00")]
