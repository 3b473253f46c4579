"""What may be edited in a questionnaire: its words. Keys, types, codes of options and conditions stay."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any, Final, NamedTuple

# By what an entry has written: its own texts, the list of its parts, what a part goes by, and the texts of a part.
_SHAPES: Final = {
    "label": (("label", "help", "why"), "options", "value", ("label", "help")),
    "title": (("title",), "pages", "key", ("title", "intro")),
}

Rewording = Mapping[str, Mapping[str, str]]


class Text(NamedTuple):
    """One text of an entry: its place such as "options.female.label", what it is, the part it belongs to, its words."""

    place: str
    name: str
    part: str
    words: Mapping[str, str]

    @property
    def is_needed(self) -> bool:
        """Whether nothing can be asked without it."""
        return self.name in _SHAPES


def texts(entry: Mapping[str, Any]) -> list[Text]:
    """The texts of a question or of a section as the JSON has it, those among them that are not written yet."""
    return [
        Text(f"{before}{name}", name, part, holder.get(name, {}))
        for before, part, holder, names in _holders(entry)
        for name in names
    ]


def reworded(entry: Mapping[str, Any], words: Rewording) -> dict[str, Any]:
    """The entry's JSON with these words at their places; a text left empty is no text."""
    made = deepcopy(dict(entry))
    for before, _part, holder, names in _holders(made):
        for name in names:
            filled = {language: text for language, text in words.get(f"{before}{name}", {}).items() if text}
            holder.pop(name, None)
            if filled:
                holder[name] = filled
    return made


def _holders(entry: Any) -> Iterator[tuple[str, str, Any, tuple[str, ...]]]:
    """Whatever holds texts: the entry itself and its parts, each with what stands before its places and its name."""
    own, parts, key, of_parts = _SHAPES["label" if "label" in entry else "title"]
    yield "", "", entry, own
    for part in entry.get(parts, ()):
        yield f"{parts}.{part[key]}.", part[key], part, of_parts
