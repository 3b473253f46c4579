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


class TreatmentFilter(forms.Form):
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
        self.helper = FormHelper()
        self.helper.layout = Layout(Div(*self.fields, css_class="grid-3"))
        self.helper.form_tag = False
        self.helper.disable_csrf = True

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


class Comparing(forms.Form):
    """Two to four treatments to set side by side."""

    treatment = forms.MultipleChoiceField(
        label=_("Treatments"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Choose two, three or four."),
        error_messages={"required": _("Choose two, three or four treatments.")},
    )

    def __init__(self, data: Any, *, treatments: Iterable[Treatment]) -> None:
        super().__init__(data)
        choices = [(treatment.slug, plain(treatment, "name")) for treatment in treatments]
        cast("forms.MultipleChoiceField", self.fields["treatment"]).choices = choices
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True

    def clean_treatment(self) -> list[str]:
        """Their slugs, each once."""
        chosen = list(dict.fromkeys(self.cleaned_data["treatment"]))
        if not FEWEST_BESIDE <= len(chosen) <= MOST_BESIDE:
            raise forms.ValidationError(_("Choose two, three or four treatments."))
        return chosen


class SessionDay(forms.Form):
    """The day on which a session is planned, within the coming two years."""

    on = forms.DateField(
        label=_("Day of the session"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={
            "required": _("Enter the day of the session, for example 2027-05-20."),
            "invalid": _("Enter a day as year, month and day, for example 2027-05-20."),
        },
    )

    def __init__(self, data: Any, *, today: date) -> None:
        super().__init__(data)
        self.today = today
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True

    def clean_on(self) -> date:
        """A day from today on; further away than two years is a slip of the pen."""
        day: date = self.cleaned_data["on"]
        if not self.today <= day <= self.today + timedelta(days=_FAR_DAYS):
            raise forms.ValidationError(_("Enter a day from today on, within the coming two years."))
        return day


def _up_to(days: int) -> Any:
    return ngettext_lazy("Up to %d day", "Up to %d days", days) % days if days else _("None")
