"""What a visitor may ask of the list of practitioners."""

from collections.abc import Iterable
from typing import Any, cast

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.premises.models import Location
from clinic.premises.templatetags.words import plain
from practitioners.models import Language
from treatments.models import Treatment


class PractitionerFilter(forms.Form):
    """Every field is optional; together they say whom to show."""

    treatment = forms.ChoiceField(label=_("Treatment"), required=False)
    language = forms.ChoiceField(label=_("Language"), required=False)
    location = forms.ChoiceField(label=_("Location"), required=False)

    def __init__(self, data: Any, *, treatments: Iterable[Treatment], locations: Iterable[Location]) -> None:
        super().__init__(data)
        self._offer("treatment", [(treatment.slug, plain(treatment, "name")) for treatment in treatments])
        self._offer("language", Language.choices)
        self._offer("location", [(location.slug, plain(location, "name")) for location in locations])
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True

    def _offer(self, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
        cast("forms.ChoiceField", self.fields[name]).choices = [("", _("Any")), *choices]

    @property
    def wishes(self) -> dict[str, str]:
        """The filters that are set and make sense, by field name."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
