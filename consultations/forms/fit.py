"""The questions of the fit: some of the intake's, two short paths, and what somebody can spend."""

from typing import Any

from crispy_forms.layout import Submit
from django import forms
from django.utils.translation import gettext, gettext_lazy

from clinic.premises.money_field import MoneyField
from consultations.forms.intake import QuestionsForm
from treatments.questionnaire import UNSURE, SensitivityBand
from treatments.templatetags.drawings import BURN_AND_TAN

_MOST = 10_000_000  # whole money; far beyond any session
_NOT_SURE = (UNSURE, gettext_lazy("Not sure"))
REACTIONS = {
    SensitivityBand.LOW: gettext_lazy("It takes most products without stinging or redness"),
    SensitivityBand.MODERATE: gettext_lazy("Some products sting or redden it for a while"),
    SensitivityBand.HIGH: gettext_lazy("Many products sting or redden it, or it flushes easily"),
}


class FitForm(QuestionsForm):
    """Nothing has to be answered; what is left out is not known, and not known means ask."""

    def __init__(
        self, *args: Any, given: dict[str, str], budget_minor: int | None, currency: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        own: dict[str, Any] = {
            "fst": forms.ChoiceField(
                label=gettext("How does your skin answer to the sun?"),
                choices=[*((numeral, f"{numeral}: {words}") for numeral, words in BURN_AND_TAN.items()), _NOT_SURE],
                widget=forms.RadioSelect,
                required=False,
                initial=given.get("fst"),
                help_text=gettext("Without sunscreen, on skin that has not seen sun for months."),
            ),
            "skin_sensitivity": forms.ChoiceField(
                label=gettext("How does your face take new products?"),
                choices=[*REACTIONS.items(), _NOT_SURE],
                widget=forms.RadioSelect,
                required=False,
                initial=given.get("skin_sensitivity"),
            ),
        }
        self.fields = {**own, **self.fields}
        self.fields["budget"] = MoneyField(
            label=gettext("What could one session cost at most?"),
            currency=currency,
            required=False,
            max_value=_MOST,
            initial=budget_minor,
        )
        self.helper.inputs.clear()
        self.helper.add_input(Submit("go", gettext("Show what fits")))
        self.helper.layout.fields[:0] = list(own)
        self.helper.layout.fields.append("budget")

    @property
    def given(self) -> dict[str, str]:
        """The short paths that were taken."""
        told = {name: self.cleaned_data.get(name, "") for name in ("fst", "skin_sensitivity")}
        return {name: value for name, value in told.items() if value not in ("", UNSURE)}

    @property
    def budget_minor(self) -> int | None:
        """The budget in the currency's smallest unit."""
        budget: int | None = self.cleaned_data.get("budget")
        return budget

    def clean(self) -> dict[str, Any]:
        """The intake's questions are judged by the questionnaire; the errors of the own fields stay."""
        own = {name: self.errors[name] for name in ("fst", "skin_sensitivity", "budget") if name in self.errors}
        cleaned = super().clean()
        for name, errors in own.items():
            self.add_error(name, errors.as_data())
        return cleaned
