"""What differs between two versions, entry by entry and field by field. Works on rules and on questions alike."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

# What an entry of a list goes by, and which values are one thing however many parts they have.
_NAMES: Final = ("id", "key", "value")
_WHOLE: Final = frozenset({"when", "show_when"})
ORDER: Final = "order"


class Kind(StrEnum):
    """What happened to an entry."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Line:
    """One field that differs, such as "level" or "reason.en"; None where a version does not have it."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Entry:
    """One rule, question, source or the like that differs; `part` is the list it stands in."""

    part: str
    key: str
    kind: Kind
    lines: tuple[Line, ...]


def compare(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Entry]:
    """The entries that differ, in the order of the newer version, those that are gone last; the number is left out."""
    return [
        entry
        for part in dict.fromkeys([*after, *before])
        if part != "version"
        for entry in _entries(part, before.get(part), after.get(part))
    ]


def lines(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Line, ...]:
    """The fields in which one entry differs from another."""
    old, new = dict(_flat(before)), dict(_flat(after))
    return tuple(
        Line(name, old.get(name), new.get(name))
        for name in dict.fromkeys([*old, *new])
        if old.get(name) != new.get(name)
    )


def _entries(part: str, before: Any, after: Any) -> Iterator[Entry]:
    old, new = _by_name(before), _by_name(after)
    for key in dict.fromkeys([*new, *old]):
        if differing := lines(_mapping(old.get(key)), _mapping(new.get(key))):
            kind = Kind.ADDED if key not in old else Kind.REMOVED if key not in new else Kind.CHANGED
            yield Entry(part, key, kind, differing)
    if isinstance(before, list) and isinstance(after, list):
        kept_before, kept_after = [key for key in old if key in new], [key for key in new if key in old]
        if kept_before != kept_after:
            yield Entry(part, "", Kind.CHANGED, (Line(ORDER, kept_before, kept_after),))


def _by_name(value: Any) -> dict[str, Any]:
    if _is_named(value):
        return {named(each): each for each in value}
    if isinstance(value, dict):
        return value
    return {} if value is None else {"": value}


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {} if value is None else {"": value}


def _flat(value: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, content in value.items():
        place = f"{prefix}.{name}" if prefix else name
        if name in _WHOLE or not content:
            yield place, content
        elif isinstance(content, dict):
            yield from _flat(content, place)
        elif _is_named(content):
            yield from _flat({named(each): each for each in content}, place)
        else:
            yield place, content


def _is_named(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, dict) and named(each) for each in value)


def named(entry: Mapping[str, Any]) -> str:
    """What the entry of a list goes by; empty when it has no name."""
    return next((str(entry[name]) for name in _NAMES if name in entry), "")
