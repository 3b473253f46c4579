"""The forms of a booking: they clean shape; the verbs decide."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clinic.premises.law import Matter, Profile
from clinic.premises.templatetags.clinic import listed
from clinic.text import printable
from consultations.access import OF_AGE
from consultations.errors import NotForMinors
from consultations.models import ConsentText, Kind, Patient, Relation, SexAtBirth
from practitioners.models import Practitioner
from treatments.models import Concern, Treatment
from treatments.questionnaire.dates import birthday

ANYONE = "anyone"
OLDEST = 120
# At the ends of Python's calendar there is no day before or after on which to look for other times.
CALENDAR = datetime(2000, 1, 1, tzinfo=UTC), datetime(3000, 1, 1, tzinfo=UTC)


class PlainForm(forms.Form):
    """A form with one button that says what it does."""

    button: Any = _("Continue")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.add_input(Submit("go", str(self.button)))


class WhatForm(PlainForm):
    concern = forms.ModelChoiceField(
        Concern.objects.none(),
        label=_("What brings you here?"),
        empty_label=None,
        widget=forms.RadioSelect,
        to_field_name="slug",
        error_messages={"required": _("Choose what brings you here.")},
    )
    treatments = forms.ModelMultipleChoiceField(
        Treatment.objects.none(),
        label=_("Which treatments would you like to talk about?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        to_field_name="slug",
        help_text=_("Leave this empty if you would rather hear what your practitioner suggests."),
    )

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        concern: Any = self.fields["concern"]
        concern.queryset = Concern.objects.published(now)
        treatments: Any = self.fields["treatments"]
        treatments.queryset = Treatment.objects.published(now)


class WhoForm(PlainForm):
    kind = forms.ModelChoiceField(
        Kind.objects.none(),
        label=_("What kind of visit?"),
        empty_label=None,
        widget=forms.RadioSelect,
        to_field_name="code",
        error_messages={"required": _("Choose a kind of visit.")},
    )
    practitioner = forms.ChoiceField(
        label=_("Who would you like to see?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a practitioner, or “Anyone”.")},
    )

    def __init__(self, *args: Any, practitioners: Iterable[Practitioner], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = list(practitioners)
        kind: Any = self.fields["kind"]
        kind.queryset = Kind.objects.for_patients()
        kind.choice_hints = {k.code: " ".join(filter(None, [k.description, k.admits])) for k in kind.queryset}
        practitioner: Any = self.fields["practitioner"]
        practitioner.choices = [(ANYONE, _("Anyone: the first free time")), *((p.slug, p.name) for p in people)]
        practitioner.choice_hints = {p.slug: f"{p.title} · {listed(p.spoken)}" for p in people}


class WhenForm(forms.Form):
    """One chosen start."""

    starts = forms.DateTimeField(
        input_formats=["%Y-%m-%dT%H:%M%z"],
        validators=[MinValueValidator(CALENDAR[0]), MaxValueValidator(CALENDAR[1])],
        error_messages={"required": _("Choose a time."), "invalid": _("Choose one of the times shown.")},
    )


def guardian_field() -> Any:
    """Whether a parent or guardian comes along."""
    field: Any = forms.ChoiceField(
        label=_("Will a parent or guardian come along?"),
        choices=[("yes", _("Yes")), ("no", _("No")), ("unsure", _("Not sure"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("The patient is under 18. Choose whether a parent or guardian will come along.")},
    )
    field.look = "inline"
    field.why = _("Under 18, a parent or guardian has to come along and agree to a treatment.")
    return field


class GuardianForm(PlainForm):
    """The answer changed after booking."""

    button = _("Save")

    guardian_present = guardian_field()


class AsksForGuardian(PlainForm):
    """Asks once more who comes along, as soon as it is known that the patient is under 18; what was typed stays.

    Where the rules of the place book nobody under 18, it says so instead.
    """

    def __init__(self, *args: Any, today: date, law: Profile, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.law = today, law

    def is_under_age(self, born: date | None) -> bool:
        return born is not None and birthday(born, OF_AGE) > self.today

    def refuse_minors(self, born: date | None) -> None:
        if self.is_under_age(born) and not self.law.allows(Matter.MINORS):
            raise ValidationError(NotForMinors.sentence, code="under_age")

    def ask_for_guardian(self, born: date | None, after: str) -> None:
        if not self.is_under_age(born) or not self.law.allows(Matter.MINORS):
            return
        self.fields["guardian_present"] = guardian_field()
        names = list(self.fields)
        self.order_fields([*names[: names.index(after) + 1], "guardian_present"])


def phone_field(help_text: Any) -> Any:
    """A phone number that may be left out."""
    return forms.RegexField(
        r"^[0-9+()\- ]{6,30}$",
        label=_("Phone number"),
        required=False,
        strip=True,
        help_text=help_text,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
        error_messages={
            "required": _("Enter the number on which the practitioner calls."),
            "invalid": _("Enter a phone number with digits only, for example +852 5550 1234."),
        },
    )


class DetailsForm(AsksForGuardian):
    button = _("Send me a code")

    relation = forms.ChoiceField(label=_("Who is the visit for?"), widget=forms.RadioSelect, initial=Relation.SELF)
    full_name = forms.CharField(
        label=_("Full name"),
        max_length=120,
        validators=[printable],
        help_text=_("Of whoever the visit is for, as on an identity document."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Enter the full name.")},
    )
    preferred_name = forms.CharField(
        label=_("What should we call you?"),
        max_length=60,
        required=False,
        validators=[printable],
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )
    date_of_birth = forms.DateField(
        label=_("Date of birth"),
        input_formats=["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d %m %Y"],
        help_text=_("Year, month, day: for example 1992-04-15."),
        widget=forms.TextInput(attrs={"autocomplete": "bday", "inputmode": "numeric"}),
        error_messages={
            "required": _("Enter the date of birth."),
            "invalid": _("Enter the date of birth as year, month, day, for example 1992-04-15."),
        },
    )
    sex_at_birth = forms.ChoiceField(
        label=_("Sex recorded at birth"),
        choices=SexAtBirth.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the answers; “Prefer not to say” is one.")},
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("We send a code to it now, and the confirmation later."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Enter an e-mail address."),
            "invalid": _("Enter an e-mail address like name@example.com."),
        },
    )
    phone = phone_field(_("Only for questions about this visit."))

    def __init__(self, *args: Any, kind: Kind | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind is not None and kind.is_by_phone:
            self.fields["phone"].required = True
            self.fields["phone"].help_text = _("Your practitioner calls you on it at the time of the visit.")
        relation: Any = self.fields["relation"]
        relation.choices = [
            (Relation.SELF, _("Myself")),
            (Relation.GUARDIAN, _("My child, or someone in my care")),
            (Relation.PARTNER, _("My partner")),
            (Relation.OTHER, _("Someone else")),
        ]
        sex: Any = self.fields["sex_at_birth"]
        sex.why = _(
            "Some medical questions depend on it, for example whether a pregnancy is possible. Nothing else uses it."
        )
        self.ask_for_guardian(self._born(), after="date_of_birth")

    def _born(self) -> date | None:
        """The date of birth as it stands in the form, if it is one."""
        try:
            born: date | None = self.fields["date_of_birth"].clean(self["date_of_birth"].value())
        except ValidationError:
            return None
        return born

    def clean_date_of_birth(self) -> date:
        born: date = self.cleaned_data["date_of_birth"]
        if born > self.today:
            raise ValidationError(_("The date of birth lies in the future."), code="future")
        if self.today.year - born.year > OLDEST:
            raise ValidationError(_("Please check the year of birth."), code="too_old")
        self.refuse_minors(born)
        return born

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).strip().lower()


class SignedInDetailsForm(DetailsForm):
    """The same for somebody whose address is proved already: no address, no code."""

    button = _("Continue")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["email"]


class WhichPatientForm(AsksForGuardian):
    """Somebody who has booked before chooses for whom this visit is."""

    patient = forms.ChoiceField(label=_("Who is the visit for?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, patients: Iterable[Patient], kind: Kind | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        patients = list(patients)
        self.born = {str(p.pk): p.date_of_birth for p in patients}
        self.called = {str(p.pk): p.phone_ends for p in patients}
        patient: Any = self.fields["patient"]
        patient.choices = [*((str(p.pk), p.full_name) for p in patients), ("new", _("Someone else"))]
        if kind is not None and kind.is_by_phone:
            self.fields["phone"] = phone_field(
                _("Only if we know no number, or another: your practitioner calls on it.")
            )
            patient.choice_hints = {pk: _number_known(ends) for pk, ends in self.called.items()}
        self.ask_for_guardian(self.born.get(str(self["patient"].value())), after="patient")

    def clean_patient(self) -> str:
        chosen = str(self.cleaned_data["patient"])
        self.refuse_minors(self.born.get(chosen))
        return chosen

    def clean(self) -> dict[str, Any]:
        """Who is called has a number."""
        cleaned: dict[str, Any] = super().clean() or {}
        is_unknown = "phone" in cleaned and self.called.get(cleaned.get("patient", "")) == ""
        if is_unknown and not cleaned["phone"]:
            self.add_error(
                "phone", ValidationError(_("Enter the number on which the practitioner calls."), code="none")
            )
        return cleaned


def _number_known(ends: str) -> str:
    return gettext("We call the number that ends in %(ends)s.") % {"ends": ends} if ends else gettext("No number known")


class CodeForm(PlainForm):
    code = forms.RegexField(
        r"^\s*[0-9 ]{6,9}\s*$",
        label=_("Code from the e-mail"),
        help_text=_("Six digits."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
        error_messages={"required": _("Type the code from the e-mail."), "invalid": _("The code is six digits.")},
    )

    def clean_code(self) -> str:
        return "".join(str(self.cleaned_data["code"]).split())


class ConsentForm(PlainForm):
    button = _("Agree and continue")

    data = forms.BooleanField(  # type: ignore[assignment]
        label=_("I have read this and agree that my answers are kept and read as described."),
        error_messages={
            "required": _(
                "Tick the box if you agree. Without it we cannot take your answers; you can also call the clinic."
            )
        },
    )
    photo = forms.BooleanField(
        label=_("I also agree to photographs at the visit."),
        required=False,
        help_text=_("You can say no and still be seen."),
    )

    def __init__(self, *args: Any, texts: dict[str, ConsentText], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "photo" not in texts:
            del self.fields["photo"]
