"""A questionnaire or rules that ship with a release wait for a clinical lead where a version is in force."""

import json
import shutil
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.test import Client

from clinic.accounts.models import User
from clinic.accounts.roles import Role
from tests import factories
from tests.clinic import desk
from tests.factories import NOW
from tests.house.page import Page
from tests.treatments.rule_scene import lengthened, the_lead
from treatments import loading, screening, versions
from treatments.models import Questionnaire, RuleSet, VersionStatus

pytestmark = pytest.mark.django_db
RULES = "/admin/treatments/ruleset/"
QUESTIONS = "/admin/treatments/questionnaire/"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    shutil.copytree(loading.DATA, folder)
    return folder


@pytest.fixture
def lead() -> User:
    factories.clinic()
    factories.in_force()
    return the_lead()


@pytest.fixture
def client(lead: User) -> Client:
    return desk.signed_in(lead)


def ship(files: Path, number: int, name: str = "rules") -> None:
    """Put another version among the files, with a longer window or other words than the first."""
    data = json.loads((files / f"{name}_v1.json").read_text(encoding="utf-8"))
    if name == "rules":
        rule = next(rule for rule in data["rules"] if rule["id"] == "TAN-01")
        rule["when"] = {"within": ["tan_last_exposure", {"days": 30 + number}]}
    else:
        data["items"][0]["label"]["en"] = f"Born when? ({number})"
    (files / f"{name}_v{number}.json").write_text(json.dumps({**data, "version": number}), encoding="utf-8")


def load(files: Path) -> loading.Loaded:
    return loading.load_catalogue(now=NOW, folder=files)


def numbers(**which: Any) -> list[tuple[int, str, int | None]]:
    found = RuleSet.objects.filter(**which).order_by("version")
    return list(found.values_list("version", "status", "shipped_as"))


def own_version(lead: User) -> RuleSet:
    """A version that the clinic has made itself and published."""
    draft = versions.draft(actor=lead, model=RuleSet, now=NOW)
    lengthened(lead, draft)
    versions.try_out(actor=lead, version=draft, now=NOW)
    return versions.publish(actor=lead, version=draft, now=NOW)


def test_a_fresh_house_begins_with_the_newest_that_ships_and_nobody_has_signed_it(files: Path) -> None:
    ship(files, 9)
    ship(files, 10)
    assert load(files).offered == []
    assert numbers() == [(10, "published", 10)]
    assert not RuleSet.objects.current().is_signed
    assert Questionnaire.objects.current().version == 1


def test_a_number_that_the_clinics_own_version_has_is_offered_under_another(lead: User, files: Path) -> None:
    own = own_version(lead)
    ship(files, 2)
    [offered] = load(files).offered
    assert numbers() == [(1, "published", 1), (2, "published", None), (3, "offered", 2)]
    assert RuleSet.objects.current() == own
    assert offered.data["version"] == 3


def test_a_higher_number_does_not_come_into_force_by_itself(lead: User, files: Path) -> None:
    for name in ("rules", "questionnaire"):
        ship(files, 7, name)
    assert [version.shipped_as for version in load(files).offered] == [7, 7]
    assert (RuleSet.objects.current().version, Questionnaire.objects.current().version) == (1, 1)


def test_it_is_offered_once_and_the_next_takes_its_place(lead: User, files: Path) -> None:
    ship(files, 2)
    for _time in range(2):
        assert [version.shipped_as for version in load(files).offered] == [2]
    versions.discard(actor=lead, version=RuleSet.objects.offered(), now=NOW)
    assert load(files).offered == []
    ship(files, 3)
    ship(files, 4)
    assert [version.shipped_as for version in load(files).offered] == [4]
    ship(files, 5)
    assert [version.shipped_as for version in load(files).offered] == [5]
    assert numbers(status="offered") == [(4, "offered", 5)]


def test_a_lead_takes_it_up_tries_it_and_publishes_it(lead: User, files: Path) -> None:
    ship(files, 2)
    load(files)
    own = own_version(lead)
    taken = versions.take_up(actor=lead, version=RuleSet.objects.offered(), now=NOW)
    assert (taken.version, taken.data["version"], taken.based_on) == (4, 4, own)
    with pytest.raises(versions.NotTried):
        versions.publish(actor=lead, version=taken, now=NOW)
    run = versions.try_out(actor=lead, version=taken, now=NOW)
    assert {each["vignette"] for each in run.moved} == {"V26", "V27"}
    versions.publish(actor=lead, version=taken, now=NOW)
    current = RuleSet.objects.current()
    assert (current.version, current.signed_by, current.shipped_as) == (4, "Dr Lead", 2)
    assert load(files).offered == []


def test_it_waits_while_a_draft_is_open_and_is_taken_up_once(lead: User, files: Path) -> None:
    ship(files, 2)
    load(files)
    draft = versions.draft(actor=lead, model=RuleSet, now=NOW)
    with pytest.raises(versions.DraftExists):
        versions.take_up(actor=lead, version=RuleSet.objects.offered(), now=NOW)
    with pytest.raises(versions.NotOffered):
        versions.take_up(actor=lead, version=draft, now=NOW)
    sam = factories.user("sam@clinic.test", Role.OWNER)
    with pytest.raises(versions.OnlyTheLead):
        versions.take_up(actor=sam, version=RuleSet.objects.offered(), now=NOW)


def test_rules_that_read_what_is_not_asked_yet_wait_for_their_questions(lead: User, files: Path) -> None:
    path = files / "rules_v1.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    data["rules"][0]["when"] = {"in": ["shoe_size", ["large"]]}
    path.write_text(json.dumps({**data, "version": 2}), encoding="utf-8")
    load(files)
    taken = versions.take_up(actor=lead, version=RuleSet.objects.offered(), now=NOW)
    versions.try_out(actor=lead, version=taken, now=NOW)
    with pytest.raises(screening.BadRules, match="nobody is asked for shoe_size"):
        versions.publish(actor=lead, version=taken, now=NOW)


def test_the_admin_announces_it_and_leads_to_it(client: Client, files: Path) -> None:
    ship(files, 2, "questionnaire")
    load(files)
    offered = Questionnaire.objects.offered()
    page = f"{QUESTIONS}{offered.pk}/"
    assert f'href="{page}change/"' in client.get("/admin/").content.decode()
    for address in (QUESTIONS, f"{QUESTIONS}{Questionnaire.objects.current().pk}/change/"):
        assert "Number 2 ships with this release" in client.get(address).content.decode()
    assert client.get(f"{page}differences/").context["before"] == Questionnaire.objects.current()
    for prefix in ("", "/zh-hant"):
        for name in ("change/", "differences/", "discard/"):
            assert Page(client.get(f"{prefix}{page}{name}").content.decode()).faults() == []
    assert "Make it the draft" in client.get(f"{page}change/").content.decode()
    assert client.get(f"{page}take-up/").status_code == 302
    assert Questionnaire.objects.offered() == offered
    assert "The draft is begun." in client.post(f"{page}take-up/", follow=True).content.decode()
    assert Questionnaire.objects.get(status=VersionStatus.DRAFT) == offered


def test_nothing_is_announced_where_nothing_waits(client: Client) -> None:
    for address in ("/admin/", RULES, QUESTIONS):
        page = client.get(address).content.decode()
        assert "to decide on" not in page
        assert "ships with this release" not in page


def test_the_command_says_what_waits(lead: User, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_catalogue")
    assert "waits" not in capsys.readouterr().out
    data = {**RuleSet.objects.current().data, "version": 2}
    RuleSet.objects.create(version=2, data=data, status=VersionStatus.OFFERED, shipped_as=2)
    call_command("load_catalogue")
    assert "rule set 2 of this release waits in the admin as number 2" in capsys.readouterr().out


def test_versions_from_before_are_remembered_as_shipped(lead: User) -> None:
    RuleSet.objects.update(shipped_as=None)
    own = own_version(lead)
    import_module("treatments.migrations.0004_offered").remember_what_shipped(apps, None)
    assert numbers() == [(1, "published", 1), (own.version, "published", None)]
    assert Questionnaire.objects.current().shipped_as == 1
