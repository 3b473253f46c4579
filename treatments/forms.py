"""What a visitor may ask of the list of treatments."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, cast
from urllib.parse import urlencode

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from clinic.premises.money import format_minor, to_minor
from clinic.premises.templatetags.words import plain
from treatments.models import Concern, PriceKind, Treatment
from treatments.models.choices import CATEGORY_CHOICES
from treatments.templatetags.drawings import BURN_AND_TAN

_MOST = 10_000_000  # far beyond any price, far below what a database column holds
FEWEST_BESIDE, MOST_BESIDE = 2, 4  # treatments that stand side by side
_FAR_DAYS = 730
_DAYS = (0, 1, 2, 3, 5, 7, 14, 21)
# The filters whose choices no row adds to, with all that may be chosen.
CLOSED_CHOICES: Mapping[str, Iterable[object]] = {
    "category": [key for key, _words in CATEGORY_CHOICES],
    "skin_type": BURN_AND_TAN,
    "downtime": _DAYS,
    "price_kind": PriceKind.values,
}


@dataclass(frozen=True)
class Wish:
    """A filter that is set: its name and choice in words, and the query of the page without it."""

    label: str
    choice: str
    without: str


class Wished(forms.Form):
    """What an address asks for: nothing is written, so the form has neither a token nor a tag of its own."""

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True


class TreatmentFilter(Wished):
    """Every field is optional; together they say which treatments to show."""

    category = forms.ChoiceField(label=_("Kind of treatment"), required=False)
    skin_type = forms.ChoiceField(label=_("Skin type"), required=False)
    downtime = forms.TypedChoiceField(
        label=_("Days you can look red or peel"), required=False, coerce=int, empty_value=None
    )
    concern = forms.ChoiceField(label=_("Concern"), required=False)
    price_kind = forms.ChoiceField(label=_("Kind of price"), required=False)
    budget = forms.IntegerField(
        required=False, error_messages={"invalid": _("Enter a whole amount of money, for example 2500.")}
    )

    def __init__(self, data: Any, *, concerns: Iterable[Concern], currency: str) -> None:
        super().__init__(data)
        self.currency = currency
        self.choices: dict[str, dict[Any, Any]] = {}
        self._offer("category", CATEGORY_CHOICES)
        self._offer("skin_type", [(numeral, f"{numeral}: {words}") for numeral, words in BURN_AND_TAN.items()])
        self._offer("downtime", [(days, _up_to(days)) for days in _DAYS])
        self._offer("concern", [(concern.slug, plain(concern, "name")) for concern in concerns])
        self._offer("price_kind", PriceKind.choices)
        self.fields["budget"].label = _("Most for a session (%(currency)s)") % {"currency": currency}
        self.helper.layout = Layout(Div(*self.fields, css_class="grid-3"))

    def _offer(self, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
        self.choices[name] = {"": _("Any"), **dict(choices)}
        cast("forms.ChoiceField", self.fields[name]).choices = list(self.choices[name].items())

    def clean_budget(self) -> int | None:
        """The budget in the currency's smallest unit."""
        budget: int | None = self.cleaned_data["budget"]
        if budget is not None and not 0 <= budget <= _MOST:
            raise forms.ValidationError(self.fields["budget"].error_messages["invalid"])
        return None if budget is None else to_minor(budget, self.currency)

    @property
    def wishes(self) -> dict[str, str | int]:
        """The filters that are set and make sense, by field name."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}

    @property
    def told(self) -> list[Wish]:
        """The filters that are set, as the page tells them."""
        return [
            Wish(str(self.fields[name].label), self._in_words(name, value), self._without(name))
            for name, value in self.wishes.items()
        ]

    def _in_words(self, name: str, value: str | int) -> str:
        if name == "budget":
            return format_minor(int(value), self.currency)
        return str(self.choices[name][value])

    def _without(self, name: str) -> str:
        return urlencode({other: self.data[other] for other in self.wishes if other != name})


class ComingDay(forms.DateField):
    """A day from today on; further away than two years is a slip of the pen. The form says which day is today."""

    today: date
    behind = timedelta(0)
    refusal = _("Enter a day from today on, within the coming two years.")

    def __init__(self, **kwargs: Any) -> None:
        invalid = _("Enter a day as year, month and day, for example 2027-05-20.")
        messages = {"invalid": invalid, "required": _("Enter the day of the session, for example 2027-05-20.")}
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}), error_messages=messages, **kwargs)

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value is not None and not self.today - self.behind <= value <= self.today + timedelta(days=_FAR_DAYS):
            raise forms.ValidationError(self.refusal)


class DayOfASession(ComingDay):
    """A day to come, or one whose care may still go on."""

    behind = timedelta(days=90)
    refusal = _("Enter a day of the last three months or of the coming two years.")


class SomeTreatments(forms.MultipleChoiceField):
    """Treatments by their slugs, each once, in the order chosen; the form offers those on sale."""

    def __init__(self, *, fewest: int = 0, most: int | None = None, too_few: Any = "", **kwargs: Any) -> None:
        self.fewest, self.most, self.too_few = fewest, most, too_few
        super().__init__(
            label=_("Treatments"),
            required=fewest > 0,
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": too_few},
            **kwargs,
        )

    def offer(self, treatments: Iterable[Treatment]) -> None:
        self.choices = [(treatment.slug, plain(treatment, "name")) for treatment in treatments]

    def clean(self, value: Any) -> list[str]:
        chosen = list(dict.fromkeys(super().clean(value)))
        if len(chosen) < self.fewest or (self.most is not None and len(chosen) > self.most):
            raise forms.ValidationError(self.too_few)
        return chosen


class Comparing(Wished):
    """Two to four treatments to set side by side."""

    treatment = SomeTreatments(
        fewest=FEWEST_BESIDE,
        most=MOST_BESIDE,
        too_few=_("Choose two, three or four treatments."),
        help_text=_("Choose two, three or four."),
    )

    def __init__(self, data: Any, *, treatments: Iterable[Treatment]) -> None:
        super().__init__(data)
        cast("SomeTreatments", self.fields["treatment"]).offer(treatments)


class SessionDay(Wished):
    """The day on which a session is planned or was."""

    on = DayOfASession(label=_("Day of the session"))

    def __init__(self, data: Any, *, today: date) -> None:
        super().__init__(data)
        cast("ComingDay", self.fields["on"]).today = today


def _up_to(days: int) -> Any:
    return ngettext_lazy("Up to %d day", "Up to %d days", days) % days if days else _("None")
