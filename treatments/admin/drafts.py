"""A draft of the rules in the admin: begun, edited, tried on the vignettes, published or discarded by the lead."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.accounts.admin_base import person
from treatments import screening, versions
from treatments.admin import reading
from treatments.admin.forms import RuleForm
from treatments.models import RuleChange, RuleSet, VersionStatus
from treatments.screening import Verdict

if TYPE_CHECKING:
    from treatments.admin.versions import VersionAdmin as Mixin
else:
    Mixin = object

THE_VERSION = "admin:treatments_ruleset_change"


class Drafting(Mixin):
    """The pages on which a clinical lead works; to everybody else none of them is there."""

    def drafting_urls(self) -> list[URLPattern]:
        return [
            self.address("draft/", self.draft_view, "draft"),
            self.address("<int:pk>/rules/<str:rule>/edit/", self.edit_view, "edit"),
            self.address("<int:pk>/changes/", self.changes_view, "changes"),
            self.address("<int:pk>/vignettes/", self.vignettes_view, "vignettes"),
            self.address("<int:pk>/publish/", self.publish_view, "publish"),
            self.address("<int:pk>/discard/", self.discard_view, "discard"),
        ]

    def draft_view(self, request: HttpRequest) -> HttpResponse:
        """Begin a draft from the version in force."""
        self.for_the_lead(request)
        if request.method != "POST":
            return redirect("admin:treatments_ruleset_changelist")
        if self._does(request, versions.draft):
            messages.success(request, _("The draft is begun. Open a rule to change it."))
            return redirect(THE_VERSION, RuleSet.objects.get(status=VersionStatus.DRAFT).pk)
        return redirect("admin:treatments_ruleset_changelist")

    def edit_view(self, request: HttpRequest, pk: int, rule: str) -> HttpResponse:
        """Level, windows and words of one rule, each edit with its reason."""
        version = self._draft(request, pk)
        raw = next((each for each in version.data["rules"] if each["id"] == rule), None)
        if raw is None:
            raise Http404
        speaks = self.speaker(version)
        named = {window.field: speaks.named(window.field) for window in screening.windows(raw)}
        form = RuleForm(request.POST or None, rule=raw, named=named)
        if form.is_valid() and self._changed(request, version, rule, form):
            return redirect("admin:treatments_ruleset_rule", pk, rule)
        row = reading.rule_row(screening.load(version.data).by_id[rule], screening.load(version.data), speaks)
        status = 422 if form.errors else 200
        return self.shown(request, "edit", version, rule, status=status, form=form, row=row, rule_id=rule)

    def _changed(self, request: HttpRequest, version: RuleSet, rule: str, form: RuleForm) -> bool:
        reason = form.cleaned_data["reason_of_change"]
        try:
            kept = versions.change(
                actor=person(request), rule_set=version, rule_id=rule, edit=form.edit, reason=reason, now=timezone.now()
            )
        except screening.BadRules as error:
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
        speaks = self.speaker(version)
        changes = RuleChange.objects.filter(rule_set=version).select_related("changed_by")
        history = [(change, reading.told(change, speaks, speaks)) for change in changes]
        return self.shown(request, "changes", version, _("Changes"), history=history)

    def vignettes_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Run the vignettes over the draft, and show which verdicts change against the version it was made from."""
        self.for_the_lead(request)
        version = self.version(request, pk)
        if request.method == "POST":
            self._does(request, versions.try_out, rule_set=version)
            return redirect("admin:treatments_ruleset_vignettes", pk)
        moved = [self._moved(each) for each in version.run["moved"]] if version.run else []
        tried = versions.has_been_tried(version)
        return self.shown(request, "vignettes", version, _("Vignettes"), moved=moved, tried=tried)

    def _moved(self, each: dict[str, Any]) -> dict[str, Any]:
        names = self.speaker(None).treatments
        before, after = Verdict.from_json(each["before"]), Verdict.from_json(each["after"])
        return {
            "vignette": each["vignette"],
            "treatment": names.get(each["treatment"], each["treatment"]),
            "sides": [(_("Before"), before), (_("Now"), after)],
            "gone": sorted(before.rule_ids - after.rule_ids),
            "new": sorted(after.rule_ids - before.rule_ids),
        }

    def publish_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask once more, with what changes; then put the draft into force under the lead's name."""
        version = self._draft(request, pk)
        status, problems = 200, []
        if request.method == "POST":
            try:
                versions.publish(actor=person(request), rule_set=version, now=timezone.now())
            except screening.BadRules as error:
                problems = list(error.problems)
            except versions.VersionError as error:
                problems = [str(error.sentence)]
            else:
                messages.success(request, _("Version %(version)s is in force.") % {"version": version})
                return redirect("admin:rescreening")
            status = 422
        entries = versions.differences(version.based_on, version) if version.based_on else []
        changed = [entry.key for entry in entries if entry.part == "rules"]
        tried = versions.has_been_tried(version)
        context = {"changed": changed, "tried": tried, "problems": problems}
        return self.shown(request, "publish", version, _("Publish"), status=status, **context)

    def discard_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask once more, then give the draft up."""
        version = self._draft(request, pk)
        if request.method == "POST":
            if self._does(request, versions.discard, rule_set=version):
                messages.success(request, _("The draft is discarded. It stays in the list with its changes."))
            return redirect("admin:treatments_ruleset_changelist")
        return self.shown(request, "discard", version, _("Discard"), changes=version.changes.count())

    def _does(self, request: HttpRequest, verb: Any, **what: Any) -> bool:
        """Whether the verb did it; if not, the page says why."""
        try:
            verb(actor=person(request), now=timezone.now(), **what)
        except versions.VersionError as error:
            messages.error(request, str(error.sentence))
            return False
        return True

    def _draft(self, request: HttpRequest, pk: int) -> RuleSet:
        """The draft that the lead works on; a version that is none any more has no such page."""
        self.for_the_lead(request)
        version: RuleSet = self.version(request, pk)
        if not version.is_draft:
            raise PermissionDenied
        return version
