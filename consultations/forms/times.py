"""What a patient may ask of the free times: with whom, where, in which language, on which weekdays, in which hours."""

from collections.abc import Sequence
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from clinic.premises.models import Location
from consultations.forms.booking import ANYONE
from consultations.models import PARTS_OF_THE_DAY
from consultations.scheduling.suiting import DayPart, Suits
from practitioners.models import Language, Practitioner

ANY = ""


class TimesFilter(forms.Form):
    """Every field is optional; what the address holds beside the choices there are counts as nothing."""

    practitioner = forms.ChoiceField(label=_("With"), required=False)
    language = forms.ChoiceField(label=_("Who speaks"), required=False)
    location = forms.ChoiceField(label=_("Where"), required=False)
    weekday = forms.TypedMultipleChoiceField(
        label=_("Weekdays"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    part = forms.MultipleChoiceField(
        label=_("Part of the day"), required=False, choices=PARTS_OF_THE_DAY, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self,
        data: Any,
        *,
        people: Sequence[Practitioner],
        preferred: Practitioner | None,
        locations: Sequence[Location],
    ) -> None:
        asked = data.copy()
        if preferred and not asked.get("practitioner"):
            asked["practitioner"] = preferred.slug
        super().__init__(asked)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.people, self.preferred, self.locations = people, preferred, locations
        fields: dict[str, Any] = self.fields
        fields["weekday"].choices = list(WEEKDAYS.items())
        fields["practitioner"].choices = [(ANYONE, _("Anyone")), *((each.slug, each.name) for each in people)]
        spoken = sorted({code for each in people for code in each.languages if code in Language.values})
        fields["language"].choices = [(ANY, _("Any language")), *((code, Language(code).label) for code in spoken)]
        fields["location"].choices = [(ANY, _("Any location")), *((each.slug, each.name) for each in locations)]
        if len(people) == 1:  # a visit that moves stays with its practitioner
            del self.fields["practitioner"], self.fields["language"]
        if len(locations) < 2:
            del self.fields["location"]
        for name in ("weekday", "part"):
            fields[name].look = "inline"
        beside = [name for name in self.fields if name not in {"weekday", "part"}]
        self.helper.layout = Layout(Div(Div(*beside, css_class="grid-3"), "weekday", "part", css_class="stack"))
        self.is_valid()

    def _asked(self, name: str) -> Any:
        return self.cleaned_data.get(name) if name in self.fields else None

    @property
    def is_set(self) -> bool:
        """Whether anything but the practitioner is asked for."""
        return any(self._asked(name) for name in ("language", "location", "weekday", "part"))

    @property
    def chosen(self) -> Practitioner | None:
        """The one person who is asked for, in the address or before; None is anyone."""
        slug = self._asked("practitioner") or (self.preferred.slug if self.preferred else ANYONE)
        return next((each for each in self.people if each.slug == slug), None)

    @property
    def speaking(self) -> list[Practitioner]:
        """All who speak the language that is asked for."""
        language = self._asked("language")
        return [each for each in self.people if not language or language in each.languages]

    @property
    def practitioners(self) -> list[Practitioner]:
        """Whose times are shown."""
        return [each for each in self.speaking if self.chosen in {None, each}]

    @property
    def suits(self) -> Suits:
        """Where and when."""
        here = next((each.pk for each in self.locations if each.slug == self._asked("location")), None)
        return Suits(
            location_id=here,
            weekdays=frozenset(self._asked("weekday") or ()),
            parts=frozenset(map(DayPart, self._asked("part") or ())),
        )
