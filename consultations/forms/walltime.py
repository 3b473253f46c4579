"""Days and wall times as people type them: one moment each, and never a guess on days on which the clocks change."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.localtime import instants

CLOCKS_CHANGE = ValidationError(
    _("The clocks change then: this time is skipped, or comes twice. Enter one before or after it."),
    code="clocks_change",
)


def moment(day: date, wall: time, zone: ZoneInfo, meant: datetime | None = None) -> datetime:
    """The one moment that is named; of a time that comes twice, the one that is `meant`."""
    shown = instants(day, wall, zone)
    if meant in shown:
        return meant
    if len(shown) != 1:
        raise CLOCKS_CHANGE
    return shown[0]


def day_field(label: Any, *, missing: Any = "", **also: Any) -> forms.DateField:
    """A day to pick; `missing` is what is said where there is none."""
    messages = {
        "required": missing or _("Enter a day."),
        "invalid": _("Enter the whole date as year, month, day, for example 2026-05-14."),
    }
    box = forms.DateInput(attrs={"type": "date"})
    return forms.DateField(label=label, widget=box, error_messages=messages, **also)


def time_field(label: Any) -> forms.TimeField:
    """A time on the clinic's clocks."""
    box, missing = forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), _("Enter a time.")
    return forms.TimeField(label=label, widget=box, error_messages={"required": missing, "invalid": missing})


class WallTimeField(forms.DateTimeField):
    """A moment on the clinic's clocks."""

    zone: ZoneInfo | None = None
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def prepare_value(self, value: Any) -> Any:
        with timezone.override(self.zone):
            return super().prepare_value(value)

    def to_python(self, value: Any) -> Any:
        try:
            with timezone.override(self.zone):
                return super().to_python(value)
        except ValidationError as refused:
            if refused.code == "ambiguous_timezone":  # Django's word for both
                raise CLOCKS_CHANGE from None
            raise
