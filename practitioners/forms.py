"""The forms of portraits, of moderating, of reporting a review, and of what a practitioner writes."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clinic.text import printable
from clinic.uploads import PictureField
from practitioners import proposals
from practitioners.models import ProposedWords, WithheldFor

# How long a text of a profile may be.
LONGEST = {"bio": 2000, "approach": 600, "education": 1000}


class PortraitForm(forms.Form):
    picture = PictureField(
        label=_("Photograph"),
        help_text=_("JPEG, PNG or WebP, at most 8 MB. Where and when it was taken is not kept."),
    )


class DecisionForm(forms.Form):
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


class ModerationForm(DecisionForm):
    """The decision about a review, which its author may have changed meanwhile."""

    # What the page showed: the newest act of the ledger about this review.
    seen = forms.IntegerField(widget=forms.HiddenInput)


class ReportForm(forms.Form):
    """A reader says what should not stand there."""

    reason = forms.ChoiceField(
        label=_("What is wrong with it?"),
        choices=WithheldFor.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what is wrong with it.")},
    )
    words = forms.CharField(
        label=_("Where exactly?"),
        required=False,
        max_length=300,
        validators=[printable],
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("A moderator reads this. Please do not write anything about your own health."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.add_input(Submit("go", str(_("Send the report"))))


class ReplyForm(forms.Form):
    text = forms.CharField(
        label=_("Your reply"),
        max_length=600,
        validators=[printable],
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Everybody can read it, and there is only one. Leave out everything that you know of the patient."),
        error_messages={"required": _("Write something before you send it.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.add_input(Submit("go", str(_("Send to a moderator"))))


class OwnWordsForm(forms.Form):
    """The texts of the practitioner's own profile, each in both languages."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen"] = forms.CharField(required=False, widget=forms.HiddenInput)
        for column, text, language in proposals.COLUMNS:
            self.fields[column] = forms.CharField(
                label=proposals.title(text, language),
                required=False,
                max_length=LONGEST[text],
                validators=[printable],
                widget=forms.Textarea(attrs={"rows": 5, "lang": language}),
                help_text=_("At most %(count)d characters.") % {"count": LONGEST[text]},
            )
        self.helper = FormHelper()
        self.helper.add_input(Submit("go", str(_("Send to the clinic"))))


class DeclineForm(forms.Form):
    """Why the words of a practitioner do not go onto their profile."""

    reason = forms.CharField(
        label=_("Why they are declined"),
        max_length=600,
        validators=[printable],
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The practitioner reads this."),
        error_messages={"required": _("Write why these words are declined.")},
    )

    def __init__(self, proposal: ProposedWords, data: Any = None) -> None:
        super().__init__(data, auto_id=f"words_{proposal.pk}_%s")
        self.proposal = proposal
        self.helper = FormHelper()
        self.helper.form_action = reverse("moderation:decline_words", args=[proposal.pk])
        self.helper.add_input(Submit("go", str(_("Decline")), css_class="button--ghost"))
