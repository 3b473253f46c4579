"""The rules in the admin: a table of words, a page for each, and its level, windows and words in a draft."""

from collections.abc import Sequence

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clinic.premises.templatetags.clinic import PRACTITIONER_WORDS
from treatments import screening, trials, versions
from treatments.admin import reading
from treatments.admin.drafts import DraftAdmin
from treatments.admin.forms import Filter, RuleFilter, RuleForm
from treatments.models import RuleChange, RuleSet
from treatments.questionnaire.conditions import fields
from treatments.questionnaire.sentences import Speaker


@admin.register(RuleSet)
class RuleSetAdmin(DraftAdmin):
    page = "rules"

    def get_urls(self) -> list[URLPattern]:
        return [
            self.address("<int:pk>/rules/<str:rule>/", self.rule_view, "rule"),
            self.address("<int:pk>/rules/<str:rule>/edit/", self.edit_view, "edit"),
            *super().get_urls(),
        ]

    def rule_view(self, request: HttpRequest, pk: int, rule: str) -> HttpResponse:
        """One rule with everything: its words in both languages, sources, vignettes and every change ever made."""
        version = self.version(request, pk)
        rules, speaks = screening.load(version.data), self.speaker(version)
        if rule not in rules.by_id:
            raise Http404
        return self.shown(
            request,
            "rule",
            version,
            rule,
            row=reading.rule_row(rules.by_id[rule], rules, speaks),
            reads=[(key, speaks.named(key)) for key in sorted(fields(rules.by_id[rule].when))],
            fires=[
                (case, [speaks.treatments[code] for code in codes]) for case, codes in trials.fires_in(version, rule)
            ],
            history=self.history(RuleChange.objects.filter(entry=rule), version),
        )

    def edit_view(self, request: HttpRequest, pk: int, rule: str) -> HttpResponse:
        """Level, windows and words of one rule, each edit with its reason."""
        version = self.draft(request, pk)
        raw = next((each for each in version.data["rules"] if each["id"] == rule), None)
        if raw is None:
            raise Http404
        speaks = self.speaker(version)
        named = {window.field: speaks.named(window.field) for window in screening.windows(raw)}
        form = RuleForm(request.POST or None, rule=raw, named=named)
        if self.saves(request, version, rule, form):
            return redirect("admin:treatments_ruleset_rule", pk, rule)
        row = reading.rule_row(screening.load(version.data).by_id[rule], screening.load(version.data), speaks)
        status = 422 if form.errors else 200
        return self.shown(request, "edit_rule", version, rule, status=status, form=form, row=row, entry=rule)

    def published(self, version: RuleSet) -> HttpResponse:
        return redirect("admin:rescreening")

    def read_out(self, request: HttpRequest, version: RuleSet) -> tuple[Filter, list[reading.RuleRow], int]:
        rules, speaks = screening.load(version.data), self.speaker(version)
        keys = {key for rule in rules.rules for key in fields(rule.when)}
        form = RuleFilter(request.GET, keys=keys, asked=speaks.questionnaire, language=speaks.language)
        rows = reading.rule_rows(rules, speaks)
        return form, reading.matching_rules(rows, form.wish), len(rows)

    def table(self, rows: Sequence[reading.RuleRow]) -> tuple[list[str], list[list[str]]]:
        language = get_language() or "en"
        header = [
            _("Rule"), _("Kind"), _("Level"), _("Treatments"), _("Condition"), _("Window"), _("Heading"),
            _("Reason for practitioners"), _("Sentence for patients"), _("Strength of evidence"), _("Sources"),
            _("Disagreement"),
        ]  # fmt: skip
        return header, [
            [
                row.rule.id,
                str(row.kind),
                str(PRACTITIONER_WORDS[row.rule.level]),
                row.group,
                row.condition,
                ", ".join(row.windows),
                row.rule.heading.in_language(language),
                row.rule.reason.in_language(language),
                row.rule.sentence.in_language(language),
                str(row.grade),
                ", ".join(row.rule.refs),
                row.disagreement.in_language(language) if row.disagreement else "",
            ]
            for row in rows
        ]

    def speaker(self, version: RuleSet) -> Speaker:
        return reading.speaker(versions.questions_in_force(), get_language() or "en")
