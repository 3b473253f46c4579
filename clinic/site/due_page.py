"""Which texts are due for a review, over all kinds, the longest overdue first; and which links lead nowhere."""

from datetime import date
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from treatments.models import CheckedLink, Comparison, Concern, FrequentQuestion, LinkState, TreatmentFacts
from treatments.models.stamp import due

STAMPED = (TreatmentFacts, Concern, Comparison, FrequentQuestion)


def texts_due(user: Any, today: date) -> list[QuerySet[Any]]:
    """The texts of each kind that are due, as far as the person may read them."""
    readable = [m for m in STAMPED if user.has_perm(f"treatments.view_{m._meta.model_name}")]
    return [model._default_manager.filter(due(today)) for model in readable]


def due_view(request: HttpRequest) -> HttpResponse:
    """Every text that is due, with who read it last and the way to its form."""
    today = timezone.localdate()
    kinds = texts_due(request.user, today)
    if not kinds:
        raise PermissionDenied
    rows = [_told(row) for kind in kinds for row in kind.select_related("reviewed_by")]
    broken = CheckedLink.objects.filter(state=LinkState.BROKEN)
    context = {
        **admin.site.each_context(request),
        "title": _("Texts due for review"),
        "broken": broken if request.user.has_perm("treatments.view_checkedlink") else [],
        "rows": sorted(rows, key=lambda row: row["due"] or date.min),
    }
    return TemplateResponse(request, "admin/due.html", context)


def _told(row: Any) -> dict[str, Any]:
    return {
        "row": row,
        "kind": row._meta.verbose_name,
        "due": row.review_due_on,
        "address": reverse(f"admin:treatments_{row._meta.model_name}_change", args=[row.pk]),
    }
