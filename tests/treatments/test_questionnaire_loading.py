import pytest

from tests.treatments.shipped import shipped
from treatments import questionnaire as questions
from treatments.questionnaire import BadQuestionnaire


def with_item(**changes):
    data = shipped("questionnaire_v1.json")
    item = {"key": "tea", "section": "about", "page": "about_you", "type": "yn", "label": {"en": "Tea?"}} | changes
    data["items"].append({key: value for key, value in item.items() if value is not None})
    return data


def test_a_question_may_be_added():
    assert questions.load(with_item()).by_key["tea"].values == {"yes", "no"}


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"type": "essay"}, "'essay' is not a ItemType"),
        ({"label": {"zh-hant": "茶？"}}, "tea.label: needs words in English"),
        ({"label": {"en": "Tea?", "fr": "Thé ?"}}, "unknown language: fr"),
        ({"label": {"en": 5}}, "words must be text"),
        ({"label": None}, "label"),
        ({"key": "melasma"}, "item given twice: melasma"),
        ({"page": "nowhere"}, "no page about/nowhere"),
        ({"section": "skin", "page": None}, "no page skin/"),
        ({"section": "health", "page": "skin_today"}, "9 questions"),
        ({"colour": "green"}, "tea: unknown colour"),
        ({"type": "one"}, "offers nothing to choose"),
        ({"type": "date", "words": ["sometimes"]}, "sometimes"),
        ({"type": "one", "options": [{"value": "a", "label": {"en": "A"}}] * 2}, "option given twice: a"),
        ({"show_when": {"in": ["coffee", ["yes"]]}}, "not asked before it: coffee"),
        ({"show_when": {"in": ["tea", ["yes"]]}}, "not asked before it: tea"),
        ({"show_when": {"in": ["melasma", ["perhaps"]]}}, "melasma has no option perhaps"),
        ({"show_when": {"within": ["filler_last", {"days": 3}]}}, "a branch cannot use Within"),
        ({"show_when": {"age": {"below": 18}}}, "a branch cannot use Age"),
        ({"show_when": {"eval": "1"}}, "tea.show_when: unknown operator 'eval'"),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused_by_name(changes, complaint):
    with pytest.raises(BadQuestionnaire, match=complaint):
        questions.load(with_item(**changes))


@pytest.mark.parametrize(
    "data", [None, [], {}, {"words": {}}, {"words": None, "sections": [], "items": [], "version": 1}, "questions"]
)
def test_what_is_no_questionnaire_is_refused_in_words(data):
    with pytest.raises(BadQuestionnaire):
        questions.load(data)
