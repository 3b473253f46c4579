"""What somebody waits for, as a form; and why staff take somebody off the list."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from clinic.premises.models import Location
from clinic.text import printable
from consultations.forms.booking import PlainForm
from consultations.forms.walltime import day_field
from consultations.models import PARTS_OF_THE_DAY, Kind, WaitlistEntry
from consultations.waitlist import Wishes
from practitioners.models import Practitioner

NOTICE = [
    (3, _("Three hours before is enough")),
    (24, _("A day before")),
    (48, _("Two days before")),
    (168, _("A week before")),
]
FIRST_WAIT = timedelta(days=30)


def _several(label: Any, help_text: Any, look: str = "") -> Any:
    field: Any = forms.MultipleChoiceField(
        label=label, required=False, widget=forms.CheckboxSelectMultiple, help_text=help_text
    )
    field.look = look
    return field


def _day(label: Any, **also: Any) -> Any:
    field: Any = day_field(label, **also)
    field.look = "short"
    return field


class WishesForm(PlainForm):
    """When a time would suit. Nothing ticked means that any will do."""

    button = _("Save")

    practitioners = _several(_("With whom?"), _("Tick nobody if anyone will do."))
    locations = _several(_("Where?"), _("Tick none if anywhere will do."))
    first_day = _day(_("From which day?"))
    last_day = _day(_("Until which day?"))
    weekdays = _several(_("On which weekdays?"), _("Tick none if any day will do."), "inline")
    parts = _several(_("At what time of the day?"), _("Tick none if any time will do."), "inline")
    notice_hours = forms.TypedChoiceField(
        label=_("How long before must you know?"),
        choices=NOTICE,
        coerce=int,
        initial=24,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how long before you must know.")},
    )
    waits_until = _day(
        _("Stop looking after"),
        required=False,
        help_text=_("Leave this empty to wait until the last day above."),
    )

    def __init__(
        self,
        *args: Any,
        people: Iterable[Practitioner],
        places: Iterable[Location],
        today: date,
        latest: date,
        **kwargs: Any,
    ) -> None:
        first = {"first_day": today, "last_day": min(today + FIRST_WAIT, latest), "notice_hours": 24}
        super().__init__(*args, **{**kwargs, "initial": first | kwargs.get("initial", {})})
        self.today, self.latest = today, latest
        self.people = {each.slug: each for each in people}
        self.places = {each.slug: each for each in places}
        choices: dict[str, Any] = {
            "practitioners": [(slug, each.name) for slug, each in self.people.items()],
            "locations": [(slug, each.name) for slug, each in self.places.items()],
            "weekdays": list(WEEKDAYS.items()),
            "parts": PARTS_OF_THE_DAY,
        }
        for name, values in choices.items():
            field: Any = self.fields[name]
            field.choices = values
        if len(self.places) < 2:
            del self.fields["locations"]

    def clean_last_day(self) -> date:
        """A day that is not over, up to which times can be booked."""
        day: date = self.cleaned_data["last_day"]
        if not self.today <= day <= self.latest:
            message = _("Choose a day from today until %(last)s.")
            raise ValidationError(message, code="no_day", params={"last": self.latest.isoformat()})
        return day

    def clean(self) -> dict[str, Any]:
        """The days follow each other."""
        given = self.cleaned_data
        first, last, until = given.get("first_day"), given.get("last_day"), given.get("waits_until")
        if first and last and last < first:
            self.add_error("last_day", ValidationError(_("The last day comes before the first."), code="order"))
        if until and last and not self.today <= until <= last:
            self.add_error("waits_until", ValidationError(_("Choose a day up to the last one above."), code="order"))
        return given

    def wishes(self) -> Wishes:
        """The cleaned answers as the verbs want them."""
        given = self.cleaned_data
        return Wishes(
            practitioners=tuple(self.people[slug] for slug in given["practitioners"]),
            locations=tuple(self.places[slug] for slug in given.get("locations", [])),
            first_day=given["first_day"],
            last_day=given["last_day"],
            weekdays=tuple(int(day) for day in given["weekdays"]),
            parts=tuple(given["parts"]),
            notice_hours=given["notice_hours"],
            waits_until=given["waits_until"] or given["last_day"],
        )

    def as_typed(self) -> dict[str, Any]:
        """What was typed, to be read by the same form again."""
        typed: Any = self.data
        return {name: typed.getlist(name) for name in self.fields if name in typed}


class JoinForm(WishesForm):
    """The same, after the kind of visit that is waited for."""

    button = _("Join the waiting list")

    kind = forms.ModelChoiceField(
        Kind.objects.none(),
        label=_("What kind of visit?"),
        empty_label=None,
        widget=forms.RadioSelect,
        to_field_name="code",
        error_messages={"required": _("Choose a kind of visit.")},
    )
    field_order = ["kind"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind: Any = self.fields["kind"]
        kind.queryset = Kind.objects.for_patients()
        kind.choice_hints = {each.code: each.admits for each in kind.queryset if each.admits}


class RemoveForm(PlainForm):
    """Why somebody is taken off the list; they read it."""

    button = _("Take off the list")

    reason = forms.CharField(
        label=_("Why?"),
        max_length=200,
        validators=[printable],
        help_text=_("They read this in an e-mail. Write nothing about health."),
        error_messages={"required": _("Write why, in a few words.")},
    )


def wishes_of(entry: WaitlistEntry) -> Mapping[str, Any]:
    """What an entry waits for, as the form shows it first."""
    return {
        "practitioners": [each.slug for each in entry.practitioners.all()],
        "locations": [each.slug for each in entry.locations.all()],
        "first_day": entry.first_day,
        "last_day": entry.last_day,
        "weekdays": entry.weekdays,
        "parts": entry.parts,
        "notice_hours": entry.notice_hours,
        "waits_until": entry.waits_until if entry.waits_until != entry.last_day else None,
    }
