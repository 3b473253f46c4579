"""The catalogue as a file: taken out, edited elsewhere, brought back, read in a report, and only then imported."""

from copy import copy
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic import spreadsheet
from clinic.accounts.admin_base import ListManners, ReadOnly, person
from clinic.premises import wording
from clinic.premises.models import Clinic
from treatments import importing
from treatments.importing import Row
from treatments.models import CatalogueImport

_MOST_SHOWN = 500


class FileForm(forms.Form):
    """A spreadsheet file."""

    file = forms.FileField(
        label=gettext_lazy("Spreadsheet file (CSV UTF-8)"),
        help_text=gettext_lazy("At most 2,000 rows and one megabyte."),
        error_messages={"required": gettext_lazy("Choose a file."), "empty": gettext_lazy("The file is empty.")},
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )


class Imports(ListManners):
    """Pages to take all treatments out as a file and to bring a file back."""

    import_page = "admin:treatments_treatment_import"

    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        return [
            path("import/", guard(self.import_view), name="treatments_treatment_import"),
            path("import/<int:pk>/", guard(self.report_view), name="treatments_treatment_report"),
            path("export/", guard(self.export_view), name="treatments_treatment_export"),
            *super().get_urls(),
        ]

    def export_view(self, request: HttpRequest) -> HttpResponse:
        """Every treatment with all its columns; who took them out is kept in the audit trail."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return redirect(self.import_page)
        header, rows = importing.export(clinic=Clinic.objects.the())
        return self.as_csv(request, header, rows)

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Ask for a file; one that can be read leads to its report."""
        self._for_who_may_import(request)
        form = FileForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            file = form.cleaned_data["file"]
            try:
                brought = importing.bring(
                    actor=person(request),
                    name=file.name,
                    content=file.read(spreadsheet.LARGEST + 1),
                    clinic=Clinic.objects.the(),
                    now=timezone.now(),
                )
            except spreadsheet.Unreadable as error:
                form.add_error("file", str(error.sentence))
            else:
                return redirect("admin:treatments_treatment_report", brought.pk)
        columns = [heading.format(currency=Clinic.objects.the().currency) for heading in importing.COLUMNS]
        status = 422 if form.errors else 200
        return self._shown(request, "import", _("Import and export"), status=status, form=form, columns=columns)

    def report_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What the file would do, and which rows cannot be imported; a POST imports what has been read here."""
        self._for_who_may_import(request)
        brought, clinic, status = get_object_or_404(CatalogueImport, pk=pk), Clinic.objects.the(), 200
        if brought.applied_at:
            messages.info(request, str(importing.AlreadyImported.sentence))
            return redirect("admin:treatments_treatment_changelist")
        if request.method == "POST":
            seen = request.POST.get("seen", "")
            try:
                done = importing.apply(
                    actor=person(request), brought=brought, seen=seen, clinic=clinic, now=timezone.now()
                )
            except importing.ImportRefused as error:
                messages.error(request, str(error.sentence))
                status = 409
            else:
                words = _("Imported: %(added)s new, %(changed)s changed.")
                messages.success(request, words % {"added": len(done.added), "changed": len(done.changed)})
                return redirect("admin:treatments_treatment_changelist")
        try:
            report = importing.report(brought, clinic=clinic)
        except spreadsheet.Unreadable as error:  # the clinic's currency has changed since, for example
            messages.error(request, str(error.sentence))
            return redirect(self.import_page)
        shown = {"brought": brought, "report": report, "remarks": _remarks(report, clinic), "most": _MOST_SHOWN}
        return self._shown(request, "report", _("What the file would change"), status=status, **shown)

    def _for_who_may_import(self, request: HttpRequest) -> None:
        if not (self.has_add_permission(request) and self.has_change_permission(request)):
            raise PermissionDenied

    def _shown(self, request: HttpRequest, template: str, title: str, *, status: int, **context: Any) -> HttpResponse:
        shared = {**self.admin_site.each_context(request), "title": title, "opts": self.opts}
        return TemplateResponse(request, f"admin/importing/{template}.html", {**shared, **context}, status=status)


def _remarks(report: importing.Report, clinic: Clinic) -> list[tuple[Row, wording.Finding]]:
    """The words of new and changed rows that the rules of the place bar."""
    found = []
    for row in [*report.added, *report.changed]:
        treatment = copy(row.treatment)
        for name, value in row.values.items():
            setattr(treatment, name, value)
        found += [(row, finding) for finding in wording.in_record(treatment, clinic.law)]
    return found[:_MOST_SHOWN]


@admin.register(CatalogueImport)
class ImportAdmin(ReadOnly, ListManners):
    """Who has brought which file, and what became of it."""

    list_display = ["name", "brought_by", "brought_at", "applied_at", "added", "changed"]
    list_filter = ["brought_at"]  # people are not offered as a filter: the list of users holds patients
    list_select_related = ["brought_by"]
    search_fields = ["name"]
    fields = ["name", "brought_by", "brought_at", "applied_at", "added", "changed"]
    empty_words = gettext_lazy("No file has been brought yet. The list of treatments leads to import and export.")
