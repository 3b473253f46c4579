"""Public holidays from a calendar file: brought, read in a report, and only then imported."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.accounts.admin_base import ListManners, ReadOnly, person
from clinic.premises import closing
from clinic.premises.closing import Outcome
from clinic.premises.models import Clinic, ClosureImport, Location


class CalendarForm(forms.Form):
    """A calendar file, and what it is about."""

    file = forms.FileField(
        label=gettext_lazy("Calendar file (.ics)"),
        help_text=gettext_lazy("At most 500 entries and one megabyte."),
        error_messages={"required": gettext_lazy("Choose a file."), "empty": gettext_lazy("The file is empty.")},
        widget=forms.FileInput(attrs={"accept": ".ics,text/calendar"}),
    )
    location = forms.ModelChoiceField(
        Location.objects.all(),
        label=gettext_lazy("Location"),
        required=False,
        empty_label=gettext_lazy("Everywhere"),
        help_text=gettext_lazy("What the days of the file close."),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the names"),
        choices=settings.LANGUAGES,
        help_text=gettext_lazy("A second file in the other language adds its names to the days that are there."),
    )


class ClosureImports(ListManners):
    """Pages to bring a calendar file and to read what it would close."""

    import_page = "admin:premises_closure_import"
    import_words = gettext_lazy("Import public holidays")

    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        return [
            path("import/", guard(self.import_view), name="premises_closure_import"),
            path("import/<int:pk>/", guard(self.report_view), name="premises_closure_report"),
            *super().get_urls(),
        ]

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Ask for a file; one that can be read leads to its report."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = CalendarForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            words = form.cleaned_data
            try:
                brought = closing.bring(
                    actor=person(request),
                    name=words["file"].name,
                    content=words["file"].read(closing.LARGEST + 1),
                    language=words["language"],
                    location=words["location"],
                    now=timezone.now(),
                )
            except closing.ImportRefused as refused:
                form.add_error("file", str(refused.sentence))
            else:
                return redirect("admin:premises_closure_report", brought.pk)
        return self._page(request, "import", self.import_words, status=422 if form.errors else 200, form=form)

    def report_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What becomes of each entry; a POST imports what has been read here."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        file, clinic, now, status = get_object_or_404(ClosureImport, pk=pk), Clinic.objects.the(), timezone.now(), 200
        if file.applied_at:
            messages.info(request, str(closing.AlreadyImported.sentence))
            return redirect("admin:premises_closure_changelist")
        if request.method == "POST":
            read = request.POST.get("read", "")
            try:
                done = closing.apply(actor=person(request), file=file, seen=read, clinic=clinic, now=now)
            except closing.ImportRefused as refused:
                messages.error(request, str(refused.sentence))
                status = 409
            else:
                words = _("Imported: %(added)s new, %(named)s named.")
                counts = {"added": len(done.of(Outcome.NEW)), "named": len(done.of(Outcome.NAMED))}
                messages.success(request, words % counts)
                return redirect("admin:premises_closure_changelist")
        found = closing.report(file, clinic=clinic, now=now)
        return self._page(request, "report", _("What the file would close"), status=status, file=file, report=found)

    def _page(self, request: HttpRequest, template: str, title: Any, *, status: int, **context: Any) -> HttpResponse:
        shared = {**self.admin_site.each_context(request), "title": title, "opts": self.opts}
        return TemplateResponse(request, f"admin/closures/{template}.html", {**shared, **context}, status=status)


@admin.register(ClosureImport)
class ClosureImportAdmin(ReadOnly, ListManners):
    """Who has brought which file, and what became of it."""

    list_display = ["name", "location", "brought_by", "brought_at", "applied_at", "added"]
    list_filter = ["brought_at"]  # people are not offered as a filter: the list of users holds patients
    list_select_related = ["brought_by", "location"]
    search_fields = ["name"]
    fields = ["name", "location", "language", "brought_by", "brought_at", "applied_at", "added"]
    empty_words = gettext_lazy("No file has been brought yet. The list of closures leads to the import.")
