"""What a practitioner does from the brief: asks, suggests, overrides, grades, replies. One form, one verb each."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from consultations import briefing, enquiries, gradings, overrides, replies, suggestions
from consultations.forms.desk import TakeBackForm
from consultations.forms.judgement import RepliesForm
from consultations.views import desk_forms
from consultations.views.brief import Opened, opened
from treatments.codes import Level


@require_POST
def ask(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask the patient for more."""
    page = opened(request, reference)
    form = desk_forms.ask(
        request.POST, page.consultation, page.reading, _brief(page), _language(), page.clinic.zone, page.now
    )
    if not form.is_valid():
        return page.page(422, ask_form=form)
    return page.done(
        lambda: enquiries.ask(
            **_by(page),
            items=form.chosen,
            written=form.cleaned_data["written"],
            language=_language(),
            due_at=form.cleaned_data["due_at"],
        ),
        _("The patient gets an e-mail and answers on the site. You see it here."),
    )


@require_POST
def ask_no_more(request: HttpRequest, reference: str) -> HttpResponse:
    """Take the open questions back."""
    page = opened(request, reference)
    return page.done(
        lambda: enquiries.withdraw(actor=page.actor, consultation=page.consultation, now=page.now),
        _("The questions are withdrawn."),
    )


@require_POST
def suggest(request: HttpRequest, reference: str) -> HttpResponse:
    """Suggest another treatment or date."""
    page = opened(request, reference)
    form = desk_forms.suggest(request.POST, page.consultation, page.clinic.zone, page.now)
    if not form.is_valid():
        return page.page(422, suggest_form=form)
    return page.done(
        lambda: suggestions.make(
            **_by(page),
            treatments=list(form.cleaned_data["treatments"]),
            not_before=form.cleaned_data["not_before"],
            words=form.cleaned_data["words"],
        ),
        _("The patient gets an e-mail and accepts or declines on the site."),
    )


@require_POST
def suggest_no_more(request: HttpRequest, reference: str) -> HttpResponse:
    """Take the open suggestion back."""
    page = opened(request, reference)
    return page.done(
        lambda: suggestions.withdraw(actor=page.actor, consultation=page.consultation, now=page.now),
        _("The suggestion is withdrawn."),
    )


@require_POST
def override(request: HttpRequest, reference: str) -> HttpResponse:
    """Judge a finding otherwise."""
    page = opened(request, reference)
    form = desk_forms.override(request.POST, page.reading, _brief(page), _language())
    if not form.is_valid():
        return page.page(422, override_form=form)
    return page.done(
        lambda: overrides.make(
            **_by(page),
            screening=form.cleaned_data["screening"],
            rule_id=form.cleaned_data["rule"],
            level=Level(form.cleaned_data["level"]),
            reason=form.cleaned_data["reason"],
        ),
        _("Your judgement stands beside the finding."),
    )


@require_POST
def override_no_more(request: HttpRequest, reference: str) -> HttpResponse:
    """Take an override back."""
    page, form = opened(request, reference), TakeBackForm(request.POST)
    if not form.is_valid():
        return page.page(422)
    return page.done(
        lambda: overrides.withdraw(
            actor=page.actor, consultation=page.consultation, override=form.cleaned_data["override"], now=page.now
        ),
        _("The finding stands again as the rule says it."),
    )


@require_POST
def grade(request: HttpRequest, reference: str) -> HttpResponse:
    """Grade the skin."""
    page = opened(request, reference)
    form = desk_forms.grading(request.POST, page.reading, _language())
    if not form.is_valid():
        return page.page(422, grading_form=form)
    return page.done(
        lambda: gradings.grade(**_by(page), **form.cleaned_data),
        _("Your grading counts from now on; the findings are up to date."),
    )


@require_POST
def reply(request: HttpRequest, reference: str) -> HttpResponse:
    """Tick or answer the patient's questions."""
    page = opened(request, reference)
    asked = replies.asked(page.reading.questionnaire, page.reading.answers, page.consultation, _language())
    form = RepliesForm(request.POST, asked=asked)
    if not form.is_valid():
        return page.page(422, replies_form=form)
    return page.done(
        lambda: replies.reply(**_by(page), replies=form.replies),
        _("Saved. The patient reads it on their page."),
    )


def _brief(page: Opened) -> briefing.Brief:
    return briefing.brief(page.reading, page.consultation, _language(), page.clinic.zone)


def _by(page: Opened) -> dict[str, Any]:
    """Who does it, to what, and when."""
    return {"actor": page.actor, "practitioner": page.me, "consultation": page.consultation, "now": page.now}


def _language() -> str:
    return get_language() or "en"
