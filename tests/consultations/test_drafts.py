"""A draft: whose it is, what a mailed code proves, and that nothing tells whether an address is known."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from clinic.accounts.models import User
from clinic.outbox.models import OutboundMessage
from consultations import drafts
from consultations.drafts import CodeOver, WrongCode
from consultations.models import BookingMode, Draft, Kind, Patient
from practitioners.models import Practitioner
from tests import factories
from tests.cast import TUESDAY, signed_in
from tests.factories import NOW, at

TYPED = {"relation": "self", "full_name": "Alice Wong", "date_of_birth": "1987-11-23", "sex_at_birth": "female"}


def at_details(client: Client, wall: str = "15:00") -> Draft:
    """Bring a browser to the details page: a draft with a held time."""
    draft, secret = drafts.begin(now=NOW)
    draft = drafts.keep(draft=draft, now=NOW, **factories.chosen())
    factories.held(Practitioner.objects.all()[0], at(wall, TUESDAY), holder=secret)
    session = client.session
    session["draft"] = secret
    session.save()
    return draft


def draft_for(email: str, now: Any = NOW, **about: Any) -> Draft:
    """A draft whose details are told, and whose code is on its way."""
    draft, _secret = drafts.begin(now=now)
    told = {"details": factories.details("Alice Wong", email, **about), **factories.chosen()}
    draft = drafts.keep(draft=draft, now=now, **told)
    drafts.send_code(draft=draft, now=now)
    return draft


def mailed(email: str) -> str:
    """The newest code mailed to an address."""
    newest = OutboundMessage.objects.filter(to=email, key__startswith="code:").order_by("-created_at")[0]
    codes: list[str] = re.findall(r"\b\d{6}\b", str(newest.text))
    return codes[-1]


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_a_hold_is_found_by_the_secret_of_its_draft_only(cast):
    held = factories.held(cast.dr_imani.practitioner, at("16:00", TUESDAY), holder="mine")
    factories.browser("other")
    mine, others = (drafts.find(secret=secret, now=NOW) for secret in ("mine", "other"))
    assert mine
    assert drafts.hold_of(mine) == held
    assert others
    assert drafts.hold_of(others) is None


def test_what_a_patient_may_choose_is_the_same_of_one_kind_and_of_many(cast):
    factories.kind("video", is_active=False)
    factories.kind("treatment_visit", mode=BookingMode.STAFF_ONLY)
    assert list(Kind.objects.for_patients()) == [kind for kind in Kind.objects.all() if kind.is_for_patients]
    assert len(Kind.objects.all()) == 1 + len(Kind.objects.for_patients()) + 1


def test_a_code_is_not_sent_once_it_is_dead(cast):
    draft_for("dora@patients.test")
    mail = OutboundMessage.objects.get(to="dora@patients.test")
    assert mail.expires_at == NOW + drafts.CODE_LASTS


# --- the code --------------------------------------------------------------------------------------------------------


def test_the_code_makes_a_patient_and_a_person(cast):
    draft = drafts.prove(draft=draft_for("dora@patients.test"), code=mailed("dora@patients.test"), now=NOW)
    assert str(draft.patient) == "Alice Wong"
    assert drafts.person(draft).email == "dora@patients.test"
    assert not drafts.person(draft).has_usable_password()


def test_a_wrong_code_proves_nothing(cast):
    draft = draft_for("dora@patients.test")
    with pytest.raises(WrongCode):
        drafts.prove(draft=draft, code=wrong(mailed("dora@patients.test")), now=NOW)
    draft.refresh_from_db()
    assert draft.patient is None
    assert not User.objects.filter(email="dora@patients.test").exists()


def test_after_five_tries_even_the_right_code_is_over_until_a_new_one_comes(cast):
    draft, code = draft_for("dora@patients.test"), mailed("dora@patients.test")
    for _ in range(5):
        with pytest.raises(WrongCode):
            drafts.prove(draft=draft, code=wrong(code), now=NOW)
    with pytest.raises(CodeOver):
        drafts.prove(draft=draft, code=code, now=NOW)
    later = NOW + timedelta(minutes=1)
    drafts.send_code(draft=draft, now=later)
    assert drafts.prove(draft=draft, code=mailed("dora@patients.test"), now=later).patient


def test_a_code_ends_after_a_quarter_of_an_hour(cast):
    draft, code = draft_for("dora@patients.test"), mailed("dora@patients.test")
    with pytest.raises(CodeOver):
        drafts.prove(draft=draft, code=code, now=NOW + timedelta(minutes=15))
    assert drafts.prove(draft=draft, code=code, now=NOW + timedelta(minutes=14, seconds=59)).patient


def test_a_new_code_ends_the_one_before(cast):
    draft, first = draft_for("dora@patients.test"), mailed("dora@patients.test")
    later = NOW + timedelta(minutes=1)
    drafts.send_code(draft=draft, now=later)
    assert mailed("dora@patients.test") != first, "one in a million"
    with pytest.raises(WrongCode):
        drafts.prove(draft=draft, code=first, now=later)


def test_a_code_works_once(cast):
    before = Patient.objects.count()
    draft, code = draft_for("dora@patients.test"), mailed("dora@patients.test")
    proved = drafts.prove(draft=draft, code=code, now=NOW)
    again = drafts.prove(draft=draft, code=code, now=NOW)  # the form was sent twice: the same patient, and no other
    assert (again.patient, again.user) == (proved.patient, proved.user)
    assert (Patient.objects.count(), User.objects.filter(email="dora@patients.test").count()) == (before + 1, 1)
    told = factories.details("Alice Wong", "somebody.else@patients.test")
    other = drafts.describe(draft=proved, details=told, now=NOW)
    with pytest.raises(CodeOver):
        drafts.prove(draft=other, code=code, now=NOW)


def test_a_code_opens_no_other_draft(cast):
    mine, code = draft_for("dora@patients.test"), mailed("dora@patients.test")
    theirs = draft_for("alice@patients.test")
    assert mailed("alice@patients.test") != code, "one in a million"
    with pytest.raises(WrongCode):
        drafts.prove(draft=theirs, code=code, now=NOW)
    assert drafts.prove(draft=mine, code=code, now=NOW).patient


def test_no_row_holds_the_code(cast):
    draft, code = draft_for("dora@patients.test"), mailed("dora@patients.test")
    draft.refresh_from_db()
    assert code not in draft.code_hash
    assert code not in str(draft.steps)


def test_the_mail_to_an_address_that_nobody_has_proved_names_nobody(cast):
    draft_for("stranger@elsewhere.test", preferred_name="Alice")
    mail = OutboundMessage.objects.get(to="stranger@elsewhere.test")
    assert "Alice" not in f"{mail.subject} {mail.text} {mail.html}"
    assert "Wong" not in f"{mail.subject} {mail.text} {mail.html}"


# --- what is known already -------------------------------------------------------------------------------------------


def test_somebody_known_stays_the_same_patient_and_keeps_their_record(cast):
    known = cast.alices_visit.patient
    typed = {"date_of_birth": "1987-11-23", "phone": "000000", "preferred_name": "Mallory", "sex_at_birth": "male"}
    draft = draft_for("alice@patients.test", **typed)
    assert drafts.prove(draft=draft, code=mailed("alice@patients.test"), now=NOW).patient == known
    fresh = Patient.objects.get(pk=known.pk)
    assert (fresh.phone, fresh.preferred_name, fresh.sex_at_birth) == ("+852 5550 7001", "", "female")


def test_the_same_name_under_another_address_is_another_patient(cast):
    draft = draft_for("dora@patients.test", date_of_birth="1987-11-23")
    assert drafts.prove(draft=draft, code=mailed("dora@patients.test"), now=NOW).patient != cast.alices_visit.patient


def test_nothing_tells_whether_an_address_is_known(cast):
    told = []
    for email in ("alice@patients.test", "nobody@elsewhere.test", "sam@clinic.test"):
        browser = Client()
        at_details(browser, {"a": "15:00", "n": "15:30", "s": "16:00"}[email[0]])
        before = OutboundMessage.objects.count()
        with CaptureQueriesContext(connection) as asked:
            answer = browser.post("/book/details/", {**TYPED, "email": email})
        page = browser.get("/book/code/").text
        wrong_code = browser.post("/book/code/", {"code": "000000"})
        said = (answer.status_code, answer.headers["Location"], len(asked), OutboundMessage.objects.count() - before)
        told.append((*said, _neutral(page, email), wrong_code.status_code, _neutral(wrong_code.text, email)))
    assert told[0] == told[1] == told[2]
    assert told[0][:2] == (302, "/book/code/")


def _neutral(page: str, email: str) -> str:
    """A page without what differs between any two: the address itself, tokens and when the hold ends."""
    without = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)
    return without.replace(email, "ADDRESS")


# --- whose draft it is -----------------------------------------------------------------------------------------------


def test_other_details_than_those_proved_have_to_be_proved_again(visitor):
    draft = at_details(visitor)
    visitor.post("/book/details/", {**TYPED, "email": "dora@patients.test"})
    visitor.post("/book/code/", {"code": mailed("dora@patients.test")})
    child = {**TYPED, "relation": "guardian", "full_name": "Wong Siu Ming", "date_of_birth": "2018-02-01"}
    visitor.post("/book/details/", {**child, "guardian_present": "yes", "email": "dora@patients.test"})

    assert visitor.get("/book/consent/").headers["Location"] == "/book/code/"
    draft.refresh_from_db()
    assert draft.patient is None


def test_the_same_details_sent_again_need_no_second_code(visitor):
    at_details(visitor)
    visitor.post("/book/details/", {**TYPED, "email": "dora@patients.test"})
    visitor.post("/book/code/", {"code": mailed("dora@patients.test")})
    before = OutboundMessage.objects.count()
    again = visitor.post("/book/details/", {**TYPED, "email": "dora@patients.test"})
    assert again.headers["Location"] == "/book/consent/"
    assert OutboundMessage.objects.count() == before


def test_somebody_signed_in_is_asked_for_no_code(as_alice):
    at_details(as_alice)
    patient = Patient.objects.managed_by(User.objects.get(email="alice@patients.test"))[0]
    as_alice.post("/book/details/", {"patient": str(patient.pk)})
    assert as_alice.get("/book/code/").headers["Location"] == "/book/consent/"


def test_a_patient_of_somebody_else_cannot_be_chosen(as_alice, bobs_visit):
    at_details(as_alice)
    assert as_alice.post("/book/details/", {"patient": str(bobs_visit.patient_id)}).status_code == 422


def test_a_draft_proved_by_one_person_is_not_anothers_in_the_same_browser(visitor, bob):
    at_details(visitor)
    visitor.post("/book/details/", {**TYPED, "email": "alice@patients.test"})
    visitor.post("/book/code/", {"code": mailed("alice@patients.test")})
    assert visitor.get("/book/consent/").status_code in {200, 302}
    visitor.force_login(bob)
    assert visitor.get("/book/consent/").headers["Location"] == "/book/"
    assert "Alice" not in visitor.get("/book/").text


def test_a_draft_ends_two_hours_after_the_last_step(cast, monday):
    browser = Client()
    at_details(browser)
    monday.move_to(NOW + timedelta(hours=2) - timedelta(seconds=1))
    assert browser.get("/book/details/").status_code == 200
    monday.move_to(NOW + timedelta(hours=2))
    assert browser.get("/book/details/").headers["Location"] == "/book/"
    drafts.sweep(now=NOW + timedelta(hours=2))
    assert not Draft.objects.exists()


def test_leaving_forgets_everything(visitor):
    draft = at_details(visitor)
    visitor.post("/book/details/", {**TYPED, "email": "dora@patients.test"})
    visitor.post("/book/leave/")
    assert not Draft.objects.filter(pk=draft.pk).exists()
    assert "draft" not in visitor.session


def test_signing_out_leaves_no_draft_behind(alice):
    browser = signed_in(alice)
    at_details(browser)
    browser.post("/account/logout/")
    assert browser.get("/book/details/").headers["Location"] == "/book/"


def test_another_patient_is_not_given_the_answers_of_the_one_before(cast, alice):
    draft = draft_for("alice@patients.test")
    draft = drafts.prove(draft=draft, code=mailed("alice@patients.test"), now=NOW)
    draft = drafts.answer(draft=draft, answers={"pregnant": "no"}, now=NOW)
    child = {**draft.steps["details"], "full_name": "Amy Wong", "date_of_birth": "2012-04-01", "relation": "guardian"}
    draft = drafts.keep(draft=draft, now=NOW, details=child)
    draft = drafts.adopt(draft=draft, user=drafts.person(draft), now=NOW)
    assert draft.patient is not None
    assert draft.patient.full_name == "Amy Wong"
    assert draft.answers == {}


def test_the_same_patient_keeps_the_answers_given_so_far(cast):
    draft = draft_for("alice@patients.test")
    draft = drafts.prove(draft=draft, code=mailed("alice@patients.test"), now=NOW)
    draft = drafts.answer(draft=draft, answers={"pregnant": "no"}, now=NOW)
    assert draft.patient is not None
    draft = drafts.choose(draft=draft, user=drafts.person(draft), patient=draft.patient, now=NOW)
    assert draft.answers == {"pregnant": "no"}
