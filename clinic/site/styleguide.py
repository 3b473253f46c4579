"""Every part of the look on one page, in every state, with long words and Chinese. Its samples are about nobody."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Fieldset, Layout, Submit
from django import forms
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from treatments.planning.drawing import Phase, Reach
from treatments.templatetags.beside import Row

LONG = "Pneumonoultramicroscopicsilicovolcanoconiosis"
MORNING = [("09:00", "09:00"), ("09:40", "09:40"), ("10:20", "10:20"), ("11:00", "11:00"), ("11:40", "11:40")]
AFTERNOON = [("14:00", "14:00"), ("15:20", "15:20"), ("16:40", "16:40")]


class SampleForm(forms.Form):
    """One question of every kind."""

    name = forms.CharField(label="Full name", help_text="As on your identity card.")
    email = forms.EmailField(label="E-mail address", required=False)
    born = forms.DateField(label="Date of birth", help_text="For example 1992-04-17.")
    language = forms.ChoiceField(label="Language", choices=[("en", "English"), ("zh-hant", "繁體中文")])
    burns = forms.ChoiceField(
        label="After a long time in strong sun without protection, what happens?",
        choices=[
            ("severe", "Severe burn, blisters, peels"),
            ("some", "Burns sometimes, then peels"),
            ("unsure", "Not sure"),
        ],
        widget=forms.RadioSelect,
    )
    smoker = forms.ChoiceField(
        label="Do you smoke?", choices=[("yes", "Yes"), ("no", "No"), ("unsure", "Not sure")], widget=forms.RadioSelect
    )
    how_many = forms.IntegerField(label="How many a day?", min_value=1, required=False)
    products = forms.MultipleChoiceField(
        label="What do you use on your face?",
        choices=[("Creams", [("retinoid", "維A酸 Retinoid"), ("acid", "Acids")]), ("Other", [("long", LONG)])],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    start = forms.ChoiceField(
        label="Thursday 26 November",
        choices=[("Morning", MORNING), ("Afternoon", AFTERNOON)],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label="Your questions", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    agree = forms.BooleanField(label="I have read this and agree that my answers are stored.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["born"].look = fields["language"].look = "short"
        fields["smoker"].look, fields["how_many"].look, fields["start"].look = "inline", "tiny", "times"
        fields["burns"].why = "Ten answers give your skin type."
        fields["burns"].choice_hints = {"unsure": "Your practitioner will check with you."}
        fields["smoker"].reveals = ["yes"]
        self.helper = FormHelper()
        self.helper.attrs = {"action": "#"}
        self.helper.disable_csrf = True
        self.helper.layout = Layout(
            Fieldset("You", Div("name", "email", css_class="grid-2"), Div("born", "language", css_class="grid-2")),
            Fieldset("Skin", "burns", Div("smoker", Div("how_many", css_class="reveal"), css_class="reveal-scope")),
            "products", "start", "note", "agree",
        )  # fmt: skip
        self.helper.add_input(Submit("save", "Hold 10:20 and continue"))
        self.helper.add_input(Submit("later", "Save and finish later", css_class="button--ghost"))


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The whole look on one page."""
    return render(request, "site/styleguide/index.html", {**_forms(), **_catalogue(), **_booking(), **_brief()})


def _forms() -> dict[str, Any]:
    fresh = SampleForm(auto_id="fresh_%s", initial={"start": "10:20", "smoker": "yes"})
    wrong = SampleForm({"name": "", "email": "alice at example", "products": ["long"]}, auto_id="wrong_%s")
    wrong.is_valid()
    wrong.add_error(None, "This time has just been taken. Please choose another.")
    told = [
        Message(constants.SUCCESS, "Your consultation is moved."),
        Message(constants.WARNING, "Your time is held for two more minutes."),
        Message(constants.ERROR, "This link has been used. Ask for a new one."),
    ]
    levels = ["contraindicated", "defer", "ask", "caution", "info", "clear"]
    return {"fresh": fresh, "wrong": wrong, "told": told, "levels": levels}


def _catalogue() -> dict[str, Any]:
    reaches = [
        Reach("Microdermabrasion", 0, 30),
        Reach("Peel", 0, 100),
        Reach("Needling", 0, 1500),
        Reach("Non-ablative fractional laser", 20, 1400),
    ]
    return {
        "reaches": reaches,
        "one_reach": [Reach("Microneedling", 500, 1500)],
        "suitability": {"I": "usual", "II": "usual", "III": "usual", "IV": "caution", "V": "caution", "VI": "ask"},
        "areas": ["nose", "cheeks", "chin"],
        "phases": [
            Phase(0, 1, "visible", "Red and warm, like sunburn."),
            Phase(2, 3, "settling", "Dry and tight. Make-up from day 1."),
            Phase(4, None, "normal", "Looks normal. Sunscreen daily, no retinoid until day 7."),
        ],
        "facts": [("Session", "45 min, HK$2,400"), ("Course", "3, four weeks apart"), ("Downtime", LONG)],
        "rows": [("From today", "Sunscreen every day, no tanning."), ("當日", "請帶備藥物名稱及劑量。")],
        "points": [
            ("Genes", "Pore size runs in families."),
            ("Oil", "More oil widens the opening."),
        ],
        "comparison_columns": [("Microneedling", "#"), ("Superficial peel", "")],
        "comparison": [
            Row("Looks normal after", (("Microneedling", "1 to 3 days"), ("Superficial peel", "1 to 7 days"))),
            Row("Course", (("Microneedling", "3 to 6 sessions"), ("Superficial peel", "3 to 6 sessions"))),
        ],
        "trail": [("Treatments", "#"), ("Microneedling 微針", "#")],
        "counts": {5: 174, 4: 28, 3: 6, 2: 2, 1: 2},
        "page": Paginator(range(50), 10).page(2),
    }


def _booking() -> dict[str, Any]:
    monday = date(2026, 11, 23)
    states = [("open", 2), ("open", 5), ("full", 0), ("open", 8), ("open", 1), ("closed", 0), ("past", 0)]
    days = [
        {"date": monday + timedelta(days=n), "state": state, "count": count, "url": "#booking", "current": n == 3}
        for n, (state, count) in enumerate(states)
    ]
    answers = [
        {"term": "Skin type", "value": "IV, 26 of 40", "change_url": "#"},
        {"term": "Medicines", "value": "Isotretinoin 20 mg\nuntil 18 November", "change_url": "#"},
        {"term": "Metal allergy", "value": "", "change_url": "#"},
    ]
    return {
        "days": days,
        "starts": datetime(2026, 11, 26, 2, 20, tzinfo=UTC),
        "ends": datetime(2026, 11, 26, 2, 50, tzinfo=UTC),
        "soon": timezone.now() + timedelta(minutes=13),
        "groups": [{"title": "Your skin", "change_url": "#", "rows": answers}],
    }


def _brief() -> dict[str, Any]:
    return {
        "verdicts": [
            {"name": "Deep peel", "level": "contraindicated", "text": ""},
            {"name": "Ablative laser", "level": "defer", "text": "From 18 May 2027"},
            {"name": "Microneedling", "level": "ask", "text": ""},
            {"name": LONG, "level": "caution", "text": ""},
            {"name": "微針", "level": "info", "text": ""},
            {"name": "Microdermabrasion", "level": "clear", "text": ""},
        ],
    }
