"""Versions as a person reads them: rules and questions in rows, differences with old and new beside each other."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.premises.templatetags.clinic import PRACTITIONER_WORDS
from treatments import questionnaire as questions
from treatments.codes import TreatmentCode
from treatments.models import Change
from treatments.models.choices import CODE_CHOICES, GRADE_CHOICES
from treatments.questionnaire import Item, ItemType, Words
from treatments.questionnaire.comparing import Entry, Kind, Line
from treatments.questionnaire.conditions import Within, fields, parse, walk
from treatments.questionnaire.sentences import Speaker
from treatments.screening import Rule, RuleKind, RuleSet

LANGUAGE_NAMES = dict(settings.LANGUAGES)
KINDS = {RuleKind.RULE: gettext_lazy("Rule"), RuleKind.ASK: gettext_lazy("Asks where an answer is missing")}
TYPES = {
    ItemType.YN: gettext_lazy("Yes or no"),
    ItemType.ONE: gettext_lazy("One of several"),
    ItemType.MULTI: gettext_lazy("Several"),
    ItemType.DATE: gettext_lazy("Date"),
    ItemType.NUMBER: gettext_lazy("Number"),
    ItemType.TEXT: gettext_lazy("Text"),
}
TRAITS: dict[str, Any] = {
    "core": gettext_lazy("Needed before a visit is confirmed"),
    "perishable": gettext_lazy("Asked anew after a while"),
    "sensitive": gettext_lazy("Sensitive"),
    "optional": gettext_lazy("Optional"),
}
HAPPENED = {
    Kind.ADDED: gettext_lazy("Added"),
    Kind.REMOVED: gettext_lazy("Removed"),
    Kind.CHANGED: gettext_lazy("Changed"),
}
_LABELS = {
    "audience": gettext_lazy("Who reads it"),
    "citation": gettext_lazy("Citation"),
    "disagreement": gettext_lazy("Disagreement"),
    "grade": gettext_lazy("Strength of evidence"),
    "heading": gettext_lazy("Heading"),
    "help": gettext_lazy("Help"),
    "intro": gettext_lazy("Introduction"),
    "label": gettext_lazy("Words"),
    "level": gettext_lazy("Level"),
    "note": gettext_lazy("Note"),
    "options": gettext_lazy("Options"),
    "order": gettext_lazy("Order"),
    "page": gettext_lazy("Page"),
    "pages": gettext_lazy("Page"),
    "reason": gettext_lazy("Reason for practitioners"),
    "refs": gettext_lazy("Sources"),
    "section": gettext_lazy("Section"),
    "sentence": gettext_lazy("Sentence for patients"),
    "show_when": gettext_lazy("Shows when"),
    "title": gettext_lazy("Title"),
    "treatments": gettext_lazy("Treatments"),
    "type": gettext_lazy("Type"),
    "until": gettext_lazy("When the wait ends"),
    "urgent": gettext_lazy("Urgent"),
    "when": gettext_lazy("Condition"),
    "why": gettext_lazy("Why we ask"),
}
_PARTS = {
    "disagreements": gettext_lazy("Disagreement"),
    "downtime_days": gettext_lazy("Downtime in days"),
    "items": gettext_lazy("Question"),
    "policies": gettext_lazy("Policy"),
    "references": gettext_lazy("Source"),
    "rules": gettext_lazy("Rule"),
    "sections": gettext_lazy("Section"),
    "words": gettext_lazy("Words"),
}


@dataclass(frozen=True)
class RuleRow:
    """A rule with what its page says of it in words; `sources` are tag, citation and how much of it has been read."""

    rule: Rule
    kind: Any
    group: str
    condition: str
    windows: list[str]
    grade: Any
    sources: list[tuple[str, str, str]]
    disagreement: Words | None


@dataclass(frozen=True)
class QuestionRow:
    """A question with what its row says of it in words."""

    item: Item
    section: Words
    page: Words | None
    type: Any
    traits: list[Any]
    shows_when: str


@dataclass(frozen=True)
class Told:
    """One field that differs, in words; an empty text is one that the version does not have."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Difference:
    """One entry that differs, in words."""

    part: Any
    key: str
    happened: Any
    lines: list[Told]


def speaker(asked: questions.Questionnaire, language: str) -> Speaker:
    """Who says conditions on a page of this language."""
    return Speaker(asked, treatment_names(), language)


def treatment_names() -> dict[str, str]:
    """The codes in the page's language."""
    return {str(code): str(name) for code, name in CODE_CHOICES}


def rule_rows(rules: RuleSet, speaks: Speaker) -> list[RuleRow]:
    """The rules in their order."""
    return [rule_row(rule, rules, speaks) for rule in rules.rules]


def rule_row(rule: Rule, rules: RuleSet, speaks: Speaker) -> RuleRow:
    """One rule in words."""
    return RuleRow(
        rule=rule,
        kind=KINDS[rule.kind],
        group=_("All treatments") if len(rule.treatments) == len(TreatmentCode) else speaks.group(rule.treatments),
        condition=speaks.sentence(rule.when),
        windows=[speaks.window(node) for node in walk(rule.when) if isinstance(node, Within)],
        grade=dict(GRADE_CHOICES)[rule.grade] if rule.grade else "",
        sources=[(tag, rules.references[tag].citation, rules.references[tag].status) for tag in rule.refs],
        disagreement=rules.disagreements.get(rule.disagreement),
    )


def matching_rules(rows: Iterable[RuleRow], wish: Mapping[str, str]) -> list[RuleRow]:
    """Those that meet every wish that is stated: kind, level, treatment, field, and words anywhere in them."""
    tests: dict[str, Callable[[RuleRow, str], bool]] = {
        "kind": lambda row, value: row.rule.kind == value,
        "level": lambda row, value: row.rule.level == value,
        "treatment": lambda row, value: value in row.rule.treatments,
        "field": lambda row, value: value in fields(row.rule.when),
        "q": lambda row, value: value.lower() in _read_out(row),
    }
    return [row for row in rows if all(tests[name](row, value) for name, value in wish.items() if value)]


def question_rows(asked: questions.Questionnaire, speaks: Speaker) -> list[QuestionRow]:
    """The questions in the order in which they are asked."""
    sections = {section.key: section for section in asked.sections}
    rows = []
    for item in asked.items:
        section = sections.get(item.section)
        heads = {page.key: page.title for page in section.pages} if section else {}
        rows.append(
            QuestionRow(
                item=item,
                section=section.title if section else Words({"en": item.section}),
                page=heads.get(item.page),
                type=TYPES[item.type],
                traits=[words for trait, words in TRAITS.items() if getattr(item, trait)],
                shows_when=speaks.sentence(item.show_when) if item.show_when else "",
            )
        )
    return rows


def matching_questions(rows: Iterable[QuestionRow], wish: Mapping[str, str]) -> list[QuestionRow]:
    """Those that meet every wish that is stated: section, type, trait, and words anywhere in them."""
    tests: dict[str, Callable[[QuestionRow, str], bool]] = {
        "section": lambda row, value: row.item.section == value,
        "type": lambda row, value: row.item.type == value,
        "trait": lambda row, value: bool(getattr(row.item, value)),
        "q": lambda row, value: value.lower() in _asked_out(row),
    }
    return [row for row in rows if all(tests[name](row, value) for name, value in wish.items() if value)]


def differences(entries: Iterable[Entry], before: Speaker, after: Speaker) -> list[Difference]:
    """Entries that differ, in words."""
    return [
        Difference(
            part=_PARTS.get(entry.part, entry.part),
            key=entry.key,
            happened=HAPPENED[entry.kind],
            lines=[told(line, before, after) for line in entry.lines],
        )
        for entry in entries
    ]


def told(line: Line | Change, before: Speaker, after: Speaker) -> Told:
    """One field that differs, in words."""
    return Told(label(line.field), _value(line.field, line.before, before), _value(line.field, line.after, after))


def label(field: str) -> str:
    """The name of a field in words: "reason.en" is the reason in English."""
    first, *parts = field.split(".")
    language = f" ({LANGUAGE_NAMES[parts.pop()]})" if parts and parts[-1] in LANGUAGE_NAMES else ""
    if parts:
        parts[-1] = str(_LABELS.get(parts[-1], parts[-1]))
    words = [str(_LABELS.get(first, first)), *parts]
    return ": ".join(word for word in words if word not in ("text", "")) + language


def problem_in_words(problem: str) -> str:
    """What is wrong with a rule, as far as an edit here can bring it about; anything else as the checker says it."""
    rule_id, _colon, fault = problem.partition(": ")
    known = {
        "promises safety": _("No sentence may tell a patient that something is safe, or guarantee it."),
        "speaks no en": _("Heading and sentence are needed in English."),
        "speaks no zh-hant": _("Heading and sentence are needed in Chinese."),
        "needs words in English": _("Words in Chinese need their words in English as well."),
        "says when a wait ends exactly when it defers": _("A rule that defers says when the wait ends."),
    }
    return known.get(fault, problem) if rule_id else problem


def _value(field: str, value: Any, speaks: Speaker) -> str:
    if value is None or value in ("", [], {}):
        return ""
    if field in ("when", "show_when"):
        return speaks.sentence(parse(value))
    if field == "level":
        return str(PRACTITIONER_WORDS[value])
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return ", ".join(value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)


def _read_out(row: RuleRow) -> str:
    rule = row.rule
    texts = [words for words in (rule.heading, rule.reason, rule.sentence, rule.note) if words is not None]
    said = [text for words in texts for text in words.texts.values()]
    return "\n".join([rule.id, row.condition, *fields(rule.when), *rule.refs, *said]).lower()


def _asked_out(row: QuestionRow) -> str:
    item = row.item
    words = [item.label, *(text for text in (item.help, item.why) if text), *(option.label for option in item.options)]
    said = [text for each in words for text in each.texts.values()]
    return "\n".join([item.key, row.shows_when, *(option.value for option in item.options), *said]).lower()
