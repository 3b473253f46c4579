"""A draft in the admin: begun, edited, tried on the vignettes, published or discarded by the clinical lead."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.accounts.admin_base import person
from treatments import trials, versions
from treatments.admin import reading
from treatments.admin.forms import DraftForm
from treatments.admin.versions import VersionAdmin
from treatments.models import VersionStatus
from treatments.questionnaire import BadQuestionnaire
from treatments.screening import BadRules, Verdict


class DraftAdmin(VersionAdmin):
    """A version with the pages on which a clinical lead works; to everybody else none of these is there."""

    def get_urls(self) -> list[URLPattern]:
        return [
            self.address("draft/", self.draft_view, "draft"),
            self.address("<int:pk>/take-up/", self.take_up_view, "take_up"),
            self.address("<int:pk>/changes/", self.changes_view, "changes"),
            self.address("<int:pk>/vignettes/", self.vignettes_view, "vignettes"),
            self.address("<int:pk>/publish/", self.publish_view, "publish"),
            self.address("<int:pk>/discard/", self.discard_view, "discard"),
            *super().get_urls(),
        ]

    def draft_view(self, request: HttpRequest) -> HttpResponse:
        """Begin a draft from the version in force."""
        self.for_the_lead(request)
        if request.method == "POST" and self.does(request, versions.draft, model=self.model):
            messages.success(request, _("The draft is begun. Nothing of it is used before you publish it."))
            return redirect(f"admin:{self.named('change')}", self.model.objects.get(status=VersionStatus.DRAFT).pk)
        return redirect(f"admin:{self.named('changelist')}")

    def take_up_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Make a version that ships the draft."""
        self.for_the_lead(request)
        version = self.version(request, pk)
        if request.method == "POST" and self.does(request, versions.take_up, version=version):
            messages.success(request, _("The draft is begun. Nothing of it is used before you publish it."))
        return redirect(f"admin:{self.named('change')}", pk)

    def saves(self, request: HttpRequest, version: Any, entry: str, form: DraftForm) -> bool:
        """Whether the edit is in the draft; if not, the form says why."""
        if not form.is_valid():
            return False
        reason, now = form.cleaned_data["reason_of_change"], timezone.now()
        try:
            kept = versions.change(
                actor=person(request), version=version, entry=entry, edit=form.edit, reason=reason, now=now
            )
        except (BadRules, BadQuestionnaire) as error:
            for problem in error.problems:
                form.add_error(None, reading.problem_in_words(problem))
            return False
        except versions.VersionError as error:
            form.add_error(None, str(error.sentence))
            return False
        if kept:
            messages.success(request, _("The change is in the draft. Run the vignettes before you publish."))
        else:
            messages.info(request, _("Nothing differs from before, so nothing was changed."))
        return True

    def changes_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Every edit of this version, newest first: what, from what to what, why, by whom and when."""
        version = self.version(request, pk)
        history = self.history(version.changes, version)
        return self.shown(request, "changes", version, _("Changes"), history=history)

    def history(self, changes: Any, version: Any) -> list[tuple[Any, reading.Told]]:
        """The changes, each with what it did in words."""
        speaks = self.speaker(version)
        rows = changes.select_related("version", "changed_by").defer("version__data")
        return [(change, reading.told(change, speaks, speaks)) for change in rows]

    def vignettes_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Run the vignettes over the draft, and show which verdicts change against the version it was made from."""
        self.for_the_lead(request)
        version = self.version(request, pk)
        if request.method == "POST":
            self.does(request, versions.try_out, version=version)
            return redirect(f"admin:{self.named('vignettes')}", pk)
        moved = [_moved(each) for each in version.run["moved"]] if version.run else []
        tried = trials.has_been_run(version)
        return self.shown(request, "vignettes", version, _("Vignettes"), moved=moved, tried=tried)

    def publish_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask once more, with what changes; then put the draft into force under the lead's name."""
        version = self.draft(request, pk)
        status, problems = 200, []
        if request.method == "POST":
            try:
                versions.publish(actor=person(request), version=version, now=timezone.now())
            except (BadRules, BadQuestionnaire) as error:
                problems = list(error.problems)
            except versions.VersionError as error:
                problems = [str(error.sentence)]
            else:
                messages.success(request, _("Version %(version)s is in force.") % {"version": version})
                return self.published(version)
            status = 422
        entries = versions.differences(version.based_on, version) if version.based_on else []
        changed = [entry.key for entry in entries if entry.part in version.EDITABLE]
        tried = trials.has_been_run(version)
        context = {"changed": changed, "tried": tried, "problems": problems}
        return self.shown(request, "publish", version, _("Publish"), status=status, **context)

    def published(self, version: Any) -> HttpResponse:
        """Where one goes after publishing."""
        return redirect(f"admin:{self.named('change')}", version.pk)

    def discard_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask once more, then give up the draft or the version that ships."""
        self.for_the_lead(request)
        version = self.version(request, pk)
        if not (version.is_draft or version.is_offered):
            raise PermissionDenied
        if request.method == "POST":
            if self.does(request, versions.discard, version=version):
                messages.success(request, _("The version is discarded. It stays in the list with its changes."))
            return redirect(f"admin:{self.named('changelist')}")
        return self.shown(request, "discard", version, _("Discard"), changes=version.changes.count())

    def does(self, request: HttpRequest, verb: Any, **what: Any) -> bool:
        """Whether the verb did it; if not, the page says why."""
        try:
            verb(actor=person(request), now=timezone.now(), **what)
        except versions.VersionError as error:
            messages.error(request, str(error.sentence))
            return False
        return True

    def draft(self, request: HttpRequest, pk: int) -> Any:
        """The draft that the lead works on; a version that is none any more has no such page."""
        self.for_the_lead(request)
        version = self.version(request, pk)
        if not version.is_draft:
            raise PermissionDenied
        return version


def _moved(each: dict[str, Any]) -> dict[str, Any]:
    before, after = Verdict.from_json(each["before"]), Verdict.from_json(each["after"])
    return {
        "vignette": each["vignette"],
        "treatment": reading.treatment_names().get(each["treatment"], each["treatment"]),
        "sides": [(_("Before"), before), (_("Now"), after)],
        "gone": sorted(before.rule_ids - after.rule_ids),
        "new": sorted(after.rule_ids - before.rule_ids),
    }
