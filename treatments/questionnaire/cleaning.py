"""One raw answer made clean, or refused with a named problem."""

import unicodedata
from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Any, Final

from treatments.questionnaire.dates import canonical, remembered
from treatments.questionnaire.items import NONE, Answer, DateKind, Item, ItemType

_BIDI: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Control characters, halves of surrogate pairs, and separators that break a line unseen.
_UNPRINTABLE: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})
_LONGEST_NUMBER: Final = 9


class Problem(StrEnum):
    """What is wrong with an answer; the form says it in the patient's language."""

    WRONG_TYPE = "wrong_type"
    UNKNOWN_OPTION = "unknown_option"
    NONE_AND_OTHERS = "none_and_others"
    IMPOSSIBLE_DATE = "impossible_date"
    DAY_NEEDED = "day_needed"
    IN_THE_FUTURE = "in_the_future"
    IN_THE_PAST = "in_the_past"
    NOT_A_NUMBER = "not_a_number"
    OUT_OF_RANGE = "out_of_range"
    TOO_LONG = "too_long"
    BAD_CHARACTERS = "bad_characters"


class BadAnswer(ValueError):
    """An answer that the question cannot take; it carries the question's key and the problem, never the answer."""

    def __init__(self, key: str, problem: Problem) -> None:
        super().__init__(f"{key}: {problem}")
        self.key = key
        self.problem = problem


def clean(item: Item, raw: Any, *, today: date) -> Answer:
    """The answer as it is stored, None for a blank; BadAnswer when the question cannot take it."""
    if raw is None or raw in ("", []):
        return None
    if item.type is ItemType.MULTI:
        return _several(item, raw)
    if item.type is ItemType.NUMBER and isinstance(raw, int) and not isinstance(raw, bool):
        return _in_range(item, raw)
    if not isinstance(raw, str):
        raise BadAnswer(item.key, Problem.WRONG_TYPE)
    text = _printable(item, raw)
    if not text:
        return None
    match item.type:
        case ItemType.TEXT:
            return text
        case ItemType.DATE:
            return _date(item, text, today)
        case ItemType.NUMBER:
            return _number(item, text)
        case _:
            return _option(item, text)


def _printable(item: Item, raw: str) -> str:
    text = raw.replace("\r\n", "\n").replace("\t", " ").strip()  # a browser counts a line's end as one character
    if len(text) > item.max_length:
        raise BadAnswer(item.key, Problem.TOO_LONG)
    text = unicodedata.normalize("NFC", text)
    allowed = "\n" if item.type is ItemType.TEXT else ""
    if any(
        character in _BIDI or (unicodedata.category(character) in _UNPRINTABLE and character not in allowed)
        for character in text
    ):
        raise BadAnswer(item.key, Problem.BAD_CHARACTERS)
    return text


def _option(item: Item, value: str) -> str:
    if value not in item.values:
        raise BadAnswer(item.key, Problem.UNKNOWN_OPTION)
    return value


def _several(item: Item, raw: Any) -> list[str]:
    if not isinstance(raw, Sequence) or isinstance(raw, str) or not all(isinstance(value, str) for value in raw):
        raise BadAnswer(item.key, Problem.WRONG_TYPE)
    chosen = {_option(item, value) for value in raw}
    if NONE in chosen and len(chosen) > 1:
        raise BadAnswer(item.key, Problem.NONE_AND_OTHERS)
    # In the order offered, so that the same choice is always stored alike.
    return [option.value for option in item.options if option.value in chosen - {NONE}]


def _date(item: Item, text: str, today: date) -> str:
    if text in item.values:
        return text
    text = canonical(text)
    meant = remembered(text)
    if meant is None:
        raise BadAnswer(item.key, Problem.IMPOSSIBLE_DATE)
    if item.date_kind is not DateKind.PAST and not meant.is_full:
        raise BadAnswer(item.key, Problem.DAY_NEEDED)
    if item.date_kind is DateKind.FUTURE_DAY:
        if meant.last < today:
            raise BadAnswer(item.key, Problem.IN_THE_PAST)
    elif meant.first > today:
        raise BadAnswer(item.key, Problem.IN_THE_FUTURE)
    return text


def _number(item: Item, text: str) -> int:
    if not (text.isascii() and text.isdecimal()):
        raise BadAnswer(item.key, Problem.NOT_A_NUMBER)
    if len(text) > _LONGEST_NUMBER:
        raise BadAnswer(item.key, Problem.OUT_OF_RANGE)
    return _in_range(item, int(text))


def _in_range(item: Item, number: int) -> int:
    if not item.minimum <= number <= item.maximum:
        raise BadAnswer(item.key, Problem.OUT_OF_RANGE)
    return number
