"""Words that somebody typed, matched against titles, other names and texts; in English and either Chinese alike.

It happens in Python and not in the database, so that every database finds the same: the shelf is a few hundred rows.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Generic, TypeVar

_HAN = "\u3400-\u9fff"
_WORD = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+")
# Characters that are written one way here and another way there.
_VARIANTS = str.maketrans("臺裡著皰醯", "台裏着疱酰")
_SIMPLIFIED = {
    ord(pair[0]): pair[1]
    for line in Path(__file__).with_name("data").joinpath("simplified.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
    for pair in line.split()
}
# What a sentence holds besides what it asks for.
_LITTLE = frozenset(
    re.findall(
        r"\w+",
        "a about an and are at can do does for from get have how i in is it me my of on or should the to what when "
        "which who why with you",
    )
)
_ENDINGS = ("ing", "es", "ed", "s", "e")
_SHORTEST_STEM = 4
_ENOUGH = 1 / 3  # of the pairs of characters, where no entry holds a whole Chinese word

Row = TypeVar("Row")


def fold(text: str) -> str:
    """The text as it is compared: full and half width, capitals and variants of a character are one."""
    return unicodedata.normalize("NFKC", text).casefold().translate(_VARIANTS).translate(_SIMPLIFIED)


_LITTLE_HAN = re.compile(fold("怎[樣麼]|如何|[甚什]麼|可以|有[沒冇]有?|[我想的嗎呢啊嘅]"))


@dataclass(frozen=True)
class Entry(Generic[Row]):
    """Something to be found: by its titles first, then by its other names, then by its texts."""

    row: Row
    titles: Sequence[str]
    names: Sequence[str]
    texts: Sequence[str]

    @cached_property
    def folded(self) -> tuple[list[str], list[str], list[str]]:
        titles, names, texts = ([fold(text) for text in part] for part in (self.titles, self.names, self.texts))
        return titles, names, texts


@dataclass(frozen=True)
class Found(Generic[Row]):
    """A row, and how well it answers: the lower the rank, the better."""

    row: Row
    rank: float


@dataclass(frozen=True)
class Results(Generic[Row]):
    """What was found, the best first; `is_loose` when nothing holds all that was typed and these hold some of it."""

    found: list[Found[Row]]
    is_loose: bool = False


def find(typed: str, entries: Iterable[Entry[Row]]) -> Results[Row]:
    """The entries that hold every word; where a Chinese word is in none, those that hold some of its pairs."""
    words = _words(typed)
    if not words:
        return Results([])
    shelf, whole, patterns = list(entries), fold(typed).strip(), [_pattern(word) for word in words]
    strict = [Found(entry.row, rank) for entry in shelf if (rank := _rank(entry, whole, patterns)) is not None]
    if strict or not any(_is_han(word) and len(word) > 2 for word in words):
        return Results(sorted(strict, key=lambda each: each.rank))
    loose = [Found(entry.row, -share) for entry in shelf if (share := _share(entry, words)) >= _ENOUGH]
    return Results(sorted(loose, key=lambda each: each.rank), is_loose=bool(loose))


def _words(typed: str) -> list[str]:
    words = _WORD.findall(fold(typed))
    telling = [word for word in _WORD.findall(_LITTLE_HAN.sub(" ", fold(typed))) if word not in _LITTLE]
    return list(dict.fromkeys(telling or words))


def _is_han(word: str) -> bool:
    return bool(re.match(rf"[{_HAN}]", word))


def _pattern(word: str) -> re.Pattern[str]:
    """Chinese is found anywhere; another word where a word begins, whatever its ending, and a short one as a whole."""
    if _is_han(word):
        return re.compile(re.escape(word))
    before, after = rf"(?<![^\W{_HAN}])", rf"(?![^\W{_HAN}])" if len(word) < _SHORTEST_STEM else ""
    return re.compile(before + re.escape(_stem(word)) + ("s?" + after if after else ""))


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word.removesuffix(ending)
    return word


def _rank(entry: Entry[Row], whole: str, patterns: list[re.Pattern[str]]) -> int | None:
    """How far one has to look until every word is met: a whole title is 0, a whole name 1, the texts 4."""
    titles, names, texts = entry.folded
    if whole in titles:
        return 0
    if whole in names:
        return 1
    for rank, part in enumerate((titles, titles + names, titles + names + texts), start=2):
        held = "\n".join(part)
        if all(pattern.search(held) for pattern in patterns):
            return rank
    return None


def _share(entry: Entry[Row], words: list[str]) -> float:
    """How much of the words the entry holds, Chinese ones taken apart in pairs; all of the others, or nothing."""
    titles, names, texts = entry.folded
    called, held = "\n".join(titles + names), "\n".join(titles + names + texts)
    if not all(_pattern(word).search(held) for word in words if not _is_han(word)):
        return 0
    pairs = [word[at : at + 2] for word in words if _is_han(word) for at in range(max(1, len(word) - 1))]
    if not any(pair in called for pair in pairs):
        return 0
    return sum(pair in held for pair in pairs) / len(pairs)
