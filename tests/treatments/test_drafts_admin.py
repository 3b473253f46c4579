"""A draft of the rules in the hands of the clinical lead."""

from typing import Any

import pytest
from django.test import Client

from clinic.accounts.models import User
from tests import factories
from tests.clinic import desk
from tests.factories import NOW
from tests.house.page import Page
from tests.treatments.rule_scene import a_draft, lengthened, raw, the_lead
from treatments import versions
from treatments.models import RuleChange, RuleSet, VersionStatus

pytestmark = pytest.mark.django_db
RULES = "/admin/treatments/ruleset/"


@pytest.fixture
def lead() -> User:
    factories.clinic()
    return the_lead()


@pytest.fixture
def client(lead: User) -> Client:
    return desk.signed_in(lead)


@pytest.fixture
def draft(lead: User) -> RuleSet:
    return a_draft(lead)


def at(draft: RuleSet, page: str) -> str:
    return f"{RULES}{draft.pk}/{page}"


def typed(client: Client, address: str, **differently: Any) -> dict[str, Any]:
    """What the browser sends back from the form, with a reason."""
    form = client.get(address).context["form"]
    sent = {name: field.initial if field.initial is not None else "" for name, field in form.fields.items()}
    return {**sent, "reason_of_change": "Darker summers.", **differently}


def test_a_draft_begins_with_one_press_and_there_is_only_one(client: Client, lead: User) -> None:
    factories.in_force()
    assert "Make a draft from this version" in client.get(at(RuleSet.objects.get(), "change/")).content.decode()
    answer = client.post(f"{RULES}draft/")
    draft = RuleSet.objects.get(status=VersionStatus.DRAFT)
    assert answer.headers["Location"] == at(draft, "change/")
    page = client.post(f"{RULES}draft/", follow=True).content.decode()
    assert "There is a draft already." in page
    assert RuleSet.objects.count() == 2


def test_level_window_and_words_are_edited_with_a_reason(client: Client, draft: RuleSet) -> None:
    address = at(draft, "rules/TAN-01/edit/")
    sent = typed(client, address, window_0="6", unit_0="months", sentence_en="We wait six months after strong sun.")
    answer = client.post(address, sent)
    assert answer.headers["Location"] == at(draft, "rules/TAN-01/")
    rule = raw(draft, "TAN-01")
    assert rule["when"] == {"within": ["tan_last_exposure", {"months": 6}]}
    assert rule["sentence"]["en"] == "We wait six months after strong sun."
    for page in ("changes/", "rules/TAN-01/"):
        said = client.get(at(draft, page)).content.decode()
        assert said.count("Darker summers.") == 2
        assert "6 months" in said


def test_a_form_sent_back_untouched_changes_nothing(client: Client, draft: RuleSet) -> None:
    for rule in raw_ids(draft):
        address = at(draft, f"rules/{rule}/edit/")
        assert client.post(address, typed(client, address)).status_code == 302, rule
    assert not RuleChange.objects.exists()


def raw_ids(draft: RuleSet) -> list[str]:
    """One rule of each shape: a window, two windows, a question, an open end, a note, no Chinese reason."""
    return ["TAN-01", "PRV-11", "ASK-dob", "ISO-01", "AGE-01", "SUN-01", "CMB-02", "PHS-05"]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"window_0": "0"}, "Ensure this value is greater than or equal to 1."),
        ({"window_0": "soon"}, "Enter a whole number."),
        ({"unit_0": "years"}, "Select a valid choice."),
        ({"level": "ask"}, "Select a valid choice."),
        ({"level": "caution", "sentence_en": "It is safe."}, "No sentence may tell a patient that something is safe"),
        ({"note_en": "", "note_zh_hant": "註"}, "Words in Chinese need their words in English as well."),
        ({"ending_en": ""}, "A rule that defers says when the wait ends."),
        ({"heading_zh_hant": ""}, "This field is required."),
        ({"reason_of_change": " "}, "This field is required."),
        ({"sentence_en": "Wait \u202etes"}, "Please remove the invisible characters from this text."),
    ],
)
def test_what_cannot_stand_is_told_in_words_and_nothing_typed_is_lost(
    client: Client, draft: RuleSet, wrong: dict[str, str], words: str
) -> None:
    address = at(draft, "rules/TAN-01/edit/")
    before = raw(draft, "TAN-01")
    answer = client.post(address, typed(client, address, reason_en="A reason that I typed.", **wrong))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert "A reason that I typed." in page
    assert raw(draft, "TAN-01") == before
    assert Page(page).faults() == []


def test_a_rule_that_asks_keeps_its_level_and_shows_no_choice(client: Client, draft: RuleSet) -> None:
    page = client.get(at(draft, "rules/ASK-dob/edit/"))
    assert "level" not in page.context["form"].fields
    assert "so its level stays" in page.content.decode()


def test_vignettes_are_run_and_what_they_change_is_shown(client: Client, lead: User, draft: RuleSet) -> None:
    lengthened(lead, draft)
    assert "They have not been run on this draft yet." in client.get(at(draft, "vignettes/")).content.decode()
    client.post(at(draft, "vignettes/"))
    page = client.get(at(draft, "vignettes/")).content.decode()
    assert "33 of 35 agree with what they expect" in page
    for words in ("V26", "not before 29 November 2026", "not before 13 December 2026", "fires now: TAN-01"):
        assert words in page
    lengthened(lead, draft, days=35)
    assert "The content has changed since this run." in client.get(at(draft, "vignettes/")).content.decode()


def test_publishing_asks_once_more_and_puts_the_leads_name_under_it(client: Client, lead: User, draft: RuleSet) -> None:
    lengthened(lead, draft)
    page = client.get(at(draft, "publish/")).content.decode()
    assert "1 entry differs from the version in force." in page
    assert "under my name" not in page
    assert client.post(at(draft, "publish/")).status_code == 422
    versions.try_out(actor=lead, version=draft, now=NOW)
    assert "Publish version 2 under my name" in client.get(at(draft, "publish/")).content.decode()
    answer = client.post(at(draft, "publish/"), follow=True)
    assert "Version 2 is in force." in answer.content.decode()
    assert "0 of 0 visits to come are screened" in answer.content.decode()
    current = RuleSet.objects.current()
    assert (current.version, current.signed_by) == (2, "Dr Lead")
    assert client.get(at(draft, "publish/")).status_code == 404


def test_a_draft_is_discarded_after_asking_once_more_and_stays_to_be_read(
    client: Client, lead: User, draft: RuleSet
) -> None:
    lengthened(lead, draft)
    assert "The draft holds 1 change." in client.get(at(draft, "discard/")).content.decode()
    client.post(at(draft, "discard/"))
    assert "A version that was given up." in client.get(at(draft, "change/")).content.decode()
    assert "Darker summers." in client.get(at(draft, "changes/")).content.decode()
    assert client.post(at(draft, "rules/TAN-01/edit/"), {}).status_code == 404


def test_running_the_vignettes_on_what_is_no_draft_is_told(client: Client, draft: RuleSet) -> None:
    page = client.post(at(RuleSet.objects.current(), "vignettes/"), follow=True).content.decode()
    assert "This version is no draft any more" in page


def test_a_rule_that_is_not_there_cannot_be_edited(client: Client, draft: RuleSet) -> None:
    assert client.get(at(draft, "rules/XYZ-99/edit/")).status_code == 404
    assert client.get(at(RuleSet.objects.current(), "rules/TAN-01/edit/")).status_code == 404


@pytest.mark.parametrize(
    "page",
    [
        "change/",
        "differences/",
        "changes/",
        "rules/TAN-01/",
        "rules/TAN-01/edit/",
        "vignettes/",
        "publish/",
        "discard/",
    ],
)
@pytest.mark.parametrize("prefix", ["", "/zh-hant"])
def test_every_page_of_a_draft_is_whole(client: Client, lead: User, draft: RuleSet, page: str, prefix: str) -> None:
    lengthened(lead, draft)
    versions.try_out(actor=lead, version=draft, now=NOW)
    assert Page(client.get(prefix + at(draft, page)).content.decode()).faults() == []
