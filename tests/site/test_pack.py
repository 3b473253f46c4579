"""The form pack: what a screen reader hears, and what stays when something is wrong."""

import re

import pytest
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Fieldset, Layout, Submit
from crispy_forms.utils import render_crispy_form
from django import forms

SMOKES = [("yes", "Yes"), ("no", "No")]


class Visit(forms.Form):
    name = forms.CharField(label="Full name", help_text="As on your <b>card</b>.")
    email = forms.EmailField(label="E-mail address", required=False)
    smokes = forms.ChoiceField(label="Do you smoke?", choices=SMOKES, widget=forms.RadioSelect)
    many = forms.IntegerField(label="How many a day?", required=False)
    uses = forms.MultipleChoiceField(
        label="What do you use?",
        choices=[("Creams", [("acid", "Acids")]), ("Other", [("none", "Nothing")])],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    agree = forms.BooleanField(label="I agree")
    step = forms.CharField(widget=forms.HiddenInput, initial="3")

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.add_input(Submit("save", "Hold 10:20 and continue"))
        return helper


def render(form: forms.Form) -> str:
    html: str = render_crispy_form(form, context={"csrf_token": "token"})
    return html


def with_extras(name: str, **extras: object) -> str:
    """The page of a form whose question carries more than Django's own."""
    form = Visit()
    for key, value in extras.items():
        setattr(form.fields[name], key, value)
    return render(form)


def field(html: str, name: str) -> str:
    """The part of the page that belongs to one question."""
    parts = re.split(r'(?=<div id="div_)', html)
    return next(part for part in parts if part.startswith(f'<div id="div_id_{name}"'))


@pytest.fixture
def fresh() -> str:
    return render(Visit())


@pytest.fixture
def wrong() -> str:
    form = Visit({"name": "", "email": "alice at example", "step": "3"})
    form.is_valid()
    form.add_error(None, "This time has just been taken.")
    return render(form)


def test_a_fresh_form_speaks_of_no_error(fresh):
    assert "error" not in fresh


def test_the_browser_leaves_the_checking_to_us(fresh):
    assert "novalidate" in fresh


def test_a_post_carries_its_token_and_a_search_does_not(fresh):
    search = Visit()
    helper = FormHelper()
    helper.form_method = "get"
    assert "csrfmiddlewaretoken" in fresh
    assert "csrfmiddlewaretoken" not in render_crispy_form(search, helper, {"csrf_token": "token"})


def test_every_control_has_a_label(fresh):
    ids = re.findall(r'<(?:input|select|textarea)(?![^>]*type="hidden")[^>]*\bid="([^"]+)"', fresh)
    assert len(ids) == 8
    assert [name for name in ids if f'for="{name}"' not in fresh and name != "id_agree"] == []
    assert re.search(r'<label class="choice"><input[^>]*id="id_agree"', fresh)


def test_only_what_may_stay_empty_is_marked(fresh):
    assert "(optional)" in field(fresh, "email")
    assert "(optional)" not in field(fresh, "name")


def test_a_group_is_a_fieldset_with_its_question_as_legend(fresh):
    assert re.search(r"<fieldset>\s*<legend[^>]*>\s*Do you smoke\?", field(fresh, "smokes"))


def test_grouped_answers_carry_their_headings(fresh):
    assert re.findall(r'choices__group">(\w+)<', field(fresh, "uses")) == ["Creams", "Other"]


def test_a_hint_is_read_with_its_control_and_is_never_markup(fresh):
    assert 'aria-describedby="id_name_helptext"' in field(fresh, "name")
    assert "&lt;b&gt;card&lt;/b&gt;" in field(fresh, "name")


def test_a_hidden_field_has_no_words(fresh):
    assert '<input type="hidden" name="step" value="3"' in fresh
    assert "div_id_step" not in fresh


def test_a_button_posts_its_name_and_shows_its_words(fresh):
    assert re.search(r'<button class="button\s*" type="submit" name="save" value="save"[^>]*>Hold 10:20', fresh)


def test_the_summary_leads_to_every_wrong_answer(wrong):
    summary = wrong[: wrong.index('<div class="fields"')]
    assert 'role="alert"' in summary
    assert "This time has just been taken." in summary
    assert re.findall(r'href="#(\w+)"', summary) == ["id_name", "id_email", "id_smokes_0", "id_agree"]
    assert all(f'id="{target}"' in wrong for target in re.findall(r'href="#(\w+)"', summary))


def test_an_error_is_read_with_its_control(wrong):
    assert 'aria-describedby="id_name_helptext id_name_error"' in field(wrong, "name")
    assert 'aria-invalid="true"' in field(wrong, "name")
    assert '<fieldset aria-describedby="id_smokes_error">' in field(wrong, "smokes")


def test_no_description_points_nowhere(wrong):
    named = {name for names in re.findall(r'aria-describedby="([^"]+)"', wrong) for name in names.split()}
    assert [name for name in named if f'id="{name}"' not in wrong] == []


def test_what_was_typed_stays(wrong):
    assert 'value="alice at example"' in field(wrong, "email")


def test_why_we_ask_opens_without_a_script():
    html = with_extras("name", why="Your passport must match.")
    assert re.search(r"<details.*Why we ask.*Your passport must match\.", field(html, "name"), re.DOTALL)


def test_an_answer_may_carry_a_second_line():
    html = with_extras("smokes", choice_hints={"no": "Not in the last year."})
    assert "Not in the last year." in field(html, "smokes")


def test_an_answer_that_opens_another_question_says_so():
    html = with_extras("smokes", reveals=["yes"])
    assert re.findall(r'value="(\w+)"[^>]* data-reveals', field(html, "smokes")) == ["yes"]


def test_the_only_question_of_a_page_is_its_heading():
    assert "<h1>Do you smoke?</h1>" in field(with_extras("smokes", heading=True), "smokes")
    html = with_extras("name", heading=True)
    assert re.search(r"<h1[^>]*><label for=\"id_name\">Full name</label></h1>", field(html, "name"))


def test_a_layout_groups_its_questions():
    helper = FormHelper()
    helper.layout = Layout(
        Fieldset("About you", "name", "email"), Div("smokes", Div("many", css_class="reveal"), css_class="reveal-scope")
    )
    html = render_crispy_form(Visit(), helper, {"csrf_token": "token"})
    assert re.search(r'<fieldset class="group[^>]*>\s*<legend class="group__title">About you</legend>', html)
    assert '<div class="reveal">' in html
