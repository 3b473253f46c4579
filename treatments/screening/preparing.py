"""What a patient does and leaves before a visit, with the day from which each counts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from treatments.codes import TreatmentCode
from treatments.questionnaire.conditions import And, Condition, Fact, Not, Or, Situation, fields
from treatments.questionnaire.items import UNSURE
from treatments.questionnaire.words import Words
from treatments.screening.rules import Preparation, RuleSet


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do or to leave, from this day on until the visit; `id` is that of the preparation it comes from."""

    id: str
    from_day: date
    words: Words


def preparation(
    rules: RuleSet, facts: Mapping[str, Fact], treatments: Iterable[str], visit: date, today: date
) -> list[Step]:
    """The steps before a visit about these treatments, in the order of their days; none once the visit is over.

    A day that has passed becomes today. A step is left out only when an answer says that it is not needed: what is
    unknown never hides one. Two steps of the same words are one, from the earlier day on.
    """
    codes = {TreatmentCode(code) for code in treatments}
    if today > visit:
        return []
    situation = Situation(facts, visit, frozenset(codes))
    steps: dict[str, Step] = {}
    for each in rules.preparations:
        if codes & each.treatments and (each.when is None or _may_hold(each.when, situation)):
            step = Step(each.id, _from(each, visit, today), each.words)
            other = steps.get(said := each.words.in_language("en"))
            if other is None or step.from_day < other.from_day:
                steps[said] = step
    return sorted(steps.values(), key=lambda step: step.from_day)


def _from(each: Preparation, visit: date, today: date) -> date:
    return today if each.days_before is None else max(today, visit - timedelta(days=each.days_before))


def _may_hold(condition: Condition, situation: Situation) -> bool:
    """Whether the condition holds, or could once every unknown answer is given."""
    match condition:
        case And(parts):
            return all(_may_hold(part, situation) for part in parts)
        case Or(parts):
            return any(_may_hold(part, situation) for part in parts)
        case Not(part):
            return not _must_hold(part, situation)
    return condition.judge(situation).holds or _is_open(condition, situation)


def _must_hold(condition: Condition, situation: Situation) -> bool:
    """Whether the condition holds whatever the unknown answers turn out to be."""
    match condition:
        case And(parts):
            return all(_must_hold(part, situation) for part in parts)
        case Or(parts):
            return any(_must_hold(part, situation) for part in parts)
        case Not(part):
            return not _may_hold(part, situation)
    return condition.judge(situation).holds


def _is_open(leaf: Condition, situation: Situation) -> bool:
    """Whether an answer that the leaf reads is blank or, among several, "not sure"."""
    answers = [situation.facts.get(key) for key in fields(leaf)]
    return any(answer is None or (isinstance(answer, list | tuple) and UNSURE in answer) for answer in answers)
