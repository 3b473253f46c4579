"""What a patient says with a change: why they cancel, and which other times would suit."""

from datetime import date, timedelta
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from consultations.forms.booking import PlainForm
from consultations.forms.walltime import day_field
from consultations.models import BY_PATIENTS, PARTS_OF_THE_DAY
from consultations.proposing import MOST
from consultations.scheduling.suiting import DayPart


class CancelForm(forms.Form):
    """Why, if they like to say; never needed."""

    reason = forms.ChoiceField(
        label=_("Why do you cancel? You need not say."),
        required=False,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reason: Any = self.fields["reason"]
        reason.choices = [(each.value, each.label) for each in BY_PATIENTS]
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True


class ProposeForm(PlainForm):
    """Up to three wishes, each a day and a part of it."""

    button = _("Send to the clinic")

    def __init__(self, *args: Any, today: date, horizon: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.last = today, today + timedelta(days=horizon)
        for number in range(1, MOST + 1):
            self.fields[f"day_{number}"] = day_field(
                _("Day %(number)s") % {"number": number},
                missing=_("Choose a day that would suit you."),
                required=number == 1,
            )
            self.fields[f"part_{number}"] = forms.ChoiceField(
                label=_("Part of day %(number)s") % {"number": number},
                choices=PARTS_OF_THE_DAY,
                required=number == 1,
                initial=DayPart.MORNING,
            )

    def clean(self) -> dict[str, Any]:
        """Gather the wishes under `times`."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        cleaned["times"] = []
        for number in range(1, MOST + 1):
            day = cleaned.get(f"day_{number}")
            if day is None:
                continue
            if not self.today <= day <= self.last:
                self.add_error(f"day_{number}", ValidationError(_("Choose a day from today on."), code="not_coming"))
                continue
            cleaned["times"].append((day, DayPart(cleaned.get(f"part_{number}") or DayPart.MORNING)))
        return cleaned
