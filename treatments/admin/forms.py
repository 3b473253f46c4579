"""What may be asked of a version's lists, and what the clinical lead types into a draft."""

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.text import normalize_newlines
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.premises.templatetags.clinic import PRACTITIONER_WORDS
from treatments import screening
from treatments.admin.reading import KINDS, LANGUAGE_NAMES, TRAITS, TYPES, label
from treatments.codes import Level
from treatments.models.choices import CODE_CHOICES
from treatments.questionnaire import Questionnaire, Rewording, texts
from treatments.questionnaire.words import LANGUAGES
from treatments.screening import Edit, RuleKind
from treatments.screening.editing import LEVELS, UNITS

Choices = Iterable[tuple[str, str | Promise]]
_UNITS = {"days": gettext_lazy("days"), "months": gettext_lazy("months")}
_LONGEST = 2000
# Where words are needed in both languages, and where English is enough.
_TEXTS: tuple[tuple[str, Any, frozenset[str]], ...] = (
    ("heading", gettext_lazy("Heading"), frozenset(LANGUAGES)),
    ("reason", gettext_lazy("Reason for practitioners"), frozenset({"en"})),
    ("sentence", gettext_lazy("Sentence for patients"), frozenset(LANGUAGES)),
    ("note", gettext_lazy("Note"), frozenset()),
    ("ending", gettext_lazy("When the wait ends, after “not before”"), frozenset()),
)


class Filter(forms.Form):
    """Wishes about a list, all optional; one that makes no sense is no wish."""

    q = forms.CharField(label=gettext_lazy("Search"), required=False, max_length=100)

    def offer(self, name: str, label: Any, choices: Choices) -> None:
        offered = [("", _("Any")), *((value, str(words)) for value, words in choices)]
        self.fields[name] = forms.ChoiceField(label=label, required=False, choices=offered)

    @property
    def wish(self) -> dict[str, str]:
        """The wishes that are stated and make sense."""
        self.is_valid()
        return {name: value.strip() for name, value in self.cleaned_data.items() if value and value.strip()}


class RuleFilter(Filter):
    def __init__(self, data: Any, *, keys: Iterable[str], asked: Questionnaire, language: str) -> None:
        super().__init__(data, auto_id="filter_%s")
        labels = {key: item.label.in_language(language) for key, item in asked.by_key.items()}
        self.offer("kind", _("Kind"), [(str(kind), words) for kind, words in KINDS.items()])
        self.offer("level", _("Level"), [(level, PRACTITIONER_WORDS[level]) for level in Level if level != Level.CLEAR])
        self.offer("treatment", _("Treatment"), CODE_CHOICES)
        self.offer("field", _("Reads the answer to"), [(key, f"{key}: {labels.get(key, key)}") for key in sorted(keys)])


class QuestionFilter(Filter):
    def __init__(self, data: Any, *, asked: Questionnaire, language: str) -> None:
        super().__init__(data, auto_id="filter_%s")
        sections = [(section.key, section.title.in_language(language)) for section in asked.sections]
        self.offer("section", _("Section"), sections)
        self.offer("type", _("Type"), [(str(kind), words) for kind, words in TYPES.items()])
        self.offer("trait", _("Trait"), TRAITS.items())


class DraftForm(forms.Form):
    """One entry of a draft: what may be edited of it, and why. Its fields follow the entry."""

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.add_fields()
        self.fields["reason_of_change"] = forms.CharField(
            label=_("Why this is changed"),
            max_length=500,
            widget=forms.Textarea(attrs={"rows": 2}),
            help_text=_("Kept with your name; everybody who may read this version reads it."),
        )

    def add_fields(self) -> None:
        """One for each thing that may be edited."""
        raise NotImplementedError

    @property
    def edit(self) -> Edit | Rewording:
        """What was typed, as the verb takes it."""
        raise NotImplementedError

    def add_text(self, place: str, language: str, words: Mapping[str, str], **options: Any) -> None:
        self.fields[_field(place, language)] = forms.CharField(
            max_length=_LONGEST,
            initial=words.get(language, ""),
            widget=forms.Textarea(attrs={"rows": options.pop("rows"), "lang": language.replace("hant", "Hant")}),
            **options,
        )

    def typed(self, place: str) -> dict[str, str]:
        """The text at a place by language."""
        return {code: normalize_newlines(self.cleaned_data[_field(place, code)]) for code in LANGUAGES}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name, value in list(cleaned.items()):
            if any(unicodedata.category(c) in {"Cc", "Cf"} and c not in "\n\r\t" for c in str(value)):
                self.add_error(name, _("Please remove the invisible characters from this text."))
        return cleaned


class RuleForm(DraftForm):
    """Level, windows and words of a rule."""

    def __init__(self, data: Any, *, rule: Mapping[str, Any], named: Mapping[str, str]) -> None:
        self.rule, self.named, self.windows = rule, named, screening.windows(rule)
        super().__init__(data)

    def add_fields(self) -> None:
        if self.rule["kind"] == RuleKind.RULE:
            levels = [(str(level), PRACTITIONER_WORDS[level]) for level in LEVELS]
            self.fields["level"] = forms.ChoiceField(label=_("Level"), choices=levels, initial=self.rule["level"])
        for number, window in enumerate(self.windows):
            self._add_window(number, window, self.named.get(window.field, window.field))
        for name, heading, needed in _TEXTS:
            words = self.rule.get("until", {}).get("text", {}) if name == "ending" else self.rule.get(name, {})
            rows = 1 if name in ("heading", "ending") else 3
            for language in LANGUAGES:
                said = f"{heading} ({LANGUAGE_NAMES[language]})"
                self.add_text(name, language, words, label=said, required=language in needed, rows=rows)

    def _add_window(self, number: int, window: screening.Window, question: str) -> None:
        words = {"question": question}
        self.fields[f"window_{number}"] = forms.IntegerField(
            label=_("Window after: %(question)s") % words, min_value=1, max_value=1000, initial=window.length
        )
        self.fields[f"unit_{number}"] = forms.ChoiceField(
            label=_("Counted in"), choices=[(unit, _UNITS[unit]) for unit in UNITS], initial=window.unit
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for language in LANGUAGES:
            if cleaned.get("level") == Level.DEFER and not cleaned.get(_field("ending", language)):
                self.add_error(_field("ending", language), _("A rule that defers says when the wait ends."))
        return cleaned

    @property
    def edit(self) -> Edit:
        cleaned = self.cleaned_data
        words = {name: self.typed(name) for name, _label, _needed in _TEXTS}
        ending = words.pop("ending")
        windows = [(cleaned[f"unit_{number}"], cleaned[f"window_{number}"]) for number in range(len(self.windows))]
        return Edit(Level(cleaned.get("level", self.rule["level"])), windows, words, ending)


class WordsForm(DraftForm):
    """The words of a question or of a section, each in all languages or in none."""

    def __init__(self, data: Any, *, entry: Mapping[str, Any]) -> None:
        self.texts = texts(entry)
        super().__init__(data)

    def add_fields(self) -> None:
        for text in self.texts:
            rows = 1 if text.part else 2
            for language in LANGUAGES:
                said = label(f"{text.place}.{language}")
                self.add_text(text.place, language, text.words, label=said, required=text.is_needed, rows=rows)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for text in self.texts:
            filled = {language: cleaned.get(_field(text.place, language)) for language in LANGUAGES}
            for language, typed in filled.items():
                if not (typed or text.is_needed) and any(filled.values()):
                    self.add_error(_field(text.place, language), _("Write this in both languages, or in neither."))
        return cleaned

    @property
    def edit(self) -> Rewording:
        return {text.place: self.typed(text.place) for text in self.texts}


def _field(place: str, language: str) -> str:
    return f"{place}_{language.replace('-', '_')}"
