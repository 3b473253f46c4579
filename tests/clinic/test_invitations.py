"""How people who work here come to sign in."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from clinic.accounts import invitations
from clinic.accounts.models import User
from clinic.accounts.roles import Role, holds
from clinic.audit.models import AuditEntry
from clinic.outbox.models import OutboundMessage
from tests import factories
from tests.clinic import desk

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery staple"


@pytest.fixture
def sam() -> User:
    return factories.user("sam@clinic.test", Role.STAFF)


def invite(
    actor: User, role: Role = Role.PRACTITIONER, email: str = "Dr.Imani@Clinic.test", language: str = "en"
) -> User:
    return invitations.invite(actor=actor, email=email, name="Dr Imani", role=role, language=language, now=desk.NOW)


def mailed() -> OutboundMessage:
    return OutboundMessage.objects.get()


def link_in(text: str | None) -> str:
    found = re.search(r"http://127\.0\.0\.1:8000(/\S+)", text or "")
    assert found, text
    return found.group(1)


def choose_password(path: str, password: str = PASSWORD) -> Client:
    client = Client()
    form = client.get(path, follow=True)
    answer = client.post(form.request["PATH_INFO"], {"password1": password, "password2": password})
    assert answer.headers["Location"] == reverse("account_reset_password_from_key_done")
    return client


def test_an_invitation_makes_an_account_with_the_role_and_no_password(sam: User) -> None:
    dr_imani = invite(sam)
    assert (dr_imani.email, dr_imani.name) == ("dr.imani@clinic.test", "Dr Imani")
    assert holds(dr_imani, Role.PRACTITIONER)
    assert not dr_imani.has_usable_password()
    assert not dr_imani.is_staff


def test_the_mail_is_queued_with_the_account_and_says_whom_it_is_from(sam: User) -> None:
    factories.clinic()
    invite(sam)
    message = mailed()
    assert (message.to, message.subject) == ("dr.imani@clinic.test", "Your sign-in for Lumen Skin Clinic")
    text, html = message.text or "", message.html or ""
    assert "Hello Dr Imani," in text
    assert "until Thursday 4 March, 17:00, Hong Kong time" in text
    assert link_in(text) in html


@time_machine.travel(desk.NOW, tick=False)
def test_the_link_lets_its_reader_choose_a_password_once_and_sign_in_with_it(sam: User) -> None:
    invite(sam)
    path = link_in(mailed().text)
    choose_password(path)
    assert User.objects.get(email="dr.imani@clinic.test").check_password(PASSWORD)
    client = Client()
    client.post(reverse("account_login"), {"login": "dr.imani@clinic.test", "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(User.objects.get(email="dr.imani@clinic.test").pk)
    assert b"password1" not in Client().get(path, follow=True).content


def test_the_link_ends_when_the_mail_says(sam: User) -> None:
    with time_machine.travel(desk.NOW, tick=False):
        invite(sam)
        path = link_in(mailed().text)
    with time_machine.travel(desk.NOW + timedelta(days=3, seconds=1), tick=False):
        assert b"password1" not in Client().get(path, follow=True).content


def test_the_mail_speaks_the_language_of_the_invited(sam: User) -> None:
    invite(sam, language="zh-hant")
    message = mailed()
    assert message.language == "zh-hant"
    assert link_in(message.text).startswith("/zh-hant/account/")


def test_who_invited_whom_as_what_stands_in_the_trail(sam: User) -> None:
    dr_imani = invite(sam)
    row = AuditEntry.objects.get()
    assert (row.actor, row.action, row.object_id, row.reason) == (
        sam,
        "person_invited",
        str(dr_imani.pk),
        "practitioner",
    )


def test_an_unanswered_invitation_may_be_sent_again(sam: User) -> None:
    first = invite(sam)
    again = invitations.invite(
        actor=sam, email="dr.imani@clinic.test", name="", role=Role.PRACTITIONER, language="en",
        now=desk.NOW + timedelta(days=1),
    )  # fmt: skip
    assert first == again
    assert OutboundMessage.objects.count() == 2


def test_a_patient_may_be_invited_to_work_here(sam: User) -> None:
    alice = factories.user("dr.imani@clinic.test", name="Alice Wong")
    assert invite(sam) == alice
    alice = User.objects.get(pk=alice.pk)
    assert holds(alice, Role.PRACTITIONER)
    assert alice.name == "Alice Wong"


@pytest.mark.parametrize("role", [Role.STAFF, Role.CLINICAL_LEAD, Role.OWNER])
def test_staff_invite_practitioners_and_nobody_else(sam: User, role: Role) -> None:
    with pytest.raises(invitations.NotYoursToGive):
        invite(sam, role)
    assert not User.objects.filter(email="dr.imani@clinic.test").exists()


@pytest.mark.parametrize("role", list(Role))
def test_an_owner_invites_to_every_role(role: Role) -> None:
    invited = invite(factories.user("owner@clinic.test", Role.OWNER), role)
    assert holds(invited, role)
    assert invited.is_staff == (role != Role.PRACTITIONER)


@pytest.mark.parametrize("role", [Role.PRACTITIONER, Role.CLINICAL_LEAD])
def test_a_practitioner_and_a_clinical_lead_invite_nobody(role: Role) -> None:
    with pytest.raises(invitations.NotYoursToGive):
        invite(factories.user("dr.reyes@clinic.test", role))


def test_an_account_with_a_password_gets_its_roles_from_an_owner_only(sam: User) -> None:
    factories.user("dr.imani@clinic.test", password=PASSWORD)
    with pytest.raises(invitations.AlreadySignsIn):
        invite(sam)
    assert not OutboundMessage.objects.exists()
    assert not Group.objects.get(name="practitioner").user_set.exists()


def test_an_invitation_does_not_restore_a_sign_in_that_was_ended(sam: User) -> None:
    factories.user("dr.imani@clinic.test", is_active=False)
    with pytest.raises(invitations.SignInEnded):
        invite(sam)


# --- the operator's command ---


@time_machine.travel(desk.NOW, tick=False)
def test_the_operator_makes_the_first_owner_and_hands_them_a_link(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("create_owner", "Owner@Clinic.test", name="Olive Owner")
    said = capsys.readouterr().out
    owner = User.objects.get(email="owner@clinic.test")
    assert "Owner@Clinic.test is an owner now. Within 72 hours" in said
    assert holds(owner, Role.OWNER)
    assert owner.is_staff
    assert not owner.is_superuser
    choose_password(said.strip().splitlines()[-1].removeprefix("http://127.0.0.1:8000"))
    assert User.objects.get(pk=owner.pk).check_password(PASSWORD)


def test_the_operators_act_stands_in_the_trail() -> None:
    call_command("create_owner", "owner@clinic.test", verbosity=0)
    row = AuditEntry.objects.get()
    assert (row.actor, row.role, row.action, row.reason) == (None, "operator", "person_invited", "owner")


def test_the_command_makes_an_owner_of_an_account_that_is_there(sam: User) -> None:
    call_command("create_owner", "SAM@clinic.test")
    assert set(User.objects.get(pk=sam.pk).groups.values_list("name", flat=True)) == {"staff", "owner"}


def test_the_command_says_when_the_address_is_none() -> None:
    with pytest.raises(CommandError, match="sam is not an e-mail address"):
        call_command("create_owner", "sam")
