"""The way through the questions: which page comes next, what is still open, and everything once more to check."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from consultations import published
from treatments import questionnaire as questions


@dataclass(frozen=True, slots=True)
class Questioning:
    """A questionnaire with the answers so far, and what is known of the patient from other steps."""

    questionnaire: questions.Questionnaire
    answers: Mapping[str, Any]

    @property
    def pages(self) -> list[questions.Page]:
        """The pages in the order of asking: first those that must be answered to book, then the others."""
        pages = questions.pages(self.questionnaire, self.answers)
        return sorted(pages, key=lambda page: not page.core)

    @property
    def core_pages(self) -> list[questions.Page]:
        return [page for page in self.pages if page.core]

    def page(self, slug: str) -> questions.Page | None:
        return next((page for page in self.pages if slug_of(page) == slug), None)

    def after(self, page: questions.Page) -> questions.Page | None:
        """The page that follows, or None after the last."""
        slugs = [slug_of(each) for each in self.pages]
        rest = self.pages[slugs.index(slug_of(page)) + 1 :]
        return rest[0] if rest else None

    def first_missing(self) -> questions.Page | None:
        """The first page with a question that must be answered before booking."""
        missing = {item.key for item in questions.missing(self.questionnaire, self.answers)}
        return next((page for page in self.pages if missing & {item.key for item in page.items}), None)

    def first_open(self) -> questions.Page | None:
        """The first page with a blank question."""
        blank = {item.key for item in questions.incomplete(self.questionnaire, self.answers)}
        return next((page for page in self.pages if blank & {item.key for item in page.items}), None)

    @property
    def open_count(self) -> int:
        return len(questions.incomplete(self.questionnaire, self.answers))

    def groups(self, language: str) -> list[dict[str, Any]]:
        """Every question with its answer in words, page by page."""
        lines = {line.item.key: line for line in questions.summarise(self.questionnaire, self.answers, language)}
        return [
            {
                "title": page.head.title.in_language(language),
                "slug": slug_of(page),
                "rows": [
                    {"term": lines[item.key].label, "value": lines[item.key].value if self._given(item.key) else ""}
                    for item in page.items
                    if item.key in lines
                ],
            }
            for page in self.pages
        ]

    def _given(self, key: str) -> bool:
        return self.answers.get(key) not in (None, "")


def slug_of(page: questions.Page) -> str:
    """The page's name in an address."""
    return f"{page.section.key}-{page.head.key}".replace("_", "-")


def of_draft(
    *, answers: Mapping[str, Any], concern: str, treatments: list[str], born: date, sex_at_birth: str
) -> Questioning:
    """The questioning of somebody who is still booking."""
    known = {
        "dob": born.isoformat(),
        "sex_at_birth": sex_at_birth,
        "concerns": concerns_of(concern),
        "treatments_interest": treatments,
    }
    return Questioning(published.questions_of(published.questionnaire()), {**answers, **known})


def concerns_of(slug: str) -> list[str]:
    """The questionnaire's words for a concern of the catalogue."""
    return [slug.replace("-", "_")] if slug else []
