"""What a visitor may ask of the list of practitioners."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from clinic.premises.models import Location
from clinic.premises.templatetags.words import plain
from practitioners.models import Gender, Language
from treatments.forms import Wished
from treatments.models import Concern, Treatment

# What each order is by is said on the page; nobody can buy a place.
RATINGS = [("4", _("4 stars and more")), ("3", _("3 stars and more"))]
ORDERS = [("", _("Free soonest")), ("rating", _("Best rated")), ("name", _("Name"))]


class PractitionerFilter(Wished):
    """Every field is optional; together they say whom to show."""

    concern = forms.ChoiceField(label=_("Concern"), required=False)
    treatment = forms.ChoiceField(label=_("Treatment"), required=False)
    language = forms.ChoiceField(label=_("Language"), required=False)
    location = forms.ChoiceField(label=_("Location"), required=False)
    weekday = forms.ChoiceField(label=_("Works on"), required=False)
    gender = forms.ChoiceField(label=_("Gender, where stated"), required=False)
    rating = forms.ChoiceField(label=_("Rating"), required=False)
    order = forms.ChoiceField(label=_("Order"), required=False)

    def __init__(
        self,
        data: Any,
        *,
        shows_reviews: bool,
        concerns: Iterable[Concern],
        treatments: Iterable[Treatment],
        locations: Iterable[Location],
    ) -> None:
        super().__init__(data)
        self._offer("concern", [(concern.slug, plain(concern, "name")) for concern in concerns])
        self._offer("treatment", [(treatment.slug, plain(treatment, "name")) for treatment in treatments])
        self._offer("language", Language.choices)
        self._offer("location", [(location.slug, plain(location, "name")) for location in locations])
        self._offer("weekday", [(str(number), name) for number, name in WEEKDAYS.items()])
        self._offer("gender", Gender.choices)
        self._offer("rating", RATINGS)
        cast("forms.ChoiceField", self.fields["order"]).choices = ORDERS
        if not shows_reviews:  # where the rules of the place hide them, nobody is found or placed by them either
            del self.fields["rating"]
            cast("forms.ChoiceField", self.fields["order"]).choices = [each for each in ORDERS if each[0] != "rating"]

    def _offer(self, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
        cast("forms.ChoiceField", self.fields[name]).choices = [("", _("Any")), *choices]

    @property
    def wishes(self) -> dict[str, str]:
        """The filters that are set and make sense, by field name."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value and name not in {"order", "rating"}}

    @property
    def least_rating(self) -> int:
        """The mean of the stars that is asked for at least; 0 for anybody, also who has no review yet."""
        self.is_valid()
        return int(self.cleaned_data.get("rating") or 0)

    @property
    def sorting(self) -> str:
        """How to sort: one of ORDERS, "" for who is free first."""
        self.is_valid()
        return str(self.cleaned_data.get("order", ""))
