"""Signing in: patients with a mailed code, people who work here with a password, and nobody as somebody else."""

import re

import pytest
from allauth.account.models import EmailAddress

from clinic.outbox.models import OutboundMessage

CODE_MAIL = "Your code to sign in"


@pytest.fixture(autouse=True)
def _mail_goes_to_the_outbox(settings):
    settings.EMAIL_BACKEND = (
        "clinic.outbox.backend.OutboxEmailBackend"  # Django's test runner puts another in its place
    )


def mailed_code(email):
    mail = OutboundMessage.objects.get(subject=CODE_MAIL, to=email)
    found = re.search(r"\n\n(\S{5,12})\n\n", str(mail.text))
    assert found
    return found.group(1)


def test_a_patient_signs_in_with_a_mailed_code(visitor, bob):
    visitor.post("/account/login/code/", {"email": "Bob@Patients.test"})
    answer = visitor.post("/account/login/code/confirm/", {"code": mailed_code(bob.email)})
    assert answer.status_code == 302
    assert visitor.get("/my/").context["user"] == bob


def test_nobody_adds_anothers_address_to_their_own_account(as_alice, visitor, bob):
    assert as_alice.post("/account/email/", {"action_add": "", "email": bob.email}).status_code == 405
    assert not EmailAddress.objects.filter(email=bob.email).exists()

    visitor.post("/account/login/code/", {"email": bob.email})
    visitor.post("/account/login/code/confirm/", {"code": mailed_code(bob.email)})
    assert visitor.get("/my/").context["user"] == bob


def test_who_has_no_password_finds_no_page_to_change_it(as_alice, as_sam):
    assert as_alice.get("/account/password/change/").status_code == 404
    assert as_sam.get("/account/password/change/").status_code == 200
