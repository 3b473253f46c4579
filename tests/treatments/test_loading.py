"""What ships comes into the database once, in two languages, and stays as the clinic left it."""

import json
import shutil
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils.translation import override
from pytest_django import DjangoAssertNumQueries

from practitioners.models import Practitioner
from tests.clinic import desk
from tests.treatments.conftest import NOW
from treatments import loading, questionnaire, screening
from treatments.codes import Category, SkinType, TreatmentCode
from treatments.models import (
    Cause,
    Concern,
    FrequentQuestion,
    Questionnaire,
    Reference,
    RuleSet,
    Suitability,
    Treatment,
    TreatmentCategory,
    TreatmentFacts,
)

pytestmark = pytest.mark.django_db


def load(folder=loading.DATA):
    return loading.load_catalogue(now=NOW, folder=folder)


def test_all_that_ships_is_loaded(shelf):
    assert set(TreatmentFacts.objects.values_list("code", flat=True)) == set(TreatmentCode)
    assert set(TreatmentCategory.objects.values_list("key", flat=True)) == set(Category)
    assert shelf.codes == len(TreatmentCode)
    assert shelf.treatments == Treatment.objects.published(NOW).count() > 10
    assert shelf.concerns == Concern.objects.published().count() == 4
    assert shelf.references == Reference.objects.count()
    assert FrequentQuestion.objects.general().exists()


def test_every_code_is_judged_for_every_skin_type(shelf):
    assert Suitability.objects.count() == len(TreatmentCode) * len(SkinType)


def test_both_languages_are_loaded(shelf):
    pores = Concern.objects.get(slug="enlarged-pores")
    assert pores.name == "Enlarged pores"
    with override("zh-hant"):
        assert pores.name == "毛孔粗大"
    assert not Cause.objects.filter(text_zh_hant=None).exists()


def test_a_language_that_is_active_while_loading_does_not_leak_into_the_other(shelf):
    Concern.objects.all().delete()
    with override("zh-hant"):
        load()
    assert Concern.objects.filter(name_en="Enlarged pores", name_zh_hant="毛孔粗大").exists()


def test_the_shelf_names_only_sources_that_are_listed(shelf):
    named = {tag for facts in TreatmentFacts.objects.all() for tag in facts.refs}
    named |= {tag for concern in Concern.objects.with_guide() for tag in concern.cited}
    assert named <= set(Reference.objects.values_list("tag", flat=True))


def test_loading_again_changes_nothing(shelf):
    before = list(Cause.objects.values()), list(Treatment.objects.values()), list(Suitability.objects.values())
    loading.load_catalogue(now=NOW + timedelta(days=90))
    after = list(Cause.objects.values()), list(Treatment.objects.values()), list(Suitability.objects.values())
    assert after == before
    assert {treatment.history.count() for treatment in Treatment.objects.all()} == {1}


def test_loading_again_brings_a_changed_word_back_and_keeps_its_history(shelf):
    pores = Concern.objects.get(slug="enlarged-pores")
    pores.name_en = "Big pores"
    pores.save()
    load()
    pores.refresh_from_db()
    assert pores.name_en == "Enlarged pores"
    assert [version.name_en for version in pores.history.all()] == ["Enlarged pores", "Big pores", "Enlarged pores"]


def test_loading_again_leaves_alone_what_the_clinic_has_added(shelf):
    own = desk.treatment(facts=TreatmentFacts.objects.get(code="ipl"), name="Our own")
    load()
    assert Treatment.objects.filter(pk=own.pk, name="Our own").exists()


def test_a_treatment_that_was_withdrawn_stays_withdrawn(shelf):
    Treatment.objects.filter(slug="ipl-face").update(published_until=NOW + timedelta(days=1))
    load()
    assert not Treatment.objects.published(NOW + timedelta(days=2)).filter(slug="ipl-face").exists()


def test_questionnaire_and_rules_are_in_use_but_signed_by_nobody(shelf):
    for model, parse in ((Questionnaire, questionnaire.load), (RuleSet, screening.load)):
        current = model.objects.current()
        assert current.version == 1
        assert current.published_at == NOW
        assert not current.is_signed
        assert parse(current.data)


def test_a_published_version_is_never_overwritten(shelf):
    RuleSet.objects.update(signed_by="Dr Imani", signed_at=NOW)
    Questionnaire.objects.update(data={"kept": True})
    load()
    assert RuleSet.objects.get().is_signed
    assert Questionnaire.objects.get().data == {"kept": True}


@pytest.fixture
def files(tmp_path):
    folder = tmp_path / "data"
    shutil.copytree(loading.DATA, folder)
    return folder


def edit(path, change):
    entries = json.loads(path.read_text(encoding="utf-8"))
    change(entries)
    path.write_text(json.dumps(entries), encoding="utf-8")


def test_a_name_that_no_model_has_is_refused_and_nothing_is_loaded(shelf, files):
    edit(files / "catalogue" / "codes.json", lambda entries: entries[0].update(depth_to_um=99))
    edit(files / "catalogue" / "concerns.json", lambda entries: entries[0].update(colour="green"))
    with pytest.raises(loading.UnknownField, match="Concern has no field colour"):
        load(files)
    assert not TreatmentFacts.objects.filter(depth_to_um=99).exists()


def test_a_list_that_was_shortened_is_shortened(shelf, files):
    pores = Concern.objects.get(slug="enlarged-pores")
    there = pores.causes.count()
    edit(files / "catalogue" / "concerns.json", lambda entries: entries[0]["causes"].pop())
    load(files)
    assert pores.causes.count() == there - 1


def test_a_rule_set_that_does_not_hold_together_is_refused(shelf, files):
    edit(files / "rules_v1.json", lambda rules: rules["rules"][0].pop("id") and rules.update(version=2))
    with pytest.raises(screening.BadRules):
        load(files)
    assert not RuleSet.objects.filter(version=2).exists()


def test_a_row_of_another_model_may_be_named_by_its_slug(shelf):
    entry = {
        "slug": "dr-imani", "name": {"en": "Dr Imani"}, "practising_since": 2010,
        "offerings": [{"treatment": "ipl-face", "since_year": 2019}],
    }  # fmt: skip
    imani = loading.put(Practitioner, entry, key="slug")
    assert [offering.treatment.slug for offering in imani.offerings.all()] == ["ipl-face"]


def test_rows_that_agree_are_read_and_not_written(django_assert_num_queries: DjangoAssertNumQueries):
    entry = {"tag": "R1", "citation": "A study.", "status": "Read"}
    loading.put(Reference, entry, key="tag")
    with django_assert_num_queries(1):
        loading.put(Reference, entry, key="tag")


def test_the_command_says_how_much_there_is(capsys):
    call_command("load_catalogue")
    assert "11 codes" in capsys.readouterr().out
