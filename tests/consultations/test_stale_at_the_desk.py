"""A page of the desk that was opened before the patient changed the visit acts on nothing, and says so."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from consultations.models import Consultation, Status
from practitioners.models import Practitioner
from tests.cast import TUESDAY, Cast
from tests.consultations.bookings import fresh, move
from tests.factories import at

CHANGED = "This consultation has changed in the meantime"
REVISION = re.compile(r'name="revision" value="(\d+)"')
LATER = TUESDAY + timedelta(days=1)


@pytest.fixture
def visit(cast: Cast) -> Consultation:
    return cast.alices_visit


def opened(as_sam: Client, address: str) -> list[str]:
    """What every form of the page sends along unseen."""
    found = REVISION.findall(as_sam.get(address).text)
    assert found, address
    assert set(found) == {"0"}
    return list(found)


@pytest.fixture
def moved(as_sam: Client, visit: Consultation) -> Consultation:
    """The visit, which its patient has moved since."""
    move(visit, "16:00", LATER)
    return fresh(visit)


@pytest.mark.parametrize("change", ["cancel", "arrived", "no_show"])
def test_the_page_of_the_visit_changes_nothing(as_sam, moved, change) -> None:
    sent = {"change": change, "revision": "0"}
    answer = as_sam.post(reverse("reception:change", args=[moved.reference]), sent)
    assert (answer.status_code, CHANGED in answer.text) == (409, True)
    assert fresh(moved).status == Status.CONFIRMED
    assert (
        as_sam.post(f"/reception/{moved.reference}/change/", {"change": "cancel", "revision": "1"}).status_code == 302
    )


@pytest.mark.parametrize("page", ["reception:move", "reception:other_time"])
def test_another_time_is_not_put_over_the_one_that_the_patient_has_chosen(as_sam, moved, page) -> None:
    address = reverse(page, args=[moved.reference])
    wanted = f"?practitioner={moved.practitioner.slug}&day={TUESDAY}&time=11:00"
    sent = {
        "starts": f"{at('11:00', TUESDAY):%Y-%m-%dT%H:%M}Z",
        "reason": "They asked for it by phone",
        "revision": "0",
    }
    answer = as_sam.post(address + wanted, sent)
    assert (answer.status_code, CHANGED in answer.text) == (409, True)
    assert fresh(moved).starts == moved.starts
    assert set(REVISION.findall(answer.text)) == {"1"}, "pressed again, it is about what the page shows now"
    assert as_sam.post(address + wanted, {**sent, "revision": "1"}).status_code == 302
    assert fresh(moved).starts == at("11:00", TUESDAY)


def test_every_form_of_a_visit_says_what_it_was_read_from(as_sam, visit) -> None:
    for page in ("consultation", "move"):
        opened(as_sam, reverse(f"reception:{page}", args=[visit.reference]))
    asked = f"?practitioner={visit.practitioner.slug}&day={TUESDAY}&time=11:00"
    opened(as_sam, reverse("reception:other_time", args=[visit.reference]) + asked)
    assert 'data-revision="0"' in as_sam.get(f"/reception/?day={TUESDAY}").text


@pytest.mark.parametrize("to", ["dr-reyes", ""])
def test_the_list_of_visits_outside_of_hours_settles_what_was_read(as_sam, visit, to) -> None:
    Practitioner.objects.filter(pk=visit.practitioner_id).update(accepts_bookings=False)
    button = re.search(rf'name="visit" value="({visit.reference} \d+ {to})"', as_sam.get("/reception/outside/").text)
    assert button
    Practitioner.objects.update(accepts_bookings=True)
    move(visit, "16:00", LATER)
    answer = as_sam.post(reverse("reception:settle"), {"visit": button[1]}, follow=True)
    assert CHANGED in answer.text
    after = fresh(visit)
    assert (after.status, after.practitioner_id) == (Status.CONFIRMED, visit.practitioner_id)


def test_nobody_arrives_on_a_day_before_their_visit(as_sam, visit) -> None:
    answer = as_sam.post(f"/reception/{visit.reference}/change/", {"change": "arrived"})
    assert answer.status_code == 409
    assert "This visit has not begun yet." in answer.text
