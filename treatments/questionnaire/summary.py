"""Answers in words: for the page where the patient checks them and for the practitioner's brief."""

from dataclasses import dataclass
from typing import Final

from treatments.questionnaire.dates import remembered
from treatments.questionnaire.items import Answer, Answers, Item, ItemType, Questionnaire
from treatments.questionnaire.showing import is_blank, shown, tells_nothing

_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One question and its answer in one language; `known` is false for a blank and for "not sure"."""

    item: Item
    section: str
    label: str
    value: str
    known: bool


def summarise(questionnaire: Questionnaire, answers: Answers, language: str) -> list[Line]:
    """Every question that shows on the pages with its answer in words, in the order asked."""
    titles = {section.key: section.title.in_language(language) for section in questionnaire.sections}
    return [
        Line(
            item,
            titles[item.section],
            item.label.in_language(language),
            in_words(questionnaire, item, answers.get(item.key), language),
            known=not tells_nothing(answers.get(item.key)),
        )
        for item in shown(questionnaire, answers)
    ]


def in_words(questionnaire: Questionnaire, item: Item, answer: Answer, language: str) -> str:
    """The answer as a person would read it; an option the question no longer offers is shown as it was stored."""
    if is_blank(answer):
        return questionnaire.words["blank"].in_language(language)
    labels = {option.value: option.label.in_language(language) for option in item.options}
    if isinstance(answer, list):
        chosen = [labels.get(value, value) for value in answer]
        return _comma(language).join(chosen) or questionnaire.words["none"].in_language(language)
    if item.type is ItemType.DATE and answer not in labels:
        return spoken_date(str(answer), language)
    return labels.get(str(answer), str(answer))


def spoken_date(text: str, language: str) -> str:
    """A stored date in words, no more exact than it was given: "June 2026", "2026年6月"."""
    meant = remembered(text)
    if meant is None:
        return text
    year, month, day = (*text.split("-"), "", "")[:3]
    if language == "zh-hant":
        return f"{year}年" + (f"{int(month)}月" if month else "") + (f"{int(day)}日" if day else "")
    name = _MONTHS[int(month) - 1] if month else ""
    return " ".join(part for part in (day.lstrip("0"), name, year) if part)


def _comma(language: str) -> str:
    return "、" if language == "zh-hant" else ", "
