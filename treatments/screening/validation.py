"""Whether a rule set and a questionnaire speak of the same things."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from treatments.codes import Level, SkinType
from treatments.questionnaire.conditions import (
    BORN,
    Age,
    And,
    Condition,
    EventInDowntime,
    In,
    Not,
    Or,
    Policy,
    Within,
    fields,
    walk,
)
from treatments.questionnaire.dates import remembered
from treatments.questionnaire.items import DateKind, Item, ItemType, Questionnaire
from treatments.questionnaire.loading import BadQuestionnaire
from treatments.questionnaire.scoring import SCORED
from treatments.questionnaire.words import LANGUAGES, Words
from treatments.screening.facts import DERIVED
from treatments.screening.rules import BadRules, Preparation, Rule, RuleKind, RuleSet, UntilKind

# No finding, and no absence of one, tells a patient that a treatment carries no risk.
_PROMISE: Final = re.compile(r"\b(un)?saf(e|er|est|ely|ety)\b|\bguarantee", re.IGNORECASE)
# The options without which facts cannot be derived, and what a written case may state in place of the answers.
_DERIVED_FROM: Final = {**SCORED, "fst_practitioner": frozenset(map(str, SkinType))}
_STATED: Final = frozenset({*DERIVED, "fitz_answers"})


def validate_rules(rules: RuleSet, questionnaire: Questionnaire) -> None:
    """Refuses, with BadRules, a rule set that reads what is not asked or says what must not be said."""
    if problems := list(_misfits(rules, questionnaire)):
        raise BadRules(*problems)


def validate_questions(
    questionnaire: Questionnaire, *, before: Questionnaire, rules: RuleSet, intakes: Iterable[Mapping[str, Any]]
) -> None:
    """Refuses, with BadQuestionnaire, questions that a rule, a derived fact or a written case would miss.

    A case may speak of what `before`, the version that this one replaces, does not ask either. Every text is written in
    all languages, and none promises safety.
    """
    problems = [*_misfits(rules, questionnaire), *_underived(questionnaire)]
    answers = {(key, value) for intake in intakes for key, answer in intake.items() for value in _each(answer)}
    problems += [
        f"{key}: a vignette answers {value}"
        for key, value in sorted(answers, key=str)
        if not _takes(questionnaire, key, value) and _takes(before, key, value)
    ]
    problems += [f"{place}: {problem}" for place, words in _words(questionnaire) for problem in _wording(words)]
    if problems:
        raise BadQuestionnaire(*problems)


def _misfits(rules: RuleSet, questionnaire: Questionnaire) -> Iterator[str]:
    for rule in rules.rules:
        yield from (f"{rule.id}: {problem}" for problem in _problems(rule, rules, questionnaire))
    for each in rules.preparations:
        yield from (f"{each.id}: {problem}" for problem in _unprepared(each, rules, questionnaire))


def _underived(questionnaire: Questionnaire) -> Iterator[str]:
    for key, values in _DERIVED_FROM.items():
        item = questionnaire.by_key.get(key)
        if item is None:
            yield f"{key}: not asked, and facts are derived from it"
        elif lacking := values - item.values:
            yield f"{key}: has no option {', '.join(sorted(lacking))}"


def _each(answer: Any) -> list[Any]:
    return answer if isinstance(answer, list) else [answer]


def _takes(questionnaire: Questionnaire, key: str, value: Any) -> bool:
    """Whether the question is there and could be answered so."""
    item = questionnaire.by_key.get(key)
    if item is None or value is None:
        return key in _STATED or item is not None
    match item.type:
        case ItemType.YN | ItemType.ONE | ItemType.MULTI:
            return value in item.values
        case ItemType.DATE:
            return value in item.values or remembered(str(value)) is not None
        case _:
            return True


def _words(questionnaire: Questionnaire) -> Iterator[tuple[str, Words]]:
    for section in questionnaire.sections:
        yield section.key, section.title
        for page in section.pages:
            yield from ((f"{section.key}/{page.key}", words) for words in (page.title, page.intro) if words)
    for item in questionnaire.items:
        yield from ((item.key, words) for words in _said(item) if words)


def _said(item: Item) -> list[Words | None]:
    of_options = [words for option in item.options for words in (option.label, option.help)]
    return [item.label, item.help, item.why, *of_options]


def _problems(rule: Rule, rules: RuleSet, questionnaire: Questionnaire) -> Iterator[str]:
    yield from _condition(rule.when, rules, questionnaire)
    yield from _ending(rule)
    yield from _evidence(rule, rules)
    yield from _wording(rule.sentence, rule.heading)


def _unprepared(each: Preparation, rules: RuleSet, questionnaire: Questionnaire) -> Iterator[str]:
    if each.when is not None:
        yield from _condition(each.when, rules, questionnaire)
        # What a patient does beforehand hangs on what they answered, and on nothing else.
        for node in walk(each.when):
            if not isinstance(node, And | Or | Not | In | Within | Age):
                yield f"a preparation cannot use {type(node).__name__}"
    if not each.refs:
        yield "gives no source"
    yield from _sources(each.refs, rules)
    yield from _wording(each.words)


def _condition(when: Condition, rules: RuleSet, questionnaire: Questionnaire) -> Iterator[str]:
    for key in sorted(fields(when) - set(questionnaire.by_key) - set(DERIVED)):
        yield f"nobody is asked for {key}"
    for node in walk(when):
        yield from _misuse(node, rules, questionnaire)


def _misuse(node: Condition, rules: RuleSet, questionnaire: Questionnaire) -> Iterator[str]:
    match node:
        case In(key, values) if wrong := values - _values(key, questionnaire):
            yield f"{key} cannot be {', '.join(sorted(wrong))}"
        case Within(key) if not _is_date(key, questionnaire, DateKind.PAST, DateKind.PAST_DAY):
            yield f"{key} is not a date in the past"
        case EventInDowntime(key) if not _is_date(key, questionnaire, DateKind.FUTURE_DAY):
            yield f"{key} is not a date ahead"
        case Age() if not _is_date(BORN, questionnaire, DateKind.PAST_DAY):
            yield f"{BORN} is not a full date in the past"
        case Policy(name, values) if not _is_policy(name, values, rules):
            yield f"no policy {name} = {', '.join(sorted(values))}"


def _values(key: str, questionnaire: Questionnaire) -> frozenset[str]:
    if key in DERIVED:
        return DERIVED[key]
    item = questionnaire.by_key.get(key)
    if item is None:
        return frozenset()
    # "Not sure" among several answers stands beside known ones; alone it is simply unknown.
    return item.values if item.type is ItemType.MULTI else item.known_values


def _is_date(key: str, questionnaire: Questionnaire, *kinds: DateKind) -> bool:
    item = questionnaire.by_key.get(key)
    return item is not None and item.type is ItemType.DATE and item.date_kind in kinds


def _is_policy(name: str, values: frozenset[str], rules: RuleSet) -> bool:
    return name in rules.policies and values <= rules.policies[name].values


def _ending(rule: Rule) -> Iterator[str]:
    if (rule.until is not None) is not (rule.level is Level.DEFER):
        yield "says when a wait ends exactly when it defers"
    elif rule.until is not None:
        timed = any(isinstance(node, Within | Age) for node in walk(rule.when))
        if timed is (rule.until.kind is UntilKind.OPEN_ENDED):
            yield f"ends {rule.until.kind}, but its condition does not"


def _evidence(rule: Rule, rules: RuleSet) -> Iterator[str]:
    if (rule.kind is RuleKind.ASK) is not (rule.level is Level.ASK):
        yield "asks exactly when its level is ask"
    if rule.kind is RuleKind.RULE and not (rule.grade and rule.refs):
        yield "gives no grade or no source"
    yield from _sources(rule.refs, rules)
    if rule.disagreement and rule.disagreement not in rules.disagreements:
        yield f"unknown disagreement {rule.disagreement}"


def _sources(refs: tuple[str, ...], rules: RuleSet) -> Iterator[str]:
    for tag in sorted(set(refs) - set(rules.references)):
        yield f"unknown source {tag}"


def _wording(said: Words, *others: Words) -> Iterator[str]:
    for language in LANGUAGES:
        if not all(words.texts.get(language) for words in (said, *others)):
            yield f"speaks no {language}"
    if _PROMISE.search(said.in_language("en")):
        yield "promises safety"
