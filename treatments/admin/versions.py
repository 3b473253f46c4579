"""The versions of the questionnaire and of the rules, to read, to compare, to take away and to sign."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from clinic.accounts.admin_base import ListManners, ReadOnly, person
from clinic.premises.templatetags.clinic import PRACTITIONER_WORDS
from treatments import questionnaire as questions
from treatments import screening, versions
from treatments.admin import reading
from treatments.admin.drafts import Drafting
from treatments.admin.forms import Filter, QuestionFilter, RuleFilter
from treatments.models import Questionnaire, RuleChange, RuleSet
from treatments.questionnaire.conditions import fields
from treatments.questionnaire.sentences import Speaker


class VersionAdmin(ReadOnly, ListManners):
    """A version as people read it. Django's own form and history are closed: a version has pages of its own."""

    list_display = ["version", "status", "published_at", "signed_by", "signed_at"]
    list_filter = ["status"]
    empty_words = gettext_lazy("No version is loaded yet.")
    page: ClassVar[str]

    def get_urls(self) -> list[URLPattern]:
        return [
            self.address("<int:pk>/csv/", self.csv_view, "csv"),
            self.address("<int:pk>/differences/", self.differences_view, "differences"),
            self.address("<int:pk>/sign/", self.sign_view, "sign"),
            *super().get_urls(),
        ]

    def address(self, route: str, view: Any, name: str) -> URLPattern:
        """The address of one of our own pages, under the name app_model_page."""
        made: URLPattern = path(route, self.admin_site.admin_view(view), name=self.named(name))
        return made

    def named(self, page: str) -> str:
        """The name of a page of this list: treatments_ruleset_sign."""
        return f"{self.opts.app_label}_{self.opts.model_name}_{page}"

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The version's own page: all it holds, narrowed by what the address asks for."""
        if request.method not in ("GET", "HEAD") or not object_id.isdigit():
            raise PermissionDenied
        version = self.version(request, int(object_id))
        form, rows, of = self.read_out(request, version)
        return self.shown(request, self.page, version, "", form=form, rows=rows, of=of)

    def csv_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What the version's page shows, as a spreadsheet file; who took how many is kept in the audit trail."""
        version = self.version(request, pk)
        if request.method != "POST":
            return redirect(f"admin:{self.named('change')}", pk)
        _form, rows, _of = self.read_out(request, version)
        header, lines = self.table(rows)
        return self.as_csv(request, header, lines, str(version.pk))

    def differences_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What differs from another version, with old and new beside each other."""
        version = self.version(request, pk)
        others = self.get_queryset(request).exclude(pk=pk).defer("data")
        chosen = request.GET.get("from", "")
        older = others.filter(version=chosen) if chosen.isdigit() else self.usual(version, others)
        before = older.first()
        found = []
        if before is not None:
            entries = versions.differences(before, version)
            found = reading.differences(entries, self.speaker(before), self.speaker(version))
        return self.shown(
            request, "differences", version, _("Differences"), others=others, before=before, differences=found
        )

    def sign_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask once more, then put the clinical lead's name under the version in force."""
        self.for_the_lead(request)
        version = self.version(request, pk)
        if request.method == "POST":
            try:
                versions.sign(actor=person(request), version=version, now=timezone.now())
            except versions.VersionError as error:
                messages.error(request, str(error.sentence))
            else:
                messages.success(request, _("Version %(version)s is signed.") % {"version": version})
            return redirect(f"admin:{self.named('change')}", pk)
        if version.is_signed or version != self.model.objects.current():
            raise Http404
        return self.shown(request, "sign", version, _("Sign"), run=self.tried(version))

    # --- what the two kinds of version say for themselves ---

    def read_out(self, request: HttpRequest, version: Any) -> tuple[Filter, list[Any], int]:
        """The filter, the rows that meet it, and how many there are without it."""
        raise NotImplementedError

    def table(self, rows: list[Any]) -> tuple[list[str], list[list[str]]]:
        """The rows as a table: what stands above the columns, and their cells."""
        raise NotImplementedError

    def speaker(self, version: Any) -> Speaker:
        """Who says this version's conditions."""
        raise NotImplementedError

    def usual(self, version: Any, others: Any) -> Any:
        """The version one compares with when none is asked for: the newest before it."""
        return others.filter(version__lt=version.version)

    def tried(self, version: Any) -> versions.Run | None:
        """How the vignettes come out under it, where it is for vignettes to say."""
        return None

    # --- what all pages share ---

    def version(self, request: HttpRequest, pk: int) -> Any:
        """The version of a page, for somebody who may read it."""
        version = self.get_queryset(request).filter(pk=pk).first()
        if version is None or not self.has_view_permission(request, version):
            raise PermissionDenied
        return version

    def for_the_lead(self, request: HttpRequest) -> None:
        """Let nobody else further."""
        if not versions.may(person(request)):
            raise PermissionDenied

    def shown(
        self, request: HttpRequest, template: str, version: Any, below: str, *, status: int = 200, **context: Any
    ) -> TemplateResponse:
        """A page about a version; `below` is its name in the path of pages."""
        head = f"{self.opts.verbose_name} {version}".capitalize()
        current = self.model.objects.defer("data").current()
        shared = {
            **self.admin_site.each_context(request),
            "title": f"{head}: {below}" if below else head,
            "head": head,
            "below": below,
            "opts": self.opts,
            "version": version,
            "addresses": {page: f"admin:{self.named(page)}" for page in ("change", "csv", "differences", "sign")},
            "may": versions.may(person(request)),
            "is_current": version == current,
        }
        return TemplateResponse(request, f"admin/versions/{template}.html", {**shared, **context}, status=status)


@admin.register(Questionnaire)
class QuestionnaireAdmin(VersionAdmin):
    page = "questions"

    def read_out(self, request: HttpRequest, version: Questionnaire) -> tuple[Filter, list[Any], int]:
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

    def speaker(self, version: Questionnaire) -> Speaker:
        return reading.speaker(questions.load(version.data), get_language() or "en")


@admin.register(RuleSet)
class RuleSetAdmin(Drafting, VersionAdmin):
    list_display = [*VersionAdmin.list_display, "based_on"]
    list_select_related = ["based_on"]
    page = "rules"

    def get_urls(self) -> list[URLPattern]:
        return [
            *self.drafting_urls(),
            self.address("<int:pk>/rules/<str:rule>/", self.rule_view, "rule"),
            *super().get_urls(),
        ]

    def rule_view(self, request: HttpRequest, pk: int, rule: str) -> HttpResponse:
        """One rule with everything: its words in both languages, sources, vignettes and every change ever made."""
        version = self.version(request, pk)
        rules, speaks = screening.load(version.data), self.speaker(version)
        if rule not in rules.by_id:
            raise Http404
        history = (
            RuleChange.objects.filter(rule_id=rule).select_related("rule_set", "changed_by").defer("rule_set__data")
        )
        names = speaks.treatments
        return self.shown(
            request,
            "rule",
            version,
            rule,
            row=reading.rule_row(rules.by_id[rule], rules, speaks),
            reads=[(key, speaks.named(key)) for key in sorted(fields(rules.by_id[rule].when))],
            fires=[(case, [names[code] for code in codes]) for case, codes in versions.fires_in(version, rule)],
            history=[(change, reading.told(change, speaks, speaks)) for change in history],
        )

    def read_out(self, request: HttpRequest, version: RuleSet) -> tuple[Filter, list[Any], int]:
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

    def usual(self, version: RuleSet, others: Any) -> Any:
        return others.filter(pk=version.based_on_id) if version.based_on_id else super().usual(version, others)

    def tried(self, version: RuleSet) -> versions.Run | None:
        return versions.vignettes_on(version, against=None)
