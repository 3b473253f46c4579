"""Signing in: patients with a mailed code, people who work here with a password, and nobody as somebody else."""

import re
from typing import Any, ClassVar

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client

from clinic.audit.models import AuditEntry
from clinic.outbox.models import OutboundMessage
from tests.factories import PASSWORD

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


# --- nothing tells who has an account --------------------------------------------------------------------------------


def neutral(answer, typed):
    """An answer without what was typed and without tokens."""
    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.text)
    return answer.status_code, answer.headers.get("Location"), page.replace(typed, "TYPED")


KNOWN_AND_UNKNOWN = ["alice@patients.test", "sam@clinic.test", "nobody@elsewhere.test", "gone@clinic.test"]


@pytest.fixture
def gone(sam):
    sam.pk, sam.email, sam.is_active = None, "gone@clinic.test", False
    sam.save()


def test_asking_for_a_code_tells_nothing(cast, gone):
    answers = []
    for email in KNOWN_AND_UNKNOWN:
        browser = Client()
        asked = neutral(browser.post("/account/login/code/", {"email": email}), email)
        told = neutral(browser.get("/account/login/code/confirm/"), email)
        tried = neutral(browser.post("/account/login/code/confirm/", {"code": "AAA-AAA"}), email)
        answers.append((asked, told, tried))
    assert answers == answers[:1] * 4


def test_a_wrong_password_tells_nothing(cast, gone):
    answers = [
        neutral(Client().post("/account/login/", {"login": email, "password": "wrong"}), email)
        for email in KNOWN_AND_UNKNOWN
    ]
    assert answers == answers[:1] * 4


def test_asking_for_a_new_password_tells_nothing(cast, gone):
    answers = [
        neutral(Client().post("/account/password/reset/", {"email": email}), email) for email in KNOWN_AND_UNKNOWN
    ]
    assert answers == answers[:1] * 4


class Counting(MD5PasswordHasher):
    """Counts how often a password is worked on, which is what takes the time."""

    count: ClassVar[int] = 0

    def encode(self, password: str, salt: Any) -> str:
        Counting.count += 1
        return super().encode(password, salt)


def test_a_sign_in_takes_as_long_for_an_address_that_nobody_has(cast, settings):
    work = []
    settings.PASSWORD_HASHERS = [f"{__name__}.Counting"]
    for email in ("sam@clinic.test", "nobody@elsewhere.test", "alice@patients.test"):
        Counting.count = 0
        Client().post("/account/login/", {"login": email, "password": "wrong"})
        work.append(Counting.count)
    assert work == [1, 1, 1]


# --- what is written down --------------------------------------------------------------------------------------------


def test_signing_in_leaves_a_row(visitor, sam):
    visitor.post("/account/login/", {"login": "sam@clinic.test", "password": PASSWORD})
    row = AuditEntry.objects.get(action="signed_in")
    assert (row.actor, row.role, row.object_id) == (sam, "staff", str(sam.pk))


def test_signing_in_with_a_code_leaves_a_row(visitor, bob):
    visitor.post("/account/login/code/", {"email": bob.email})
    visitor.post("/account/login/code/confirm/", {"code": mailed_code(bob.email)})
    assert AuditEntry.objects.get(action="signed_in").actor == bob


@pytest.mark.parametrize("email", ["sam@clinic.test", "nobody@elsewhere.test", "correct horse battery staple"])
def test_a_failed_sign_in_leaves_a_row_without_what_was_typed(visitor, sam, email):
    visitor.post("/account/login/", {"login": email, "password": "a-secret-of-mine"})
    rows = AuditEntry.objects.filter(action="sign_in_failed")
    assert [(row.actor, row.outcome, row.object_id) for row in rows] == [
        (None, "refused", str(sam.pk) if email == sam.email else "")
    ] * len(rows)
    assert "a-secret-of-mine" not in str(list(rows.values()))
    assert len(rows) == (1 if "@" in email else 0), "what is no address never reaches the check"


def test_whose_sign_in_has_ended_gets_no_further(visitor, gone):
    answer = visitor.post("/account/login/", {"login": "gone@clinic.test", "password": PASSWORD})
    assert answer.status_code in {200, 302}
    assert visitor.get("/my/").status_code == 302
