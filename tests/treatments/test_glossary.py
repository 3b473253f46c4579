"""The glossary: a page of words in two languages, and links to it from the texts that use them."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import caches
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import override

from clinic.premises.models import Clinic
from tests.pages import words
from tests.shelf import NOW
from treatments import loading
from treatments.models import Concern, Term, Topic, Treatment
from treatments.templatetags.glossary import Glossary

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shelf")]

PAGE = reverse("treatments:glossary")
LINK = '<a class="term-link" href="/glossary/#{}">{}</a>'


@pytest.fixture(autouse=True)
def _a_day_after_opening():
    Clinic.objects.create(name="Lumen Skin Clinic", jurisdiction="HK")
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        yield


def term(name, **changes):
    usual = {"slug": name.lower().replace(" ", "-"), "topic": "skin", "meaning": "It means.", "published_from": NOW}
    return Term(**{**usual, "name": name, **changes})


def linked(html, *names):
    return Glossary([term(name) for name in names]).link(SafeString(html))


# --- what ships ---


def test_sixty_words_and_more_ship_in_both_languages_with_other_names():
    assert Term.objects.count() >= 60
    assert set(Term.objects.values_list("topic", flat=True)) == set(Topic)
    for each in Term.objects.all():
        assert all([each.name_en, each.name_zh_hant, each.meaning_en, each.meaning_zh_hant]), each
        assert all([each.synonyms_en, each.synonyms_zh_hant]), each


@pytest.mark.parametrize(
    ("taiwan", "hong_kong"),
    [
        ("飛梭雷射", "點陣激光"),
        ("脈衝光", "彩光（IPL）"),
        ("黑臉娃娃", "碳粉激光"),
        ("肝斑", "荷爾蒙斑"),
        ("痘痘", "暗瘡"),
    ],
)
def test_the_name_is_hong_kongs_and_taiwans_is_a_synonym(taiwan, hong_kong):
    assert Term.objects.filter(name_zh_hant=hong_kong, synonyms_zh_hant__contains=taiwan).exists()
    assert not Term.objects.filter(name_zh_hant=taiwan).exists()


def test_no_two_words_share_a_name_or_a_place():
    entries = json.loads((loading.DATA / "catalogue" / "terms.json").read_text(encoding="utf-8"))
    for values in zip(
        *[(e["slug"], e["name"]["en"], e["name"]["zh-hant"], e["position"]) for e in entries], strict=True
    ):
        assert len(set(values)) == len(entries)


# --- the page ---


@pytest.mark.parametrize(("prefix", "own", "other"), [("", "en", "zh-hant"), ("/zh-hant", "zh-hant", "en")])
def test_the_page_holds_each_word_in_both_languages_with_an_anchor(client, prefix, own, other):
    response = client.get(f"{prefix}{PAGE}")
    page, html = words(response), response.content.decode()
    for each in Term.objects.all():
        assert f'id="{each.slug}"' in html
        assert all(text in page for text in (each.name_en, each.name_zh_hant, each.meaning_en, each.meaning_zh_hant))
    assert html.count(f'<div lang="{other}">') == Term.objects.count()
    assert f'<div lang="{own}">' not in html


def test_a_word_leads_to_its_guide_and_its_treatments(client):
    html = client.get(PAGE).content.decode()
    entry = html[html.index('id="carbon-laser-peel"') : html.index('id="ndyag"')]
    assert "/concerns/enlarged-pores/" in entry
    assert "/treatments/carbon-laser/" in entry
    Concern.objects.filter(slug="enlarged-pores").update(published_from=None)
    Treatment.objects.filter(slug="carbon-laser").update(published_from=None)
    caches["window"].clear()
    html = client.get(PAGE).content.decode()
    assert "/concerns/enlarged-pores/" not in html
    assert "/treatments/carbon-laser/" not in html


def test_a_draft_is_not_shown(client):
    Term.objects.filter(slug="collagen").update(published_from=None)
    Term.objects.filter(slug="sebum").update(published_until=NOW + timedelta(hours=1))
    html = client.get(PAGE).content.decode()
    assert 'id="collagen"' not in html
    assert 'id="sebum"' not in html


def test_a_word_that_nobody_has_translated_is_marked(client):
    term("Zyx", name_zh_hant="", meaning_zh_hant="").save()
    html = client.get(f"/zh-hant{PAGE}").content.decode()
    assert '<span lang="en">Zyx</span> <small>（英文）</small>' in html


def test_an_empty_glossary_says_what_to_do(client):
    Term.objects.all().delete()
    assert "Ask at the consultation whatever is unclear." in words(client.get(PAGE))


def test_the_page_costs_a_fixed_number_of_queries(client, django_assert_num_queries):
    with django_assert_num_queries(3):
        client.get(PAGE)


# --- links from texts ---


def test_the_first_of_a_word_is_linked_and_no_other():
    html = linked("<p>Sebum fills pores. Sebum shines.</p>", "Sebum", "Pore")
    assert html == f"<p>{LINK.format('sebum', 'Sebum')} fills {LINK.format('pore', 'pores')}. Sebum shines.</p>"


def test_once_on_a_page_even_if_the_page_has_many_texts():
    glossary = Glossary([term("Sebum")])
    assert "term-link" in glossary.link(SafeString("sebum"))
    assert glossary.link(SafeString("sebum")) == "sebum"


def test_the_longest_word_counts_and_only_whole_words():
    html = linked(
        "A non-ablative fractional laser; ablatives; collagenase.", "Ablative", "Fractional laser", "Collagen"
    )
    assert "#fractional-laser" in html
    assert "collagenase" in html
    assert linked("微針射頻及微針", "Rf") == "微針射頻及微針"
    both = [term("Needling", name_zh_hant="微針"), term("Needling with RF", name_zh_hant="微針射頻")]
    html = Glossary(both).link(SafeString("微針射頻及微針"))
    assert html == f"{LINK.format('needling-with-rf', '微針射頻')}及{LINK.format('needling', '微針')}"


def test_nothing_is_linked_inside_a_link_or_a_tag():
    html = '<a href="/x/" title="sebum">sebum</a>'
    assert linked(html, "Sebum") == html


def test_what_was_escaped_stays_escaped():
    html = format_html("<p>{}</p>", "<b>sebum</b> & collagen")
    assert linked(html, "Sebum", "b") == html.replace("sebum", LINK.format("sebum", "sebum")).replace(
        "&lt;b&gt;", f"&lt;{LINK.format('b', 'b')}&gt;", 1
    )


def test_an_everyday_word_is_not_linked():
    glossary = Glossary([term("Not yet", is_linked=False)])
    assert glossary.link(SafeString("Not yet.")) == "Not yet."


@pytest.mark.parametrize("language", ["en", "zh-hant"])
def test_the_guide_and_the_treatment_link_each_word_once_and_not_themselves(client, language):
    with override(language):
        pages = [Concern.objects.get(slug="enlarged-pores"), Treatment.objects.get(slug="rf-microneedling")]
        for page in pages:
            html = client.get(page.get_absolute_url()).content.decode()
            links = [part.split('"')[0] for part in html.split('class="term-link" href="')[1:]]
            assert len(links) >= 3
            assert len(set(links)) == len(links)
            assert f"{reverse('treatments:glossary')}#{page.slug}" not in links
            assert f"{reverse('treatments:glossary')}#{'sebum' if page is pages[0] else 'collagen'}" in links
