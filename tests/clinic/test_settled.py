"""What is settled stays, whoever writes; on both databases."""

import pytest
from django.db import IntegrityError, connection, transaction

from tests import factories
from tests.factories import NOW
from treatments.models import Questionnaire, RuleSet

pytestmark = pytest.mark.django_db


@pytest.fixture
def in_force() -> None:
    factories.in_force()


@pytest.mark.parametrize("model", [RuleSet, Questionnaire])
@pytest.mark.parametrize(
    "change", [{"data": {"rules": []}}, {"version": 9}, {"status": "draft"}, {"published_at": NOW}], ids=str
)
def test_a_published_version_stays_as_it_is(in_force: None, model: type[RuleSet], change: dict[str, object]) -> None:
    with pytest.raises(IntegrityError, match="stays_as_it_is"), transaction.atomic():
        model.objects.update(**change)


def test_raw_sql_is_held_to_it_as_well(in_force: None) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE treatments_ruleset SET data = '{}'")


@pytest.mark.parametrize("model", [RuleSet, Questionnaire])
def test_a_published_version_is_signed_once_and_saved_as_it_is(in_force: None, model: type[RuleSet]) -> None:
    version = model.objects.get()
    version.signed_by, version.signed_at = "Dr Imani", NOW
    version.save()
    assert model.objects.get().is_signed
    for change in ({"signed_by": "Somebody else"}, {"signed_at": None}):
        with pytest.raises(IntegrityError, match="a_signature_under_a_"), transaction.atomic():
            model.objects.update(**change)


def test_a_draft_changes_until_it_is_published_or_discarded() -> None:
    draft = RuleSet.objects.create(version=2, data={})
    RuleSet.objects.update(data={"rules": [1]})
    RuleSet.objects.update(status="discarded")
    with pytest.raises(IntegrityError), transaction.atomic():
        RuleSet.objects.filter(pk=draft.pk).update(data={})


def test_there_is_one_draft_of_the_rules_at_a_time() -> None:
    RuleSet.objects.create(version=2, data={})
    with pytest.raises(IntegrityError), transaction.atomic():
        RuleSet.objects.create(version=3, data={})
