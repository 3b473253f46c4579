"""The two written-out queries say the same as the querysets that name their rules."""

from datetime import date, timedelta

import pytest

from consultations import diary
from consultations.models import Consultation, Status
from practitioners.models import Practitioner
from tests.consultations.scene import (
    HONG_KONG,
    MONDAY,
    NOW,
    a_clinic,
    a_kind,
    a_location,
    a_practitioner,
    a_visit,
    at,
    works,
)  # fmt: skip

pytestmark = pytest.mark.django_db


def test_what_stands_in_the_way_is_what_the_model_calls_blocking() -> None:
    kind = a_kind()
    imani = a_practitioner("Dr Imani", kind)
    works(imani, a_location(), "09:00", "10:00")
    hour = at("00:00")
    for status in Status:
        for held_until in (None, NOW - timedelta(seconds=1), NOW, NOW + timedelta(seconds=1)):
            if held_until is None and status in {Status.HELD, Status.REQUESTED}:
                continue
            by = "patient" if status == Status.CANCELLED else ""
            a_visit(imani, kind, hour, minutes=20, status=status, held_until=held_until, cancelled_by=by)
            hour += timedelta(minutes=30)
    days = [MONDAY + timedelta(days=n) for n in range(2)]
    found = diary.read(
        practitioners=[imani.pk],
        locations=[],
        kind=kind,
        days=days,
        zone=HONG_KONG,
        now=NOW,
        patient_id=None,
        ignoring=None,
    )
    blocking = Consultation.objects.blocking(NOW).order_by("starts")
    assert [starts * 60 for starts, *_ in sorted(found.visits[imani.pk])] == [
        row.starts.timestamp() for row in blocking
    ]
    assert 0 < len(blocking) < Consultation.objects.count()


def test_whose_hours_are_read_is_whom_the_model_calls_bookable() -> None:
    kind, other = a_kind(), a_kind(code="video", name="Video")
    location = a_location()
    day = timedelta(days=1)
    for number, changes in enumerate(
        {"is_active": active, "accepts_bookings": accepts, "registration_expires_on": expires}
        for active in (True, False)
        for accepts in (True, False)
        for expires in (None, MONDAY - day, MONDAY, MONDAY + day)
    ):
        for kinds in ((), (kind,), (other,), (kind, other)):
            works(
                a_practitioner(f"Dr {number} {len(kinds)} {kind in kinds}", *kinds, **changes),
                location,
                "09:00",
                "10:00",
            )
    everyone = Practitioner.objects.all()
    zone, hours = diary.roster(
        practitioners=[who.pk for who in everyone], kind=kind.code, location_id=None, today=MONDAY
    )
    bookable = {who.pk for who in everyone.bookable(kind.code, MONDAY)}
    assert {who for who, _ in hours} == bookable
    assert 0 < len(bookable) < len(everyone)
    assert zone == HONG_KONG, "what a clinic that is not set up yet has"


def test_hours_end_with_the_registration_even_where_they_are_valid_for_longer() -> None:
    a_clinic()
    kind, location = a_kind(), a_location()
    imani = a_practitioner("Dr Imani", kind, registration_expires_on=date(2027, 6, 1))
    works(imani, location, "09:00", "10:00", [0])
    works(imani, location, "11:00", "12:00", [0], valid_until=date(2027, 7, 1))
    works(imani, location, "13:00", "14:00", [0], valid_until=date(2027, 5, 10))
    _, hours = diary.roster(practitioners=[imani.pk], kind=kind.code, location_id=None, today=MONDAY)
    lines = hours[imani.pk, location.pk]
    assert {(line.opens.hour, line.valid_until) for line in lines} == {
        (9, date(2027, 6, 1)), (11, date(2027, 6, 1)), (13, date(2027, 5, 10)),
    }  # fmt: skip
