"""Who works here and as what: an owner decides, never about themselves."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from clinic.accounts import people
from clinic.accounts.models import User
from clinic.accounts.roles import Role, holds
from clinic.audit.models import AuditEntry
from clinic.outbox.models import OutboundMessage
from tests import factories
from tests.clinic import desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> User:
    return factories.user("owner@clinic.test", Role.OWNER)


@pytest.fixture
def sam() -> User:
    return factories.user("sam@clinic.test", Role.STAFF, name="Sam")


def test_an_owner_gives_and_takes_roles(owner: User, sam: User) -> None:
    people.appoint(actor=owner, person=sam, to=[Role.PRACTITIONER], now=desk.NOW)
    sam = User.objects.get(pk=sam.pk)
    assert holds(sam, Role.PRACTITIONER)
    assert not holds(sam, Role.STAFF)
    assert not sam.is_staff
    row = AuditEntry.objects.get()
    assert (row.actor, row.action, row.object_id, row.reason) == (
        owner, "role_changed", str(sam.pk), "staff -> practitioner",
    )  # fmt: skip


def test_the_same_roles_again_leave_no_row(owner: User, sam: User) -> None:
    people.appoint(actor=owner, person=sam, to=[Role.STAFF], now=desk.NOW)
    assert not AuditEntry.objects.exists()


def test_an_owner_ends_and_restores_a_sign_in(owner: User, sam: User) -> None:
    people.end_sign_in(actor=owner, person=sam, now=desk.NOW)
    people.end_sign_in(actor=owner, person=sam, now=desk.NOW)
    assert not User.objects.get(pk=sam.pk).is_active
    people.restore_sign_in(actor=owner, person=sam, now=desk.NOW)
    assert User.objects.get(pk=sam.pk).is_active
    assert sorted(AuditEntry.objects.values_list("action", flat=True)) == ["sign_in_ended", "sign_in_restored"]


VERBS: list[Callable[..., None]] = [
    lambda **who: people.appoint(to=[Role.OWNER, Role.PRACTITIONER], **who),
    people.end_sign_in,
    people.restore_sign_in,
]


@pytest.mark.parametrize("verb", VERBS)
def test_nobody_decides_about_themselves(verb: Callable[..., None], owner: User) -> None:
    with pytest.raises(people.NotAboutYourself):
        verb(actor=owner, person=owner, now=desk.NOW)
    assert set(owner.groups.values_list("name", flat=True)) == {"owner"}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("role", [Role.STAFF, Role.PRACTITIONER, Role.CLINICAL_LEAD])
def test_nobody_but_an_owner_decides(verb: Callable[..., None], role: Role, sam: User) -> None:
    with pytest.raises(people.OwnersDecide):
        verb(actor=factories.user("dr.reyes@clinic.test", role), person=sam, now=desk.NOW)


def test_a_person_keeps_at_least_one_role(owner: User, sam: User) -> None:
    with pytest.raises(people.NoRole):
        people.appoint(actor=owner, person=sam, to=[], now=desk.NOW)


# --- their pages ---


def post(client: Client, person: User, **words: Any) -> Any:
    return client.post(desk.the_page(person), {"name": person.name, "language": "en", **words})


def test_an_owner_sees_who_works_here_and_no_patient(owner: User, sam: User) -> None:
    factories.user("alice@example.test", name="Alice Wong")
    page = desk.signed_in(owner).get(desk.the_list(User)).content.decode()
    assert "sam@clinic.test" in page
    assert "alice@example.test" not in page


def test_a_patients_account_has_no_page(owner: User) -> None:
    alice = factories.user("alice@example.test")
    assert desk.signed_in(owner).get(desk.the_page(alice)).status_code == 302


def test_an_owner_appoints_on_the_persons_page(owner: User, sam: User) -> None:
    assert post(desk.signed_in(owner), sam, roles=["staff", "owner"]).status_code == 302
    assert holds(User.objects.get(pk=sam.pk), Role.OWNER)


def test_a_forged_form_makes_nobody_more_than_the_page_offers(owner: User, sam: User) -> None:
    forged = {"is_superuser": "on", "is_staff": "on", "email": "evil@example.test", "password": "x", "groups": ["1"]}
    post(desk.signed_in(owner), sam, roles=["practitioner"], **forged)
    changed = User.objects.get(pk=sam.pk)
    assert (changed.email, changed.is_superuser, changed.is_staff) == ("sam@clinic.test", False, False)


def test_an_owners_own_page_offers_no_roles_and_takes_none(owner: User) -> None:
    client = desk.signed_in(owner)
    assert 'name="roles"' not in client.get(desk.the_page(owner)).content.decode()
    assert post(client, owner, roles=["owner", "practitioner"], name="Olive").status_code == 302
    own = User.objects.get(pk=owner.pk)
    assert (own.name, holds(own, Role.PRACTITIONER)) == ("Olive", False)


def test_an_owner_ends_sign_ins_from_the_list_but_not_their_own(owner: User, sam: User) -> None:
    words = {"action": "end_sign_in", "_selected_action": [str(sam.pk), str(owner.pk)]}
    page = desk.signed_in(owner).post(desk.the_list(User), words, follow=True).content.decode()
    assert "Ask another owner: nobody changes their own roles or sign-in." in page
    assert dict(User.objects.values_list("email", "is_active")) == {"owner@clinic.test": True, "sam@clinic.test": False}


def test_to_add_somebody_is_to_invite_them(owner: User) -> None:
    words = {"name": "Sam", "email": "sam@clinic.test", "role": "staff", "language": "zh-hant"}
    answer = desk.signed_in(owner).post(desk.the_new(User), words)
    assert answer.headers["Location"] == desk.the_list(User)
    sam = User.objects.get(email="sam@clinic.test")
    assert (sam.language, holds(sam, Role.STAFF)) == ("zh-hant", True)
    assert OutboundMessage.objects.get().to == "sam@clinic.test"


def test_an_invitation_that_cannot_be_sent_says_why_and_keeps_what_was_typed(owner: User) -> None:
    factories.user("sam@clinic.test", password="correct horse battery staple")
    words = {"name": "Sam", "email": "sam@clinic.test", "role": "staff", "language": "en"}
    answer = desk.signed_in(owner).post(desk.the_new(User), words)
    assert answer.status_code == 422
    assert "already signs in with a password" in answer.content.decode()
    assert 'value="Sam"' in answer.content.decode()


def test_staff_find_no_people(sam: User) -> None:
    client = desk.signed_in(sam)
    for path in (desk.the_list(User), desk.the_new(User), desk.the_page(sam)):
        assert client.get(path).status_code == 404
        assert client.post(path, {"roles": ["owner"]}).status_code == 404
    assert not holds(User.objects.get(pk=sam.pk), Role.OWNER)
