"""Practitioners and their roster as staff edit them, and how they come to sign in."""

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clinic.accounts.models import User
from clinic.accounts.roles import Role, holds
from clinic.outbox.models import OutboundMessage
from clinic.premises.models import Location
from practitioners import logins, proposals
from practitioners.models import Practitioner, Review
from tests import factories
from tests.clinic import desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def sam() -> User:
    return factories.user("sam@clinic.test", Role.STAFF)


@pytest.fixture
def central() -> Location:
    return desk.location()


def profile() -> dict[str, Any]:
    """The practitioner's form with nothing in its tables."""
    sent = {
        "name_en": "Dr Imani", "slug": "dr-imani", "title_en": "Doctor", "registration_body_en": "Council",
        "registration_number": "M1", "practising_since": "2010", "languages": ["en", "yue"], "position": "0",
        "is_active": "on", "accepts_bookings": "on",
    }  # fmt: skip
    for prefix in ("kinds", "offerings"):
        sent |= {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}
    return sent


def test_staff_add_a_practitioner_and_are_shown_the_way_to_their_hours(sam: User) -> None:
    assert desk.signed_in(sam).post(desk.the_new(Practitioner), profile()).status_code == 302
    who = Practitioner.objects.get()
    assert who.languages == ["en", "yue"]
    page = desk.signed_in(sam).get(desk.the_page(who)).content.decode()
    assert f"/admin/practitioners/roster/{who.pk}/change/" in page


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
    opened = {**profile(), "bio_en": "Trained.", "seen": seen}
    proposals.approve(actor=sam, proposal=factories.proposal(who, bio_en="I listen first."), now=factories.NOW)
    answer = browser.post(desk.the_page(who), {**opened, "position": "7"})
    assert "The words of this profile were changed after this page was opened" in answer.text
    assert Practitioner.objects.filter(bio_en="I listen first.", position=0).exists()
    same = {**opened, "bio_en": "I listen first.", "position": "7"}
    assert browser.post(desk.the_page(who), same).status_code == 302, "nothing would be lost"
    (seen,) = re.findall(r'name="seen" value="(\w+)"', browser.get(desk.the_page(who)).text)
    assert browser.post(desk.the_page(who), {**profile(), "bio_en": "In short.", "seen": seen}).status_code == 302
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
    assert desk.signed_in(sam).post(desk.the_page(who), {**profile(), "user": sam.pk}).status_code == 302
    assert Practitioner.objects.get(pk=who.pk).user is None


def test_an_owner_undoes_a_wrong_address_but_does_not_put_themselves_there() -> None:
    owner = factories.user("owner@clinic.test", Role.OWNER, Role.PRACTITIONER)
    who = desk.practitioner(user=factories.user("wrong@clinic.test", Role.PRACTITIONER))
    client = desk.signed_in(owner)
    assert client.post(desk.the_page(who), {**profile(), "user": owner.pk}).status_code == 200
    assert client.post(desk.the_page(who), {**profile(), "user": ""}).status_code == 302
    assert Practitioner.objects.get(pk=who.pk).user is None
