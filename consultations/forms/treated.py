"""The form that says which treatments were carried out at a visit."""

from collections.abc import Iterable
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from consultations.visits import Done
from treatments.models import Treatment

MOST_DAYS = 120


class TreatedForm(forms.Form):
    """The practitioner's treatments; beside each how many days of downtime the patient was told to expect."""

    done = forms.MultipleChoiceField(
        label=_("Carried out today"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one treatment. If there was none, complete the visit without.")},
    )

    def __init__(self, *args: Any, offered: Iterable[Treatment], wanted: Iterable[Treatment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = {str(treatment.pk): treatment for treatment in offered}
        field = self.fields["done"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(key, treatment.name) for key, treatment in self.offered.items()]
        wished = _("The patient asked about it.")
        asked_about = {str(treatment.pk) for treatment in wanted}
        for key, treatment in self.offered.items():
            days = treatment.facts.downtime_typical_days
            usual = ngettext("%(n)d day is usual.", "%(n)d days are usual.", days) % {"n": days}
            self.fields[f"told_{key}"] = forms.IntegerField(
                label=_("%(treatment)s: days of downtime you told them") % {"treatment": treatment.name},
                required=False,
                min_value=0,
                max_value=MOST_DAYS,
                help_text=f"{usual} {wished}" if key in asked_about else usual,
            )
        self.helper = FormHelper()
        self.helper.add_input(Submit("go", str(_("Complete the visit"))))

    @property
    def carried_out(self) -> list[Done]:
        """The treatments, each with what the patient was told."""
        return [Done(self.offered[key], self.cleaned_data[f"told_{key}"]) for key in self.cleaned_data["done"]]
