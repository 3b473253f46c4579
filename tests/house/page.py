"""A page as a strict reader sees it."""

import json
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
NEEDS_NO_LABEL = {"hidden", "submit", "button", "reset", "image"}


@dataclass
class Field:
    """Something to fill in, and what names it."""

    what: str
    id: str
    named: bool


@dataclass
class Page(HTMLParser):
    """What the rules for pages ask about: titles, headings, fields with their labels, and anything inline."""

    html: str
    titles: list[str] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    fields: list[Field] = field(default_factory=list)
    labels: set[str] = field(default_factory=set)
    ids: list[str] = field(default_factory=list)
    inline: list[str] = field(default_factory=list)
    stack: list[str] = field(default_factory=list)
    script_type: str = ""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.feed(self.html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag not in VOID:
            self.stack.append(tag)
        if "id" in values:
            self.ids.append(values["id"])
        if tag == "title" and "svg" not in self.stack:
            self.titles.append("")
        if tag == "h1":
            self.headings.append("")
        if tag == "script":
            self.script_type = values.get("type", "")
        if tag == "label" and "for" in values:
            self.labels.add(values["for"])
        self._note_field(tag, values)
        self._note_inline(tag, values)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.stack:
            while self.stack.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if "title" in self.stack and "svg" not in self.stack:
            self.titles[-1] += data
        if "h1" in self.stack:
            self.headings[-1] += data
        if self.stack[-1:] == ["script"] and data.strip() and not self._is_data(data):
            self.inline.append(f"a script: {data.strip()[:40]}")

    def _is_data(self, text: str) -> bool:
        """Whether the script is data for machines, which no browser runs, and can be read as such."""
        return self.script_type == "application/ld+json" and bool(json.loads(text))

    def _note_field(self, tag: str, values: dict[str, str]) -> None:
        if tag not in {"input", "select", "textarea"} or values.get("type") in NEEDS_NO_LABEL:
            return
        named = "label" in self.stack or bool(values.get("aria-label") or values.get("aria-labelledby"))
        self.fields.append(Field(f"{tag} {values.get('name', '')}", values.get("id", ""), named))

    def _note_inline(self, tag: str, values: dict[str, str]) -> None:
        if tag == "style":
            self.inline.append("a style element")
        self.inline += [
            f"{tag} {name}={value[:40]}"
            for name, value in values.items()
            if name == "style" or name.startswith("on") or value.strip().lower().startswith("javascript:")
        ]

    def faults(self, *, labels: bool = True) -> list[str]:
        """What a reader, or our own policy, would stumble over; Django's admin labels rows by their column instead."""
        unlabelled = [each.what for each in self.fields if labels and not each.named and each.id not in self.labels]
        twice = sorted({each for each in self.ids if self.ids.count(each) > 1})
        return [
            *(["no title of its own"] if [bool(title.strip()) for title in self.titles] != [True] else []),
            *([f"{len(self.headings)} h1"] if len(self.headings) != 1 else []),
            *(["an empty h1"] if any(not heading.strip() for heading in self.headings) else []),
            *(f"no label: {what}" for what in unlabelled),
            *(f"id twice: {each}" for each in twice),
            *(f"inline: {what}" for what in self.inline),
        ]
