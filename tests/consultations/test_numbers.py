"""The numbers for staff, worked out by hand on a small week."""

import csv
from datetime import date, timedelta

import pytest

from clinic.premises.models import Clinic, Closure
from consultations import numbers
from consultations.models import Cancelled, Consultation, Kind, Status
from consultations.numbers import KIND, PRACTITIONER, WEEK, Asked
from practitioners.models import ExtraHours, Practitioner, TimeOff, WorkingHours
from tests.cast import TUESDAY
from tests.consultations.bookings import cancel, confirm, hold
from tests.factories import HONG_KONG, MONDAY, NOW, at

SUNDAY = MONDAY + timedelta(days=6)
WHOLE_WEEK = Asked(first=MONDAY, last=SUNDAY, zone=HONG_KONG)


@pytest.fixture
def imani(cast):
    """Works on Tuesday from nine to five and at no other time."""
    WorkingHours.objects.all().delete()
    found = Practitioner.objects.get(slug="dr-imani")
    where = cast.alices_visit.location
    WorkingHours.objects.create(practitioner=found, location=where, weekday=1, opens="09:00", closes="17:00")
    return found


def test_what_became_of_the_visits_is_counted(cast, imani):
    alice = cast.alices_visit.patient
    Consultation.objects.filter(pk=cast.alices_visit.pk).update(status=Status.NO_SHOW)
    late = confirm(hold("12:00", imani), alice)
    cancel(late, now=at("08:00", TUESDAY))
    other = confirm(hold("14:00", imani), alice)
    cancel(other, by=Cancelled.BY_CLINIC)
    _lines, whole = numbers.count(Asked(MONDAY, SUNDAY, HONG_KONG, practitioner=imani.pk), WEEK)
    assert (whole.visits, whole.no_shows, whole.came, whole.late, whole.by_patients, whole.by_clinic) == (
        3, 1, 0, 1, 1, 1,
    )  # fmt: skip
    assert (whole.no_show_share, whole.late_share) == (1.0, 1 / 3)
    # Booked on Monday at nine for Tuesday at ten, twelve and two: 25, 27 and 29 hours ahead.
    assert whole.lead_days == pytest.approx(27 / 24)
    assert whole.sources == {"online": 3}


def test_utilisation_is_time_of_visits_of_open_time(cast, imani):
    """Eight hours, of which half an hour is off; two more on Wednesday; one visit of thirty minutes."""
    where = cast.alices_visit.location
    TimeOff.objects.create(practitioner=imani, starts=at("16:30", TUESDAY), ends=at("18:00", TUESDAY))
    ExtraHours.objects.create(
        practitioner=imani, location=where, day=TUESDAY + timedelta(days=1), opens="09:00", closes="11:00"
    )
    _lines, whole = numbers.count(Asked(MONDAY, SUNDAY, HONG_KONG, practitioner=imani.pk), WEEK)
    assert (whole.open_minutes, whole.busy_minutes) == (7 * 60 + 30 + 120, 30)
    Closure.objects.create(first_day=TUESDAY, last_day=TUESDAY, reason="Typhoon")
    _lines, whole = numbers.count(Asked(MONDAY, SUNDAY, HONG_KONG, practitioner=imani.pk), WEEK)
    assert whole.open_minutes == 120


def test_weeks_practitioners_and_kinds_add_up_to_the_same(cast, imani):
    for by in (WEEK, PRACTITIONER, KIND):
        lines, whole = numbers.count(WHOLE_WEEK, by)
        assert sum(sums.visits for sums in lines.values()) == whole.visits == 2
    by_kind, _whole = numbers.count(WHOLE_WEEK, KIND)
    assert set(by_kind) == {Kind.objects.get(code="first_visit").pk}
    assert all(sums.open_minutes == 0 for sums in by_kind.values()), "hours belong to nobody's kind of visit"


def test_a_visit_outside_of_the_days_is_not_counted(cast):
    _lines, whole = numbers.count(Asked(SUNDAY + timedelta(days=1), SUNDAY + timedelta(days=7), HONG_KONG), WEEK)
    assert (whole.visits, whole.no_show_share, whole.lead_days) == (0, None, None)


def test_more_visits_take_no_more_questions(cast, imani, django_assert_num_queries):
    with django_assert_num_queries(6):
        numbers.count(WHOLE_WEEK, PRACTITIONER)
    Clinic.objects.update(open_visits=9)
    for hour in (12, 13, 14):
        confirm(hold(f"{hour}:00", imani), cast.bobs_visit.patient, now=NOW)
    with django_assert_num_queries(6):
        numbers.count(WHOLE_WEEK, PRACTITIONER)


def test_the_page_and_the_file_say_the_same_and_name_no_patient(as_sam, cast):
    asked = f"?first={MONDAY}&last={SUNDAY}&by=practitioner"
    page = as_sam.get(f"/reception/numbers/{asked}").content.decode()
    rows = list(csv.reader(as_sam.get(f"/reception/numbers/csv/{asked}").content.decode("utf-8-sig").splitlines()))
    assert {row[0]: row[1] for row in rows} == {"Practitioner": "Booked", "Dr Imani": "1", "Dr Reyes": "1", "All": "2"}
    for shown in (page, str(rows)):
        for patient in ("Alice", "Bob"):
            assert patient not in shown
    assert "Dr Imani" in page


def test_days_that_make_no_period_are_said_to_be_none(as_sam):
    answer = as_sam.get("/reception/numbers/?first=2027-05-03&last=2027-05-01")
    assert answer.status_code == 422
    assert "Choose a last day after the first" in answer.content.decode()
    assert as_sam.get("/reception/numbers/?first=soon").status_code == 422
    assert as_sam.get("/reception/numbers/csv/?first=soon").headers["Location"] == "/reception/numbers/?first=soon"


def test_only_the_desk_and_the_owner_count(as_alice, as_dr_imani, as_owner):
    for client, status in ((as_alice, 404), (as_dr_imani, 404), (as_owner, 200)):
        for page in ("numbers/", "numbers/csv/"):
            assert client.get(f"/reception/{page}").status_code == status


def test_an_empty_period_says_what_to_do(as_sam, cast):
    WorkingHours.objects.all().delete()
    page = as_sam.get(f"/reception/numbers/?first={date(2030, 1, 7)}&last={date(2030, 1, 8)}").content.decode()
    assert "Nothing to count in this period." in page
