"""Staff save a text, or the operator reads all of them: words that claim too much are named, and nobody is stopped."""

from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from clinic.accounts.roles import Role
from clinic.premises.models import Clinic
from practitioners.models import Practitioner
from tests import factories
from tests.clinic import desk
from treatments.models import Concern, SideEffect, Treatment

pytestmark = pytest.mark.django_db

WARNED = "Saved, but please look again."
WHY = "No treatment is free of risk; a word that says so misleads."
SOURCE = "General Medical Council: cosmetic interventions, maintaining trust"


@pytest.fixture(autouse=True)
def clinic() -> Clinic:
    return factories.clinic()


@pytest.fixture
def sam() -> Client:
    return desk.at_work(Role.STAFF)


def save(client: Client, row: Any, prefix: str = "", **changes: str) -> str:
    """Open the row's page, change some fields, save, and read what the desk says then."""
    address = prefix + desk.the_page(row)
    answer = client.post(address, {**desk.filled(client.get(address)), **changes}, follow=True)
    assert answer.status_code == 200
    assert not answer.context.get("errors"), answer.context["adminform"].form.errors
    return " ".join(answer.text.split())


def test_a_claim_is_saved_and_named_with_field_language_reason_and_source(sam):
    treatment = desk.treatment()
    page = save(sam, treatment, summary_en="A safe polish.", summary_zh_hant="保證見效。")
    assert f"{WARNED} Summary (English): “safe”. {WHY} Source: {SOURCE}" in page
    assert "Summary (繁體中文): “保證”." in page
    treatment.refresh_from_db()
    assert treatment.summary == "A safe polish."


def test_a_plain_text_passes_in_silence(sam):
    assert WARNED not in save(sam, desk.treatment(), summary_en="A polish. No treatment is painless.")


@pytest.mark.parametrize(
    ("make", "field"),
    [(factories.concern, "summary_en"), (Clinic.objects.get, "about_en")],
    ids=["concern", "clinic"],
)
def test_every_public_text_is_looked_at(sam, make, field):
    assert "“painless”" in save(sam, make(), **{field: "It is painless."})


def test_a_practitioners_own_words_are_looked_at(sam):
    who = desk.practitioner()
    assert "“The best”" in save(sam, who, bio_en="The best doctor in town.")
    assert Practitioner.objects.get().bio_en == "The best doctor in town."


def test_a_line_of_a_list_is_looked_at_as_well(sam):
    facts = desk.facts()
    line = SideEffect.objects.create(facts=facts, text_en="Redness.", position=1, likelihood="common")
    page = sam.get(desk.the_page(facts))
    named = next(key for key, value in desk.filled(page).items() if value == line.text)
    assert "“No side effects”" in save(sam, facts, **{named: "No side effects."})


def test_the_rules_of_the_place_decide_about_offers(sam):
    treatment = desk.treatment()
    assert "“20% off”" in save(sam, treatment, summary_en="20% off until Friday.")
    Clinic.objects.update(jurisdiction="GB")
    assert WARNED not in save(sam, treatment, summary_en="20% off until Friday.")


def test_publishing_from_the_list_looks_as_well(sam):
    treatment = desk.treatment(summary="A painless polish.")
    form = {"action": "publish", "_selected_action": [treatment.pk]}
    assert "“painless”" in sam.post(desk.the_list(Treatment), form, follow=True).text
    assert Treatment.objects.get().published_from


# --- the operator's command ---


def test_the_command_reads_everything_and_says_so(capsys):
    factories.concern()
    call_command("check_wording")
    assert capsys.readouterr().out == "Nothing found in 2 records.\n"


def test_the_command_names_each_word_and_fails(capsys):
    concern = factories.concern(summary_zh_hant="安全有效。")
    with pytest.raises(CommandError, match="1 remarks about 2 records"):
        call_command("check_wording")
    said = capsys.readouterr().out
    assert f"treatments.Concern {concern.pk} (Enlarged pores), Summary, zh-hant: “安全”" in said
    assert "Complexion: what a patient reads" in said
    assert Concern.objects.get().summary_zh_hant == "安全有效。"
