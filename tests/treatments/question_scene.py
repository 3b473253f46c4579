"""A draft of the questions that ship, and a clinical lead who edits their words."""

from typing import Any

from clinic.accounts.models import User
from tests import factories
from tests.factories import NOW
from treatments import versions
from treatments.models import Questionnaire


def a_draft(lead: User) -> Questionnaire:
    """A draft of the questions that ship, which are in force and signed by nobody."""
    factories.in_force()
    return versions.draft(actor=lead, model=Questionnaire, now=NOW)


def raw(version: Questionnaire, entry: str) -> Any:
    data = Questionnaire.objects.get(pk=version.pk).data
    return next(each for each in [*data["items"], *data["sections"]] if each["key"] == entry)


def tampered(draft: Questionnaire, entry: str, **differently: Any) -> None:
    """A draft that somebody has changed behind our back; without a difference the question is gone."""
    data = Questionnaire.objects.get(pk=draft.pk).data
    changed = [{**item, **differently} if item["key"] == entry else item for item in data["items"]]
    data["items"] = [item for item in changed if differently or item["key"] != entry]
    Questionnaire.objects.filter(pk=draft.pk).update(data=data)
