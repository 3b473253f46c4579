"""What nobody has translated yet shows in English, visibly: marked for eyes, tagged for screen readers."""

import pytest
import time_machine
from django.conf import settings
from django.db import transaction
from modeltranslation.translator import translator

from tests.factories import NOW
from tests.site.crawl import crawl, opened
from treatments.models import Area, FrequentQuestion

pytestmark = pytest.mark.django_db

CANARY, MARK = "Untranslated: ", "（英文）"


@pytest.fixture(scope="module")
def chinese(django_db_setup, django_db_blocker):
    """The Chinese pages of a shelf on which every text is in English only."""
    with django_db_blocker.unblock(), time_machine.travel(NOW, tick=False), transaction.atomic():
        opened()
        for model in translator.get_registered_models(abstract=False):
            for row in model._default_manager.all():
                _forget_chinese(model, row)
        yield crawl("/zh-hant/")
        transaction.set_rollback(True)


def _forget_chinese(model, row):
    for name in translator.get_options_for_model(model).all_fields:
        english = getattr(row, f"{name}_en") or ""
        longest = model._meta.get_field(f"{name}_en").max_length or 10_000
        values = {f"{name}_zh_hant": "" if model._meta.get_field(f"{name}_zh_hant").blank else None}
        if english:
            values |= {f"{name}_en": (CANARY + english)[:longest]}
        model._default_manager.filter(pk=row.pk).update(**values)


def unmarked(texts):
    """Those that pass English off as Chinese; the clinic's own name is its name in every language."""
    texts = [text.replace(f"{CANARY}Lumen", "Lumen") for text in texts]
    return [text for text in texts if text.count(CANARY) > text.count(MARK)]


def test_english_in_a_chinese_page_says_that_it_is_english(chinese):
    for page in chinese.values():
        faults = unmarked(text for text, language in page.words if language != settings.LANGUAGE_CODE)
        assert (page.path, faults) == (page.path, [])


def test_titles_and_descriptions_say_so_as_well(chinese):
    for page in chinese.values():
        assert (page.path, unmarked([page.title.rpartition("|")[0], page.metas["description"]])) == (page.path, [])


def test_there_was_something_to_see(chinese):
    seen = sum(CANARY in text for page in chinese.values() for text, _language in page.words)
    assert seen > 500
    assert Area.objects.exists()
    assert FrequentQuestion.objects.exists()
