"""Who changed what, in both languages and line by line, and the way back to an earlier version."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation import override

from clinic import editions
from clinic.accounts.roles import Role
from clinic.premises.models import Clinic
from practitioners.models import Practitioner
from tests import factories
from tests.clinic import desk
from tests.pages import words
from treatments import loading
from treatments.models import Concern, FrequentQuestion, Treatment, TreatmentCategory, TreatmentFacts

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _a_clinic_and_its_moment():
    factories.clinic()
    with time_machine.travel(desk.NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def sam() -> Client:
    return desk.signed_in(factories.user("sam@clinic.test", Role.STAFF, name="Sam Yip"))


def address(row: Any, record: Any = None) -> str:
    name = f"admin:{row._meta.app_label}_{row._meta.model_name}"
    return (
        reverse(f"{name}_simple_history", args=[row.pk, record.pk])
        if record
        else reverse(f"{name}_history", args=[row.pk])
    )


def save(client: Client, row: Any, prefix: str = "", **changes: Any) -> None:
    page = f"{prefix}{desk.the_page(row)}"
    answer = client.post(page, {**desk.filled(client.get(page)), **changes})
    assert answer.status_code == 302, answer.context["errors"]


def told(client: Client, row: Any) -> list[tuple[str, str, str]]:
    """What the newest version changed."""
    newest = client.get(address(row)).context["page_obj"].object_list[0]
    return [(each.field, each.old, each.new) for each in newest.history_delta_changes]


def a_guide() -> Concern:
    loading.put(
        Concern,
        {
            "slug": "pores", "name": {"en": "Pores", "zh-hant": "毛孔"}, "summary": "In short.", "what": "Skin.",
            "causes": [
                {"name": {"en": "Genes", "zh-hant": "遺傳"}, "text": {"en": "Inherited."}, "evidence_grade": "B"},
                {"name": {"en": "Sun"}, "text": {"en": "Light."}, "evidence_grade": "A", "refs": []},
            ],
        },
        key="slug",
    )  # fmt: skip
    pores: Concern = Concern.objects.get(slug="pores")
    editions.keep(pores)
    return pores


def test_a_change_is_told_in_the_language_it_was_made_in_with_who_made_it(sam):
    pores = desk.concern(name_en="Pores", name_zh_hant="毛孔")
    save(sam, pores, name_zh_hant="毛孔粗大")
    assert told(sam, pores) == [("Name (繁體中文)", "毛孔", "毛孔粗大")]
    page = sam.get(address(pores)).content.decode()
    assert '<dd lang="zh-Hant"><ins>毛孔粗大</ins></dd>' in page
    assert "Sam Yip" in page


def test_a_change_made_in_the_chinese_admin_shows_only_what_changed(sam):
    pores = desk.concern(name_en="Pores", name_zh_hant="毛孔")
    save(sam, pores, "/zh-hant", published_until_0="2027-03-02", published_until_1="17:00")
    translation.activate("en")  # the client leaves the language of the page behind
    assert told(sam, pores) == [("Published until", "", "2027-03-02 17:00")]


def test_ends_of_lines_are_no_change(sam):
    pores = desk.concern(what_en="One.\nTwo.")
    save(sam, pores, name_en="Holes", what_en="One.\r\nTwo.")
    assert told(sam, pores) == [("Name (English)", "Pores", "Holes")]


def test_lines_of_a_guide_are_part_of_its_history(sam):
    pores = a_guide()
    save(sam, pores, **{"causes-0-text_en": "From your parents."})
    assert told(sam, pores) == [("Cause 1: Words (English)", "Inherited.", "From your parents.")]
    save(sam, pores, **{"causes-1-DELETE": "on"})
    assert told(sam, pores) == [
        ("Cause 2: Position", "2", ""),
        ("Cause 2: Cause (English)", "Sun", ""),
        ("Cause 2: Words (English)", "Light.", ""),
        ("Cause 2: Strength of evidence", "A: randomised trials or systematic review", ""),
    ]


def test_a_version_comes_back_with_its_lines_in_both_languages(sam):
    pores = a_guide()
    first = pores.history.get()
    before = list(pores.causes.values())
    save(
        sam,
        pores,
        **{"name_en": "Holes", "name_zh_hant": "洞", "causes-0-text_en": "Who knows.", "causes-1-DELETE": "on"},
    )
    page = sam.get(address(pores, first))
    assert ("Name (English)", "Holes", "Pores") in [(c.field, c.old, c.new) for c in page.context["changes"]]
    assert "Bring this version back" in page.content.decode()
    assert sam.post(address(pores, first)).status_code == 302
    pores = Concern.objects.get(pk=pores.pk)
    assert (pores.name_en, pores.name_zh_hant) == ("Pores", "毛孔")
    assert list(pores.causes.values()) == before
    assert [record.name_en for record in pores.history.all()] == ["Pores", "Holes", "Pores"]
    assert "This version says what stands there now." in words(sam.get(address(pores, first)))
    assert str(pores.history.first().history_user) == "Sam Yip"


def test_what_was_brought_back_can_be_undone_the_same_way(sam):
    pores = a_guide()
    first = pores.history.get()
    save(sam, pores, **{"causes-0-text_en": "Who knows.", "causes-1-DELETE": "on"})
    second = pores.history.first()
    sam.post(address(pores, first))
    sam.post(address(pores, second))
    assert [cause.text_en for cause in Concern.objects.get(pk=pores.pk).causes.all()] == ["Who knows."]


def test_an_act_of_the_list_leaves_the_lines_in_the_history(sam):
    pores = a_guide()
    sam.post(desk.the_list(Concern), {"action": "publish", "_selected_action": [str(pores.pk)]})
    newest = pores.history.first()
    save(sam, pores, **{"causes-1-DELETE": "on"})
    sam.post(address(pores, newest))
    assert pores.causes.count() == 2


def test_a_version_from_before_lines_were_kept_leaves_them_as_they_are(sam):
    pores = a_guide()
    pores.history.update(lines=None)
    first = pores.history.get()
    save(sam, pores, name_en="Holes")
    assert "were not kept in this version" in words(sam.get(address(pores, first)))
    sam.post(address(pores, first))
    assert Concern.objects.get().name_en == "Pores"
    assert pores.causes.count() == 2


def test_a_version_comes_back_whatever_language_the_admin_speaks(sam):
    pores = desk.concern(name_en="Pores", name_zh_hant="毛孔")
    first = pores.history.get()
    save(sam, pores, name_en="Holes", name_zh_hant="洞")
    assert sam.post(f"/zh-hant{address(pores, first)}").status_code == 302
    again = Concern.objects.get()
    assert (again.name_en, again.name_zh_hant) == ("Pores", "毛孔")
    with override("zh-hant"):
        assert again.name == "毛孔"


def test_a_version_that_no_longer_fits_is_refused_in_words(sam):
    pores = factories.concern("pores")
    first = pores.history.get()
    save(sam, pores, slug="large-pores")
    factories.concern("pores")
    page = sam.post(address(pores, first))
    assert "Nothing was changed. Slug: Concern with this Slug already exists." in words(page)
    assert Concern.objects.get(pk=pores.pk).slug == "large-pores"


def test_a_guide_that_was_deleted_is_there_again(sam):
    pores = a_guide()
    first, key = pores.history.get(), pores.pk
    sam.post(reverse("admin:treatments_concern_delete", args=[key]), {"post": "yes"})
    assert not Concern.objects.exists()
    pores.pk = key
    assert sam.post(address(pores, first)).status_code == 302
    assert Concern.objects.get(pk=key).causes.count() == 2


@pytest.mark.parametrize("model", [Treatment, TreatmentCategory, TreatmentFacts, FrequentQuestion, Practitioner])
def test_all_words_of_the_catalogue_are_followed_and_come_back(sam, model):
    row: Any = desk.ROWS[model]()
    name = "question_en" if model is FrequentQuestion else "name_en"
    first, before = row.history.get(), getattr(row, name)
    if model is TreatmentFacts:  # what a form asks for and a factory leaves open
        model.objects.update(downtime_cautious_days=5)
    save(sam, row, **{name: "Something else"})
    assert [(change[1], change[2]) for change in told(sam, row)] == [(before, "Something else")]
    assert sam.post(address(row, first)).status_code == 302
    assert getattr(model.objects.get(pk=row.pk), name) == before


def test_what_ships_has_a_first_version_with_its_lines():
    loading.load_catalogue(now=desk.NOW)
    first = Concern.objects.get(slug="enlarged-pores").history.get()
    assert len(first.lines["causes"]) > 3
    assert {question.history.count() for question in FrequentQuestion.objects.all()} == {1}
    loading.load_catalogue(now=desk.NOW + timedelta(days=1))
    assert Concern.objects.get(slug="enlarged-pores").history.count() == 1


def test_who_may_only_look_brings_nothing_back(sam):
    polish = desk.treatment()
    first = polish.history.get()
    assert desk.at_work(Role.CLINICAL_LEAD).post(address(polish, first)).status_code == 404
    assert sam.get(reverse("admin:treatments_treatment_simple_history", args=[polish.pk, "x"])).status_code == 404
    assert sam.get(reverse("admin:treatments_treatment_simple_history", args=[polish.pk, "99999"])).status_code == 404


def test_prices_and_choices_are_told_as_people_read_them(sam):
    Clinic.objects.update(currency="HKD")
    polish = desk.treatment(price_minor=180000)
    save(sam, polish, price_minor="1900.50", price_kind="from")
    assert told(sam, polish) == [("Price", "HK$1,800", "HK$1,900.50"), ("Kind of price", "Fixed price", "From")]
