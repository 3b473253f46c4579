"""How long an answer may be relied on before it is asked again.

An answer that can change from one week to the next (pregnancy, medicines, the state of the skin, recent treatments) is
confirmed close to the visit; every other one after ninety days. The ninety days are the screening's own advice, the
seven are ours.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from treatments.questionnaire.items import Answer, Answers, Item, Questionnaire
from treatments.questionnaire.showing import is_blank, shown

KEEPS_FOR: Final = timedelta(days=90)
PERISHES_AFTER: Final = timedelta(days=7)


def is_stale(item: Item, given: date, on: date) -> bool:
    """Whether an answer given on one day has to be confirmed before it is relied on on another."""
    return on - given >= (PERISHES_AFTER if item.perishable else KEEPS_FOR)


def stale(
    questionnaire: Questionnaire, answers: Answers, answered_on: Mapping[str, date], on: date
) -> tuple[Item, ...]:
    """The questions whose answers are too old on the day `on`; one whose day is unknown is too old."""
    return tuple(
        item
        for item in shown(questionnaire, answers)
        if not is_blank(answers.get(item.key)) and is_stale(item, answered_on.get(item.key, date.min), on)
    )


def lasting(
    questionnaire: Questionnaire, answers: Answers, answered_on: Mapping[str, date], on: date
) -> dict[str, Answer]:
    """The answers that may still be true on the day `on`; they are offered again, not taken for granted."""
    old = {item.key for item in stale(questionnaire, answers, answered_on, on)}
    return {
        item.key: answers[item.key]
        for item in shown(questionnaire, answers)
        if item.key not in old and not is_blank(answers.get(item.key))
    }
