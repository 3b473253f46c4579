"""A questionnaire from its JSON, refused with a named error when anything in it does not hold together."""

from collections import Counter
from collections.abc import Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, TypeVar

from treatments.questionnaire.conditions import (
    And,
    BadCondition,
    Condition,
    In,
    Not,
    Or,
    Requested,
    fields,
    parse,
    walk,
)
from treatments.questionnaire.items import (
    PAGE_LIMIT,
    UNSURE,
    AskedIn,
    DateKind,
    Item,
    ItemType,
    Option,
    PageHead,
    Questionnaire,
    Section,
)
from treatments.questionnaire.words import Words, read_words

WORDS: Final = ("yes", "no", "unsure", "never", "current", "none", "blank")
_ITEM_KEYS: Final = frozenset({
    "key", "section", "page", "type", "label", "help", "why", "options", "asked_in", "required_for_booking", "optional",
    "perishable", "sensitive", "show_when", "score", "date", "minimum", "maximum", "max_length", "unsure", "words",
})  # fmt: skip
_WITH_OPTIONS: Final = frozenset({ItemType.ONE, ItemType.MULTI})
_Closed = TypeVar("_Closed", bound=StrEnum)


class BadQuestionnaire(ValueError):
    """Questionnaire data that cannot be asked; `problems` name the place and the fault."""

    def __init__(self, *problems: str) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def load(data: Any) -> Questionnaire:
    """The questionnaire that the JSON describes; BadQuestionnaire when it cannot be asked."""
    try:
        words = MappingProxyType({word: read_words(data["words"][word]) for word in WORDS})
        sections = tuple(_section(raw) for raw in data["sections"])
        items = tuple(_item(raw, words) for raw in data["items"])
        version = int(data["version"])
    except (KeyError, TypeError) as error:
        raise BadQuestionnaire(f"incomplete or misshapen: {error!r}") from error
    except ValueError as error:
        raise BadQuestionnaire(str(error)) from error
    found = Questionnaire(version, sections, items, words, MappingProxyType({item.key: item for item in items}))
    _check(found)
    return found


def _section(raw: Mapping[str, Any]) -> Section:
    heads = tuple(PageHead(page["key"], _words(page, "title"), _maybe_words(page, "intro")) for page in raw["pages"])
    return Section(raw["key"], _words(raw, "title"), heads)


def _item(raw: Mapping[str, Any], words: Mapping[str, Words]) -> Item:
    key = raw["key"]
    if strangers := set(raw) - _ITEM_KEYS:
        raise BadQuestionnaire(f"{key}: unknown {', '.join(sorted(strangers))}")
    kind = _one_of(ItemType, raw["type"], key)
    return Item(
        key=key,
        section=raw["section"],
        page=raw.get("page", ""),
        type=kind,
        label=_words(raw, "label"),
        help=_maybe_words(raw, "help"),
        why=_maybe_words(raw, "why"),
        options=_options(raw, kind, words),
        asked_in=_one_of(AskedIn, raw.get("asked_in", "pages"), key),
        core=raw.get("required_for_booking", False) is True,
        optional=raw.get("optional", False) is True,
        perishable=raw.get("perishable", False) is True,
        sensitive=raw.get("sensitive", False) is True,
        show_when=_show_when(raw),
        score=raw.get("score", ""),
        date_kind=_one_of(DateKind, raw.get("date", "past"), key),
        minimum=int(raw.get("minimum", 0)),
        maximum=int(raw.get("maximum", 1_000_000)),
        max_length=int(raw.get("max_length", 1000)),
    )


def _options(raw: Mapping[str, Any], kind: ItemType, words: Mapping[str, Words]) -> tuple[Option, ...]:
    """The written options, then the shared ones: yes and no, the words of a date, "not sure"."""
    written = [
        Option(each["value"], _words(each, "label"), _maybe_words(each, "help")) for each in raw.get("options", ())
    ]
    shared = ["yes", "no"] if kind is ItemType.YN else list(raw.get("words", ()))
    if raw.get("unsure", False):
        shared.append(UNSURE)
    return (*written, *(Option(word, words[word]) for word in shared))


def _show_when(raw: Mapping[str, Any]) -> Condition | None:
    if "show_when" not in raw:
        return None
    try:
        return parse(raw["show_when"], f"{raw['key']}.show_when")
    except BadCondition as error:
        raise BadQuestionnaire(str(error)) from error


def _words(raw: Mapping[str, Any], name: str) -> Words:
    try:
        return read_words(raw[name])
    except ValueError as error:
        raise BadQuestionnaire(f"{raw.get('key') or raw.get('value')}.{name}: {error}") from error


def _maybe_words(raw: Mapping[str, Any], name: str) -> Words | None:
    return _words(raw, name) if name in raw else None


def _one_of(closed: type[_Closed], value: Any, key: str) -> _Closed:
    try:
        return closed(value)
    except ValueError:
        raise BadQuestionnaire(f"{key}: {value!r} is not a {closed.__name__}") from None


def _check(questionnaire: Questionnaire) -> None:
    _refuse_repeats([item.key for item in questionnaire.items], "item")
    _refuse_repeats([section.key for section in questionnaire.sections], "section")
    pages = {(section.key, page.key) for section in questionnaire.sections for page in section.pages}
    filled = Counter((item.section, item.page) for item in questionnaire.items if item.asked_in is AskedIn.PAGES)
    for place, count in filled.items():
        if place not in pages:
            raise BadQuestionnaire(f"no page {'/'.join(place)}")
        if count > PAGE_LIMIT:
            raise BadQuestionnaire(f"page {'/'.join(place)} has {count} questions; {PAGE_LIMIT} is the limit")
    earlier: set[str] = set()
    for item in questionnaire.items:
        _check_item(item, earlier, questionnaire.by_key)
        earlier.add(item.key)


def _check_item(item: Item, earlier: set[str], by_key: Mapping[str, Item]) -> None:
    if item.type in _WITH_OPTIONS and not item.options:
        raise BadQuestionnaire(f"{item.key}: offers nothing to choose")
    _refuse_repeats([option.value for option in item.options], f"{item.key}: option")
    if item.show_when is None or item.asked_in is not AskedIn.PAGES:
        return
    if strangers := fields(item.show_when) - earlier:
        raise BadQuestionnaire(f"{item.key}: shows by questions not asked before it: {', '.join(sorted(strangers))}")
    for node in walk(item.show_when):
        # A page must look the same tomorrow, so no branch may depend on the day.
        if not isinstance(node, And | Or | Not | In | Requested):
            raise BadQuestionnaire(f"{item.key}: a branch cannot use {type(node).__name__}")
        if isinstance(node, In) and (wrong := node.values - by_key[node.field].values):
            raise BadQuestionnaire(f"{item.key}: {node.field} has no option {', '.join(sorted(wrong))}")


def _refuse_repeats(keys: Sequence[str], what: str) -> None:
    if repeated := [key for key, count in Counter(keys).items() if count > 1]:
        raise BadQuestionnaire(f"{what} given twice: {', '.join(repeated)}")
