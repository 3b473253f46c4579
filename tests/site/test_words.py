"""A missing translation shows the English, marked for eyes and for screen readers."""

import pytest
from django.utils.translation import override

from clinic.premises.models import Location
from clinic.premises.templatetags.words import elsewhere, headed, paragraphs, plain, points, words


@pytest.fixture
def central():
    return Location(
        name_en="Central", name_zh_hant="中環", address_en="1 Road\n\n<b>Floor</b> 9", directions_en="Left.\nRight."
    )


def test_a_text_in_the_page_language_stands_as_it_is(central):
    assert words(central, "name") == "Central"
    with override("zh-hant"):
        assert words(central, "name") == "中環"


def test_a_missing_translation_is_marked_as_english(central):
    central.name_zh_hant = ""
    with override("zh-hant"):
        assert words(central, "name").startswith('<span lang="en">Central</span> <small>')
        assert plain(central, "name") == "Central （英文）"


def test_a_longer_text_is_marked_once_and_keeps_its_paragraphs(central):
    with override("zh-hant"):
        html = paragraphs(central, "address")
    assert html.count('lang="en"') == html.count('class="hint"') == 1
    assert html.count("<p>") == 2


def test_markup_that_staff_type_is_shown_and_not_obeyed(central):
    for shown in (paragraphs(central, "address"), points(central, "address"), headed(central, "address")):
        assert "&lt;b&gt;Floor&lt;/b&gt;" in shown
        assert "<b>" not in shown


def test_lines_become_points(central):
    assert points(central, "directions") == "<ul><li>Left.</li><li>Right.</li></ul>"


def test_the_first_line_of_a_part_is_its_heading():
    notice = Location(directions_en="What we keep\r\nYour name.\r\n\r\nWhy\r\nTo write to you.")
    assert headed(notice, "directions") == "<h2>What we keep</h2><p>Your name.</p><h2>Why</h2><p>To write to you.</p>"


def test_what_is_empty_in_both_languages_is_empty_and_unmarked():
    nothing = Location()
    with override("zh-hant"):
        assert words(nothing, "name") == paragraphs(nothing, "address") == headed(nothing, "directions") == ""


def test_the_second_name_is_the_one_of_the_other_language(central):
    assert elsewhere(central, "name") == "中環"
    with override("zh-hant"):
        assert elsewhere(central, "name") == "Central"
        central.name_zh_hant = ""
        assert elsewhere(central, "name") == ""  # the page shows the English already
