"""What every public page owes to crawlers and to readers of the other language."""

import json
import re
from collections import Counter
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.conf import settings
from django.db import transaction
from django.test import Client

from practitioners.models import Practitioner
from tests.factories import NOW
from tests.site.crawl import Seen, crawl, opened
from treatments.models import Comparison, Concern, FrequentQuestion, Treatment

pytestmark = pytest.mark.django_db

LANGUAGES = {"": "en", "/zh-hant": "zh-Hant"}
PLACE = settings.PUBLIC_BASE_URL
# What each type has to say of itself; schema.org requires nothing, readers of it do.
REQUIRED = {
    "MedicalClinic": {"name", "url"},
    "MedicalProcedure": {"name", "description", "url", "howPerformed"},
    "FAQPage": {"mainEntity"},
    "Person": {"name", "jobTitle", "url", "worksFor"},
    "DefinedTermSet": {"hasDefinedTerm"},
}
each_language = pytest.mark.parametrize("prefix", LANGUAGES)


@pytest.fixture(scope="module")
def pages(django_db_setup, django_db_blocker):
    """All public pages in both languages, by path."""
    with django_db_blocker.unblock(), time_machine.travel(NOW, tick=False), transaction.atomic():
        opened()
        yield {prefix: crawl(f"{prefix}/") for prefix in LANGUAGES}
        transaction.set_rollback(True)


def indexable(pages, prefix) -> list[Seen]:
    return [page for page in pages[prefix].values() if page.is_indexable]


def test_a_crawler_comes_to_every_kind_of_page(pages):
    there = " ".join(pages[""])
    for path in ("/concerns/enlarged-pores/", "/treatments/ipl-face/care/", "/compare/laser-or-peel/", "/glossary/",
                 "/practitioners/dr-imani/", "/search/", "/fit/", "/plan/", "/costs/", "/reviews/ledger/"):  # fmt: skip
        assert path in there
    assert {f"/zh-hant{path}" for path in pages[""]} == set(pages["/zh-hant"])


@each_language
def test_every_page_says_which_language_it_is_in_and_leads_to_itself_in_the_other(pages, prefix):
    for path, page in pages[prefix].items():
        other = path.removeprefix("/zh-hant") if prefix else f"/zh-hant{path}"
        assert (path, page.language, page.switch) == (path, LANGUAGES[prefix], other)


@each_language
def test_every_page_names_its_own_address_and_that_in_each_language(pages, prefix):
    for page in indexable(pages, prefix):
        english = page.path.removeprefix("/zh-hant")
        assert page.canonical == f"{PLACE}{page.path}", page.path
        assert page.alternates == {
            "en": f"{PLACE}{english}", "zh-Hant": f"{PLACE}/zh-hant{english}", "x-default": f"{PLACE}{english}",
        }  # fmt: skip


@pytest.mark.parametrize(
    "asked", ["/treatments/?skin_type=II", "/search/?q=%E6%AF%9B%E5%AD%94", "/compare/?treatment=a"]
)
def test_the_switch_keeps_what_was_asked(pages, asked):
    there = Seen(asked, Client().get(asked).content.decode()).switch
    assert there == f"/zh-hant{asked}"
    assert Seen(there, Client().get(there).content.decode()).switch == asked


@each_language
@pytest.mark.parametrize("part", ["title", "description"])
def test_no_two_pages_share_a_title_or_a_description(pages, prefix, part):
    said = [(page.title if part == "title" else page.metas[part]).strip() for page in indexable(pages, prefix)]
    assert all(said)
    assert [text for text, count in Counter(said).items() if count > 1] == []


@each_language
def test_no_description_is_longer_than_a_search_engine_reads(pages, prefix):
    assert [page.path for page in indexable(pages, prefix) if len(page.metas["description"]) > 300] == []


# --- the list of pages ---


def listed(client) -> dict[str, dict[str, str]]:
    """The addresses of the list, each with its alternates."""
    entries = re.findall(r"<url>(.*?)</url>", client.get("/sitemap.xml").content.decode(), re.DOTALL)
    return {
        re.findall(r"<loc>(.*?)</loc>", entry)[0]: dict(re.findall(r'hreflang="(.*?)" href="(.*?)"', entry))
        for entry in entries
    }


def test_the_list_of_pages_holds_every_page_that_may_be_indexed_and_no_other(pages):
    there = {f"{PLACE}{page.path}" for prefix in LANGUAGES for page in indexable(pages, prefix)}
    assert set(listed(Client())) == there


def test_each_entry_of_the_list_names_its_translations(pages):
    for address, alternates in listed(Client()).items():
        path = urlsplit(address).path.removeprefix("/zh-hant")
        assert alternates == {
            "en": f"{PLACE}{path}", "zh-hant": f"{PLACE}/zh-hant{path}", "x-default": f"{PLACE}{path}",
        }  # fmt: skip


def test_the_list_holds_nothing_unpublished(pages):
    Concern.objects.filter(slug="enlarged-pores").update(published_from=None)
    Treatment.objects.filter(slug="ipl-face").update(published_from=None)
    Comparison.objects.filter(slug="laser-or-peel").update(published_from=None)
    Practitioner.objects.filter(slug="dr-imani").update(is_active=False)
    there = " ".join(listed(Client()))
    assert not any(slug in there for slug in ("enlarged-pores", "ipl-face", "laser-or-peel", "dr-imani"))


def test_crawlers_are_kept_out_of_what_is_somebodys_and_shown_the_list():
    text = Client().get("/robots.txt").content.decode()
    for closed in ("/my/", "/zh-hant/my/", "/visit/", "/book/", "/admin/", "/search/"):
        assert f"Disallow: {closed}\n" in text
    assert f"Sitemap: {PLACE}/sitemap.xml\n" in text


# --- for machines ---


def said(page: Seen) -> dict[str, dict[str, Any]]:
    """The structured data of a page by type."""
    found = [json.loads(text) for text in page.data]
    return {each["@type"] if isinstance(each["@type"], str) else each["@type"][-1]: each for each in found}


@each_language
def test_structured_data_can_be_read_and_says_what_it_has_to(pages, prefix):
    kinds: Counter[str] = Counter()
    for page in pages[prefix].values():
        for kind, data in said(page).items():
            assert data["@context"] == "https://schema.org"
            assert {name for name in REQUIRED[kind] if not data.get(name)} == set(), (page.path, kind)
            own = f"{prefix}/" if kind == "MedicalClinic" else page.path
            assert urlsplit(data.get("url", f"{PLACE}{own}")).path == own
            kinds[kind] += 1
    assert set(kinds) == set(REQUIRED)
    assert kinds["MedicalProcedure"] == Treatment.objects.count()


def test_the_questions_for_machines_are_those_on_the_page(pages):
    asked = said(pages[""]["/concerns/enlarged-pores/"])["FAQPage"]["mainEntity"]
    pores = Concern.objects.get(slug="enlarged-pores")
    shown = [*pores.questions.all(), *FrequentQuestion.objects.general()]
    assert [each["name"] for each in asked] == [question.question_en for question in shown]
    assert [each["acceptedAnswer"]["text"] for each in asked] == [question.answer_en for question in shown]


def test_the_data_is_in_the_language_of_the_page(pages):
    data = said(pages["/zh-hant"]["/zh-hant/treatments/ipl-face/"])["MedicalProcedure"]
    assert data["name"] == Treatment.objects.get(slug="ipl-face").name_zh_hant
    assert data["alternateName"] == ["Intense pulsed light, face"]


def test_no_rating_is_told_to_machines(pages):
    assert not any("rating" in text.lower() for page in pages[""].values() for text in page.data)


def test_words_of_staff_end_no_script(pages):
    Treatment.objects.filter(slug="ipl-face").update(summary_en="</script><script>alert(1)</script> & <!-- more")
    html = Client().get("/treatments/ipl-face/?on=1").content.decode()
    assert "<script>alert" not in html
    data = said(Seen("/treatments/ipl-face/", html))["MedicalProcedure"]
    assert data["description"] == "</script><script>alert(1)</script> & <!-- more"


@pytest.mark.parametrize("path", ["/nowhere/", "/treatments/nothing/", "/zh-hant/concerns/nothing/"])
def test_a_page_that_is_not_there_helps_and_is_not_indexed(path):
    answer = Client().get(path)
    page = Seen(path, answer.content.decode())
    assert answer.status_code == 404
    assert not page.is_indexable
    prefix = "/zh-hant" if path.startswith("/zh-hant") else ""
    for way in ("concerns/", "treatments/", "glossary/", "book/"):
        assert f"{prefix}/{way}" in page.links
