"""The form that says which treatments were carried out at a visit."""

from collections.abc import Iterable, Mapping
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from clinic.text import printable
from consultations.deciding import Wait
from consultations.errors import NotYetUnderAge
from consultations.models import Performed
from consultations.visits import Done, Early
from treatments.models import Treatment

MOST_DAYS = 120


class TreatedForm(forms.Form):
    """The practitioner's treatments; beside each how many days of downtime the patient was told to expect.

    Where the patient still has time to decide about one of them, it asks why it did not wait.
    """

    done = forms.MultipleChoiceField(
        label=_("Carried out today"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one treatment. If there was none, complete the visit without.")},
    )

    def __init__(
        self,
        *args: Any,
        offered: Iterable[Treatment],
        wanted: Iterable[Treatment],
        waits: Mapping[int, Wait],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.offered = {str(treatment.pk): treatment for treatment in offered}
        self.waits = {str(key): wait for key, wait in waits.items()}
        field = self.fields["done"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(key, treatment.name) for key, treatment in self.offered.items()]
        asked_about = {str(treatment.pk) for treatment in wanted}
        for key, treatment in self.offered.items():
            self.fields[f"told_{key}"] = _downtime_told(treatment, is_wanted=key in asked_about)
        if any(wait.may_be_shortened for wait in self.waits.values()):
            self.fields |= _why_early()
        self.helper = FormHelper()
        self.helper.add_input(Submit("go", str(_("Complete the visit"))))

    def clean(self) -> dict[str, Any]:
        """A treatment that should have waited has its reason and fresh consent, or is left out."""
        cleaned: dict[str, Any] = super().clean() or {}
        chosen = [self.waits[key] for key in cleaned.get("done", ()) if key in self.waits]
        if not all(wait.may_be_shortened for wait in chosen):
            self.add_error("done", ValidationError(NotYetUnderAge.sentence, code="under_age"))
        elif chosen and "reason" not in self.errors:
            if not cleaned["reason"]:
                self.add_error("reason", ValidationError(_("Say in a sentence why it did not wait."), code="required"))
            if not cleaned["consented"]:
                sentence = _("Confirm that fresh consent was taken on paper, or leave the treatment out.")
                self.add_error("consented", ValidationError(sentence, code="required"))
        return cleaned

    @property
    def carried_out(self) -> list[Done]:
        """The treatments, each with what the patient was told."""
        return [Done(self.offered[key], self.cleaned_data[f"told_{key}"]) for key in self.cleaned_data["done"]]

    @property
    def early(self) -> Early | None:
        """Why one of them did not wait; None where none had to."""
        return Early(self.cleaned_data["reason"]) if self.cleaned_data.get("consented") else None


def _downtime_told(treatment: Treatment, *, is_wanted: bool) -> forms.IntegerField:
    days = treatment.facts.downtime_typical_days
    usual = ngettext("%(n)d day is usual.", "%(n)d days are usual.", days) % {"n": days}
    asked = _("The patient asked about it.")
    return forms.IntegerField(
        label=_("%(treatment)s: days of downtime you told them") % {"treatment": treatment.name},
        required=False,
        min_value=0,
        max_value=MOST_DAYS,
        help_text=f"{usual} {asked}" if is_wanted else usual,
    )


def _why_early() -> dict[str, forms.Field]:
    shortest, longest = Performed.REASON
    return {
        "reason": forms.CharField(
            label=_("Why it did not wait"),
            required=False,
            min_length=shortest,
            max_length=longest,
            validators=[printable],
            widget=forms.Textarea(attrs={"rows": 2}),
            help_text=_("Only for a treatment that should have waited. Kept sealed with it."),
            error_messages={"min_length": _("Say in a sentence why it did not wait.")},
        ),
        "consented": forms.BooleanField(
            label=_("Before it, the patient gave fresh consent on paper, knowing that they could wait."), required=False
        ),
    }
