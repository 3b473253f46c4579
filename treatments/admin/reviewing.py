"""The stamp of a review: who has read a text, when, and when it is due again."""

from datetime import timedelta
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clinic.accounts.admin_base import ListManners, person
from treatments.models.stamp import USUAL_INTERVAL, due

SOON = timedelta(days=30)
STAMP: Any = (gettext_lazy("Review of the text"), {"fields": ["reviewed_on", "reviewed_by", "next_review_on"]})


class ReviewDue(admin.SimpleListFilter):
    title = gettext_lazy("review of the text")
    parameter_name = "review"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("due", _("Due")), ("soon", _("Due within 30 days")), ("never", _("Never reviewed"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        today = timezone.localdate()
        if self.value() == "due":
            return queryset.filter(due(today))
        if self.value() == "soon":
            return queryset.filter(due(today + SOON))
        return queryset.filter(reviewed_on=None) if self.value() == "never" else queryset


class Reviewed(ListManners):
    """Texts that somebody reads again from time to time, and puts their name to it."""

    def get_actions(self, request: HttpRequest) -> Any:
        """The list's acts, and the stamp for who may change the texts."""
        acts: dict[str, Any] = super().get_actions(request)
        if acts and self.has_change_permission(request):
            acts["stamp"] = self.get_action("stamp")
        return acts

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [*super().get_readonly_fields(request, obj), "reviewed_by"]

    @admin.action(description=gettext_lazy("I have reviewed these: stamp them with my name and today’s date"))
    def stamp(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        rows = list(queryset)
        for row in rows:  # row by row, so that each has it in its history
            _stamp(row, request)
            row.save(update_fields=["reviewed_on", "reviewed_by", "next_review_on"])
            self.log_change(request, row, [{"changed": {"fields": ["reviewed_on"]}}])
        said = ngettext(
            "%(number)s text is stamped as reviewed.", "%(number)s texts are stamped as reviewed.", len(rows)
        )
        messages.success(request, said % {"number": len(rows)})

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        """A day that is typed into the stamp puts the typist's name to it."""
        if "reviewed_on" in form.changed_data:
            obj.reviewed_by = person(request) if obj.reviewed_on else None
        super().save_model(request, obj, form, change)


def _stamp(row: Any, request: HttpRequest) -> None:
    row.reviewed_on, row.reviewed_by = timezone.localdate(), person(request)
    row.next_review_on = row.reviewed_on + USUAL_INTERVAL
