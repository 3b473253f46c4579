"""The forms around photographs: what a practitioner files and attests, what a patient agrees to and tells."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from clinic.premises.models import Clinic
from clinic.premises.templatetags.clinic import full_date
from clinic.text import printable
from clinic.uploads import PictureField
from consultations import photographs
from consultations.forms.booking import PlainForm
from consultations.models import TAKEN_HERE, ConsentText, Consultation, Pair, Performed, Photograph, Scope, Shows
from consultations.picture_consents import YEARS
from practitioners.models import Angle, SkinBand
from practitioners.stories import Attested, Words


def _key() -> forms.UUIDField:
    """Tells the same form sent twice from two forms."""
    return forms.UUIDField(widget=forms.HiddenInput, initial=uuid4, required=False)


class PhotographForm(PlainForm):
    """One file, and what it shows."""

    button = _("Add the photograph")
    key = _key()
    picture = PictureField(
        label=_("Photograph"),
        help_text=_("JPEG, PNG or WebP, at most 8 MB. It is sealed; where and when it was taken is not kept."),
    )
    shows = forms.ChoiceField(
        label=_("It shows the skin"),
        choices=[(shows.value, shows.label) for shows in TAKEN_HERE],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether it is from before or after.")},
    )
    angle = forms.ChoiceField(label=_("Seen"), choices=Angle.choices)
    performed = forms.ChoiceField(
        label=_("After which treatment"),
        required=False,
        help_text=_("Only for a photograph from after: it can be paired with one from before."),
    )

    def __init__(self, *args: Any, sessions: Iterable[Performed], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sessions = {str(each.pk): each for each in sessions}
        _choices(self, "performed", [("", _("None")), *((key, _session(each)) for key, each in self.sessions.items())])

    @property
    def shot(self) -> photographs.Shot:
        given = self.cleaned_data
        session = self.sessions.get(given["performed"]) if given["shows"] == Shows.AFTER else None
        return photographs.Shot(given["picture"], given["shows"], given["angle"], session, given["key"] or uuid4())


class SendForm(PlainForm):
    """One file from a patient, from where it shows their skin, and the consent where none stands.

    `words` are what is agreed to with it: without them the box is not asked.
    """

    button = _("Send the photograph")
    key = _key()
    picture = PictureField(
        label=_("Photograph"),
        help_text=_("JPEG, PNG or WebP, at most 8 MB, six in all. It is sealed; where it was taken is not kept."),
    )
    angle = forms.ChoiceField(label=_("Seen"), choices=Angle.choices)
    agrees = forms.BooleanField(
        label=_("I have read this and agree that photographs are kept in my record."),
        error_messages={"required": _("Tick the box if you agree. Without it we cannot keep a photograph.")},
    )

    def __init__(self, *args: Any, consultation: Consultation, words: ConsentText | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.words = words
        if words is None:
            del self.fields["agrees"]
        self.helper.form_action = reverse("my:send", args=[consultation.reference])

    @property
    def shot(self) -> photographs.Shot:
        given = self.cleaned_data
        return photographs.Shot(given["picture"], Shows.SENT, given["angle"], key=given["key"] or uuid4())


class PairForm(forms.Form):
    """Two photographs, and three things that the practitioner attests of them, each by itself."""

    before = forms.ChoiceField(label=_("Before"))
    after = forms.ChoiceField(label=_("After"))
    same_angle = forms.BooleanField(
        label=_("I attest: both are taken from the same angle and distance."), required=False
    )
    same_light = forms.BooleanField(label=_("I attest: both are taken in the same light."), required=False)
    unedited = forms.BooleanField(label=_("I attest: nobody has edited either of them."), required=False)

    def __init__(self, data: Any, *, consultation: Consultation, kept: Sequence[Photograph]) -> None:
        super().__init__(data, prefix="pair")
        self.kept = {str(each.pk): each for each in kept}
        zone = Clinic.objects.the().zone
        for shows in TAKEN_HERE:
            fitting = [(key, photograph_name(each, zone)) for key, each in self.kept.items() if each.shows == shows]
            _choices(self, shows.value, fitting)
        self.helper = FormHelper()
        self.helper.form_action = reverse("desk:pair", args=[consultation.reference])
        self.helper.add_input(Submit("go", str(_("Pair these two")), css_class="button--ghost"))

    @property
    def attested(self) -> Attested:
        given = self.cleaned_data
        return Attested(given["same_angle"], given["same_light"], given["unedited"])


class AgreeForm(PlainForm):
    """Until when, and that the words were read."""

    button = _("I agree")
    years = forms.TypedChoiceField(label=_("How long it holds"), coerce=int, empty_value=None)
    agrees = forms.BooleanField(
        label=_("I have read this and agree to it."), error_messages={"required": _("Tick the box if you agree.")}
    )

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for_good = [] if scope == Scope.PUBLIC else [("", _now("As long as my record is kept"))]
        spans = [(str(n), ngettext("%(n)d year", "%(n)d years", n) % {"n": n}) for n in YEARS]
        self.fields["years"].required = scope == Scope.PUBLIC
        _choices(self, "years", [*for_good, *spans])

    def until(self, today: date) -> date | None:
        """The last day on which it holds: the same day some years on."""
        years = self.cleaned_data["years"]
        if not years:
            return None
        try:
            return today.replace(year=today.year + years)
        except ValueError:  # the 29th of February
            return today.replace(year=today.year + years, day=28)


class StoryForm(PlainForm):
    """What a patient tells, and what may stand beside it."""

    button = _("Read it as everybody will")
    treatment = forms.TypedChoiceField(label=_("About which treatment"), coerce=int, widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("In your words"),
        max_length=1000,
        validators=[printable],
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_(
            "What bothered you, what it was like, what has changed and what has not. Everybody can read this: please "
            "leave out illnesses, medicines and the names of other people."
        ),
        error_messages={"required": _("Write a few words.")},
    )
    author = forms.ChoiceField(label=_("Shown as"), widget=forms.RadioSelect)
    care = forms.CharField(
        label=_("What else you did for your skin in that time"),
        required=False,
        max_length=200,
        validators=[printable],
        help_text=_("Such as sunscreen or a cream. Readers should know what else may have helped."),
    )
    skin_band = forms.ChoiceField(
        label=_("Your skin type, if you want to show it"),
        choices=[("", _("Do not show it")), *SkinBand.choices],
        required=False,
        help_text=_("It helps people with similar skin. I burns at once and never tans, VI hardly ever burns."),
    )
    concern = forms.BooleanField(label=_("Show what I came about"), required=False)
    pictures = forms.BooleanField(
        label=_("Show my photographs, before and after"),
        required=False,
        help_text=_("Every pair that your practitioner has attested. You see them on the next page."),
    )

    def __init__(self, *args: Any, untold: Sequence[Performed], name: str, has_pairs: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.untold = {each.treatment_id: each for each in untold}
        _choices(self, "treatment", [(key, each.treatment.name) for key, each in self.untold.items()])
        _choices(self, "author", [(shown, shown) for shown in shown_names(name)])
        if not has_pairs:
            del self.fields["pictures"]

    def shows(self, pair: Pair) -> bool:
        """Whether the teller wants this pair beside the words."""
        about_it = pair.performed.treatment_id == self.cleaned_data["treatment"]
        return about_it and bool(self.cleaned_data.get("pictures"))

    def words(self, language: str) -> Words:
        given = self.cleaned_data
        concern = self.untold[given["treatment"]].consultation.concern if given["concern"] else None
        return Words(given["text"], given["author"], language, given["care"], given["skin_band"], concern)


def shown_names(name: str) -> list[str]:
    """How the teller may be shown: by the first name, or by its initial."""
    first = name.split()[0]
    initial = f"{first[0]}."
    # Chinese is written without spaces: what looks like a first name may be the whole of it.
    return [first, initial] if first.isascii() else [initial]


def photograph_name(photograph: Photograph, zone: ZoneInfo) -> str:
    """Which photograph it is, in words."""
    return f"{photograph.get_angle_display()}, {full_date(photograph.taken_at, zone)}"


def _session(performed: Performed) -> str:
    return _now("%(treatment)s, session %(n)d, %(day)s") % {
        "treatment": performed.treatment.name,
        "n": performed.session,
        "day": full_date(performed.performed_on),
    }


def _choices(form: forms.Form, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = list(choices)
