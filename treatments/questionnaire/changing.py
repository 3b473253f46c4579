"""What became different between two states of somebody's answers, in words."""

from dataclasses import dataclass

from treatments.questionnaire.items import Answer, Answers, AskedIn, Item, Questionnaire
from treatments.questionnaire.showing import is_blank
from treatments.questionnaire.summary import in_words


@dataclass(frozen=True, slots=True)
class Change:
    """One question whose answer came, went or changed; a blank reads "Not answered"."""

    item: Item
    label: str
    before: str
    now: str


def changes(questionnaire: Questionnaire, before: Answers, after: Answers, language: str) -> list[Change]:
    """The questions on the pages that are answered otherwise, in the order asked.

    `before` may have been given to an older version: answers meet by key, an option no longer offered is shown as it
    was stored, and a question no longer asked has no line.
    """
    return [
        Change(
            item,
            item.label.in_language(language),
            in_words(questionnaire, item, before.get(item.key), language),
            in_words(questionnaire, item, after.get(item.key), language),
        )
        for item in questionnaire.items
        if item.asked_in is AskedIn.PAGES and _plain(before.get(item.key)) != _plain(after.get(item.key))
    ]


def _plain(answer: Answer) -> Answer:
    """The answer as it compares: every blank alike, several options in any order."""
    if is_blank(answer):
        return None
    return sorted(answer) if isinstance(answer, list) else answer
