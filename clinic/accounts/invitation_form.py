"""What an invitation asks for."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from clinic.accounts.roles import Role


class AddressForm(forms.Form):
    """Where the invitation goes, and in which language."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    language = forms.ChoiceField(label=_("Language of the invitation"), choices=settings.LANGUAGES)


class ColleagueForm(AddressForm):
    """Somebody who is to work here."""

    name = forms.CharField(label=_("Name"), max_length=120)
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)

    field_order = ["name", "email", "role", "language"]
