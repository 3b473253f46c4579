"""What ships comes into the database once, in two languages, and stays as the clinic left it."""

import json
import shutil
from datetime import timedelta

import pytest
from django.apps import apps
from django.core.management import call_command
from django.utils.translation import override
from pytest_django import DjangoAssertNumQueries

from practitioners.models import Practitioner
from tests.clinic import desk
from tests.shelf import NOW
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


def restore(folder=loading.DATA):
    return loading.restore_catalogue(now=NOW, folder=folder)


def test_all_that_ships_is_loaded(shelf):
    assert set(TreatmentFacts.objects.values_list("code", flat=True)) == set(TreatmentCode)
    assert set(TreatmentCategory.objects.values_list("key", flat=True)) == set(Category)
    assert shelf.codes == len(TreatmentCode)
    assert shelf.treatments == Treatment.objects.published(NOW).count() > 10
    assert shelf.concerns == Concern.objects.published(NOW).count() == 4
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
    named |= {tag for concern in Concern.objects.with_guide(NOW) for tag in concern.cited}
    assert named <= set(Reference.objects.values_list("tag", flat=True))


@pytest.mark.parametrize("lay", [loading.load_catalogue, loading.restore_catalogue])
def test_loading_or_restoring_what_nobody_edited_changes_nothing(shelf, lay):
    before = list(Cause.objects.values()), list(Treatment.objects.values()), list(Suitability.objects.values())
    lay(now=NOW + timedelta(days=90))
    after = list(Cause.objects.values()), list(Treatment.objects.values()), list(Suitability.objects.values())
    assert after == before
    assert {treatment.history.count() for treatment in Treatment.objects.all()} == {1}


def edit_as_staff():
    """A word, a price, a list and a question of what ships, each as the clinic wants it."""
    pores = Concern.objects.get(slug="enlarged-pores")
    pores.name_en = "Big pores"
    pores.save()
    pores.causes.all()[0].delete()
    FrequentQuestion.objects.filter(concern=None).update(answer_en="Ask us.")
    TreatmentCategory.objects.update(name_zh_hant="我們的療程")
    Treatment.objects.filter(slug="ipl-face").update(price_minor=100)
    return pores


def test_what_staff_have_edited_survives_a_second_load(shelf):
    pores = edit_as_staff()
    names = "Concern", "Cause", "FrequentQuestion", "TreatmentCategory", "Treatment", "Reference", "TreatmentFacts"
    every = [apps.get_model("treatments", name) for name in names]
    before = [list(model.objects.values()) for model in every]
    load()
    assert [list(model.objects.values()) for model in every] == before
    assert [version.name_en for version in pores.history.all()] == ["Big pores", "Enlarged pores"]


def test_what_newly_ships_is_added_beside_what_staff_have_edited(shelf, files):
    edit_as_staff()
    catalogue = files / "catalogue"
    edit(catalogue / "treatments.json", lambda rows: rows.append({**rows[0], "slug": "new-peel"}))
    edit(catalogue / "concerns.json", lambda rows: rows.append({**rows[0], "slug": "new-concern"}))
    edit(catalogue / "faqs.json", lambda rows: rows.append({**rows[0], "concern": "new-concern"}))
    edit(catalogue / "references.json", lambda rows: rows.append({**rows[0], "tag": "R999"}))
    load(files)
    assert Treatment.objects.get(slug="new-peel").published_from == NOW
    assert Concern.objects.get(slug="new-concern").causes.count() > 1
    assert FrequentQuestion.objects.filter(concern__slug="new-concern").count() == 1
    assert Reference.objects.filter(tag="R999").exists()
    assert Treatment.objects.get(slug="ipl-face").price_minor == 100


def test_restoring_brings_the_shipped_words_back_and_keeps_their_history(shelf):
    there = Cause.objects.count()
    pores = edit_as_staff()
    restore()
    pores.refresh_from_db()
    assert pores.name_en == "Enlarged pores"
    assert Cause.objects.count() == there
    assert not FrequentQuestion.objects.filter(answer_en="Ask us.").exists()
    assert Treatment.objects.get(slug="ipl-face").price_minor != 100
    assert [version.name_en for version in pores.history.all()] == ["Enlarged pores", "Big pores", "Enlarged pores"]


def test_restoring_leaves_alone_what_the_clinic_has_added(shelf):
    own = desk.treatment(facts=TreatmentFacts.objects.get(code="ipl"), name="Our own")
    restore()
    assert Treatment.objects.filter(pk=own.pk, name="Our own").exists()


def test_a_treatment_that_was_withdrawn_stays_withdrawn(shelf):
    Treatment.objects.filter(slug="ipl-face").update(published_until=NOW + timedelta(days=1))
    restore()
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
    Questionnaire.objects.all().delete()
    Questionnaire.objects.create(version=1, data={"kept": True}, status="published", published_at=NOW)
    restore()
    assert RuleSet.objects.get().is_signed
    assert Questionnaire.objects.current().data == {"kept": True}


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
        restore(files)
    assert not TreatmentFacts.objects.filter(depth_to_um=99).exists()


def test_a_list_that_was_shortened_is_shortened(shelf, files):
    pores = Concern.objects.get(slug="enlarged-pores")
    there = pores.causes.count()
    edit(files / "catalogue" / "concerns.json", lambda entries: entries[0]["causes"].pop())
    restore(files)
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


def test_the_command_says_how_much_there_is_and_restores_only_when_told_to(capsys):
    call_command("load_catalogue")
    assert "11 codes" in capsys.readouterr().out
    Concern.objects.update(name_en="Ours")
    call_command("load_catalogue")
    assert set(Concern.objects.values_list("name_en", flat=True)) == {"Ours"}
    call_command("load_catalogue", "--restore")
    assert "Ours" not in Concern.objects.values_list("name_en", flat=True)
