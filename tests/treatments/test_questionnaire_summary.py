import pytest

from tests.treatments.shipped import asked
from treatments import questionnaire as questions
from treatments.questionnaire.summary import spoken_date


def said(language="en", **answers):
    return {line.item.key: line.value for line in questions.summarise(asked(), answers, language)}


@pytest.mark.parametrize(
    ("key", "answer", "english", "chinese"),
    [
        ("melasma", "yes", "Yes", "是"),
        ("cold_sores", "past", "I have had them", "曾經有"),
        ("cold_sores", "unsure", "Not sure", "不確定"),
        ("cold_sores", None, "Not answered", "未回答"),
        ("photosensitisers", [], "None", "沒有"),
        (
            "photosensitisers",
            ["thiazide", "unsure"],
            "A thiazide water tablet, Not sure",
            "噻嗪類利尿藥（thiazide）、不確定",
        ),
        ("filler_last", "2026-06", "June 2026", "2026年6月"),
        ("filler_last", "2026-06-01", "1 June 2026", "2026年6月1日"),
        ("filler_last", "2025", "2025", "2025年"),
        ("filler_last", "never", "Never", "從未"),
        ("aha_bha_last_use", "current", "I still use it", "現時仍在使用"),
        ("medicines", "Iron\nZinc", "Iron\nZinc", "Iron\nZinc"),
        ("cold_sores", "withdrawn_option", "withdrawn_option", "withdrawn_option"),
    ],
)
def test_an_answer_reads_as_a_person_would_say_it(key, answer, english, chinese):
    assert said(**{key: answer})[key] == english
    assert said("zh-hant", **{key: answer})[key] == chinese


def test_a_line_carries_its_section_and_question_in_the_language_asked_for():
    [line] = [line for line in questions.summarise(asked(), {}, "zh-hant") if line.item.key == "keloid_history"]
    assert (line.section, line.label, line.known) == ("你現時的健康", "你的疤痕曾否凸起？", False)


def test_known_tells_an_answer_from_not_sure():
    known = {
        line.item.key: line.known
        for line in questions.summarise(asked(), {"melasma": "no", "cold_sores": "unsure"}, "en")
    }
    assert (known["melasma"], known["cold_sores"]) == (True, False)


def test_a_hidden_question_is_not_summarised():
    assert "isotretinoin_last_dose" not in said(isotretinoin_status="never", isotretinoin_last_dose="2026-06")
    assert said(isotretinoin_status="past", isotretinoin_last_dose="2026-06")["isotretinoin_last_dose"] == "June 2026"


def test_lines_come_in_the_order_asked():
    lines = [line.item.key for line in questions.summarise(asked(), {}, "en")]
    assert lines == [item.key for page in questions.pages(asked(), {}) for item in page.items]


def test_what_is_no_date_is_said_as_it_is():
    assert spoken_date("last spring", "en") == "last spring"
