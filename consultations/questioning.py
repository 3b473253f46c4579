"""The way through the questions: which page comes next, what is still open, and everything once more to check."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from consultations import published
from consultations.recalling import Earlier
from treatments import questionnaire as questions

NOTHING_EARLIER: Final = Earlier({}, {})


@dataclass(frozen=True, slots=True)
class Questioning:
    """A questionnaire with the answers so far, and what is known of the patient from other steps."""

    questionnaire: questions.Questionnaire
    answers: Mapping[str, Any]
    earlier: Earlier = NOTHING_EARLIER

    def answered(self, answers: Mapping[str, Any]) -> "Questioning":
        """The same questioning a page later."""
        return replace(self, answers={**self.answers, **answers})

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

    def lasting(self, today: date) -> dict[str, questions.Answer]:
        """What the patient told us before and may still be true, as far as they have not answered it this time."""
        before = {**self.earlier.answers, **self.answers}
        kept = questions.lasting(self.questionnaire, before, self.earlier.answered_on, today)
        return {key: answer for key, answer in kept.items() if not self._given(key)}

    def last_time(self, language: str) -> dict[str, tuple[str, date]]:
        """Earlier answers in words with their days, to be shown beside the questions not answered again yet."""
        return {
            key: (questions.in_words(self.questionnaire, self.questionnaire.by_key[key], answer, language), day)
            for key, answer in self.earlier.answers.items()
            if key in self.questionnaire.by_key and not self._given(key) and (day := self.earlier.answered_on.get(key))
        }

    def only(self, answers: Mapping[str, questions.Answer], language: str) -> list[dict[str, Any]]:
        """These answers in words, page by page; pages without any are left out."""
        groups = Questioning(self.questionnaire, {**self.answers, **answers}).groups(language)
        chosen = [group | {"rows": [row for row in group["rows"] if row["key"] in answers]} for group in groups]
        return [group for group in chosen if group["rows"]]

    def progress(self, language: str) -> list[dict[str, Any]]:
        """Every page with how many of its questions are still open, in the order of asking."""
        blank = {item.key for item in questions.incomplete(self.questionnaire, self.answers)}
        return [
            {
                "title": page.head.title.in_language(language),
                "slug": slug_of(page),
                "open": sum(item.key in blank for item in page.items),
                "core": page.core,
            }
            for page in self.pages
        ]

    def groups(self, language: str) -> list[dict[str, Any]]:
        """Every question with its answer in words, page by page."""
        lines = {line.item.key: line for line in questions.summarise(self.questionnaire, self.answers, language)}
        return [
            {
                "title": page.head.title.in_language(language),
                "slug": slug_of(page),
                "rows": [
                    {
                        "key": item.key,
                        "term": lines[item.key].label,
                        "value": lines[item.key].value if self._given(item.key) else "",
                    }
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
    *,
    answers: Mapping[str, Any],
    earlier: Mapping[str, Any] | None,
    concern: str,
    treatments: list[str],
    born: date,
    sex_at_birth: str,
) -> Questioning:
    """The questioning of somebody who is still booking."""
    known = {
        "dob": born.isoformat(),
        "sex_at_birth": sex_at_birth,
        "concerns": concerns_of(concern),
        "treatments_interest": treatments,
    }
    asked = published.questions_of(published.questionnaire())
    return Questioning(asked, {**answers, **known}, Earlier.from_json(earlier))


def concerns_of(slug: str) -> list[str]:
    """The questionnaire's words for a concern of the catalogue."""
    return [slug.replace("-", "_")] if slug else []
