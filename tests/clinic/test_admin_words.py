"""Two languages in the admin: beside each other in the form, asked for in the list, put in order in the list."""

from typing import Any

import pytest
from django.contrib.admin import site
from django.db.models import Model

from clinic.accounts.admin_words import translated
from clinic.accounts.roles import Role
from practitioners.models import Practitioner
from tests import factories
from tests.clinic import desk
from treatments.models import Concern, Reference, Treatment

pytestmark = pytest.mark.django_db

TRANSLATED = [model for model in desk.models_of_the_admin() if translated(model) and model in desk.ROWS]
# The place of a combination is its name in the files that ship, so it is unique and stays.
ORDERED = [model for model in TRANSLATED if any(f.name == "position" and not f.unique for f in model._meta.fields)]


def test_each_language_of_a_field_stands_beside_the_other() -> None:
    page = desk.at_work(Role.STAFF).get(desk.the_page(desk.concern()))
    lines = [line for fieldset in page.context["adminform"] for line in fieldset]
    pairs = [list(line.fields) for line in lines if len(line.fields) == 2]
    assert ["name_en", "name_zh_hant"] in pairs
    assert ["when_to_see_en", "when_to_see_zh_hant"] in pairs
    assert [name for line in lines for name in line.fields if name.startswith("name")] == ["name_en", "name_zh_hant"]


def test_the_lines_of_a_guide_stand_beside_each_other_as_well() -> None:
    pores = desk.concern()
    pores.causes.create(name="Genes", text="Inherited.", evidence_grade="B")
    page = desk.at_work(Role.STAFF).get(desk.the_page(pores))
    causes = next(each for each in page.context["inline_admin_formsets"] if each.formset.prefix == "causes")
    rows = [[box.field.name for box in line] for form in causes for fieldset in form for line in fieldset]
    assert ["text_en", "text_zh_hant"] in rows


def found(client: Any, model: type[Model], wish: str) -> list[Model]:
    return list(client.get(desk.the_list(model), {"translation": wish}).context["cl"].result_list)


@pytest.mark.parametrize("model", TRANSLATED, ids=lambda model: model._meta.label)
def test_every_list_of_words_finds_what_is_not_translated(model: type[Model]) -> None:
    client, row = desk.at_work(Role.OWNER), desk.ROWS[model]()
    for names in translated(model):
        model._default_manager.filter(pk=row.pk).update(**dict.fromkeys(names, ""))
    assert found(client, model, "missing") == []
    english, chinese = translated(model)[0]
    for empty in ("", None):
        model._default_manager.filter(pk=row.pk).update(**{english: "Words", chinese: empty})
        assert found(client, model, "missing") == [row]
        assert found(client, model, "complete") == []
    model._default_manager.filter(pk=row.pk).update(**{chinese: "文字"})
    assert found(client, model, "missing") == []
    assert found(client, model, "complete") == [row]


def test_a_guide_misses_a_translation_when_one_of_its_lines_does() -> None:
    sam, words = desk.at_work(Role.STAFF), {"name_zh_hant": "毛孔", "summary_zh_hant": "簡言之", "what_zh_hant": "毛孔"}
    whole, part = desk.concern(**words), desk.concern(**words)
    whole.causes.create(name_en="Genes", name_zh_hant="遺傳", text_en="A.", text_zh_hant="甲", evidence_grade="B")
    part.causes.create(name_en="Genes", name_zh_hant="遺傳", text_en="A.", text_zh_hant="", evidence_grade="B")
    assert found(sam, Concern, "missing") == [part]
    assert found(sam, Concern, "complete") == [whole]


def test_a_list_without_words_does_not_ask_for_them() -> None:
    assert Reference not in TRANSLATED
    page = desk.at_work(Role.STAFF).get(desk.the_list(Reference), {"translation": "missing"})
    assert page.status_code == 302


@pytest.mark.parametrize("model", ORDERED, ids=lambda model: model._meta.label)
def test_whatever_stands_in_an_order_is_put_in_order_in_its_list(model: type[Model]) -> None:
    factories.clinic()
    client, rows = desk.at_work(Role.OWNER), [desk.ROWS[model](), desk.ROWS[model]()]
    page = client.get(desk.the_list(model))
    assert 'aria-label="Position: ' in page.content.decode()
    sent = {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "2", "_save": "Save"}
    for number, form in enumerate(page.context["cl"].formset.forms):
        sent |= {f"form-{number}-{form._meta.model._meta.pk.name}": str(form.instance.pk)}
        sent |= {f"form-{number}-position": str(1 + rows[::-1].index(form.instance))}
    assert client.post(desk.the_list(model), sent).status_code == 302
    assert list(model._default_manager.all()) == rows[::-1]


def test_every_order_is_edited_in_a_list() -> None:
    lists = {model for model, how in site._registry.items() if "position" in how.list_editable}
    assert set(ORDERED) == lists


def test_putting_in_order_is_kept_in_the_history_and_points_at_no_words() -> None:
    factories.clinic()
    sam, polish = factories.user("sam@clinic.test", Role.STAFF), desk.treatment(name="A safe polish")
    client = desk.signed_in(sam)
    sent = {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1", "_save": "Save", "form-0-id": str(polish.pk)}
    answer = client.post(desk.the_list(Treatment), {**sent, "form-0-position": "7"}, follow=True)
    assert "please look again" not in answer.content.decode()
    newest = Treatment.objects.get().history.latest()
    assert (newest.position, newest.history_user) == (7, sam)


def test_who_may_only_look_is_offered_no_boxes() -> None:
    desk.practitioner()
    page = desk.at_work(Role.OWNER).get(desk.the_list(Practitioner)).content.decode()
    assert 'name="_save"' in page
    assert desk.at_work(Role.CLINICAL_LEAD).get(desk.the_list(Practitioner)).status_code == 404
