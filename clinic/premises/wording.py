"""Words that a clinic's public texts should not claim with: pointed at when staff save them, never a lock.

A word counts where it claims something. Denied ("no treatment is painless"), warned of ("warning signs: …") or part of
another ("safety") it does not. What is looked for, why, and who says so stands in data/wording.json.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.db.models import Model
from django.utils.text import capfirst
from modeltranslation.translator import translator
from modeltranslation.utils import build_localized_fieldname

from clinic.premises import law
from clinic.premises.law import Matter, Profile, Source, Words

_SENTENCE_ENDS = re.compile(r"(?<!\d)[.!?](?=\s|$)|[。！？；\n]")
# What stands right before a word and turns it round.
_DENIED = {
    "en": re.compile(
        r"\b(?:no|not|never|nobody|nothing|none|cannot|nor|isn.t|aren.t|don.t|doesn.t|can.t|won.t)"
        r"(?! (?:only|just|merely)\b)(?: +[\w’']+){0,5} +[“\"]?$",
        re.IGNORECASE,
    ),
    "zh-hant": re.compile(
        r"(?:不(?!但|僅|只|止)|沒有|無法|並非|未能|沒有(?:任何)?療程[^，。]{0,3})[能會可應作出許下提供說稱任何屬為是算夠]{0,4}[「“]?$"
    ),
}
# A sentence that teaches what to beware of may name it.
_WARNED = {
    "en": re.compile(r"\bwarning signs?\b|\bbeware\b|\bwary\b", re.IGNORECASE),
    "zh-hant": re.compile(r"警惕|留神|切勿"),
}


@dataclass(frozen=True)
class Remark:
    """A word as it stands in the text, why it should not, and who says so."""

    word: str
    why: Words
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Finding:
    """A remark about one field of a record, in one of its languages."""

    field: str
    language: str
    remark: Remark


@dataclass(frozen=True)
class _Ban:
    pattern: re.Pattern[str]
    unless: tuple[re.Pattern[str], ...]
    when: tuple[Matter, ...]
    why: Words
    sources: tuple[Source, ...]

    def holds_under(self, profile: Profile) -> bool:
        return not self.when or not all(profile.allows(matter) for matter in self.when)


def remarks(text: str, language: str, profile: Profile) -> list[Remark]:
    """What a text in this language claims that the rules of the place bar, in the order of the text, each word once."""
    found: dict[str, tuple[int, Remark]] = {}
    for ban in _bans()[language]:
        if not ban.holds_under(profile):
            continue
        excused = [match.span() for each in ban.unless for match in each.finditer(text)]
        for match in ban.pattern.finditer(text):
            if not _is_within(match, excused) and not _is_turned_round(text, match, language):
                found.setdefault(match.group().lower(), (match.start(), Remark(match.group(), ban.why, ban.sources)))
    return [remark for _start, remark in sorted(found.values(), key=lambda each: each[0])]


def in_record(record: Model, profile: Profile) -> list[Finding]:
    """The remarks about a record's words, field by field and language by language."""
    if type(record) not in translator.get_registered_models():
        return []
    names = {field.name: capfirst(str(field.verbose_name)) for field in record._meta.fields}
    return [
        Finding(names[field], language, remark)
        for field in translator.get_options_for_model(type(record)).all_fields
        for language in settings.MODELTRANSLATION_LANGUAGES
        for remark in remarks(getattr(record, build_localized_fieldname(field, language)) or "", language, profile)
    ]


def _is_within(match: re.Match[str], spans: Iterable[tuple[int, int]]) -> bool:
    return any(start <= match.start() and match.end() <= end for start, end in spans)


def _is_turned_round(text: str, match: re.Match[str], language: str) -> bool:
    begins = max((end.end() for end in _SENTENCE_ENDS.finditer(text, 0, match.start())), default=0)
    ends = next((end.start() for end in _SENTENCE_ENDS.finditer(text, match.end())), len(text))
    before, sentence = text[begins : match.start()], text[begins:ends]
    return bool(_DENIED[language].search(before) or _WARNED[language].search(sentence))


@cache
def _bans() -> dict[str, list[_Ban]]:
    raw = json.loads((law.DATA / "wording.json").read_text(encoding="utf-8"))
    return {language: [_ban(each) for each in raw if each["language"] == language] for language in _DENIED}


def _ban(raw: Mapping[str, Any]) -> _Ban:
    whole = rf"(?<![\w-])(?:{raw['pattern']})(?![\w-])" if raw["language"] == "en" else raw["pattern"]
    return _Ban(
        pattern=re.compile(whole, re.IGNORECASE),
        unless=tuple(re.compile(each, re.IGNORECASE) for each in raw["unless"]),
        when=tuple(Matter(each) for each in raw["when"]),
        why=law.in_both(raw["why"]),
        sources=law.cited(raw["sources"]),
    )
