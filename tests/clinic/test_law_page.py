"""The page of the rules: staff read it, an owner decides on it, and nothing is decided without a typed reason."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from clinic.accounts.roles import Role
from clinic.audit.models import AuditEntry
from clinic.premises import law
from clinic.premises.law import Matter
from clinic.premises.models import Clinic, LegalOverride
from tests import factories
from tests.clinic import desk

pytestmark = pytest.mark.django_db

PAGE = "/admin/premises/clinic/law/"
REASON = "Our lawyer <b>Ms Ho</b> wrote on 3 May that it is allowed."
ADVICE = "This is information and no legal advice."


@pytest.fixture(autouse=True)
def clinic() -> Clinic:
    return factories.clinic()


@pytest.fixture
def owner() -> Client:
    return desk.at_work(Role.OWNER)


@pytest.fixture
def sam() -> Client:
    return desk.at_work(Role.STAFF)


def depart(client: Client, matter: str = "discounts", **form: str):
    return client.post(f"{PAGE}{matter}/", {"setting": "on", "reason": REASON, **form}, follow=True)


@pytest.mark.parametrize("prefix", ["", "/zh-hant"])
def test_every_matter_stands_with_its_rule_its_source_and_its_day(sam, prefix):
    page = sam.get(prefix + PAGE).text
    for rule in law.profile("HK").rules.values():
        assert escape(rule.words.zh_hant if prefix else rule.words.en) in page
        for source in rule.sources:
            assert escape(source.title) in page
            assert escape(source.url) in page
    assert page.count("27 November 2026" if not prefix else "2026年11月27日") == len(Matter)


def test_it_says_that_it_is_no_legal_advice(sam, owner):
    assert ADVICE in sam.get(PAGE).text
    assert ADVICE in owner.get(PAGE).text


def test_a_matter_without_a_source_says_so(sam):
    Clinic.objects.update(jurisdiction="custom")
    assert sam.get(PAGE).text.count("No source found: the stricter setting.") == len(Matter)


def test_the_switches_show_and_do_not_switch(owner):
    switches = re.findall(r'<input type="checkbox" role="switch"[^>]*>', owner.get(PAGE).text)
    allowed = [rule.is_allowed for rule in law.profile("HK").rules.values()]
    assert all(" disabled" in switch for switch in switches)
    assert [" checked" in switch for switch in switches] == allowed


def test_staff_read_and_are_offered_no_button(sam):
    assert f'action="{PAGE}' not in sam.get(PAGE).text
    assert depart(sam).status_code == 404
    assert not LegalOverride.objects.exists()


def test_an_owner_departs_with_a_reason_and_comes_back(owner):
    page = depart(owner).text
    assert escape(REASON) in page
    assert "The rule says: Off." in page
    assert Clinic.objects.the().law.allows(Matter.DISCOUNTS)
    page = owner.post(f"{PAGE}discounts/restore/", follow=True).text
    assert "The rule says: Off." not in page
    assert escape(REASON) in page, "it stays in the history"
    assert not Clinic.objects.the().law.allows(Matter.DISCOUNTS)
    assert AuditEntry.objects.filter(action__in=["law_overridden", "law_restored"]).count() == 2


@pytest.mark.parametrize("reason", ["", "          ", "because"])
def test_without_a_sentence_the_form_comes_back_marked_with_what_was_chosen(owner, reason):
    answer = depart(owner, reason=reason)
    assert answer.status_code == 422
    assert "Say in a sentence why the clinic departs from the rule." in answer.text
    assert answer.text.count("<details open>") == 1
    assert not LegalOverride.objects.exists()


def test_what_the_rule_says_already_is_not_offered(owner):
    assert depart(owner, setting="off").status_code == 422
    assert depart(owner, setting="maybe").status_code == 422
    assert not LegalOverride.objects.exists()


@pytest.mark.parametrize("matter", ["weather", "place", "Discounts"])
def test_a_matter_that_is_none_is_not_there(owner, matter):
    assert owner.post(f"{PAGE}{matter}/restore/").status_code == 404


def test_to_restore_what_stands_already_is_told_in_words(owner):
    assert "The rule says so already." in owner.post(f"{PAGE}discounts/restore/", follow=True).text


def test_a_look_changes_nothing(owner):
    for address in ("discounts/", "discounts/restore/", "place/"):
        assert owner.get(PAGE + address).status_code == 302
    assert not AuditEntry.objects.filter(object_type="clinic").exists()
    assert Clinic.objects.get().jurisdiction == "HK"


def test_an_owner_says_where_the_clinic_is(owner, sam):
    assert sam.post(f"{PAGE}place/", {"place": "TW"}).status_code == 404
    assert Clinic.objects.get().jurisdiction == "HK"
    assert "The clinic follows the rules of: Taiwan." in owner.post(f"{PAGE}place/", {"place": "TW"}, follow=True).text
    owner.post(f"{PAGE}place/", {"place": "Atlantis"})
    assert Clinic.objects.get().jurisdiction == "TW"


def test_the_clinics_own_form_does_not_move_it(sam):
    page = reverse("admin:premises_clinic_change", args=[1])
    assert PAGE in sam.get(page).text
    assert 'name="jurisdiction"' not in sam.get(page).text


def test_before_there_is_a_clinic_the_strictest_rules_are_shown_and_nobody_decides(owner):
    Clinic.objects.all().delete()
    assert "The clinic follows the rules of: Other." in owner.get(PAGE).text
    assert owner.post(f"{PAGE}discounts/", {"setting": "on", "reason": REASON}).status_code == 404
