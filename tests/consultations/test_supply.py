"""Rooms, devices and people all have to be free, and hours may come from a week or from one day."""

from datetime import date, time, timedelta

import pytest
from django.db import IntegrityError, transaction

from clinic.premises.models import Location
from consultations import availability, booking
from consultations.errors import SlotTaken
from consultations.models import Cancelled, Consultation, Kind
from practitioners.models import ExtraHours, Practitioner
from tests import factories
from tests.consultations.scene import (
    MONDAY,
    NOW,
    TUESDAY,
    a_clinic,
    a_kind,
    a_location,
    a_practitioner,
    a_visit,
    at,
    walls,
    works,
)  # fmt: skip

pytestmark = pytest.mark.django_db
TWO = at("14:00", TUESDAY)


@pytest.fixture
def central() -> Location:
    a_clinic()
    return a_location(rooms=2)


@pytest.fixture
def visit() -> Kind:
    return a_kind(code="treatment_visit", name="Treatment", room_kind=factories.room_kind())


@pytest.fixture
def imani(visit, central) -> Practitioner:
    return _who("Dr Imani", visit, central)


@pytest.fixture
def reyes(visit, central) -> Practitioner:
    return _who("Dr Reyes", visit, central)


def _who(name, visit, central) -> Practitioner:
    who = a_practitioner(name, visit)
    works(who, central, "14:00", "15:00")
    return who


def offered(kind: Kind, *people: Practitioner, day: date = TUESDAY) -> list[str]:
    return walls(availability.free(kind=kind, practitioners=people, first_day=day, days=1, now=NOW).slots())


def slot(kind: Kind, who: Practitioner) -> availability.Slot:
    found = availability.is_offered(kind=kind, practitioner=who, starts=TWO, now=NOW)
    assert found is not None
    return found


# --- rooms and devices -----------------------------------------------------------------------------------------------


def test_a_time_is_offered_only_while_practitioner_room_and_device_are_all_free(visit, imani, reyes, central) -> None:
    """A user complained: rooms, devices and staff must all be free, and the list asked for one of them only."""
    visit.device_kind = factories.device_kind()
    assert offered(visit, imani) == [], "there is no such device yet"
    laser = factories.device(central)
    assert offered(visit, imani) == ["14:00", "14:30"]
    a_visit(reyes, visit, TWO, device=laser)
    assert offered(visit, imani) == ["14:30"]
    second = factories.device(central, "Laser 2")
    assert offered(visit, imani) == ["14:00", "14:30"]
    assert slot(visit, imani).device_id == second.pk
    second.active = False
    second.save()
    assert offered(visit, imani) == ["14:30"]


def test_a_device_of_another_house_is_of_no_use(visit, imani) -> None:
    visit.device_kind = factories.device_kind()
    factories.device(factories.location("Kowloon"))
    assert offered(visit, imani) == []


def test_only_rooms_of_the_kind_that_is_needed_count_and_the_least_versatile_is_taken(visit, imani, central) -> None:
    theatre = factories.room_kind("Theatre")
    visit.room_kind = theatre
    assert offered(visit, imani) == []
    both = factories.room(central, "Theatre 1", theatre, factories.room_kind())
    assert slot(visit, imani).room_id == both.pk
    plain = factories.room(central, "Theatre 2", theatre)
    assert slot(visit, imani).room_id == plain.pk
    visit.room_kind = None
    assert slot(visit, imani).room_id is None


def test_what_is_carried_out_adds_the_devices_it_needs_and_one_device_has_to_serve_as_all(
    visit, imani, central
) -> None:
    light, pico = factories.device_kind("Light"), factories.device_kind("Picosecond")
    visit.device_kind = light
    laser = factories.treatment("laser_qs_pico", "laser_light", device_kind=pico)
    lamp = factories.device(central, "Lamp", light)
    assert slot(visit, imani).device_id == lamp.pk
    wanted = visit.carrying_out([laser])
    assert offered(wanted, imani) == []
    platform = factories.device(central, "Platform", light, pico)
    assert slot(wanted, imani).device_id == platform.pk
    talk = a_kind()
    assert talk.carrying_out([laser]).device_kinds == frozenset(), "talking about a laser needs none"


def test_a_hold_and_a_move_take_the_device_with_them(visit, imani, reyes, central) -> None:
    visit.device_kind = factories.device_kind()
    visit.save()
    laser = factories.device(central)
    held = factories.held(imani, TWO, at_kind=visit)
    assert held.device == laser
    with pytest.raises(SlotTaken):
        factories.held(reyes, TWO, at_kind=visit)
    factories.in_force()
    alice = factories.user("alice@patients.test")
    whose = factories.patient("Alice Wong", alice, consents=False)
    one = a_visit(reyes, visit, at("14:30", TUESDAY), device=laser, patient=whose, booked_by=alice)
    booking.release(actor=None, consultation=held, now=NOW)
    booking.move(actor=None, consultation=one, practitioner=reyes, starts=TWO, by=Cancelled.BY_CLINIC, now=NOW)
    assert (one.device_id, one.starts) == (laser.pk, TWO)
    assert offered(visit, imani) == ["14:30"]


def test_the_number_of_questions_is_two_whatever_is_needed(visit, imani, central, django_assert_num_queries) -> None:
    visit.device_kind = factories.device_kind()
    factories.device(central)
    with django_assert_num_queries(2):
        assert offered(visit, imani)


@pytest.mark.parametrize("gap", [0, 5])
def test_the_database_itself_keeps_a_device_from_two_places_with_its_buffers(visit, imani, reyes, central, gap) -> None:
    laser = factories.device(central)
    a_visit(imani, visit, TWO, device=laser, after=10)
    later = at("14:30", TUESDAY) + timedelta(minutes=gap)
    with pytest.raises(IntegrityError, match="device_in_one_place_after"), transaction.atomic():
        a_visit(reyes, visit, later, device=laser)
    a_visit(reyes, visit, at("14:40", TUESDAY), device=laser)
    with pytest.raises(IntegrityError, match="device_in_one_place"), transaction.atomic():
        a_visit(_who("Dr Osei", visit, central), visit, at("15:15", TUESDAY), device=laser, before=10)
    assert Consultation.objects.count() == 2


# --- hours of one day ------------------------------------------------------------------------------------------------


def extra(who: Practitioner, where: Location, opens: str, closes: str, day: date = TUESDAY) -> ExtraHours:
    made: ExtraHours = ExtraHours.objects.create(
        practitioner=who, location=where, day=day, opens=time.fromisoformat(opens), closes=time.fromisoformat(closes)
    )
    return made


def test_extra_hours_are_offered_on_their_day_and_on_no_other(visit, imani, central) -> None:
    extra(imani, central, "16:00", "17:00")
    assert offered(visit, imani) == ["14:00", "14:30", "16:00", "16:30"], "the gap between is a break"
    assert offered(visit, imani, day=TUESDAY + timedelta(days=7)) == ["14:00", "14:30"]


def test_extra_hours_bring_somebody_to_a_house_where_they_work_on_no_weekday(visit, imani) -> None:
    kowloon = a_location("Kowloon")
    extra(imani, kowloon, "09:00", "10:00")
    found = availability.free(kind=visit, practitioners=[imani], first_day=TUESDAY, days=1, now=NOW).slots()
    assert [(s.location_id == kowloon.pk, *walls([s])) for s in found][:2] == [(True, "09:00"), (True, "09:30")]


def test_extra_hours_count_for_nobody_who_may_not_be_booked(visit, imani, central) -> None:
    extra(imani, central, "16:00", "17:00")
    imani.registration_expires_on = MONDAY
    imani.save()
    assert offered(visit, imani) == []


# --- past closing ----------------------------------------------------------------------------------------------------


def test_clean_up_may_run_past_closing_by_what_the_kind_allows(visit, imani) -> None:
    """A user complained: time for cleaning made the last visit of the day impossible."""
    visit.minutes_after = 10
    assert offered(visit, imani) == ["14:00"]
    visit.overrun_minutes = 9
    assert offered(visit, imani) == ["14:00"]
    visit.overrun_minutes = 10
    assert offered(visit, imani) == ["14:00", "14:30"]
