"""A draft of the questionnaire in the hands of the clinical lead."""

from typing import Any

import pytest
from django.test import Client

from clinic.accounts.models import User
from clinic.accounts.roles import Role
from tests import factories
from tests.clinic import desk
from tests.factories import NOW
from tests.house.page import Page
from tests.treatments.question_scene import a_draft, raw, tampered
from tests.treatments.rule_scene import the_lead
from treatments import versions
from treatments.models import QuestionChange, Questionnaire, VersionStatus

pytestmark = pytest.mark.django_db
QUESTIONS = "/admin/treatments/questionnaire/"


@pytest.fixture
def lead() -> User:
    factories.clinic()
    return the_lead()


@pytest.fixture
def client(lead: User) -> Client:
    return desk.signed_in(lead)


@pytest.fixture
def draft(lead: User) -> Questionnaire:
    return a_draft(lead)


def at(draft: Questionnaire, page: str) -> str:
    return f"{QUESTIONS}{draft.pk}/{page}"


def typed(client: Client, address: str, **differently: Any) -> dict[str, Any]:
    """What the browser sends back from the form, with a reason; two underscores stand for a dot."""
    form = client.get(address).context["form"]
    sent = {name: field.initial if field.initial is not None else "" for name, field in form.fields.items()}
    return {**sent, "reason_of_change": "Plainer.", **{k.replace("__", "."): v for k, v in differently.items()}}


def test_a_draft_begins_with_one_press_and_leads_to_its_questions(client: Client, lead: User) -> None:
    factories.in_force()
    in_force = client.get(at(Questionnaire.objects.get(), "change/")).content.decode()
    assert "Make a draft from this version" in in_force
    assert "words/skincare/" not in in_force
    answer = client.post(f"{QUESTIONS}draft/")
    draft = Questionnaire.objects.get(status=VersionStatus.DRAFT)
    assert answer.headers["Location"] == at(draft, "change/")
    page = client.get(at(draft, "change/")).content.decode()
    assert at(draft, "words/skincare/") in page
    assert at(draft, "words/skin/") in page
    assert "There is a draft already." in client.post(f"{QUESTIONS}draft/", follow=True).content.decode()


def test_words_are_edited_in_both_languages_with_a_reason(client: Client, draft: Questionnaire) -> None:
    address = at(draft, "words/sex_at_birth/")
    words = {"label_en": "Your sex at birth?", "label_zh_hant": "出生性別？", "options__female__label_en": "Woman"}
    answer = client.post(address, typed(client, address, **words))
    assert answer.headers["Location"] == at(draft, "change/#sex_at_birth")
    assert raw(draft, "sex_at_birth")["label"] == {"en": "Your sex at birth?", "zh-hant": "出生性別？"}
    for page in ("changes/", "words/sex_at_birth/"):
        said = client.get(at(draft, page)).content.decode()
        assert said.count("Plainer.") == 3
        assert "Options: female: Words (English)" in said
    differences = client.get(at(draft, "differences/")).context["differences"]
    assert [(each.key, len(each.lines)) for each in differences] == [("sex_at_birth", 3)]


def test_forms_sent_back_untouched_change_nothing(client: Client, draft: Questionnaire) -> None:
    """A date, options with help, a question that shows when; a section, and one with an introduction."""
    for entry in ("dob", "keloid_history", "skincare", "sex_at_birth", "skin", "health"):
        address = at(draft, f"words/{entry}/")
        assert client.post(address, typed(client, address)).status_code == 302, entry
    assert not QuestionChange.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"label_zh_hant": ""}, "This field is required."),
        ({"options__female__label_en": " "}, "This field is required."),
        ({"help_en": "As on your card."}, "Write this in both languages, or in neither."),
        ({"why_en": ""}, "Write this in both languages, or in neither."),
        ({"label_en": "Is it safe?"}, "No sentence may tell a patient that something is safe"),
        ({"label_en": "Your \u202esex?"}, "Please remove the invisible characters from this text."),
        ({"reason_of_change": " "}, "This field is required."),
        ({"label_en": "x" * 2001}, "Ensure this value has at most 2000 characters"),
    ],
)
def test_what_cannot_stand_is_told_in_words_and_nothing_typed_is_lost(
    client: Client, draft: Questionnaire, wrong: dict[str, str], words: str
) -> None:
    address = at(draft, "words/sex_at_birth/")
    before = raw(draft, "sex_at_birth")
    answer = client.post(address, typed(client, address, options__male__label_en="A word that I typed.", **wrong))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert "A word that I typed." in page
    assert raw(draft, "sex_at_birth") == before
    assert Page(page).faults() == []


def test_publishing_asks_once_more_and_leads_to_the_version(client: Client, draft: Questionnaire) -> None:
    address = at(draft, "words/skincare/")
    client.post(address, typed(client, address, label_en="What do you put on?"))
    page = client.get(at(draft, "publish/")).content.decode()
    assert "1 entry differs from the version in force." in page
    assert "under my name" not in page
    assert client.post(at(draft, "publish/")).status_code == 422
    client.post(at(draft, "vignettes/"))
    assert "35 of 35 agree with what they expect" in client.get(at(draft, "vignettes/")).content.decode()
    page = client.get(at(draft, "publish/")).content.decode()
    assert "every patient is asked by this version, signed with the name Dr Lead" in page
    answer = client.post(at(draft, "publish/"), follow=True)
    assert answer.redirect_chain == [(at(draft, "change/"), 302)]
    assert "Signed by Dr Lead" in answer.content.decode()
    assert Questionnaire.objects.current() == draft


def test_a_tampered_draft_is_refused_in_words(client: Client, lead: User, draft: Questionnaire) -> None:
    tampered(draft, "bdd_hours")
    versions.try_out(actor=lead, version=draft, now=NOW)
    answer = client.post(at(draft, "publish/"))
    assert answer.status_code == 422
    assert "bdd_hours: not asked, and facts are derived from it" in answer.content.decode()
    assert Questionnaire.objects.current().version == 1


def test_a_draft_is_discarded_and_stays_to_be_read(client: Client, draft: Questionnaire) -> None:
    address = at(draft, "words/skincare/")
    client.post(address, typed(client, address, label_en="What do you put on?"))
    assert "The draft holds 1 change." in client.get(at(draft, "discard/")).content.decode()
    client.post(at(draft, "discard/"))
    assert "A version that was given up." in client.get(at(draft, "change/")).content.decode()
    assert "Plainer." in client.get(at(draft, "changes/")).content.decode()
    assert client.post(address, {}).status_code == 404


def test_an_entry_that_is_not_there_and_a_version_in_force_are_not_edited(client: Client, draft: Questionnaire) -> None:
    assert client.get(at(draft, "words/shoe_size/")).status_code == 404
    assert client.get(at(Questionnaire.objects.current(), "words/skincare/")).status_code == 404


def test_the_owner_reads_and_does_nothing(draft: Questionnaire) -> None:
    owner = desk.at_work(Role.OWNER)
    assert "words/skincare/" not in owner.get(at(draft, "change/")).content.decode()
    assert owner.get(at(draft, "changes/")).status_code == 200
    for address in ("words/skincare/", "vignettes/", "publish/", "discard/"):
        for ask in (owner.get, owner.post):
            assert ask(at(draft, address)).status_code == 404, address
    assert owner.post(f"{QUESTIONS}draft/").status_code == 404
    assert Questionnaire.objects.get(pk=draft.pk).is_draft


@pytest.mark.parametrize(
    "page", ["change/", "differences/", "changes/", "words/sex_at_birth/", "words/skin/", "vignettes/", "publish/"]
)
@pytest.mark.parametrize("prefix", ["", "/zh-hant"])
def test_every_page_of_a_draft_is_whole(client: Client, draft: Questionnaire, page: str, prefix: str) -> None:
    address = at(draft, "words/sex_at_birth/")
    client.post(address, typed(client, address, label_en="Your sex at birth?"))
    client.post(at(draft, "vignettes/"))
    assert Page(client.get(prefix + at(draft, page)).content.decode()).faults() == []
