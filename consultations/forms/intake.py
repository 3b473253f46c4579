"""One page of the intake as a form, built from the questionnaire's data."""

from collections.abc import Mapping
from datetime import date
from typing import Any, cast

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout, Submit
from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clinic.premises.templatetags.clinic import full_date
from treatments.questionnaire import BadAnswer, Item, ItemType, Page, Problem, Questionnaire, clean
from treatments.questionnaire.conditions import In

ON_A_DATE = "on_a_date"
NO_ANSWER = _("Choose an answer. If you do not know, “Not sure” is one.")
NO_WORDS = _("Write a few words. If you do not know, say so.")
NO_DATE = _("Enter the date, or choose one of the other answers.")
SENTENCES = {
    Problem.WRONG_TYPE: _("Choose one of the answers shown."),
    Problem.UNKNOWN_OPTION: _("Choose one of the answers shown."),
    Problem.NONE_AND_OTHERS: _("Choose either “None of these” or the others, not both."),
    Problem.IMPOSSIBLE_DATE: _(
        "Enter a date as year, month, day, for example 2026-05-14. A month (2026-05) or a year is enough."
    ),
    Problem.DAY_NEEDED: _("Enter the whole date as year, month, day, for example 2026-05-14."),
    Problem.IN_THE_FUTURE: _("This date lies in the future. Enter a day that has passed."),
    Problem.IN_THE_PAST: _("This day has passed. Enter a day to come."),
    Problem.NOT_A_NUMBER: _("Enter a whole number."),
    Problem.OUT_OF_RANGE: _("Please check this number."),
    Problem.TOO_LONG: _("This is longer than we can keep. Please shorten it."),
    Problem.BAD_CHARACTERS: _("Please remove the invisible characters from this text."),
}


class QuestionsForm(forms.Form):
    """Some questions of the questionnaire. `answers` are the usable ones, also when others were not."""

    def __init__(
        self,
        *args: Any,
        items: list[Item],
        stored: Mapping[str, Any],
        language: str,
        today: date,
        last_time: Mapping[str, tuple[str, date]] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.items = items
        self.today = today
        self.answers: dict[str, Any] = {}
        self.last_time = last_time or {}
        self.helper = FormHelper()
        self.helper.add_input(Submit("go", gettext("Save and continue")))
        for item in self.items:
            self._add(item, stored.get(item.key), language)
        self.helper.layout = Layout(*self._nested())

    def _add(self, item: Item, stored: Any, language: str) -> None:
        field: Any
        choices = [(option.value, option.label.in_language(language)) for option in item.options]
        common: dict[str, Any] = {
            "label": item.label.in_language(language),
            "help_text": " ".join(self._hints(item, language)),
            "required": item.core,
        }
        match item.type:
            case ItemType.YN | ItemType.ONE:
                field = forms.ChoiceField(choices=choices, widget=forms.RadioSelect, initial=stored, **common)
                field.look = "inline" if item.type is ItemType.YN else "cards"
                field.choice_hints = {each.value: each.help.in_language(language) for each in item.options if each.help}
            case ItemType.MULTI:
                shown = ["none"] if stored == [] else stored
                field = forms.MultipleChoiceField(
                    choices=choices, widget=forms.CheckboxSelectMultiple, initial=shown, **common
                )
            case ItemType.DATE if choices:
                field = self._dated(item, choices, stored, common)
            case ItemType.TEXT:
                field = forms.CharField(
                    widget=forms.Textarea(attrs={"rows": 3}), max_length=item.max_length, initial=stored, **common
                )
            case _:
                field = forms.CharField(initial=stored, **common)
                field.look = "short"
        field.why = item.why.in_language(language) if item.why else ""
        self.fields[item.key] = field
        if f"{item.key}_date" in self.fields:
            self.fields[f"{item.key}_date"] = self.fields.pop(f"{item.key}_date")

    def _hints(self, item: Item, language: str) -> list[str]:
        """The question's help, and what the patient answered last time if that has to be asked anew."""
        hints = [item.help.in_language(language)] if item.help else []
        if item.key in self.last_time:
            answer, told_on = self.last_time[item.key]
            hints.append(gettext("Last time, %(day)s: %(answer)s") % {"day": full_date(told_on), "answer": answer})
        return hints

    def _dated(self, item: Item, choices: list[tuple[str, str]], stored: Any, common: dict[str, Any]) -> forms.Field:
        """A date that may also be a word such as "never": a choice, and the date shown beside one of them."""
        is_word = stored in item.values
        field: Any = forms.ChoiceField(
            choices=[(ON_A_DATE, _("On or about a date")), *choices],
            widget=forms.RadioSelect,
            initial=stored if is_word or stored is None else ON_A_DATE,
            **common,
        )
        field.reveals = [ON_A_DATE]
        text: Any = forms.CharField(
            label=_("When?"),
            initial="" if is_word else stored,
            max_length=40,
            help_text=_("Year, month, day, for example 2026-05-14. A month (2026-05) or a year is enough."),
        )
        text.look = "short"
        self.fields[f"{item.key}_date"] = text
        return cast(forms.Field, field)

    def _nested(self) -> list[Any]:
        """The layout: a question that hangs on another of the page stands inside it and opens with its answer."""
        by_key = {item.key: item for item in self.items}
        inside: dict[str, list[Item]] = {}
        for item in self.items:
            if isinstance(item.show_when, In) and item.show_when.field in by_key:
                inside.setdefault(item.show_when.field, []).append(item)
        hanging = {item.key for items in inside.values() for item in items}
        return [self._block(item, inside) for item in self.items if item.key not in hanging]

    def _block(self, item: Item, inside: dict[str, list[Item]]) -> Any:
        parts: list[Any] = [item.key]
        if f"{item.key}_date" in self.fields:
            parts.append(Div(f"{item.key}_date", css_class="reveal"))
        branches = inside.get(item.key, [])
        if branches:
            opens = [branch.show_when.values for branch in branches if isinstance(branch.show_when, In)]
            field: Any = self.fields[item.key]
            field.reveals = sorted(frozenset().union(*opens))
            parts.append(Div(*(self._block(branch, inside) for branch in branches), css_class="reveal"))
        return Div(*parts, css_class="reveal-scope") if len(parts) > 1 else item.key

    def clean(self) -> dict[str, Any]:
        """Give each answer to the questionnaire to judge, and nobody else; keep those it takes, name what is wrong."""
        self.errors.clear()
        for item in self.items:
            if not self._shows(item):
                continue
            try:
                answer = clean(item, self._raw(item), today=self.today)
            except BadAnswer as bad:
                self.add_error(self._place(item), SENTENCES[bad.problem])
                continue
            if answer is None and self._place(item) != item.key:
                self.add_error(self._place(item), NO_DATE)
                continue
            self.answers[item.key] = answer
            if answer is None and item.core:
                self.add_error(item.key, NO_WORDS if item.type is ItemType.TEXT else NO_ANSWER)
        return self.cleaned_data

    def _raw(self, item: Item) -> Any:
        name = self.add_prefix(item.key)
        if item.type is ItemType.MULTI:
            getlist = getattr(self.data, "getlist", None)
            return getlist(name) if getlist else self.data.get(name)
        raw = self.data.get(name)
        if raw == ON_A_DATE:
            return self.data.get(self.add_prefix(f"{item.key}_date")) or None
        return raw

    def _place(self, item: Item) -> str:
        on_a_date = self.data.get(self.add_prefix(item.key)) == ON_A_DATE
        return f"{item.key}_date" if on_a_date and f"{item.key}_date" in self.fields else item.key

    def _shows(self, item: Item) -> bool:
        """Whether a question that hangs on another of this page shows for the answers just given."""
        condition = item.show_when
        if not isinstance(condition, In) or all(other.key != condition.field for other in self.items):
            return True
        given = self.answers.get(condition.field)
        return given in condition.values if isinstance(given, str) else bool(condition.values & set(given or ()))


class IntakeForm(QuestionsForm):
    """The questions of one page."""

    def __init__(self, *args: Any, questionnaire: Questionnaire, page: Page, **kwargs: Any) -> None:
        super().__init__(*args, items=_of_page(questionnaire, page), **kwargs)


def _of_page(questionnaire: Questionnaire, page: Page) -> list[Item]:
    """The questions that show, and those of the same page that an answer on it could open."""
    here = [item for item in questionnaire.items if (item.section, item.page) == (page.section.key, page.head.key)]
    shown = {item.key for item in page.items}
    return [
        item for item in here if item.key in shown or (isinstance(item.show_when, In) and item.show_when.field in shown)
    ]
