"""The forms of what stands outside of hours: why visits are cancelled, who is away or leaves, one's own time off."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.localtime import day_bounds, local
from consultations.forms.booking import PlainForm
from consultations.forms.reception import reason_field
from consultations.forms.walltime import WallTimeField, day_field
from practitioners.models import Absence, Practitioner


class WhyForm(forms.Form):
    """One reason for all that are cancelled."""

    reason = reason_field(_("Why they are cancelled"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False


class AwayForm(PlainForm):
    """Who is not there, and from when to when; for who leaves, the last day they work."""

    button = _("Look at the visits under this")
    AWAY, LEAVES = "away", "leaves"

    practitioner = forms.ModelChoiceField(
        Practitioner.objects.listed(),
        label=_("Who?"),
        to_field_name="slug",
        error_messages={"required": _("Choose a practitioner.")},
    )
    what = forms.ChoiceField(
        label=_("What?"),
        choices=[(AWAY, _("Is away, and comes back")), (LEAVES, _("Leaves for good"))],
        widget=forms.RadioSelect,
        initial=AWAY,
    )
    first_day = day_field(_("First day away"), required=False, help_text=_("Not needed for somebody who leaves."))
    last_day = day_field(
        _("Last day"),
        missing=_("Enter the last day."),
        help_text=_("The last day away; for somebody who leaves, the last day they work."),
    )
    absence = forms.ChoiceField(
        label=_("Entered as"), choices=Absence.choices, initial=Absence.OTHER, help_text=_("The roster shows this.")
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if cleaned.get("what") == self.AWAY and "first_day" not in self.errors and not first:
            self.add_error("first_day", _("Enter the first day away."))
        if cleaned.get("what") == self.AWAY and first and last and last < first:
            self.add_error("last_day", _("The last day comes before the first."))
        return cleaned


class OwnTimeOffForm(PlainForm):
    """From when to when a practitioner takes no visits."""

    button = _("Block this time")
    LONGEST = timedelta(days=1096)  # three years ahead; nobody plans further, and calendars end

    starts = WallTimeField(
        label=_("From when"),
        error_messages={"required": _("Enter a day and a time."), "invalid": _("Enter a day and a time.")},
    )
    ends = WallTimeField(
        label=_("Until when"),
        error_messages={"required": _("Enter a day and a time."), "invalid": _("Enter a day and a time.")},
    )
    absence = forms.ChoiceField(
        label=_("Entered as"), choices=Absence.choices, initial=Absence.OTHER, help_text=_("The roster shows this.")
    )

    def __init__(self, *args: Any, now: datetime, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now, self.zone = now, zone
        fields: dict[str, Any] = self.fields
        fields["starts"].zone = fields["ends"].zone = zone

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        starts, ends = cleaned.get("starts"), cleaned.get("ends")
        if starts and starts < day_bounds(local(self.now, self.zone).date(), self.zone)[0]:
            self.add_error("starts", _("Begin today or later."))
        if ends and ends > self.now + self.LONGEST:
            self.add_error("ends", _("End within three years."))
        elif starts and ends and ends <= max(starts, self.now):
            self.add_error("ends", _("End after the beginning, and after now."))
        return cleaned
