"""The form of a review, for each of the moments that ask for one; and the author's appeal."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.text import printable
from consultations.feedback import CONCERN, DOWNTIME, QUESTIONS, SHOWABLE, TREATMENT, Told
from practitioners.models import ABOUT_THE_TREATMENT, SkinBand

STARS = [
    ("5", _("5: very good")),
    ("4", _("4: good")),
    ("3", _("3: neither good nor bad")),
    ("2", _("2: poor")),
    ("1", _("1: very poor")),
]
NOT_SAID = ("", _("I would rather not say"))
YES_PARTLY_NO = [("yes", _("Yes")), ("partly", _("Partly")), ("no", _("No")), NOT_SAID]
LONGEST_DOWNTIME = 120


def _choice(label: Any, choices: list[tuple[str, Any]]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, required=False, widget=forms.RadioSelect)


class FeedbackForm(forms.Form):
    """Stars and words for everybody; the questions between them are for the clinic unless the author shows them."""

    stars = forms.TypedChoiceField(
        choices=STARS,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one to five stars.")},
    )
    listened = _choice(_("Did you feel listened to?"), YES_PARTLY_NO)
    explained = _choice(_("Was everything explained so that you understood it?"), YES_PARTLY_NO)
    pressed = _choice(
        _("Did you feel pressed to buy or to decide?"),
        [("no", _("No")), ("a_little", _("A little")), ("yes", _("Yes")), NOT_SAID],
    )
    comfort = _choice(
        _("How was it, compared with what you had been told?"),
        [("milder", _("Milder")), ("as_told", _("As I was told")), ("worse", _("Worse")), NOT_SAID],
    )
    result = _choice(
        _("What do you think of the result?"),
        [
            ("better", _("Better than I expected")),
            ("as_expected", _("As I expected")),
            ("less", _("Less than I expected")),
            ("too_early", _("Too early to say")),
            NOT_SAID,
        ],
    )
    downtime_had = forms.IntegerField(
        label=_("How many days did it show on your face or keep you from your usual day?"),
        required=False,
        min_value=0,
        max_value=LONGEST_DOWNTIME,
        help_text=_("0 for none. Leave it empty if you do not remember."),
    )
    again = _choice(
        _("Would you do it again?"),
        [("yes", _("Yes")), ("not_sure", _("Not sure")), ("no", _("No")), NOT_SAID],
    )
    text = forms.CharField(
        label=_("In your words"),
        required=False,
        max_length=1000,
        validators=[printable],
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Everybody can read this. Please leave out health details and the names of other people."),
    )
    author = forms.CharField(
        label=_("Shown as"),
        max_length=40,
        validators=[printable],
        help_text=_("A first name or an initial; it appears beside your words."),
        error_messages={"required": _("Enter a first name or an initial.")},
    )
    skin_band = forms.ChoiceField(
        label=_("Your skin type, if you want to show it"),
        choices=[("", _("Do not show it")), *SkinBand.choices],
        required=False,
        help_text=_("It helps people with similar skin. I burns at once and never tans, VI hardly ever burns."),
    )
    show = forms.MultipleChoiceField(
        label=_("What may stand beside your words"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing is shown that you do not tick. What you leave out stays with the clinic, sealed."),
    )

    def __init__(self, *args: Any, moment: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in {question for asked in QUESTIONS.values() for question in asked} - set(QUESTIONS[moment]):
            del self.fields[name]
        self.fields["stars"].label = (
            _("How is the treatment, all in all?") if moment in ABOUT_THE_TREATMENT else _("How was your visit?")
        )
        labels = {
            CONCERN: _("what I came about"),
            TREATMENT: _("which treatment it was, and how many sessions I have had"),
            DOWNTIME: _("how many days it showed, beside how many I was told"),
        }
        show = self.fields["show"]
        assert isinstance(show, forms.MultipleChoiceField)
        show.choices = [(fact, labels[fact]) for fact in SHOWABLE[moment]]
        self.questions = QUESTIONS[moment]
        self.helper = FormHelper()
        self.helper.add_input(Submit("go", str(_("Send my review"))))

    def told(self, language: str) -> Told:
        """What was given; a question that was not answered is left out, not answered by nothing."""
        given = self.cleaned_data
        return Told(
            stars=given["stars"],
            text=given["text"],
            author=given["author"],
            language=language,
            answers={name: given[name] for name in self.questions if given[name] not in ("", None)},
            show=given["show"],
            skin_band=given["skin_band"],
        )


class AppealForm(forms.Form):
    words = forms.CharField(
        label=_("Why should it be published?"),
        max_length=1000,
        validators=[printable],
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Somebody who did not make the decision reads this and your review."),
        error_messages={"required": _("Write a sentence, so that the second person knows what you think.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
