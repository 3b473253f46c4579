"""A practitioner blocks time of their own: the visits under it are shown first, and stay booked."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clinic.audit.models import AuditEntry
from consultations.models import Consultation
from practitioners.models import Practitioner, TimeOff
from tests.cast import ALICE_ASKS, signed_in
from tests.consultations.test_outside_pages import seen_in
from tests.factories import NOW

pytestmark = pytest.mark.django_db
PAGE = "/desk/time-off/"
BLOCKED = {"starts": "2027-05-04T09:30", "ends": "2027-05-04T10:30", "absence": "training"}


@pytest.fixture
def imani(cast) -> Any:
    return Practitioner.objects.get(user=cast.dr_imani)


@pytest.fixture
def browser(cast) -> Client:
    return signed_in(cast.dr_imani)


def under(visit: Consultation) -> dict[str, str]:
    """An hour around the visit, as a browser sends it."""
    starts, ends = (moment + timedelta(hours=8) for moment in (visit.starts, visit.ends))
    return {**BLOCKED, "starts": f"{starts:%Y-%m-%dT%H:%M}", "ends": f"{ends:%Y-%m-%dT%H:%M}"}


def test_visits_under_it_are_shown_first_stay_booked_and_go_to_the_desks_list(cast, imani, browser) -> None:
    one, form = cast.alices_visit, under(cast.alices_visit)
    page = browser.post(PAGE, form).text
    assert one.reference in page
    assert cast.bobs_visit.reference not in page
    assert ALICE_ASKS not in page
    assert not TimeOff.objects.exists()
    assert browser.post(PAGE, {**form, "seen_visits": "of another day"}).status_code == 200
    assert not TimeOff.objects.exists()
    told = browser.post(PAGE, {**form, "seen_visits": seen_in(page)}, follow=True).text
    assert "stay booked until the desk has arranged them" in told
    made = TimeOff.objects.get()
    assert (made.practitioner, made.starts, made.ends, made.absence) == (imani, one.starts, one.ends, "training")
    assert Consultation.objects.get(pk=one.pk).status == "confirmed"
    assert one.reference in signed_in(cast.sam).get(reverse("reception:outside")).text


def test_free_time_is_blocked_at_once_and_taken_back(cast, imani, browser) -> None:
    form = {**under(cast.alices_visit), "starts": f"{cast.alices_visit.ends + timedelta(hours=12):%Y-%m-%dT%H:%M}"}
    form["ends"] = f"{cast.alices_visit.ends + timedelta(hours=13):%Y-%m-%dT%H:%M}"
    assert browser.post(PAGE, form).status_code == 302
    made = TimeOff.objects.get()
    assert "Training" in browser.get(PAGE).text
    away = reverse("desk:remove_time_off", args=[made.pk])
    assert signed_in(cast.dr_reyes).post(away).status_code == 404
    assert TimeOff.objects.exists()
    assert browser.post(away).url == PAGE
    assert not TimeOff.objects.exists()
    acts = AuditEntry.objects.filter(action__startswith="practitioner_").values_list("action", flat=True)
    assert sorted(acts) == ["practitioner_away", "practitioner_back"]


def test_what_has_passed_of_time_off_stays(cast, imani, browser) -> None:
    off = TimeOff.objects.create(practitioner=imani, starts=NOW - timedelta(hours=3), ends=NOW + timedelta(days=9))
    browser.post(reverse("desk:remove_time_off", args=[off.pk]))
    assert TimeOff.objects.get() == off
    assert TimeOff.objects.get().ends == NOW
    assert browser.post(reverse("desk:remove_time_off", args=[off.pk])).status_code == 404


@pytest.mark.parametrize(
    ("starts", "ends"),
    [
        ("", ""),
        ("soon", "later"),
        ("0001-01-01T00:00", "9999-12-31T23:59"),
        ("2027-05-04T10:00", "2027-05-04T10:00"),
        ("2027-05-04T10:00", "2027-05-04T09:00"),
        ("2027-05-02T10:00", "2027-05-04T11:00"),
        ("2027-05-03T08:00", "2027-05-03T08:59"),
        ("2027-05-04T10:00", "2030-06-04T11:00"),
    ],
)
def test_times_that_are_none_are_refused(browser, starts, ends) -> None:
    assert browser.post(PAGE, {**BLOCKED, "starts": starts, "ends": ends}).status_code == 422
    assert not TimeOff.objects.exists()


def test_the_own_hours_are_there_to_read(imani, browser) -> None:
    page = browser.get(PAGE).text
    line = imani.hours.order_by("weekday")[0]
    assert f"{line.get_weekday_display()} {line.opens:%H:%M}–{line.closes:%H:%M} {line.location}" in page
    assert 'href="/desk/time-off/"' in browser.get("/desk/").text
