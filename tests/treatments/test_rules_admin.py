"""The rules and the questionnaire in the admin, as people read them."""

import csv
import io

import pytest
from django.test import Client

from clinic.accounts.models import User
from clinic.accounts.roles import Role
from clinic.audit.models import Action, AuditEntry
from tests import factories
from tests.clinic import desk
from tests.factories import LONG_AGO, NOW
from tests.treatments.rule_scene import a_draft, lengthened, the_lead
from treatments.models import Questionnaire, RuleSet

pytestmark = pytest.mark.django_db
RULES = "/admin/treatments/ruleset/"
QUESTIONS = "/admin/treatments/questionnaire/"


@pytest.fixture
def lead() -> User:
    factories.clinic()
    factories.in_force()
    return the_lead()


@pytest.fixture
def client(lead: User) -> Client:
    return desk.signed_in(lead)


def the_rules(page: str = "change/") -> str:
    return f"{RULES}{RuleSet.objects.current().pk}/{page}"


def the_questions(page: str = "change/") -> str:
    return f"{QUESTIONS}{Questionnaire.objects.current().pk}/{page}"


def ids(client: Client, **wish: str) -> list[str]:
    return [row.rule.id for row in client.get(the_rules(), wish).context["rows"]]


def test_the_rules_are_a_table_of_words(client: Client) -> None:
    page = client.get(the_rules()).content.decode()
    assert (
        "Less than 28 days have passed since: “When did strong sun or a sunbed last tan or redden the area?”." in page
    )
    assert "180 of 180" in page
    assert "Not signed by a clinical lead." in page
    assert "<pre>" not in page
    chinese = client.get(f"/zh-hant{the_rules()}").content.decode()
    assert "距離以下日子不足28日：「上次因猛烈陽光或太陽燈令該處曬黑或曬紅是甚麼時候？」" in chinese


def test_rules_are_found_by_kind_level_treatment_field_and_words(client: Client) -> None:
    assert len(ids(client, kind="ask")) == 55
    assert ids(client, level="contraindicated", treatment="ipl", field="photosensitive_disease") == ["PHO-01"]
    assert ids(client, field="tan_last_exposure", kind="rule") == ["TAN-01", "TAN-02"]
    assert ids(client, q="four weeks after STRONG sun") == ["TAN-01"]
    assert len(ids(client, level="nonsense")) == 180


def test_a_search_that_finds_nothing_says_so_and_leads_back(client: Client) -> None:
    page = client.get(the_rules(), {"q": "<zebra>"}).content.decode()
    assert "Nothing matches the search and the filters." in page
    assert "&lt;zebra&gt;" in page


def test_a_rule_has_a_page_with_everything(client: Client) -> None:
    page = client.get(the_rules("rules/PHS-01/")).content.decode()
    for words in (
        "V18: Intense pulsed light",
        "<code>photosensitisers</code>",
        "Contraindicated",
        'lang="zh-Hant"',
    ):
        assert words in page
    assert client.get(the_rules("rules/XYZ-99/")).status_code == 404


def test_questions_are_a_table_and_found_by_section_type_trait_and_words(client: Client) -> None:
    def keys(**wish: str) -> list[str]:
        return [row.item.key for row in client.get(the_questions(), wish).context["rows"]]

    page = client.get(the_questions()).content.decode()
    assert "The answer to “Do you have white patches (vitiligo)?” is “Yes”" in page
    assert keys(section="health", trait="perishable", q="blood-thinning") == ["anticoagulant"]
    assert set(keys(type="multi")) < set(keys())
    assert "Nothing matches" in client.get(the_questions(), {"q": "zebra"}).content.decode()


def test_what_is_shown_leaves_as_a_spreadsheet_and_who_took_it_is_kept(client: Client, lead: User) -> None:
    answer = client.post(the_rules("csv/") + "?field=tan_last_exposure&kind=rule")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row[0] for row in rows] == ["Rule", "TAN-01", "TAN-02"]
    kept = AuditEntry.objects.get(action=Action.LIST_DOWNLOADED)
    assert (kept.actor, kept.reason, kept.object_id) == (lead, "2", str(RuleSet.objects.current().pk))
    assert len(client.post(the_questions("csv/")).content.decode().splitlines()) > 100
    assert client.get(the_rules("csv/")).status_code == 302


def test_two_versions_stand_beside_each_other_where_they_differ(client: Client, lead: User) -> None:
    draft = a_draft(lead)
    lengthened(lead, draft)
    page = client.get(f"{RULES}{draft.pk}/differences/")
    [difference] = page.context["differences"]
    assert (difference.key, [line.label for line in difference.lines]) == ("TAN-01", ["Condition"])
    assert ["28 days" in line.before and "42 days" in line.after for line in difference.lines] == [True]
    back = client.get(the_rules("differences/"), {"from": str(draft.version)})
    assert "42 days" in back.context["differences"][0].lines[0].before


def test_questionnaires_are_compared_as_well(client: Client) -> None:
    data = {**Questionnaire.objects.current().data, "version": 2}
    data["items"] = [item for item in data["items"] if item["key"] != "skincare"]
    data["items"][0] = {**data["items"][0], "optional": True}
    Questionnaire.objects.create(version=2, data=data, status="published", published_at=NOW)
    found = client.get(the_questions("differences/")).context["differences"]
    assert {(each.key, str(each.happened)) for each in found} == {
        (data["items"][0]["key"], "Changed"),
        ("skincare", "Removed"),
    }


def test_the_only_version_has_nothing_to_be_compared_with(client: Client) -> None:
    assert (
        "There is no other version to compare this one with." in client.get(the_rules("differences/")).content.decode()
    )


def test_the_version_in_force_is_signed_after_asking_once_more(client: Client, lead: User) -> None:
    for address, model in ((the_rules, RuleSet), (the_questions, Questionnaire)):
        assert "Dr Lead" in client.get(address("sign/")).content.decode()
        assert not model.objects.current().is_signed
        assert client.post(address("sign/")).status_code == 302
        assert model.objects.current().signed_by == "Dr Lead"
        assert "Signed by Dr Lead" in client.get(address()).content.decode()
        assert client.get(address("sign/")).status_code == 404


def test_an_old_version_and_one_that_is_not_there_are_not_signed(client: Client) -> None:
    old = the_rules("sign/")
    RuleSet.objects.create(version=2, data=RuleSet.objects.get().data, status="published", published_at=LONG_AGO)
    assert client.get(old).status_code == 404
    assert client.post(old).status_code == 302
    assert not RuleSet.objects.filter(signed_at__isnull=False).exists()
    assert client.get(f"{RULES}77/change/").status_code == 404
    assert client.get(f"{RULES}TAN/change/").status_code == 404


def test_the_owner_reads_and_does_nothing(lead: User) -> None:
    draft = a_draft(lead)
    owner = desk.at_work(Role.OWNER)
    page = owner.get(the_rules()).content.decode()
    assert "Make a draft" not in page
    for address in ("rules/TAN-01/edit/", "vignettes/", "publish/", "discard/", "sign/"):
        for ask in (owner.get, owner.post):
            assert ask(f"{RULES}{draft.pk}/{address}").status_code == 404, address
    assert owner.post(f"{RULES}draft/").status_code == 404
    assert owner.get("/admin/rescreening/").status_code == 404
    assert RuleSet.objects.get(pk=draft.pk).is_draft


@pytest.mark.parametrize("role", [Role.STAFF, Role.PRACTITIONER])
def test_staff_and_practitioners_see_nothing_of_it(lead: User, role: Role) -> None:
    somebody = desk.at_work(role)
    for address in ("change/", "csv/", "differences/", "changes/", "rules/TAN-01/"):
        assert somebody.get(the_rules(address)).status_code == 404, address
    assert somebody.get(QUESTIONS).status_code == somebody.get(RULES).status_code == 404
