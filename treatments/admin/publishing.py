"""What visitors see and what is still a draft: as a column, a filter, two acts, and a page to look at beforehand."""

from datetime import datetime
from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.accounts.admin_base import ListManners, Published
from clinic.window import Nobody


class OnShow(admin.SimpleListFilter):
    title = gettext_lazy("shown to visitors")
    parameter_name = "shown"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("now", _("Now")), ("later", _("From a later day")), ("no", _("Not shown"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        now = timezone.now()
        chosen = {
            "now": Q(pk__in=queryset.model._default_manager.published(now)),
            "later": Q(published_from__gt=now),
            "no": Q(published_from=None) | Q(published_until__lte=now),
        }
        return queryset.filter(chosen.get(self.value() or "", Q()))


class Shown(Published):
    """Rows that begin as drafts: shown from a moment on, until another, or by an act of the list."""

    actions: ClassVar[Any] = [*ListManners.actions, "publish", "withdraw"]

    @admin.display(description=gettext_lazy("shown"), boolean=True)
    def is_on_show(self, row: Any) -> bool:
        return bool(row.is_on_show(timezone.now()))

    def is_read_now(self, row: Any) -> bool:
        return bool(row.is_on_show(timezone.now()))

    @admin.action(description=gettext_lazy("Show to visitors from now on"), permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self._show(request, queryset, published_from=timezone.now(), published_until=None)
        self.point_out(request, queryset)

    @admin.action(description=gettext_lazy("Show to visitors no longer"), permissions=["change"])
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self._show(request, queryset, published_from=None, published_until=None)

    def _show(self, request: HttpRequest, queryset: QuerySet[Any], **dates: Any) -> None:
        for row in queryset:  # row by row: an update of all at once would leave no history
            for field, moment in dates.items():
                setattr(row, field, moment)
            row.save(update_fields=list(dates))
            self.log_change(request, row, [{"changed": {"fields": list(dates)}}])


class Previewed(Shown):
    """Rows with a page of their own, which staff may look at before anybody else can."""

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_preview"
        preview = self.admin_site.admin_view(self.preview_view)
        return [path("<int:pk>/preview/", preview, name=name), *super().get_urls()]

    def preview_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The page as a visitor will see it, drawn for nobody in particular, under a line that says what it is."""
        row, now = self.get_queryset(request).filter(pk=pk).first(), timezone.now()
        if row is None or request.method not in ("GET", "HEAD") or not self.has_view_permission(request, row):
            raise PermissionDenied
        back = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[pk])
        preview = {"row": row, "is_on_show": row.is_on_show(now), "back": back}
        return self.page(Nobody(request.path, {}), pk, now, preview=preview)

    def page(self, request: HttpRequest, pk: int, now: datetime, **besides: Any) -> HttpResponse:
        """The public page of the row, whether it is published or not."""
        raise NotImplementedError

    def get_view_on_site_url(self, obj: Any = None) -> str | None:
        """Where visitors see it, once they do."""
        if obj is None or not obj.is_on_show(timezone.now()):
            return None
        return str(obj.get_absolute_url())

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> Any:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_preview"
        preview = {"preview_url": reverse(name, args=[object_id])} if object_id.isdigit() else {}
        return super().change_view(request, object_id, form_url, {**preview, **(extra_context or {})})
