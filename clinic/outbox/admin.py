"""The delivery log: staff see what went out, what waits and what needs a telephone call; bodies are not shown."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from clinic.outbox.models import PURGED, OutboundMessage


@admin.register(OutboundMessage)
class OutboundMessageAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["due_at", "to", "subject", "state", "attempts", "sent_at", "error"]
    list_filter = ["state", "language", "due_at"]
    search_fields = ["to", "=about", "key"]
    exclude = list(PURGED)
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer(*PURGED)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
