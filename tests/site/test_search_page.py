"""Search as a visitor uses it: over the whole shelf, in both languages, and nothing that is not published."""

import logging
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.urls import reverse

from practitioners.models import Practitioner
from tests import factories
from tests.factories import NOW
from tests.pages import words
from treatments.models import Comparison, Concern, FrequentQuestion, Term, Treatment

SEARCH = reverse("search")


@pytest.fixture(autouse=True)
def _opened(shelf, monday, db):
    factories.clinic()
    factories.practitioner("Dr Imani", name_zh_hant="伊瑪妮醫生")


def search(client, typed, prefix=""):
    return client.get(f"{prefix}{SEARCH}", {"q": typed})


def found(client, typed, prefix=""):
    """Where the hits lead, in the order of the page."""
    return [
        hit.url.removeprefix(prefix) for group in search(client, typed, prefix).context["groups"] for hit in group.hits
    ]


@pytest.mark.parametrize("prefix", ["", "/zh-hant"])
@pytest.mark.parametrize(
    ("typed", "leads_to"),
    [
        ("毛孔粗大", "/concerns/enlarged-pores/"),
        ("open pores", "/concerns/enlarged-pores/"),
        ("my pores are large", "/concerns/enlarged-pores/"),
        ("果酸換膚", "/treatments/glycolic-acid-peel/"),
        ("微針", "/treatments/microneedling-face/"),
        ("黑臉娃娃", "/treatments/carbon-laser/"),
        ("果酸换肤", "/treatments/glycolic-acid-peel/"),  # simplified
        ("微针", "/treatments/microneedling-face/"),
        ("IPL", "/treatments/ipl-face/"),
        ("ｉｐｌ", "/treatments/ipl-face/"),
        ("飛梭雷射", "/treatments/fractional-laser-1550/"),
        ("痘疤", "/glossary/#acne-scar"),
        ("肝斑", "/glossary/#melasma"),
        ("peel or laser", "/compare/laser-or-peel/"),
        ("dr imani", "/practitioners/dr-imani/"),
        ("伊瑪妮", "/practitioners/dr-imani/"),
        ("steam ice", "/concerns/enlarged-pores/#answer-"),
    ],
)
def test_a_visitor_finds(client, typed, leads_to, prefix):
    assert any(url.startswith(leads_to) for url in found(client, typed, prefix)[:6]), found(client, typed, prefix)[:6]


def test_the_same_is_found_from_both_languages_and_told_in_that_of_the_page(client):
    assert found(client, "microneedling") == found(client, "microneedling", "/zh-hant")
    assert "Words explained" in words(search(client, "微針"))
    assert "Fine needles make many tiny channels" in words(search(client, "微針"))
    assert "以幼針造成許多微細通道" in words(search(client, "microneedling", "/zh-hant"))


def test_the_kind_of_the_best_hit_comes_first(client):
    groups = search(client, "imani").context["groups"]
    assert [str(group.kind) for group in groups] == ["Practitioners"]
    assert str(search(client, "enlarged pores").context["groups"][0].kind) == "Concerns"


def test_an_excerpt_that_is_borrowed_from_english_says_so(client):
    Term.objects.filter(slug="sebum").update(meaning_zh_hant="")
    html = search(client, "皮脂", "/zh-hant").content.decode()
    assert '<span lang="en">The oil that glands' in html
    assert "（英文）" in html


def test_nothing_that_is_not_published_is_found(client):
    canary = "zyxwv"
    pores = Concern.objects.get(slug="enlarged-pores")
    Concern.objects.filter(pk=pores.pk).update(summary_en=canary, published_from=None)
    FrequentQuestion.objects.filter(concern=pores).update(answer_en=canary)
    Treatment.objects.filter(slug="ipl-face").update(name_en=canary, published_from=None)
    Treatment.objects.filter(slug="rf-microneedling").update(name_en=canary, published_until=NOW)
    Comparison.objects.filter(slug="laser-or-peel").update(title_en=canary, published_from=None)
    Term.objects.filter(slug="sebum").update(synonyms_en=canary, published_from=NOW + timedelta(days=1))
    Practitioner.objects.update(name_en=f"Dr {canary}", is_active=False)
    assert found(client, canary) == []


def test_a_question_leads_to_the_answer_on_the_page_that_shows_it(client):
    for question in FrequentQuestion.objects.all():
        url = next(url for url in found(client, question.question_en) if url.endswith(f"#answer-{question.pk}"))
        assert f'id="answer-{question.pk}"' in client.get(url).content.decode(), url


def test_when_nothing_is_found_the_page_says_what_to_do(client):
    page = words(search(client, "elephants"))
    for way in ("Nothing found for these words", "every word has to occur", "All concerns", "Book a consultation"):
        assert way in page


@pytest.mark.parametrize("address", [SEARCH, f"{SEARCH}?q=", f"{SEARCH}?q=%20%20", f"{SEARCH}?p=1"])
def test_without_words_the_page_says_what_can_be_typed(client, address):
    page = words(client.get(address))
    assert "Type what you would like to know about" in page
    assert "Nothing found" not in page


def test_at_most_a_hundred_characters_are_searched(client):
    assert search(client, "x" * 100).status_code == 200
    answer = search(client, "x" * 101)
    assert "Search for at most 100 characters." in words(answer, status=422)
    assert 'aria-invalid="true" aria-describedby="words-error"' in answer.content.decode()


@pytest.mark.parametrize(
    "typed", ["\x00", "pores\x00", "\u202epores", "<script>x</script>", "' OR 1=1 --", "\ud7ff", "%F0"]
)
def test_bad_characters_do_no_harm(client, typed):
    answer = search(client, typed)
    assert answer.status_code == 200
    assert "<script>x" not in answer.content.decode()


def test_a_damaged_address_does_no_harm(client):
    assert client.get(f"{SEARCH}?q=%FF%FE%00&q=%E6%AF").status_code == 200


def test_invisible_characters_between_letters_of_a_query_are_as_a_blank(client):
    assert found(client, "enlarged\x00pores\u200e") == found(client, "enlarged pores")


def test_what_was_typed_is_in_no_log_and_no_cache(client, caplog):
    caplog.set_level(logging.DEBUG)
    answer = search(client, "canaryword")
    assert "canaryword" not in caplog.text
    assert answer.headers["Cache-Control"] == "private"
    assert '<meta name="robots" content="noindex, follow">' in answer.content.decode()
    caches["window"].clear()
    assert "canaryword" not in client.get(SEARCH).content.decode()


def test_a_search_costs_the_same_queries_however_much_there_is(client, django_assert_num_queries):
    for number in (0, 20):
        for each in range(number):
            factories.concern(f"pores-{each}")
            factories.practitioner(f"Dr Pores {each}")
        with django_assert_num_queries(13):
            search(client, "pores")


def test_every_page_has_a_field_to_search_in(client):
    for address in ("/", "/treatments/", "/nowhere/"):
        html = client.get(address).content.decode()
        assert f'role="search" method="get" action="{SEARCH}"' in html
    assert 'action="/zh-hant/search/"' in client.get("/zh-hant/nowhere/").content.decode()
