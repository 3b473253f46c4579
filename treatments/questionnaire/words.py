"""A sentence in the languages it has been written in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LANGUAGES = ("en", "zh-hant")


@dataclass(frozen=True, slots=True)
class Words:
    """One text by language code; English is always there, and stands in for a language not yet written."""

    texts: Mapping[str, str]

    def in_language(self, language: str) -> str:
        """The text in `language` ("en", "zh-hant"), else in English."""
        return self.texts.get(language) or self.texts["en"]


def read_words(raw: Any) -> Words:
    """Words from {"en": ..., "zh-hant": ...}; ValueError when English is absent or a text is not a text."""
    if not isinstance(raw, dict) or not raw.get("en"):
        raise ValueError("needs words in English")
    if strangers := set(raw) - set(LANGUAGES):
        raise ValueError(f"speaks an unknown language: {', '.join(sorted(strangers))}")
    if not all(isinstance(text, str) for text in raw.values()):
        raise ValueError("words must be text")
    return Words(dict(raw))
