"""What the clinical lead sees of the visits to come after new rules: counts, and no way to a patient."""

from datetime import timedelta

import pytest
from django.test import Client

from clinic.accounts.models import User
from clinic.accounts.roles import Role
from consultations import intake, rescreening
from consultations.models import Consultation
from tests import factories
from tests.cast import signed_in
from tests.factories import NOW
from tests.house.page import Page
from tests.house.walk import ALICE, BOB, HEALTH
from tests.treatments.rule_scene import lengthened, the_lead
from treatments import versions
from treatments.models import RuleSet

pytestmark = pytest.mark.django_db
PAGE = "/admin/rescreening/"


@pytest.fixture
def client(alices_visit: Consultation, alice: User) -> Client:
    """The lead's browser after they have lengthened a window that matters to alice."""
    intake.save(actor=alice, consultation=alices_visit, answers={"tan_last_exposure": "2027-04-03"}, now=NOW)
    alices_visit.treatments.set([factories.treatment("laser_nafl", "lasers")])
    lead = the_lead()
    draft = versions.draft(actor=lead, model=RuleSet, now=NOW)
    lengthened(lead, draft)
    versions.try_out(actor=lead, version=draft, now=NOW)
    versions.publish(actor=lead, version=draft, now=NOW)
    return signed_in(lead)


def test_while_the_worker_is_at_it_the_page_tells_how_far_it_is(client: Client) -> None:
    rescreening.sweep(now=NOW + timedelta(minutes=1), most=1)
    page = client.get(PAGE).content.decode()
    assert "1 of 2 visits to come are screened under the version in force." in page
    assert "The worker goes on by itself." in page
    assert "<table" not in page
    assert Page(page).faults() == []


def test_once_it_is_done_each_rule_is_counted_the_changed_ones_first(client: Client) -> None:
    rescreening.sweep(now=NOW + timedelta(minutes=1))
    answer = client.get(PAGE)
    assert [(fired.rule_id, fired.before, fired.now, fired.changed) for fired, _ in answer.context["counts"]] == [
        ("TAN-01", 0, 1, 1),
        ("ASK-sensitivity", 2, 2, 0),
    ]
    assert Page(answer.content.decode()).faults() == []


def test_no_patient_no_visit_and_no_answer_is_on_it(client: Client, alices_visit: Consultation) -> None:
    rescreening.sweep(now=NOW + timedelta(minutes=1))
    page = client.get(PAGE).content.decode()
    assert [secret for secret in ALICE | BOB | HEALTH | {alices_visit.reference} if secret in page] == []


@pytest.mark.parametrize("role", [Role.STAFF, Role.PRACTITIONER, Role.OWNER])
def test_nobody_else_finds_it(client: Client, role: Role) -> None:
    assert signed_in(factories.user("somebody@clinic.test", role)).get(PAGE).status_code == 404


def test_before_there_are_rules_there_is_no_such_page(db: None) -> None:
    factories.clinic()
    assert signed_in(the_lead()).get(PAGE).status_code == 404
