"""Rules and questions that were each tried with the old of the other do not both come into force."""

import pytest

from tests import factories
from tests.clinic import desk
from tests.factories import NOW
from tests.races.conftest import presses
from tests.races.crowd import race, session_of, tally
from tests.treatments.rule_scene import the_lead
from treatments import versions
from treatments.models import Questionnaire, RuleSet

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_drafts_published_at_once_the_second_is_tried_again(live_server) -> None:
    factories.clinic()
    factories.in_force()
    lead = the_lead()
    for model in (RuleSet, Questionnaire):
        draft = versions.draft(actor=lead, model=model, now=NOW)
        versions.try_out(actor=lead, version=draft, now=NOW)
    session = session_of(desk.signed_in(lead))
    addresses = [
        f"/admin/treatments/{model._meta.model_name}/{model.objects.get(status='draft').pk}/publish/"
        for model in (RuleSet, Questionnaire)
    ]
    answers = race(live_server.url, [(session, presses(address)) for address in addresses])
    assert tally(answers) == {302: 1, 422: 1}
    assert RuleSet.objects.current().version + Questionnaire.objects.current().version == 3
