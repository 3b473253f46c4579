"""The desk's pages for what stands outside of hours, and the admin's question before anything is taken away."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clinic.premises.models import Closure, Room
from consultations.models import Consultation
from practitioners.models import Practitioner, Roster, TimeOff
from tests.cast import ALICE_ASKS, TUESDAY, signed_in
from tests.clinic import desk

pytestmark = pytest.mark.django_db
LIST = reverse("reception:outside")


@pytest.fixture
def sam(cast) -> Client:
    return signed_in(cast.sam)


@pytest.fixture
def imani(cast) -> Any:
    return Practitioner.objects.get(slug="dr-imani")


def seen_in(page: str) -> str:
    (seen,) = re.findall(r'name="seen(?:_visits)?" value="(\w+)"', page)
    return str(seen)


def test_closing_a_day_shows_its_visits_first_and_saves_only_when_that_is_confirmed(sam, cast) -> None:
    day = {"first_day": TUESDAY, "last_day": TUESDAY, "reason_en": "Flood", "reason_zh_hant": "水浸", "location": ""}
    page = sam.post(desk.the_new(Closure), day).content.decode()
    assert "2 booked visits would stand outside of hours. Nothing is saved yet." in page
    for words in (cast.alices_visit.reference, "Alice Wong", "Bob Chan", "The clinic is closed that day"):
        assert words in page
    assert "was added successfully" not in page
    assert ALICE_ASKS not in page
    assert not Closure.objects.exists()
    assert sam.post(desk.the_new(Closure), {**day, "seen_visits": seen_in(page)}).status_code == 302
    assert Closure.objects.get().reason_en == "Flood"
    assert Consultation.objects.filter(status="confirmed").count() == 2


def test_a_shorter_week_and_a_room_out_of_use_ask_as_well(sam, cast, imani) -> None:
    line = imani.hours.get(weekday=1)
    gone = {"hours-0-id": line.pk, "hours-0-practitioner": imani.pk, "hours-0-location": line.location_id,
            "hours-0-weekday": 1, "hours-0-opens": "12:00", "hours-0-closes": "18:00"}  # fmt: skip
    counts = {f"{name}-{what}_FORMS": "0" for name in ("extra_hours", "time_off") for what in ("TOTAL", "INITIAL")}
    sent = {**gone, **counts, "hours-TOTAL_FORMS": "1", "hours-INITIAL_FORMS": "1"}
    address = desk.the_page(Roster.objects.get(pk=imani.pk))
    page = sam.post(address, sent).content.decode()
    assert "1 booked visit would stand outside of hours" in page
    assert imani.hours.get(weekday=1).opens == line.opens
    assert sam.post(address, {**sent, "seen_visits": seen_in(page)}).status_code == 302
    assert imani.hours.get(weekday=1).opens != line.opens
    room = cast.bobs_visit.room
    page = sam.post(desk.the_page(room), {"name_en": room.name, "location": room.location_id}).content.decode()
    assert "Its room is out of use" in page
    assert Room.objects.get(pk=room.pk).active


def test_the_list_gives_a_visit_away_in_one_press_and_cancels_another(sam, cast, imani) -> None:
    Practitioner.objects.filter(pk=imani.pk).update(accepts_bookings=False)
    page = sam.get(LIST).content.decode()
    assert "Give to Dr Reyes" in page
    assert reverse("reception:move", args=[cast.alices_visit.reference]) in page
    assert ALICE_ASKS not in page
    assert sam.post(reverse("reception:settle"), {"visit": f"{cast.alices_visit.reference} 0 dr-reyes"}).url == LIST
    assert Consultation.objects.get(pk=cast.alices_visit.pk).practitioner.slug == "dr-reyes"
    assert "Every visit lies within hours." in sam.get(LIST).content.decode()
    sam.post(reverse("reception:settle"), {"visit": f"{cast.bobs_visit.reference} 0 "})
    assert Consultation.objects.get(pk=cast.bobs_visit.pk).cancelled_by == "clinic"


def test_all_at_once_is_done_to_what_was_read_and_cancelling_asks_for_a_reason(sam, cast) -> None:
    Practitioner.objects.update(accepts_bookings=False)
    every, seen = reverse("reception:settle_all"), seen_in(sam.get(LIST).content.decode())
    assert sam.post(every, {"what": "cancel", "seen": seen, "reason": ""}).status_code == 422
    sam.post(every, {"what": "cancel", "seen": "old", "reason": "The clinic has burnt down"})
    assert Consultation.objects.filter(status="confirmed").count() == 2
    told = sam.post(every, {"what": "reassign", "seen": seen}, follow=True).content.decode()
    assert "Arranged: 0. Left, and listed below: 2." in told
    sam.post(every, {"what": "cancel", "seen": seen, "reason": "The clinic has burnt down"})
    assert Consultation.objects.filter(status="cancelled", cancelled_by="clinic").count() == 2


def test_somebody_who_is_away_or_leaves_leads_to_the_list_of_their_visits(sam, cast, imani) -> None:
    address = reverse("reception:away")
    form = {"practitioner": "dr-imani", "what": "away", "first_day": TUESDAY, "last_day": TUESDAY, "absence": "other"}
    assert sam.post(address, {**form, "last_day": "2027-05-01"}).status_code == 422
    page = sam.post(address, form).content.decode()
    assert cast.alices_visit.reference in page
    assert not TimeOff.objects.exists()
    answer = sam.post(address, {**form, "seen_visits": seen_in(page)})
    assert answer.url == f"{LIST}?practitioner=dr-imani"
    assert TimeOff.objects.get().practitioner == imani
    assert "Give to Dr Reyes" in sam.get(answer.url).content.decode()
    TimeOff.objects.all().delete()
    leaves = {**form, "what": "leaves", "first_day": "", "last_day": "2027-05-03"}
    page = sam.post(address, leaves).content.decode()
    assert sam.post(address, {**leaves, "seen_visits": seen_in(page)}).status_code == 302
    assert {line.valid_until for line in imani.hours.all()} == {TUESDAY.replace(day=3)}


@pytest.mark.parametrize("who", ["alice", "dr_imani"])
def test_the_pages_are_the_desks(cast, who) -> None:
    browser = signed_in(getattr(cast, who))
    assert browser.get(LIST).status_code == 404
    assert browser.get(reverse("reception:away")).status_code == 404
    assert browser.post(reverse("reception:settle"), {"visit": cast.bobs_visit.reference}).status_code == 404
