"""The forms of the front desk: whom a visit is for, how it is told, and why a rule was departed from."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from clinic.text import printable
from consultations.forms.booking import CALENDAR, DetailsForm, PlainForm, phone_field
from consultations.forms.walltime import day_field, moment, time_field
from consultations.models import Kind, Relation, RunningLate
from consultations.reserving import Told
from consultations.visits import SHORTEST_REASON
from practitioners.models import Practitioner

LATE = (0, 5, 10, 15, 20, 30, 45, 60, 90)


def reason_field(label: Any) -> forms.CharField:
    """Why something is done to a visit, in staff's words."""
    return forms.CharField(
        label=label,
        min_length=SHORTEST_REASON,
        max_length=200,
        validators=[printable],
        help_text=_(
            "Kept in the history of the consultation, where colleagues and the patient may read it. "
            "Write nothing about anybody’s health here."
        ),
        error_messages={
            "required": _("Say why in a few words."),
            "min_length": _("Say why in a few words, ten letters at least."),
        },
    )


class ReasonForm(PlainForm):
    """Why a rule is departed from."""

    reason = reason_field(_("Why"))

    def __init__(self, *args: Any, button: str, **kwargs: Any) -> None:
        self.button = button
        super().__init__(*args, **kwargs)


class MoveReasonForm(ReasonForm):
    """The same for a visit that has a time already, with what of it was read."""

    revision = forms.CharField(required=False, widget=forms.HiddenInput)


class KindForm(forms.Form):
    """Which visit and with whom, for the desk: also the kinds that patients do not choose."""

    kind = forms.ModelChoiceField(
        Kind.objects.none(), label=_("Kind of visit"), empty_label=None, to_field_name="code", required=False
    )
    practitioner = forms.ModelChoiceField(
        Practitioner.objects.none(),
        label=_("Practitioner"),
        empty_label=_("Anyone"),
        to_field_name="slug",
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind: Any = self.fields["kind"]
        kind.queryset = Kind.objects.filter(is_active=True)
        practitioner: Any = self.fields["practitioner"]
        practitioner.queryset = Practitioner.objects.filter(is_active=True)


class OtherTimeForm(KindForm):
    """A time by the clinic's clock that need not be one of those that are offered; `starts` is the moment it names.

    A cell of the day's grid means one moment, also where the clock shows its time twice.
    """

    day = day_field(_("Day"), validators=[MinValueValidator(CALENDAR[0].date()), MaxValueValidator(CALENDAR[1].date())])
    time = time_field(_("Time"))

    def __init__(self, *args: Any, zone: ZoneInfo, meant: datetime | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone, self.meant = zone, meant
        kind: Any = self.fields["kind"]
        practitioner: Any = self.fields["practitioner"]
        kind.required, practitioner.required, practitioner.empty_label = True, True, None

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if {"day", "time"} <= set(cleaned):
            try:
                cleaned["starts"] = moment(cleaned["day"], cleaned["time"], self.zone, self.meant)
            except ValidationError as refused:
                self.add_error("time", refused)
        return cleaned


class OtherTimeOfAVisitForm(OtherTimeForm):
    """The same for a visit whose kind is known."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["kind"]


class RegisterForm(DetailsForm):
    """A new patient as the desk writes them down: no code is sent, and nothing is asked about health."""

    button = _("Write down and book")

    language = forms.ChoiceField(
        label=_("Language"), choices=settings.LANGUAGES, widget=forms.RadioSelect, initial="en"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields.pop("guardian_present", None)  # an answer, which the patient gives
        fields["relation"].label = _("Whose e-mail address is it?")
        fields["relation"].choices = [
            (Relation.SELF, _("The patient’s own")),
            (Relation.GUARDIAN, _("A parent’s or guardian’s")),
            (Relation.PARTNER, _("A partner’s")),
            (Relation.OTHER, _("Someone else’s")),
        ]
        fields["sex_at_birth"].why = ""
        fields["email"].required = False
        fields["email"].help_text = _("Read it back letter by letter: whoever has it can change the visit.")
        if not fields["phone"].required:
            fields["phone"].help_text = _("Needed where there is no e-mail address.")
        fields["preferred_name"].label = _("What the patient likes to be called")
        for field in fields.values():
            field.widget.attrs["autocomplete"] = "off"
        self.order_fields(
            ["full_name", "preferred_name", "date_of_birth", "sex_at_birth", "phone", "email", "relation", "language"]
        )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not {"email", "phone"} & set(self.errors) and not cleaned.get("email") and not cleaned.get("phone"):
            self.add_error(
                "phone", ValidationError(_("Enter a phone number or an e-mail address."), code="unreachable")
            )
        return cleaned


class NumberForm(forms.Form):
    """On which number a patient is called of whom none is known yet."""

    number = phone_field("")


class ToldForm(forms.Form):
    """How the patient hears of the booking."""

    told = forms.ChoiceField(
        label=_("How does the patient hear of it?"),
        choices=[
            (Told.BY_MAIL, _("By e-mail, with the link to change the visit and to answer the questions")),
            (Told.IN_PERSON, _("I have told them myself")),
        ],
        widget=forms.RadioSelect,
        initial=Told.BY_MAIL,
        error_messages={"required": _("Choose how the patient hears of it.")},
    )


class LateForm(forms.Form):
    """By how many minutes somebody is behind."""

    minutes = forms.IntegerField(min_value=0, max_value=RunningLate.LONGEST)
    practitioner = forms.ModelChoiceField(Practitioner.objects.all(), to_field_name="slug", required=False)
