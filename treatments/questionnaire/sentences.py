"""Conditions as sentences, so that nobody has to read a tree: "the answer to ... is ..."."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from treatments.codes import TreatmentCode
from treatments.questionnaire.conditions import (
    Age,
    And,
    Condition,
    EventInDowntime,
    In,
    Known,
    Not,
    Or,
    Policy,
    Requested,
    Within,
)
from treatments.questionnaire.items import ItemType, Questionnaire
from treatments.questionnaire.words import Words

# Facts that several answers add up to, and the values that need words.
_DERIVED: Final[Mapping[str, Words]] = MappingProxyType(
    {
        "fst": Words({"en": "the skin type", "zh-hant": "膚色類型"}),
        "skin_sensitivity": Words({"en": "the sensitivity score", "zh-hant": "敏感度評分"}),
        "skin_oiliness": Words({"en": "the oiliness score", "zh-hant": "油性評分"}),
        "bdd_screen": Words({"en": "the screen for worry about looks", "zh-hant": "外貌憂慮篩查"}),
    }
)
_VALUES: Final[Mapping[str, Words]] = MappingProxyType(
    {
        "low": Words({"en": "low", "zh-hant": "低"}),
        "moderate": Words({"en": "moderate", "zh-hant": "中"}),
        "high": Words({"en": "high", "zh-hant": "高"}),
        "negative": Words({"en": "negative", "zh-hant": "陰性"}),
        "positive": Words({"en": "positive", "zh-hant": "陽性"}),
    }
)
_PHRASES: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "quoted": "“{}”", "or": " or ", "or_part": ", or ", "and_part": ", and ", "group": "({})",
        "is": "{} is {}", "is_not": "{} is not {}", "answered_with": "the answer to {} is {}",
        "not_answered_with": "the answer to {} is not {}", "includes": "the answers to {} include {}",
        "not_includes": "the answers to {} do not include {}", "known": "{} is known", "unknown": "{} is not known",
        "within": "less than {} have passed since: {}", "not_within": "it is not less than {} since: {}",
        "days": "{} days", "months": "{} months", "from_below": "the age is {} or more and below {}",
        "from": "the age is {} or more", "below": "the age is below {}",
        "requested": "at least {} of these are asked about: {}",
        "event": "the day of {} falls into the treatment’s visible downtime",
        "policy": "the clinic’s policy {} is {}", "not": "it is not so that {}",
    },
    "zh-hant": {
        "quoted": "「{}」", "or": "或", "or_part": "，或", "and_part": "，而且", "group": "（{}）",
        "is": "{}為{}", "is_not": "{}不是{}", "answered_with": "{}的答案是{}",
        "not_answered_with": "{}的答案不是{}", "includes": "{}的答案包括{}",
        "not_includes": "{}的答案不包括{}", "known": "{}為已知", "unknown": "{}為未知",
        "within": "距離以下日子不足{}：{}", "not_within": "距離以下日子並非不足{}：{}",
        "days": "{}日", "months": "{}個月", "from_below": "年齡滿{}歲而未滿{}歲",
        "from": "年齡滿{}歲", "below": "年齡未滿{}歲",
        "requested": "想了解以下最少{}項：{}",
        "event": "{}的日子落在療程可見恢復期之內",
        "policy": "診所政策{}為{}", "not": "並非{}",
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Speaker:
    """Whoever says a condition: in one language, with the labels of one questionnaire and the treatments' names."""

    questionnaire: Questionnaire
    treatments: Mapping[str, str]
    language: str

    def sentence(self, condition: Condition) -> str:
        """The condition as one sentence without its full stop."""
        said = self._say(condition)
        return said[0].upper() + said[1:]

    def named(self, key: str) -> str:
        """The question behind a key as it is asked; a derived fact by its name, an unknown key as it is."""
        if key in _DERIVED:
            return _DERIVED[key].in_language(self.language)
        item = self.questionnaire.by_key.get(key)
        return self._phrase("quoted", item.label.in_language(self.language) if item else key)

    def window(self, within: Within) -> str:
        """How long a window lasts: 28 days."""
        return self._phrase("months", within.months) if within.months else self._phrase("days", within.days)

    def group(self, codes: Iterable[TreatmentCode]) -> str:
        """The treatments by name, in the order of the codes."""
        comma = "、" if self.language == "zh-hant" else ", "
        wanted = frozenset(codes)
        return comma.join(self.treatments.get(code, code) for code in TreatmentCode if code in wanted)

    def _say(self, condition: Condition) -> str:
        match condition:
            case And(parts):
                return self._phrase("and_part", None).join(self._part(part) for part in parts)
            case Or(parts):
                return self._phrase("or_part", None).join(self._part(part) for part in parts)
            case Not(part):
                return self._denied(part)
            case _:
                return self._stated(condition)

    def _part(self, part: Condition) -> str:
        return self._phrase("group", self._say(part)) if isinstance(part, And | Or) else self._say(part)

    def _denied(self, condition: Condition) -> str:
        match condition:
            case In(key, values):
                return self._among(key, values, "not_")
            case Known(key):
                return self._phrase("unknown", self.named(key))
            case Within(key):
                return self._phrase("not_within", self.window(condition), self.named(key))
            case _:
                return self._phrase("not", self._part(condition))

    def _stated(self, condition: Condition) -> str:
        match condition:
            case In(key, values):
                return self._among(key, values, "")
            case Known(key):
                return self._phrase("known", self.named(key))
            case Within(key):
                return self._phrase("within", self.window(condition), self.named(key))
            case Age(at_least, below):
                return self._aged(at_least, below)
            case Requested(codes, count):
                return self._phrase("requested", count, self.group(codes))
            case EventInDowntime(key):
                return self._phrase("event", self.named(key))
            case Policy(name, values):
                return self._phrase("policy", name, self._phrase("or", None).join(sorted(values)))
            case _:
                raise TypeError(f"no words for {condition!r}")

    def _among(self, key: str, values: frozenset[str], negation: str) -> str:
        item = self.questionnaire.by_key.get(key)
        if item is None:
            verb = "is_not" if negation else "is"
            said = [
                _VALUES[value].in_language(self.language) if value in _VALUES else value for value in sorted(values)
            ]
            return self._phrase(verb, self.named(key), self._phrase("or", None).join(said))
        labels = [option.label.in_language(self.language) for option in item.options if option.value in values]
        said = [self._phrase("quoted", label) for label in labels] or sorted(values)
        verb = f"{negation}includes" if item.type is ItemType.MULTI else f"{negation}answered_with"
        return self._phrase(verb, self.named(key), self._phrase("or", None).join(said))

    def _aged(self, at_least: int | None, below: int | None) -> str:
        if at_least is None:
            return self._phrase("below", below)
        return self._phrase("from", at_least) if below is None else self._phrase("from_below", at_least, below)

    def _phrase(self, name: str, *parts: object) -> str:
        phrase = _PHRASES.get(self.language, _PHRASES["en"])[name]
        return phrase if parts == (None,) else phrase.format(*parts)
