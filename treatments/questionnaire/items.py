"""The parts of a questionnaire: sections, pages, questions and the options they offer."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from treatments.questionnaire.conditions import Condition
from treatments.questionnaire.words import Words

# "Not sure" is an answer to a question and still tells a rule nothing.
UNSURE: Final = "unsure"
# "None of these" among several options is stored as an empty list: asked, and nothing applies.
NONE: Final = "none"

PAGE_LIMIT: Final = 8

# What the intake stores and a JSON column holds: an option, a text or date, several options, a number, or a blank.
Answer = str | int | list[str] | None
Answers = Mapping[str, Answer]


class ItemType(StrEnum):
    """The shape of an answer."""

    YN = "yn"
    ONE = "one"
    MULTI = "multi"
    DATE = "date"
    NUMBER = "number"
    TEXT = "text"


class AskedIn(StrEnum):
    """Where a question is put: on the intake's pages, or in another step that hands its answer over."""

    PAGES = "pages"
    WHAT = "what"
    DETAILS = "details"
    CONSENT = "consent"
    VISIT = "visit"


class DateKind(StrEnum):
    """Which days a date question accepts."""

    PAST = "past"  # a day, a month or a year, up to today
    PAST_DAY = "past_day"  # a full day up to today
    FUTURE_DAY = "future_day"  # a full day from today on


@dataclass(frozen=True, slots=True)
class Option:
    """One choice; for a date it is a word that may stand in the date's place."""

    value: str
    label: Words
    help: Words | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One question. `core` questions must be answered before a visit is confirmed; `perishable` ones are asked anew."""

    key: str
    section: str
    page: str
    type: ItemType
    label: Words
    help: Words | None
    why: Words | None
    options: tuple[Option, ...]
    asked_in: AskedIn
    core: bool
    optional: bool
    perishable: bool
    sensitive: bool
    show_when: Condition | None
    score: str
    date_kind: DateKind
    minimum: int
    maximum: int
    max_length: int

    @property
    def values(self) -> frozenset[str]:
        """The values of the options, the words of a date included."""
        return frozenset(option.value for option in self.options)

    @property
    def known_values(self) -> frozenset[str]:
        """The values that tell a rule something."""
        return self.values - {UNSURE}


@dataclass(frozen=True, slots=True)
class PageHead:
    """The name of a page and an introduction to its questions."""

    key: str
    title: Words
    intro: Words | None


@dataclass(frozen=True, slots=True)
class Section:
    """A chapter of the intake."""

    key: str
    title: Words
    pages: tuple[PageHead, ...]


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """One version of the questions, in the order in which they are asked."""

    version: int
    sections: tuple[Section, ...]
    items: tuple[Item, ...]
    words: Mapping[str, Words]
    by_key: Mapping[str, Item]
