"""The forms in which practitioners change their own hours: of every week, and of one day."""

from datetime import date, timedelta
from typing import Any, ClassVar

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.utils.translation import gettext_lazy as _

from consultations.forms.walltime import day_field, time_field
from practitioners.models import ExtraHours, WorkingHours

LONGEST = timedelta(days=1096)  # three years ahead; nobody plans further, and calendars end


def check_day(form: Any, name: str, today: date) -> None:
    """Only a day from today on, within three years."""
    day = form.cleaned_data.get(name)
    if day and day < today:
        form.add_error(name, _("Choose today or a later day."))
    elif day and day > today + LONGEST:
        form.add_error(name, _("Choose a day within three years."))


class HoursForm(forms.ModelForm):  # type: ignore[type-arg]
    """What hours of every week and of one day have in common."""

    button: ClassVar[Any] = _("Save these hours")

    opens = time_field(_("Begins at"))
    closes = time_field(_("Ends at"))

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        location: Any = self.fields["location"]
        location.empty_label = None
        self.helper = FormHelper()
        self.helper.add_input(Submit("go", str(self.button)))


class WeeklyForm(HoursForm):
    """Hours of every week, from a day on."""

    valid_from = day_field(_("From which day?"), help_text=_("Until the day before, everything stays as it is."))
    valid_until = day_field(_("Until which day?"), help_text=_("Leave this empty if there is no end yet."))

    class Meta:
        model = WorkingHours
        fields: ClassVar[Any] = ["weekday", "opens", "closes", "location", "valid_from", "valid_until"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["valid_until"].required = False

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        check_day(self, "valid_from", self.today)
        check_day(self, "valid_until", self.today)
        first, last = cleaned.get("valid_from"), cleaned.get("valid_until")
        if first and last and last < first:
            self.add_error("valid_until", _("The last day comes before the first."))
        return cleaned


class ExtraForm(HoursForm):
    """Hours on one day beside the week."""

    day = day_field(_("Day"))

    class Meta:
        model = ExtraHours
        fields: ClassVar[Any] = ["day", "opens", "closes", "location"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        check_day(self, "day", self.today)
        return cleaned


class EndForm(forms.Form):
    """From which day on hours of every week are no more."""

    first_day = day_field(_("From which day on are they no more?"))

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.helper = FormHelper()
        self.helper.add_input(Submit("go", str(_("Take these hours away")), css_class="button--ghost"))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        check_day(self, "first_day", self.today)
        return cleaned
