"""A version of the questionnaire or of the rules, to read, to compare, to take away and to sign."""

from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.accounts.admin_base import ListManners, ReadOnly, person
from treatments import trials, versions
from treatments.admin import reading
from treatments.admin.forms import Filter
from treatments.questionnaire.sentences import Speaker

_PAGES = ("change", "csv", "differences", "sign", "draft", "changes", "take_up", "vignettes", "publish", "discard")


class VersionAdmin(ReadOnly, ListManners):
    """A version as people read it. Django's own form and history are closed: a version has pages of its own."""

    list_display = ["version", "status", "published_at", "signed_by", "signed_at", "based_on"]
    list_filter = ["status"]
    list_select_related = ["based_on"]
    empty_words = gettext_lazy("No version is loaded yet.")
    change_list_template = "admin/versions/versions.html"
    page: ClassVar[str]

    def get_urls(self) -> list[URLPattern]:
        return [
            self.address("<int:pk>/csv/", self.csv_view, "csv"),
            self.address("<int:pk>/differences/", self.differences_view, "differences"),
            self.address("<int:pk>/sign/", self.sign_view, "sign"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The list, above it the version that waits for a decision."""
        offered = self.model.objects.defer("data").offered()
        return super().changelist_view(request, {"offered": offered, "opts": self.opts, **(extra_context or {})})

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
        return self.shown(request, self.page, version, "", form=form, rows=rows, of=of, **self.besides(version))

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
        return self.shown(request, "sign", version, _("Sign"), run=trials.run(version, against=None))

    # --- what the two kinds of version say for themselves ---

    def read_out(self, request: HttpRequest, version: Any) -> tuple[Filter, list[Any], int]:
        """The filter, the rows that meet it, and how many there are without it."""
        raise NotImplementedError

    def table(self, rows: list[Any]) -> tuple[list[str], list[list[str]]]:
        """The rows as a table: what stands above the columns, and their cells."""
        raise NotImplementedError

    def besides(self, version: Any) -> dict[str, Any]:
        """What the version's own page shows besides its rows."""
        return {}

    def speaker(self, version: Any) -> Speaker:
        """Who says this version's conditions."""
        raise NotImplementedError

    def usual(self, version: Any, others: Any) -> Any:
        """The version one compares with when none is asked for: the one it was made from, or the newest before it."""
        if version.based_on_id:
            return others.filter(pk=version.based_on_id)
        return others.filter(status="published") if version.is_offered else others.filter(version__lt=version.version)

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
            "addresses": {page: f"admin:{self.named(page)}" for page in _PAGES},
            "may": versions.may(person(request)),
            "is_current": version == current,
            "offered": self.model.objects.defer("data").offered(),
        }
        return TemplateResponse(request, f"admin/versions/{template}.html", {**shared, **context}, status=status)
