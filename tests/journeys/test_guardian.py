"""Whether a parent or guardian comes along: asked of those under 18 and of nobody else, and never lost."""

import re
from typing import Any

import pytest

from clinic.accounts.models import User
from clinic.outbox.models import OutboundMessage
from consultations import intake, visits
from consultations.models import Patient
from practitioners.models import Practitioner
from tests import factories
from tests.cast import TUESDAY, Cast, signed_in
from tests.factories import NOW, at
from tests.journeys.visitor import Visitor, sentences

CHILD = "2012-06-01"
QUESTION = "Will a parent or guardian come along?"
NEEDED = "The patient is under 18. Choose whether a parent or guardian will come along."


@pytest.fixture
def carol(cast: Cast) -> Visitor:
    return Visitor()


def test_an_adult_is_not_asked_and_nothing_is_kept(carol) -> None:
    assert QUESTION not in sentences(carol.come_to("details").get("details/"))
    assert carol.details(guardian_present="yes").status_code == 302
    assert not carol.draft.steps.get("guardian_present")


def test_a_child_brings_the_form_back_asking_with_everything_still_in_it(carol) -> None:
    answer = carol.come_to("details").details(date_of_birth=CHILD, preferred_name="Cee")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count(NEEDED) == 2, "at the field and in the summary"
    assert QUESTION in page
    for typed in (f'value="{CHILD}"', 'value="Cee"', f'value="{carol.name}"', f'value="{carol.email}"'):
        assert typed in page
    assert "details" not in carol.draft.steps


def test_the_answer_goes_to_the_practitioner_with_the_others_and_stays_through_a_change(carol) -> None:
    carol.come_to("details").details(date_of_birth=CHILD, guardian_present="unsure")
    assert re.search(r'value="unsure"[^>]* checked', carol.get("details/").content.decode())
    carol.code()
    carol.consent()
    carol.intake()
    assert "Will a parent or guardian come with you? Not sure" in sentences(carol.get("check/"))
    carol.check()
    patient = Patient.objects.get(full_name=carol.name)
    one = patient.consultations.get()
    assert intake.newest(one).answers["guardian_present"] == "unsure"
    assert one.booked_by
    intake.save(actor=one.booked_by, consultation=one, answers={"melasma": "yes"}, now=NOW)
    assert intake.newest(one).answers["guardian_present"] == "unsure"


def test_a_parent_is_not_greeted_as_the_child_and_by_name_for_their_own_visit(carol) -> None:
    carol.come_to("details").details(date_of_birth=CHILD, guardian_present="yes", relation="guardian", full_name="Ben")
    for step in ("code", "consent", "intake", "check"):
        carol.take(step)
    mail = OutboundMessage.objects.get(key__startswith="booked:", to=carol.email)
    for words in (str(mail.text), str(mail.html)):
        assert "Hello, this is about the visit of Ben." in words
        assert "Hello Ben" not in words
    own = factories.patient(carol.name, User.objects.get(email=carol.email))
    one = factories.consultation(own, Practitioner.objects.get(slug="dr-reyes"), at("16:00", TUESDAY))
    mail = OutboundMessage.objects.get(key__startswith="booked:", reference=one.reference)
    assert f"Hello {carol.name}," in str(mail.text)


def test_it_is_changed_where_the_answers_are(cast, monday) -> None:
    ben = factories.patient("Ben Wong", cast.alice, date_of_birth=CHILD, relation="guardian")
    one = factories.consultation(
        ben,
        cast.alices_visit.practitioner,
        at("14:00", TUESDAY),
        answers=factories.clean_answers(guardian_present="no"),
    )
    as_alice, path = signed_in(cast.alice), f"/my/{one.reference}/answers/guardian/"
    answers: Any = as_alice.get(f"/my/{one.reference}/answers/")
    assert "Will a parent or guardian come along? No" in sentences(answers)
    assert path in answers.text
    assert re.search(r'value="no"[^>]* checked', as_alice.get(path).text)
    assert as_alice.post(path, {"guardian_present": ""}).status_code == 422
    told: Any = as_alice.post(path, {"guardian_present": "yes"}, follow=True)
    assert "Will a parent or guardian come along? Yes" in sentences(told)
    assert intake.newest(one).answers["guardian_present"] == "yes"
    assert signed_in(cast.bob).get(path).status_code == 404
    visits.arrive(actor=cast.sam, consultation=one, now=one.starts)
    assert as_alice.post(path, {"guardian_present": "no"}).status_code == 302
    assert intake.newest(one).answers["guardian_present"] == "yes"


def test_an_adult_has_no_such_page(cast, as_alice) -> None:
    assert as_alice.get(f"/my/{cast.alices_visit.reference}/answers/guardian/").status_code == 404
    assert "parent or guardian" not in as_alice.get(f"/my/{cast.alices_visit.reference}/answers/").text


def test_the_brief_shows_it(carol, cast) -> None:
    carol.come_to("details").details(date_of_birth=CHILD, guardian_present="no")
    for step in ("code", "consent", "intake", "check"):
        carol.take(step)
    one = Patient.objects.get(full_name=carol.name).consultations.get()
    brief: Any = signed_in(cast.dr_imani).get(f"/desk/{one.reference}/")
    assert "Guardian comes along No" in sentences(brief)


def test_a_child_who_has_been_here_is_asked_where_the_patient_is_chosen(cast) -> None:
    ben = factories.patient("Ben Wong", cast.alice, date_of_birth=CHILD, relation="guardian")
    alice = Patient.objects.get(full_name="Alice Wong")
    carol = Visitor(signed_in(cast.alice), name="Ben Wong")
    carol.come_to("details")
    answer = carol.post("details/", patient=str(ben.pk))
    assert answer.status_code == 422
    assert NEEDED in sentences(answer)
    assert carol.post("details/", patient=str(ben.pk), guardian_present="yes").status_code == 302
    assert carol.draft.steps["guardian_present"] == "yes"
    assert carol.post("details/", patient=str(alice.pk)).status_code == 302
    assert not carol.draft.steps["guardian_present"], "it was said of another patient"
