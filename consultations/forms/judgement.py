"""The forms in which a practitioner asks, suggests, judges and grades, and the patient answers."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Layout, Submit
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.html import escape
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clinic.premises.templatetags.clinic import PRACTITIONER_WORDS
from clinic.text import printable
from consultations.enquiries import LONGEST, WRITTEN, WRITTEN_AT_MOST
from consultations.forms.intake import IntakeForm
from consultations.forms.walltime import WallTimeField, day_field
from consultations.models import Enquiry
from consultations.overrides import REASON
from consultations.replies import LONGEST as LONGEST_REPLY
from consultations.replies import Asked
from consultations.suggestions import LONGEST as LONGEST_SUGGESTION
from treatments.codes import Level
from treatments.models import Treatment
from treatments.questionnaire import Item, Questionnaire
from treatments.screening import Rule

Choices = Sequence[tuple[str, str]]


class DeskForm(forms.Form):
    """One of several forms on the brief: its fields carry its name, and it has one button that says what it does."""

    name = ""
    button: Any = ""

    def __init__(self, data: QueryDict | None = None, **kwargs: Any) -> None:
        super().__init__(data, auto_id=f"{self.name}_%s", **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.add_input(Submit("go", str(self.button), css_id=f"{self.name}_go"))


class AskForm(DeskForm):
    """Questions to the patient: chosen ones, those that tell nothing yet first, and written ones."""

    name, button = "ask", _("Send the questions")

    open_items = forms.MultipleChoiceField(
        label=_("Not answered, or to confirm"), required=False, widget=forms.CheckboxSelectMultiple
    )
    items = forms.MultipleChoiceField(label=_("Other questions"), required=False, widget=forms.CheckboxSelectMultiple)
    written = forms.CharField(
        label=_("In your own words"),
        required=False,
        validators=[printable],
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One question a line, at most five. The patient reads them as you write them."),
    )
    due_at = WallTimeField(
        label=_("Answer by"),
        error_messages={"required": _("Enter a day and a time."), "invalid": _("Enter a day and a time.")},
    )

    def __init__(
        self,
        *args: Any,
        first: Choices,
        others: Choices,
        starts: datetime,
        now: datetime,
        zone: ZoneInfo,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["open_items"]
        more: Any = self.fields["items"]
        chosen.choices, more.choices = first, others
        if not first:
            del self.fields["open_items"]
        due: Any = self.fields["due_at"]
        due.zone, due.look = zone, "short"
        self.starts, self.now = starts, now
        summary = gettext("Other questions of the intake")  # outside the braces, where the catalogue finds it
        folded = HTML(f"<details><summary>{escape(summary)}</summary>")
        self.helper.layout = Layout(
            *(["open_items"] if first else []), folded, "items", HTML("</details>"), "written", "due_at"
        )

    def clean_written(self) -> list[str]:
        """The lines as questions."""
        lines = [line.strip() for line in str(self.cleaned_data["written"]).splitlines() if line.strip()]
        if len(lines) > WRITTEN_AT_MOST:
            raise ValidationError(_("Ask at most five questions of your own."), code="too_many")
        if any(len(line) > LONGEST for line in lines):
            raise ValidationError(_("A question may have at most 300 characters."), code="too_long")
        return lines

    def clean_due_at(self) -> datetime:
        """A moment that is still to come and not after the visit has begun."""
        due_at: datetime = self.cleaned_data["due_at"]
        if not self.now < due_at <= self.starts:
            raise ValidationError(_("Choose a moment from now until the visit."), code="no_time")
        return due_at

    def clean(self) -> dict[str, Any]:
        """Something must be asked."""
        given = self.cleaned_data
        if "written" in given and not (given.get("open_items") or given.get("items") or given["written"]):
            self.add_error("written", ValidationError(_("Choose a question or write one."), code="nothing"))
        return given

    @property
    def chosen(self) -> list[str]:
        """The keys of the chosen questions."""
        return [*self.cleaned_data.get("open_items", []), *self.cleaned_data["items"]]


class SuggestForm(DeskForm):
    """Other treatments to discuss, a date before which not to come, and the words that go with them."""

    name, button = "suggest", _("Send the suggestion")

    treatments = forms.ModelMultipleChoiceField(
        Treatment.objects.none(),
        label=_("Discuss instead"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        to_field_name="slug",
    )
    not_before = day_field(_("Not before"), required=False)
    words = forms.CharField(
        label=_("Why, in your words"),
        max_length=LONGEST_SUGGESTION,
        validators=[printable],
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The patient reads this."),
        error_messages={"required": _("Write a few words to the patient.")},
    )

    def __init__(
        self, *args: Any, visit_day: date, today: date, horizon_days: int, now: datetime, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        treatments: Any = self.fields["treatments"]
        treatments.queryset = Treatment.objects.published(now)
        day: Any = self.fields["not_before"]
        day.look = "short"
        self.visit_day, self.last_day = visit_day, today + timedelta(days=horizon_days)

    def clean_not_before(self) -> date | None:
        """A day after the visit, on which a time can be booked already."""
        day: date | None = self.cleaned_data["not_before"]
        if day is not None and not self.visit_day < day <= self.last_day:
            message = _("Choose a day after the visit and not after %(last)s, until when times can be booked.")
            raise ValidationError(message, code="no_day", params={"last": self.last_day.isoformat()})
        return day

    def clean(self) -> dict[str, Any]:
        """Something must be suggested."""
        given = self.cleaned_data
        if "not_before" in given and not (given.get("treatments") or given["not_before"]):
            self.add_error("treatments", ValidationError(_("Choose a treatment or a date."), code="nothing"))
        return given


class OverrideForm(DeskForm):
    """Another level for a finding, and why."""

    name, button = "override", _("Override the finding")

    screening = forms.UUIDField(widget=forms.HiddenInput)
    rule = forms.ChoiceField(label=_("Finding"), error_messages={"required": _("Choose a finding.")})
    level = forms.ChoiceField(
        label=_("Your judgement"),
        choices=[("", _("Choose a level")), *((level.value, PRACTITIONER_WORDS[level]) for level in Level)],
        error_messages={"required": _("Choose a level.")},
    )
    reason = forms.CharField(
        label=_("Why"),
        min_length=REASON[0],
        max_length=REASON[1],
        validators=[printable],
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write why you judge it otherwise.")},
    )

    def __init__(self, *args: Any, rules: Sequence[Rule], language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.levels = {rule.id: rule.level for rule in rules}
        rule_field: Any = self.fields["rule"]
        named = [(rule.id, f"{rule.heading.in_language(language)} ({rule.id})") for rule in rules]
        rule_field.choices = [("", _("Choose a finding")), *named]

    def clean(self) -> dict[str, Any]:
        """The judgement must differ from what the rule says."""
        given = self.cleaned_data
        if "rule" in given and "level" in given and self.levels[given["rule"]] == given["level"]:
            self.add_error(
                "level", ValidationError(_("The rule says this already. Choose another level."), code="same")
            )
        return given


class GradingForm(DeskForm):
    """What the practitioner sees: the phototype and the grade of the pores, in the questionnaire's words."""

    name, button = "grading", _("Save the grading")

    phototype = forms.ChoiceField(label=_("Skin type as you see it"), required=False)
    pores = forms.ChoiceField(label=_("Pores as you see them"), required=False)

    def __init__(self, *args: Any, questionnaire: Questionnaire, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field, key in (("phototype", "fst_practitioner"), ("pores", "pore_practitioner_grade")):
            choice: Any = self.fields[field]
            choice.choices = [("", _("Not graded")), *_options(questionnaire.by_key.get(key), language)]

    def clean(self) -> dict[str, Any]:
        """Something must be graded."""
        if not any(self.cleaned_data.get(field) for field in ("phototype", "pores")) and not self.errors:
            self.add_error("phototype", ValidationError(_("Choose a grade."), code="nothing"))
        return self.cleaned_data


class RepliesForm(DeskForm):
    """A tick and a line for each of the patient's questions."""

    name, button = "replies", _("Save the replies")

    def __init__(self, *args: Any, asked: Iterable[Asked], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = list(asked)
        for number, each in enumerate(self.asked):
            self.fields[f"done_{number}"] = forms.BooleanField(
                label=each.words, required=False, initial=each.reply is not None
            )
            self.fields[f"reply_{number}"] = forms.CharField(
                label=_("Your reply"),
                required=False,
                max_length=LONGEST_REPLY,
                validators=[printable],
                initial=each.reply.answer if each.reply else "",
            )

    @property
    def replies(self) -> dict[str, str | None]:
        """What was said to each question: words, "" for one that was only ticked, None for none of both."""
        said = {}
        for number, each in enumerate(self.asked):
            words = self.cleaned_data[f"reply_{number}"].strip()
            said[each.question] = words if words or self.cleaned_data[f"done_{number}"] else None
        return said


class EnquiryForm(IntakeForm):
    """The page of an enquiry, as the patient answers it: it names which one, and in which language the words are."""

    def __init__(self, *args: Any, enquiry: Enquiry, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["about"] = forms.CharField(required=False, initial=str(enquiry.pk), widget=forms.HiddenInput)
        self.helper.layout.append("about")
        for key in self.fields:
            if key.startswith(WRITTEN):
                field: Any = self.fields[key]
                field.lang = enquiry.questions.get("language", "")
        self.helper.inputs = [Submit("go", str(_("Send my answers")))]


def _options(item: Item | None, language: str) -> list[tuple[str, str]]:
    return [(option.value, option.label.in_language(language)) for option in item.options] if item else []
