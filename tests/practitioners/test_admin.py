"""Practitioners and their roster as staff edit them, and how they come to sign in."""

import re
from datetime import date, time
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clinic.accounts.models import User
from clinic.accounts.roles import Role, holds
from clinic.outbox.models import OutboundMessage
from clinic.premises.models import Location
from practitioners import logins, proposals
from practitioners.models import Practitioner, Review, WorkingHours
from tests import factories
from tests.clinic import desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def sam() -> User:
    return factories.user("sam@clinic.test", Role.STAFF)


@pytest.fixture
def central() -> Location:
    return desk.location()


def week(*rows: dict[str, Any], already: int = 0) -> dict[str, Any]:
    """The practitioner's form with these rows of hours and nothing else in its tables."""
    sent = {
        "name_en": "Dr Imani", "slug": "dr-imani", "title_en": "Doctor", "registration_body_en": "Council",
        "registration_number": "M1", "practising_since": "2010", "languages": ["en", "yue"], "position": "0",
        "is_active": "on", "accepts_bookings": "on",
    }  # fmt: skip
    for prefix, count in (("kinds", 0), ("offerings", 0), ("hours", len(rows)), ("time_off", 0)):
        sent[f"{prefix}-TOTAL_FORMS"] = str(count)
        sent[f"{prefix}-INITIAL_FORMS"] = str(already if prefix == "hours" else 0)
    for number, row in enumerate(rows):
        sent |= {f"hours-{number}-{field}": value for field, value in row.items()}
    return sent


def hours(where: Location, opens: str, closes: str, **more: Any) -> dict[str, Any]:
    return {"location": where.pk, "weekday": 0, "opens": opens, "closes": closes, **more}


def kept() -> list[tuple[int, time, time]]:
    return list(WorkingHours.objects.values_list("weekday", "opens", "closes"))


def test_staff_add_a_practitioner_with_a_week_that_has_breaks(sam: User, central: Location) -> None:
    sent = week(hours(central, "09:00", "13:00"), hours(central, "14:00", "18:00"))
    assert desk.signed_in(sam).post(desk.the_new(Practitioner), sent).status_code == 302
    assert Practitioner.objects.get().languages == ["en", "yue"]
    assert kept() == [(0, time(9), time(13)), (0, time(14), time(18))]


OVERLAPPING = [
    ({}, {}),
    ({"valid_until": "2027-03-31"}, {"valid_from": "2027-03-31"}),
    ({"valid_until": "2027-03-31"}, {}),
]
APART = [
    ({"valid_until": "2027-03-31"}, {"valid_from": "2027-04-01"}),
    ({"valid_from": "2027-05-01"}, {"valid_from": "2027-04-01", "valid_until": "2027-04-30"}),
]


@pytest.mark.parametrize(("first", "second"), OVERLAPPING)
def test_two_new_rows_that_overlap_are_refused_in_words(
    sam: User, central: Location, first: dict[str, str], second: dict[str, str]
) -> None:
    sent = week(hours(central, "09:00", "13:00", **first), hours(central, "12:59", "18:00", **second))
    page = desk.signed_in(sam).post(desk.the_new(Practitioner), sent).content.decode()
    assert "These hours overlap other hours on the same day." in page
    assert "Two rows of the week overlap." in page
    assert kept() == []


@pytest.mark.parametrize(("first", "second"), APART)
def test_rows_that_never_hold_on_the_same_date_may_overlap(
    sam: User, central: Location, first: dict[str, str], second: dict[str, str]
) -> None:
    sent = week(hours(central, "09:00", "13:00", **first), hours(central, "10:00", "12:00", **second))
    assert desk.signed_in(sam).post(desk.the_new(Practitioner), sent).status_code == 302
    assert len(kept()) == 2


def test_hours_at_two_locations_overlap_as_well(sam: User, central: Location) -> None:
    sent = week(hours(central, "09:00", "13:00"), hours(desk.location(), "12:00", "18:00"))
    assert b"overlap" in desk.signed_in(sam).post(desk.the_new(Practitioner), sent).content


def test_rows_that_trade_places_are_judged_by_what_they_become(sam: User, central: Location) -> None:
    who = desk.practitioner()
    early = WorkingHours.objects.create(practitioner=who, location=central, weekday=0, opens="09:00", closes="13:00")
    late = WorkingHours.objects.create(practitioner=who, location=central, weekday=0, opens="14:00", closes="18:00")
    sent = week(
        hours(central, "14:00", "18:00", id=early.pk, practitioner=who.pk),
        hours(central, "09:00", "13:30", id=late.pk, practitioner=who.pk),
        already=2,
    )
    assert desk.signed_in(sam).post(desk.the_page(who), sent).status_code == 302
    assert kept() == [(0, time(9), time(13, 30)), (0, time(14), time(18))]


def test_a_row_may_take_the_place_of_one_that_goes(sam: User, central: Location) -> None:
    who = desk.practitioner()
    old = WorkingHours.objects.create(practitioner=who, location=central, weekday=0, opens="09:00", closes="13:00")
    gone = hours(central, "09:00", "13:00", id=old.pk, practitioner=who.pk, DELETE="on")
    sent = week(gone, hours(central, "08:00", "14:00"), already=1)
    assert desk.signed_in(sam).post(desk.the_page(who), sent).status_code == 302
    assert kept() == [(0, time(8), time(14))]


def test_an_expired_registration_stands_out_in_the_list(sam: User) -> None:
    who = desk.practitioner(registration_expires_on=date(2020, 1, 31))
    desk.practitioner(name="Dr Reyes", registration_expires_on=date(2090, 1, 31))
    client = desk.signed_in(sam)
    assert "Expired 2020-01-31" in client.get(desk.the_list(Practitioner)).content.decode()
    assert list(client.get(desk.the_list(Practitioner), {"registration": "expired"}).context["cl"].result_list) == [who]


def test_a_page_opened_before_an_approval_does_not_put_the_old_words_back(sam: User) -> None:
    who = factories.practitioner("Dr Imani", bio_en="Trained.")
    browser = desk.signed_in(sam)
    (seen,) = re.findall(r'name="seen" value="(\w+)"', browser.get(desk.the_page(who)).text)
    opened = {**week(), "bio_en": "Trained.", "seen": seen}
    proposals.approve(actor=sam, proposal=factories.proposal(who, bio_en="I listen first."), now=factories.NOW)
    answer = browser.post(desk.the_page(who), {**opened, "position": "7"})
    assert "The words of this profile were changed after this page was opened" in answer.text
    assert Practitioner.objects.filter(bio_en="I listen first.", position=0).exists()
    same = {**opened, "bio_en": "I listen first.", "position": "7"}
    assert browser.post(desk.the_page(who), same).status_code == 302, "nothing would be lost"
    (seen,) = re.findall(r'name="seen" value="(\w+)"', browser.get(desk.the_page(who)).text)
    assert browser.post(desk.the_page(who), {**week(), "bio_en": "In short.", "seen": seen}).status_code == 302
    assert Practitioner.objects.filter(bio_en="In short.").exists()


def test_a_review_is_read_and_never_changed_there(sam: User) -> None:
    review = factories.review(desk.practitioner())
    client = desk.signed_in(sam)
    assert client.get(desk.the_page(review)).status_code == 200
    assert client.post(desk.the_page(review), {"stars": "1"}).status_code == 404
    assert Review.objects.get().stars == 5


# --- signing in ---


def invite(client: Client, who: Practitioner, email: str = "dr.imani@clinic.test") -> Any:
    path = reverse("admin:practitioners_practitioner_invite", args=[who.pk])
    return client.post(path, {"email": email, "language": "en"})


def test_staff_invite_a_practitioner_from_the_profile(sam: User) -> None:
    who = desk.practitioner()
    client = desk.signed_in(sam)
    path = reverse("admin:practitioners_practitioner_invite", args=[who.pk])
    assert path in client.get(desk.the_page(who)).content.decode()
    assert client.get(path).status_code == 200
    assert invite(client, who).headers["Location"] == desk.the_page(who)
    who = Practitioner.objects.get()
    assert who.user == User.objects.get(email="dr.imani@clinic.test")
    assert holds(who.user, Role.PRACTITIONER)
    assert who.user.name == "Dr Imani"
    assert OutboundMessage.objects.get().to == "dr.imani@clinic.test"
    assert who.history.latest().history_user == sam


def test_an_invitation_is_sent_again_to_the_same_address_and_to_no_other(sam: User) -> None:
    who = desk.practitioner()
    client = desk.signed_in(sam)
    invite(client, who)
    assert invite(client, who).status_code == 302
    answer = invite(client, who, "sam.at.home@example.test")
    assert answer.status_code == 422
    assert "already signs in with another address" in answer.content.decode()
    assert not User.objects.filter(email="sam.at.home@example.test").exists()


def test_two_practitioners_do_not_share_an_address(sam: User) -> None:
    logins.invite(
        actor=sam, practitioner=desk.practitioner(), email="dr.imani@clinic.test", language="en", now=desk.NOW
    )
    other = desk.practitioner(name="Dr Reyes")
    with pytest.raises(logins.AnotherPractitioner):
        logins.invite(actor=sam, practitioner=other, email="dr.imani@clinic.test", language="en", now=desk.NOW)
    assert OutboundMessage.objects.count() == 1


@pytest.mark.parametrize("role", [Role.PRACTITIONER, Role.CLINICAL_LEAD])
def test_others_find_no_such_page(role: Role) -> None:
    who = desk.practitioner()
    assert invite(desk.at_work(role), who).status_code == 404
    assert Practitioner.objects.get().user is None


def test_staff_cannot_take_a_practitioners_place(sam: User) -> None:
    who = desk.practitioner()
    assert desk.signed_in(sam).post(desk.the_page(who), {**week(), "user": sam.pk}).status_code == 302
    assert Practitioner.objects.get(pk=who.pk).user is None


def test_an_owner_undoes_a_wrong_address_but_does_not_put_themselves_there() -> None:
    owner = factories.user("owner@clinic.test", Role.OWNER, Role.PRACTITIONER)
    who = desk.practitioner(user=factories.user("wrong@clinic.test", Role.PRACTITIONER))
    client = desk.signed_in(owner)
    assert client.post(desk.the_page(who), {**week(), "user": owner.pk}).status_code == 200
    assert client.post(desk.the_page(who), {**week(), "user": ""}).status_code == 302
    assert Practitioner.objects.get(pk=who.pk).user is None
