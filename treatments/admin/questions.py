"""The questionnaire in the admin: its questions as a table, and their words in a draft."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from treatments import questionnaire as questions
from treatments.admin import reading
from treatments.admin.drafts import DraftAdmin
from treatments.admin.forms import Filter, QuestionFilter, WordsForm
from treatments.models import QuestionChange, Questionnaire
from treatments.questionnaire import comparing
from treatments.questionnaire.sentences import Speaker


@admin.register(Questionnaire)
class QuestionnaireAdmin(DraftAdmin):
    page = "questions"

    def get_urls(self) -> list[URLPattern]:
        return [self.address("<int:pk>/words/<str:entry>/", self.edit_view, "edit"), *super().get_urls()]

    def edit_view(self, request: HttpRequest, pk: int, entry: str) -> HttpResponse:
        """The words of one question or section, each edit with its reason."""
        version = self.draft(request, pk)
        entries = {comparing.named(each): each for part in version.EDITABLE for each in version.data[part]}
        if entry not in entries:
            raise Http404
        form = WordsForm(request.POST or None, entry=entries[entry])
        if self.saves(request, version, entry, form):
            return redirect(f"{reverse('admin:treatments_questionnaire_change', args=[pk])}#{entry}")
        status = 422 if form.errors else 200
        history = self.history(QuestionChange.objects.filter(entry=entry), version)
        return self.shown(request, "edit_words", version, entry, status=status, form=form, entry=entry, history=history)

    def read_out(self, request: HttpRequest, version: Questionnaire) -> tuple[Filter, list[reading.QuestionRow], int]:
        asked = questions.load(version.data)
        rows = reading.question_rows(asked, self.speaker(version))
        form = QuestionFilter(request.GET, asked=asked, language=get_language() or "en")
        return form, reading.matching_questions(rows, form.wish), len(rows)

    def table(self, rows: Sequence[reading.QuestionRow]) -> tuple[list[str], list[list[str]]]:
        language = get_language() or "en"
        header = [
            _("Key"),
            _("Section"),
            _("Page"),
            _("Question"),
            _("Type"),
            _("Traits"),
            _("Shows when"),
            _("Options"),
        ]
        return header, [
            [
                row.item.key,
                row.section.in_language(language),
                row.page.in_language(language) if row.page else "",
                row.item.label.in_language(language),
                str(row.type),
                "; ".join(map(str, row.traits)),
                row.shows_when,
                "; ".join(f"{option.value}: {option.label.in_language(language)}" for option in row.item.options),
            ]
            for row in rows
        ]

    def besides(self, version: Questionnaire) -> dict[str, Any]:
        return {"sections": questions.load(version.data).sections}

    def speaker(self, version: Questionnaire) -> Speaker:
        return reading.speaker(questions.load(version.data), get_language() or "en")
