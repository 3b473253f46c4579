"""Which visits are counted, and under which headings."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from consultations.forms.walltime import day_field
from consultations.models import Kind
from consultations.numbers import KIND, PRACTITIONER, WEEK
from practitioners.models import Practitioner

LONGEST_DAYS = 400


class CountingForm(forms.Form):
    first = day_field(_("First day"))
    last = day_field(_("Last day"))
    by = forms.ChoiceField(
        label=_("By"),
        choices=[(WEEK, _("Week by week")), (PRACTITIONER, _("Practitioner")), (KIND, _("Kind of visit"))],
    )
    practitioner = forms.ModelChoiceField(
        Practitioner.objects.all(), label=_("Practitioner"), required=False, to_field_name="slug", empty_label=_("All")
    )
    kind = forms.ModelChoiceField(
        Kind.objects.all(), label=_("Kind of visit"), required=False, to_field_name="code", empty_label=_("All")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(Div(*self.fields, css_class="grid-3"))

    def clean(self) -> dict[str, Any]:
        """A period that can be counted."""
        first, last = self.cleaned_data.get("first"), self.cleaned_data.get("last")
        if first and last and not 0 <= (last - first).days <= LONGEST_DAYS:
            self.add_error(
                "last", ValidationError(_("Choose a last day after the first, and 400 days at most."), code="period")
            )
        return self.cleaned_data
