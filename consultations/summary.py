"""The summary: what a patient reads before the visit, in plain words, made from a reading; never a verdict.

Levels, dates and rule ids stay with the practitioner, and so does everything about the body-image screen: what the
page says about looks and feelings, it says to everybody.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import date
from typing import Any

from clinic.premises.models import Clinic
from consultations import published
from consultations.access import OF_AGE
from consultations.intake import EDITABLE, Reading, overridden, wanted_codes
from consultations.models import Consultation
from consultations.questioning import Questioning, slug_of
from treatments import questionnaire as questions
from treatments import screening
from treatments.codes import TreatmentCode
from treatments.models import TreatmentFacts
from treatments.questionnaire.conditions import fields
from treatments.screening import Audience, Rule, RuleKind, RuleSet, Verdict

QUESTIONS = "questions"
PICKED = "questions_picked"


@dataclass(frozen=True, slots=True)
class Talk:
    """What the practitioner brings up about these treatments."""

    treatments: list[str]
    sentences: list[str]


@dataclass(frozen=True, slots=True)
class Day:
    """What to do or to leave from one day on."""

    first: date
    words: list[str]


@dataclass(frozen=True, slots=True)
class Summary:
    """Everything the page shows; nothing in it is stored."""

    urgent: list[str]
    chosen: list[str]
    talks: list[Talk]
    not_sure: list[str]
    days: list[Day]
    visit: date
    today: date
    under_age: bool
    questions: list[str]
    questions_page: str
    still_open: list[str]
    help_line: str
    is_plain: bool


def summary(reading: Reading, consultation: Consultation, *, language: str, clinic: Clinic, today: date) -> Summary:
    """Make the summary of a reading, on this day of the clinic."""
    rules = published.rules_of(reading.screening.rule_set)
    names = dict(TreatmentFacts.objects.values_list("code", "name"))
    wanted = [TreatmentCode(code) for code in wanted_codes(consultation)]
    found = _found(rules, reading, wanted, _judged_otherwise(rules, reading, consultation))
    steps = steps_before(reading, consultation, today=today)
    talks = _talks(found, names, language)
    not_sure = _not_sure(found, reading.answers, language)
    blank = questions.incomplete(reading.questionnaire, reading.answers) if consultation.status in EDITABLE else ()
    on_answers = {each.id for each in rules.preparations if each.when is not None}
    return Summary(
        urgent=[rule.sentence.in_language(language) for rule in _urgent(rules, reading)],
        chosen=[names.get(code, str(code)) for code in wanted],
        talks=talks,
        not_sure=not_sure,
        days=_days(steps, language),
        visit=reading.screening.as_of,
        today=today,
        under_age=consultation.patient is not None and consultation.patient.age_on(reading.screening.as_of) < OF_AGE,
        questions=asked_in_words(reading, language),
        questions_page=_page_of(QUESTIONS, reading),
        still_open=[item.label.in_language(language) for item in blank],
        help_line=clinic.help_line,
        is_plain=not (talks or not_sure or on_answers & {step.id for step in steps}),
    )


def steps_before(reading: Reading, consultation: Consultation, *, today: date) -> list[screening.Step]:
    """What the patient does and leaves before the visit, for the treatments that they would like to discuss."""
    rules, visit = published.rules_of(reading.screening.rule_set), reading.screening.as_of
    known = screening.facts(reading.questionnaire, reading.answers, as_of=visit)
    return screening.preparation(rules, known, wanted_codes(consultation), visit, today)


def urgent_now(asked: Questioning, *, language: str, today: date) -> list[str]:
    """What the answers so far advise to do at once, whatever becomes of the booking."""
    return [rule.sentence.in_language(language) for rule in _urgent_rules(asked, today)]


def urgent_after(asked: Questioning, page: questions.Page, *, language: str, today: date) -> list[str]:
    """Of that, what the page before this one has just called for."""
    at = asked.pages.index(page)
    just_answered = {item.key for item in asked.pages[at - 1].items} if at else set()
    rules = [rule for rule in _urgent_rules(asked, today) if just_answered & fields(rule.when)]
    return [rule.sentence.in_language(language) for rule in rules]


def _urgent_rules(asked: Questioning, today: date) -> list[Rule]:
    known = screening.facts(asked.questionnaire, asked.answers, as_of=today)
    return screening.urgent(published.rules_of(published.rule_set()), known, today)


def asked_in_words(reading: Reading, language: str) -> list[str]:
    """The patient's questions: those they picked, then each line that they wrote."""
    item, picked = reading.questionnaire.by_key.get(PICKED), reading.answers.get(PICKED)
    labels = {option.value: option.label.in_language(language) for option in item.options} if item else {}
    written = str(reading.answers.get(QUESTIONS) or "").splitlines()
    return [*(labels.get(key, key) for key in picked or ()), *(line.strip() for line in written if line.strip())]


def _page_of(key: str, reading: Reading) -> str:
    """The address of the page that asks for the key; empty when none does."""
    pages = Questioning(reading.questionnaire, reading.answers).pages
    return next((slug_of(page) for page in pages if key in {item.key for item in page.items}), "")


def _judged_otherwise(rules: RuleSet, reading: Reading, consultation: Consultation) -> Set[str]:
    """The rules whose finding the practitioner judges otherwise: what to say of it is theirs, not the rule's."""
    verdicts = {TreatmentCode(code): Verdict.from_json(raw) for code, raw in reading.screening.findings.items()}
    return overridden(consultation, reading.revision, rules, verdicts, reading.screening.as_of).standing.keys()


def _found(
    rules: RuleSet, reading: Reading, wanted: list[TreatmentCode], but: Set[str]
) -> list[tuple[Rule, list[TreatmentCode]]]:
    """The rules that speak to patients and fired on what this one would like to discuss, gravest first."""
    touched: dict[str, list[TreatmentCode]] = {}
    severity: dict[str, int] = {}
    for code in wanted:
        for finding in Verdict.from_json(reading.screening.findings[code]).findings:
            touched.setdefault(finding.rule_id, []).append(code)
            severity[finding.rule_id] = finding.level.severity
    fired = touched.keys() - but
    spoken = [rule for rule in rules.rules if rule.id in fired and rule.audience is Audience.EVERYONE]
    return [(rule, touched[rule.id]) for rule in sorted(spoken, key=lambda rule: -severity[rule.id])]


def _urgent(rules: RuleSet, reading: Reading) -> list[Rule]:
    """The rules whose advice does not wait for the visit, whichever treatment they fired on."""
    verdicts = [Verdict.from_json(raw) for raw in reading.screening.findings.values()]
    fired = frozenset().union(*(verdict.rule_ids for verdict in verdicts))
    return [rule for rule in rules.rules if rule.urgent and rule.id in fired]


def _talks(found: list[tuple[Rule, list[TreatmentCode]]], names: Mapping[str, str], language: str) -> list[Talk]:
    """Each sentence once, under all the treatments that it is about."""
    about: dict[str, list[TreatmentCode]] = {}
    for rule, codes in found:
        if rule.kind is RuleKind.RULE and not rule.urgent:
            said = about.setdefault(rule.sentence.in_language(language), [])
            said += [code for code in codes if code not in said]
    talks: dict[tuple[TreatmentCode, ...], Talk] = {}
    for sentence, codes in about.items():
        heading = [names.get(code, str(code)) for code in sorted(codes)]
        talks.setdefault(tuple(sorted(codes)), Talk(heading, [])).sentences.append(sentence)
    return list(talks.values())


def _not_sure(found: list[tuple[Rule, list[TreatmentCode]]], answers: Mapping[str, Any], language: str) -> list[str]:
    """What was answered with "not sure"; what is blank stands among the open questions instead."""
    asks = [rule for rule, _codes in found if rule.kind is RuleKind.ASK]
    return [
        rule.heading.in_language(language)
        for rule in asks
        if not any(questions.is_blank(answers.get(key)) for key in fields(rule.when))
    ]


def _days(steps: list[screening.Step], language: str) -> list[Day]:
    """The steps day by day."""
    days: dict[date, list[str]] = {}
    for step in steps:
        days.setdefault(step.from_day, []).append(step.words.in_language(language))
    return [Day(first, words) for first, words in days.items()]
