"""The forms of the practitioner's desk."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.text import printable

LONGEST_NOTE = 4000


class ShownForm(forms.Form):
    """Which screening the practitioner had before them: of which answers, for which date."""

    screening = forms.UUIDField()


class TakeBackForm(forms.Form):
    """Which override is taken back."""

    override = forms.UUIDField()


class NoteForm(forms.Form):
    body = forms.CharField(
        label=_("Findings, plan, what was agreed"),
        max_length=LONGEST_NOTE,
        validators=[printable],
        widget=forms.Textarea(attrs={"rows": 9}),
        error_messages={"required": _("Write something before you save.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False


class AmendmentForm(NoteForm):
    body = forms.CharField(
        label=_("Amendment"),
        max_length=LONGEST_NOTE,
        validators=[printable],
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("It stands below the signed note with your name and the time."),
        error_messages={"required": _("Write something before you save.")},
    )
