"""Where new rules have got to with the visits to come: counts for the clinical lead, and no way to a patient."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from consultations import published, rescreening
from treatments import versions
from treatments.models import RuleSet


def rescreening_view(request: HttpRequest) -> HttpResponse:
    """How far the worker is; once it is done, each rule with the visits in which it fired before and fires now."""
    if not request.user.is_authenticated or not versions.may(request.user):
        raise PermissionDenied
    now, version = timezone.now(), RuleSet.objects.defer("data").current()
    if version is None:
        raise Http404
    progress = rescreening.progress(now=now)
    rules = published.rules_of(version).by_id
    counts = rescreening.counts(now=now) if progress.is_done else []
    told = [(fired, _heading(rules, fired.rule_id)) for fired in counts]
    context = {
        **admin.site.each_context(request),
        "title": _("Visits to come under version %(version)s") % {"version": version},
        "version": version,
        "progress": progress,
        "counts": sorted(told, key=lambda row: -row[0].changed),
    }
    return TemplateResponse(request, "admin/versions/rescreening.html", context)


def _heading(rules: Any, rule_id: str) -> str:
    """A rule's heading; a rule that the version in force no longer has goes by its id alone."""
    return rules[rule_id].heading.in_language(get_language() or "en") if rule_id in rules else ""
