"""The forms of a review and of its moderation."""

import unicodedata
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from practitioners.models import WithheldFor

STARS = [
    ("5", _("5: very good")),
    ("4", _("4: good")),
    ("3", _("3: neither good nor bad")),
    ("2", _("2: poor")),
    ("1", _("1: very poor")),
]


class ReviewForm(forms.Form):
    stars = forms.TypedChoiceField(
        label=_("How was your visit?"),
        choices=STARS,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one to five stars.")},
    )
    text = forms.CharField(
        label=_("In your words"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_(
            "Did you feel listened to? Was everything explained? Were you pressed? Please leave out health details."
        ),
    )
    author = forms.CharField(
        label=_("Shown as"),
        max_length=40,
        help_text=_("A first name or an initial; it appears beside your words."),
        error_messages={"required": _("Enter a first name or an initial.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.add_input(Submit("go", str(_("Send my review"))))

    def clean(self) -> dict[str, Any]:
        """Refuse control characters in either text."""
        for name in ("text", "author"):
            value = str(self.cleaned_data.get(name, ""))
            if any(unicodedata.category(c) in {"Cc", "Cf"} and c not in "\n\r\t" for c in value):
                self.add_error(
                    name, ValidationError(_("Please remove the invisible characters from this text."), code="invisible")
                )
        return self.cleaned_data


class ModerationForm(forms.Form):
    """Publish, or withhold for one of the stated reasons."""

    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[("publish", _("Publish")), ("withhold", _("Withhold"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what to do with the review.")},
    )
    reason = forms.ChoiceField(
        label=_("Why it is withheld"),
        choices=[("", _("Choose a reason")), *WithheldFor.choices],
        required=False,
        help_text=_("Only for a review that is withheld. That it is negative is no reason."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.add_input(Submit("go", str(_("Save the decision"))))

    def clean(self) -> dict[str, Any]:
        """A review is withheld only with a reason."""
        if self.cleaned_data.get("decision") == "withhold" and not self.cleaned_data.get("reason"):
            self.add_error("reason", ValidationError(_("Choose why the review is withheld."), code="no_reason"))
        return self.cleaned_data
