"""Which questions show for the answers so far, and which of them still want one."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from treatments.codes import TreatmentCode
from treatments.questionnaire.conditions import Situation
from treatments.questionnaire.items import UNSURE, Answer, Answers, AskedIn, Item, PageHead, Questionnaire, Section

INTEREST: Final = "treatments_interest"


@dataclass(frozen=True, slots=True)
class Page:
    """The questions of one page that show, under their section; `core` pages come before a visit is confirmed."""

    section: Section
    head: PageHead
    items: tuple[Item, ...]

    @property
    def core(self) -> bool:
        """Whether any question here must be answered before a visit is confirmed."""
        return any(item.core for item in self.items)


def visible(questionnaire: Questionnaire, answers: Answers) -> dict[str, Answer]:
    """The answers to questions that show; those of hidden or unknown questions are dropped, and so unhide nothing."""
    kept: dict[str, Answer] = {}
    for item in questionnaire.items:
        if item.key in answers and _shows(item, kept):
            kept[item.key] = answers[item.key]
    return kept


def shown(questionnaire: Questionnaire, answers: Answers) -> tuple[Item, ...]:
    """The questions on the intake's pages that show, in the order asked."""
    kept = visible(questionnaire, answers)
    return tuple(item for item in questionnaire.items if item.asked_in is AskedIn.PAGES and _shows(item, kept))


def pages(questionnaire: Questionnaire, answers: Answers) -> tuple[Page, ...]:
    """The pages with at least one question that shows, in the order asked."""
    items = shown(questionnaire, answers)
    every = (
        Page(section, head, tuple(item for item in items if (item.section, item.page) == (section.key, head.key)))
        for section in questionnaire.sections
        for head in section.pages
    )
    return tuple(page for page in every if page.items)


def missing(questionnaire: Questionnaire, answers: Answers) -> tuple[Item, ...]:
    """The core questions left blank; a visit cannot be confirmed before they are answered, if only by "not sure"."""
    return tuple(item for item in shown(questionnaire, answers) if item.core and is_blank(answers.get(item.key)))


def incomplete(questionnaire: Questionnaire, answers: Answers) -> tuple[Item, ...]:
    """The questions on the pages, optional ones apart, that are still blank."""
    return tuple(
        item for item in shown(questionnaire, answers) if not item.optional and is_blank(answers.get(item.key))
    )


def unanswered(questionnaire: Questionnaire, answers: Answers) -> tuple[Item, ...]:
    """The questions on the pages, optional ones apart, that tell the practitioner nothing: blank or "not sure"."""
    return tuple(
        item for item in shown(questionnaire, answers) if not item.optional and tells_nothing(answers.get(item.key))
    )


def is_blank(answer: Answer) -> bool:
    """Whether nothing was answered; an empty list is the answer "none of these"."""
    return answer is None or answer == ""


def tells_nothing(answer: Answer) -> bool:
    """Whether the answer is blank or "not sure", be it beside others: what else there is, is not known."""
    return is_blank(answer) or answer == UNSURE or (isinstance(answer, list) and UNSURE in answer)


def _shows(item: Item, kept: Answers) -> bool:
    if item.show_when is None or item.asked_in is not AskedIn.PAGES:
        return True
    # Loading refuses a branch that depends on the day, so any day will do.
    return item.show_when.judge(Situation(kept, date.max, _requested(kept))).holds


def _requested(answers: Answers) -> frozenset[TreatmentCode]:
    interest = answers.get(INTEREST)
    return frozenset(TreatmentCode) & frozenset(interest) if isinstance(interest, list) else frozenset()
